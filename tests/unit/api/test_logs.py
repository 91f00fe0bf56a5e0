"""Every line of whichever library in one form, and no foreign words in it."""

from __future__ import annotations

import asyncio
import logging
import re
import threading
import warnings
from collections.abc import Callable
from typing import Any

import pytest
import structlog

from bot.domain.errors import StoreUnavailableError

SECRET = "我叫刘铁柱，电话13812345678"
StartLog = Callable[..., Any]


class TaskError(Exception):
    """What a library raises, quoting what it choked on."""


def break_down() -> None:
    try:
        {}[SECRET]
    except KeyError as error:
        raise TaskError(SECRET) from error


def test_libraries_and_the_product_write_the_same_json(start_log: StartLog) -> None:
    log = start_log()
    structlog.stdlib.get_logger("gongyou.requests").info("request", status=200)
    logging.getLogger("uvicorn.error").info("Started server process [%d]", 7)
    ours, theirs = log.lines
    assert (ours["event"], ours["status"], ours["logger"], ours["level"]) == (
        "request",
        200,
        "gongyou.requests",
        "info",
    )
    assert (theirs["event"], theirs["logger"], theirs["level"]) == (
        "Started server process [7]",
        "uvicorn.error",
        "info",
    )
    for line in log.lines:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", line["time"])
        assert isinstance(line["pid"], int)


def test_chinese_is_written_as_it_is_and_a_line_break_stays_inside_the_line(start_log: StartLog) -> None:
    log = start_log()
    logging.getLogger("gongyou").warning("签名不符\n第二行")
    assert "签名不符\\n第二行" in log.text
    assert len(log.lines) == 1


def test_lines_below_the_level_are_left_out(start_log: StartLog) -> None:
    log = start_log(level="warning")
    logging.getLogger("gongyou").info("quiet")
    logging.getLogger("gongyou").warning("loud")
    assert [line["event"] for line in log.lines] == ["loud"]


def test_configuring_twice_does_not_write_twice(start_log: StartLog) -> None:
    start_log()
    log = start_log()
    logging.getLogger("gongyou").warning("once")
    assert len(log.lines) == 1


def test_an_exception_is_told_by_its_classes_and_places_not_by_its_words(start_log: StartLog) -> None:
    log = start_log()
    try:
        break_down()
    except TaskError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application\n")
    (line,) = log.lines
    assert (line["event"], line["exception"], line["behind"]) == (
        "Exception in ASGI application",
        "TaskError",
        ["KeyError"],
    )
    assert line["frames"][-1].startswith("tests/unit/api/test_logs.py:")
    assert "刘铁柱" not in log.text


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_an_exception_among_the_values_is_told_by_its_class(log_format: str, start_log: StartLog) -> None:
    log = start_log(log_format)
    error = TaskError(SECRET)
    library = logging.getLogger("library")
    library.error("broke on %s", error)
    library.error("broke on %(what)s", {"what": error})
    library.error(error)
    structlog.stdlib.get_logger("ours").error("broke", cause=error)
    library.error("group", exc_info=ExceptionGroup("many", [error]))
    assert log.text.count("TaskError") == 5
    assert "刘铁柱" not in log.text


def test_an_error_of_the_product_keeps_its_advice(start_log: StartLog) -> None:
    log = start_log()
    logging.getLogger("gongyou").warning("away: %s", StoreUnavailableError("连不上 MongoDB"))
    assert log.lines[0]["event"] == "away: 连不上 MongoDB"


def test_what_follows_a_question_mark_in_an_address_is_left_out(start_log: StartLog) -> None:
    log = start_log()
    logging.getLogger("library").info("HTTP Request: GET https://api.test/token?secret=abc&openid=o1 done")
    assert log.lines[0]["event"] == "HTTP Request: GET https://api.test/token?… done"


def test_a_warning_of_python_is_told_by_its_class_and_place(start_log: StartLog) -> None:
    log = start_log()
    warnings.showwarning(UserWarning(SECRET), UserWarning, __file__, 7)
    (line,) = log.lines
    assert (line["logger"], line["event"]) == ("py.warnings", "UserWarning at tests/unit/api/test_logs.py:7")
    assert "刘铁柱" not in log.text


def test_a_thread_that_dies_is_told_without_its_words(start_log: StartLog) -> None:
    log = start_log()

    def die() -> None:
        raise TaskError(SECRET)

    thread = threading.Thread(target=die)
    thread.start()
    thread.join()
    (line,) = log.lines
    assert (line["event"], line["exception"]) == ("a thread died", "TaskError")
    assert "刘铁柱" not in log.text


async def test_a_task_that_nobody_asked_is_told_without_its_words(start_log: StartLog) -> None:
    log = start_log()

    async def die() -> None:
        raise TaskError(SECRET)

    task = asyncio.ensure_future(die())
    await asyncio.wait({task})
    asyncio.get_running_loop().call_exception_handler(
        {"message": "Task exception was never retrieved", "exception": task.exception(), "future": task}
    )
    (line,) = log.lines
    assert (line["event"], line["exception"]) == ("Task exception was never retrieved", "TaskError")
    assert "刘铁柱" not in log.text


def test_the_store_and_http_libraries_do_not_tell_their_business(start_log: StartLog) -> None:
    log = start_log(level="debug")
    for name in ("aiosqlite", "pymongo.command", "httpx2", "httpcore", "python_multipart.multipart"):
        logging.getLogger(name).debug("executing %s", SECRET)
    assert log.text == ""


def test_uvicorns_own_access_log_is_off(start_log: StartLog) -> None:
    log = start_log(level="debug")
    logging.getLogger("uvicorn.access").info("GET /wechat?signature=1")
    assert log.text == ""


def test_people_get_a_short_line(start_log: StartLog) -> None:
    log = start_log("console")
    structlog.stdlib.get_logger("gongyou.requests").info(
        "request", method="POST", route="/wechat", status=200, duration_ms=62.6, bytes=1389
    )
    assert re.fullmatch(r"\d\d:\d\d:\d\d \[info\] POST /wechat 200 62\.6 ms \[requests\]\n", log.text)


def test_people_get_an_exception_in_one_line(start_log: StartLog) -> None:
    log = start_log("console")
    try:
        break_down()
    except TaskError:
        logging.getLogger("gongyou.gateway").exception("round failed")
    assert "round failed [gateway] because='TaskError < KeyError' at='tests/unit/api/test_logs.py:" in log.text
    assert len(log.text.splitlines()) == 1
