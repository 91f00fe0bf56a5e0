"""How the log looks: one JSON object a line on stderr, or plain lines for a terminal; the same from every library.

What workers write never gets here: an exception is told by its class and by where it happened, because its message may
quote them, and whatever follows a question mark in an address is left out.
"""

from __future__ import annotations

import logging
import os
import re
import sys
import threading
import traceback
import warnings
from pathlib import Path
from typing import Any, Literal, TextIO

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

from bot.domain.errors import BotError

LogFormat = Literal["json", "console"]
QUIETER = ("aiosqlite", "httpx2", "httpcore", "jieba", "motor", "pymongo", "asyncio", "multipart", "python_multipart")
"""Libraries whose ordinary business is nobody's concern; aiosqlite would tell all that is stored."""
MOST_FRAMES = 12
_QUERY = re.compile(r"(?<=[\w/\]])\?[\w.~%+-]+=\S*")
_ROOT = Path(__file__).parent.parent


def configure_logs(log_format: LogFormat, level: str = "info", stream: TextIO | None = None) -> None:
    """Send everything that is logged through one formatter; may be called again.

    Args:
        log_format: ``json`` for machines, ``console`` for people.
        level: the least grave level that is told.
        stream: where to; stderr when None.
    """
    shared = _shared(log_format)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    target = stream or sys.stderr
    handler = logging.StreamHandler(target)
    handler.addFilter(_without_foreign_words)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _without_query,
                *_rendering(log_format, is_terminal=target.isatty()),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in QUIETER:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    logging.getLogger("uvicorn.access").disabled = True  # the requests are logged by `api.request_log`
    logging.raiseExceptions = False  # a line that cannot be written would be shown raw
    threading.excepthook = _log_thread_death
    warnings.showwarning = _log_warning


def _shared(log_format: LogFormat) -> list[Processor]:
    if log_format == "json":
        time = structlog.processors.TimeStamper(fmt="iso", utc=True, key="time")
    else:
        time = structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=False, key="time")
    return [
        structlog.contextvars.merge_contextvars,
        _without_foreign_values,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        time,
        _with_process,
        _with_place_of_failure,
    ]


def _rendering(log_format: LogFormat, *, is_terminal: bool) -> list[Processor]:
    if log_format == "json":
        return [structlog.processors.JSONRenderer(ensure_ascii=False)]
    renderer = structlog.dev.ConsoleRenderer(
        colors=is_terminal, timestamp_key="time", pad_event_to=0, pad_level=False, sort_keys=False
    )
    return [_for_people, renderer]


def _for_people(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Short lines: a request reads ``POST /wechat 200 62.6 ms``, and what only programs want is left out."""
    event.pop("pid", None)
    event["logger"] = str(event.get("logger", "")).removeprefix("gongyou.")
    if {"method", "route", "status", "duration_ms"} <= event.keys():
        line = [event.pop("method"), event.pop("route"), event.pop("status"), event.pop("duration_ms"), "ms"]
        event["event"] = " ".join(map(str, line))
        event.pop("bytes", None)
    if "exception" in event:
        event["because"] = " < ".join([event.pop("exception"), *event.pop("behind", [])])
        event["at"] = " > ".join(event.pop("frames"))
    return event


def _without_foreign_values(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    for name, value in event.items():
        if name != "exc_info":
            event[name] = _named(value)
    return event


def _with_process(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    event["pid"] = os.getpid()
    return event


def _with_place_of_failure(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """The class of an exception, the classes behind it, and the frames; not its message."""
    event.pop("stack_info", None)
    error = _error_of(event.pop("exc_info", None))
    if error is None:
        return event
    classes = [type(error).__name__]
    while (deeper := _deeper(error)) is not None:
        error = deeper
        classes.append(type(error).__name__)
    event["exception"] = classes[0]
    if classes[1:]:
        event["behind"] = classes[1:]
    frames = traceback.extract_tb(error.__traceback__)[-MOST_FRAMES:]
    event["frames"] = [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]
    return event


def _error_of(exc_info: object) -> BaseException | None:
    if isinstance(exc_info, BaseException):
        return exc_info
    if isinstance(exc_info, tuple):
        return exc_info[1] if isinstance(exc_info[1], BaseException) else None
    return sys.exc_info()[1] if exc_info else None


def _deeper(error: BaseException) -> BaseException | None:
    """What an exception was raised from, or the first of a group."""
    if isinstance(error, BaseExceptionGroup):
        return error.exceptions[0]
    return error.__cause__


def _short(filename: str) -> str:
    path = Path(filename)
    return str(path.relative_to(_ROOT)) if path.is_relative_to(_ROOT) else "/".join(path.parts[-2:])


def _without_query(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    event["event"] = _QUERY.sub("?…", str(event["event"])).strip()
    return event


def _without_foreign_words(record: logging.LogRecord) -> bool:
    """Exceptions among the arguments become their class, and asyncio's descriptions of tasks are left out.

    Errors of the product say in fixed words what to do; all others may quote what they failed on.
    """
    record.msg = _named(record.msg)
    if isinstance(record.args, tuple):
        record.args = tuple(_named(part) for part in record.args)
    elif isinstance(record.args, dict):
        record.args = {name: _named(part) for name, part in record.args.items()}
    if record.name == "asyncio" and isinstance(record.msg, str):
        record.msg = record.msg.partition("\n")[0]
    return True


def _named(part: Any) -> Any:  # noqa: ANN401 - whatever is logged
    is_foreign = isinstance(part, BaseException) and not isinstance(part, BotError)
    return type(part).__name__ if is_foreign else part


def _log_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Python's warnings by their class and place; their text may quote what they are about."""
    del message, file, line
    logging.getLogger("py.warnings").warning("%s at %s:%d", category.__name__, _short(filename), lineno)


def _log_thread_death(death: threading.ExceptHookArgs) -> None:
    logging.getLogger("gongyou").error("a thread died", exc_info=death.exc_value)
