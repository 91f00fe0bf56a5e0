"""One line for each request, and its number on everything that it causes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI, Response
from fastapi.staticfiles import StaticFiles

from api.error_responses import install_error_responses
from api.pages import STATIC_DIR
from api.request_log import RequestLog

StartLog = Callable[..., Any]
LATE = "gongyou.late"


@pytest.fixture
def goes_on() -> asyncio.Event:
    return asyncio.Event()


@pytest.fixture
def app(goes_on: asyncio.Event) -> FastAPI:
    app = FastAPI()
    app.state.tasks = []
    app.add_middleware(RequestLog)
    install_error_responses(app, lambda status, headline, detail: Response(headline + detail, status))
    app.mount("/static", StaticFiles(directory=STATIC_DIR), name="static")

    async def outlast_the_request() -> None:
        await goes_on.wait()
        logging.getLogger(LATE).warning("late answer")

    @app.get("/workers/{worker_id}")
    async def worker(worker_id: str) -> dict[str, int]:
        logging.getLogger("gongyou.inside").warning("inside")
        return {"length": len(worker_id)}

    @app.get("/late")
    async def late() -> None:
        app.state.tasks.append(asyncio.create_task(outlast_the_request()))

    @app.get("/broken")
    async def broken() -> None:
        raise ValueError("我叫刘铁柱")

    @app.get("/away")
    async def away() -> Response:
        return Response(status_code=503)

    @app.get("/health")
    async def health() -> None:
        return None

    return app


@pytest.fixture
def web(app: FastAPI) -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx2.AsyncClient(transport=transport, base_url="http://gongyou.test")


def line_of(log: Any, event: str) -> dict[str, Any]:
    (line,) = [line for line in log.lines if line["event"] == event]
    return dict(line)


async def test_a_request_is_told_by_its_route_without_address_and_query(
    start_log: StartLog, web: httpx2.AsyncClient
) -> None:
    log = start_log()
    await web.get("/workers/o6_bmjrPTlm6_2sgVt7hMZOPfL2M", params={"phone": "13812345678"})
    told = line_of(log, "request")
    assert (told["method"], told["route"], told["status"], told["bytes"]) == ("GET", "/workers/{worker_id}", 200, 13)
    assert told["duration_ms"] >= 0
    assert "o6_" not in log.text
    assert "138" not in log.text


async def test_the_number_stands_in_every_line_and_on_the_response(
    start_log: StartLog, web: httpx2.AsyncClient
) -> None:
    log = start_log()
    first, second = await asyncio.gather(web.get("/workers/a"), web.get("/workers/b"))
    numbers = {first.headers["x-request-id"], second.headers["x-request-id"]}
    assert len(numbers) == 2
    inside = [line["request_id"] for line in log.lines if line["event"] == "inside"]
    outside = [line["request_id"] for line in log.lines if line["event"] == "request"]
    assert set(inside) == set(outside) == numbers


async def test_work_that_outlives_its_request_keeps_the_number(
    start_log: StartLog, web: httpx2.AsyncClient, app: FastAPI, goes_on: asyncio.Event
) -> None:
    log = start_log()
    asked = await web.get("/late")
    other = await web.get("/workers/a")
    goes_on.set()
    await asyncio.gather(*app.state.tasks)
    assert line_of(log, "late answer")["request_id"] == asked.headers["x-request-id"]
    assert asked.headers["x-request-id"] != other.headers["x-request-id"]


async def test_after_a_request_its_number_is_gone(start_log: StartLog, web: httpx2.AsyncClient) -> None:
    log = start_log()
    await web.get("/workers/a")
    logging.getLogger("gongyou").warning("afterwards")
    assert "request_id" not in line_of(log, "afterwards")


async def test_a_request_that_breaks_has_its_number_on_the_answer_and_in_what_the_server_logs(
    start_log: StartLog, web: httpx2.AsyncClient, app: FastAPI
) -> None:
    log = start_log()
    answer = await web.get("/broken")
    told = line_of(log, "request")
    assert (told["status"], told["level"], told["route"]) == (500, "error", "/broken")
    assert answer.headers["x-request-id"] == told["request_id"]
    raising = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://gongyou.test")
    try:
        await raising.get("/broken")
    except ValueError:  # uvicorn catches and logs it right here
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
    last = line_of(log, "Exception in ASGI application")
    assert last["request_id"] == [line for line in log.lines if line["event"] == "request"][-1]["request_id"]
    assert "刘铁柱" not in log.text


@pytest.mark.parametrize("sent", ["0af7651916cd43dd8448eb211c80319c", "0af76519-16cd-43dd-8448-eb211c80319c"])
async def test_the_number_of_a_proxy_is_taken_over(sent: str, start_log: StartLog, web: httpx2.AsyncClient) -> None:
    log = start_log()
    answer = await web.get("/workers/a", headers={"X-Request-Id": sent})
    assert answer.headers["x-request-id"] == line_of(log, "request")["request_id"] == sent


@pytest.mark.parametrize("sent", ["o6_bmjrPTlm6_2sgVt7hMZOPfL2M", "abc", "f" * 37, "abcdef12 x", "'; drop"])
async def test_a_number_that_could_be_somebodys_words_is_replaced(
    sent: str, start_log: StartLog, web: httpx2.AsyncClient
) -> None:
    log = start_log()
    answer = await web.get("/workers/a", headers={"X-Request-Id": sent})
    assert answer.headers["x-request-id"] != sent
    assert sent not in log.text


@pytest.mark.parametrize(
    ("path", "level", "route"),
    [
        ("/health", "debug", "/health"),
        ("/static/base.css", "debug", "/static"),
        ("/o6_secret?x=1", "info", "-"),
        ("/away", "warning", "/away"),
    ],
)
async def test_monitors_and_files_are_told_quietly_and_unknown_addresses_not_at_all(
    path: str, level: str, route: str, start_log: StartLog, web: httpx2.AsyncClient
) -> None:
    log = start_log(level="debug")
    await web.get(path)
    told = line_of(log, "request")
    assert (told["level"], told["route"]) == (level, route)
    assert "o6_" not in log.text
