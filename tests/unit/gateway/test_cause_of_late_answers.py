"""Whatever is logged about a late answer bears the number of the request that it comes from, in whichever process."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import structlog

from bot.domain.message import Reply, WorkerMessage
from bot.gateway.quota import MESSAGE
from tests.fakes.gateway_process import GatewayProcess
from tests.fakes.posting_platform import PostingPlatform
from tests.fakes.watched_store import SettledClock, WatchedStore

REQUEST_ID = "0af7651916cd43dd"

Write = Callable[..., WorkerMessage]


@pytest.fixture
async def processes(start_process: Callable[..., Awaitable[GatewayProcess]]) -> list[GatewayProcess]:
    started = [await start_process() for _ in range(2)]
    for process in started:
        await process.rounds.stop()
    return started


async def test_a_push_by_another_process_is_logged_with_the_number_of_the_question(
    processes: list[GatewayProcess], write: Write, platform: PostingPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, numberless = write(openid="o-1"), write(openid="o-2")
    with structlog.contextvars.bound_contextvars(request_id=REQUEST_ID):
        await processes[0].outbox.owe(asked)
    await processes[0].outbox.owe(numberless)
    for message in (asked, numberless):
        await processes[0].ledger.opened(message.openid, MESSAGE, message.received_at)
        await processes[0].outbox.fulfil(message.key, Reply("答"))
    bound: dict[str, dict[str, Any]] = {}

    async def send_text(openid: str, text: str) -> None:
        del text
        bound[openid] = structlog.contextvars.get_contextvars()

    monkeypatch.setattr(platform, "send_text", send_text)
    assert await processes[1].pusher.push_ready() == 2
    assert bound == {"o-1": {"request_id": REQUEST_ID}, "o-2": {}}
    assert structlog.contextvars.get_contextvars() == {}


async def test_nothing_else_that_is_bound_gets_into_the_store(
    processes: list[GatewayProcess], write: Write, store: WatchedStore
) -> None:
    with structlog.contextvars.bound_contextvars(request_id=REQUEST_ID, worker="刘铁柱"):
        await processes[0].outbox.keep(write(), "还有")
    (entry,) = await store.find("outbox", {})
    assert entry["cause"] == {"request_id": REQUEST_ID}


async def test_work_taken_over_from_a_dead_process_goes_on_under_the_questions_number(
    processes: list[GatewayProcess], write: Write, clock: SettledClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = write()
    with structlog.contextvars.bound_contextvars(request_id=REQUEST_ID):
        await processes[0].outbox.owe(message)
    bound: list[dict[str, Any]] = []

    async def next_turn(_: WorkerMessage) -> Reply:
        bound.append(structlog.contextvars.get_contextvars())
        return Reply("答")

    monkeypatch.setattr(processes[1].jobs._replier, "next_turn", next_turn)
    assert await processes[1].recovery.recover() == 1
    await clock.advance(1)
    assert bound == [{"request_id": REQUEST_ID}]
