from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bot.domain.message import MessageKind, WorkerMessage
from bot.gateway.message_gateway import AccountMode
from bot.storage.sqlite_documents import SqliteDocumentStore
from tests.fakes.gateway_process import GatewayProcess, ScriptedReplier
from tests.fakes.posting_platform import PostingPlatform
from tests.fakes.watched_store import SettledClock, WatchedStore


@pytest.fixture
def clock() -> SettledClock:
    return SettledClock()


@pytest.fixture
def platform(clock: SettledClock) -> PostingPlatform:
    return PostingPlatform(clock)


@pytest.fixture
def replier(clock: SettledClock) -> ScriptedReplier:
    return ScriptedReplier(clock)


@pytest.fixture
async def open_store(clock: SettledClock, tmp_path: Path) -> AsyncIterator[Callable[[], Awaitable[WatchedStore]]]:
    """Opens the one file once more, as another process does."""
    opened: list[WatchedStore] = []

    async def open_once_more() -> WatchedStore:
        inner = await SqliteDocumentStore.open(tmp_path / "gongyou.sqlite3", synchronous="NORMAL")
        opened.append(WatchedStore(inner, clock.activity))
        return opened[-1]

    yield open_once_more
    for store in opened:
        await store.close()


@pytest.fixture
async def store(open_store: Callable[[], Awaitable[WatchedStore]]) -> WatchedStore:
    return await open_store()


@pytest.fixture
async def start_process(
    open_store: Callable[[], Awaitable[WatchedStore]],
    clock: SettledClock,
    replier: ScriptedReplier,
    platform: PostingPlatform,
) -> AsyncIterator[Callable[..., Awaitable[GatewayProcess]]]:
    """Starts a process of the gateway over the one file."""
    started: list[GatewayProcess] = []

    async def start(mode: AccountMode = AccountMode.VERIFIED, **others: object) -> GatewayProcess:
        names = ("running_max", "queue_max", "storeless", "templates")
        limits = {name: value for name, value in others.items() if name in names}
        process = GatewayProcess(
            await open_store(),
            clock,
            others.get("replier", replier),  # type: ignore[arg-type]
            platform,
            mode,
            others.get("trace_sink"),  # type: ignore[arg-type]
            **limits,  # type: ignore[arg-type]
        )
        await process.start()
        started.append(process)
        return process

    yield start
    for process in started:
        await process.stop()


@pytest.fixture
def write(clock: SettledClock) -> Callable[..., WorkerMessage]:
    """A new message of a worker."""
    numbers = itertools.count(1)

    def write(
        text: str = "欠薪找谁",
        openid: str = "o-zhang",
        kind: MessageKind = MessageKind.TEXT,
        key: str | None = None,
        **fields: str,
    ) -> WorkerMessage:
        name = key or f"gh_1|{openid}|{next(numbers)}"
        return WorkerMessage(name, openid, "gh_1", kind, text, clock.now(), fields)

    return write
