"""Real servers are killed and frozen under a stream of calls; nobody opens a new client afterwards."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Self

import pytest

from bot.domain.errors import StoreError, StoreUnavailableError
from bot.gateway.system_clock import SystemClock
from bot.ports import RESYNC, Cache, DocumentStore, FileStore
from bot.storage.open_engines import open_cache, open_documents, open_files
from bot.storage.resilient_cache import FallbackCache
from tests.fakes.killable_server import KillableServer

STREAMS = 8
ENOUGH = 60
SLOWEST_S = 4.0  # about 2 s on a machine that does nothing else
PATIENCE_S = 60.0
Outage = Callable[[KillableServer], None]
OUTAGES = pytest.mark.parametrize(
    ("begin", "end"),
    [(KillableServer.kill, KillableServer.start), (KillableServer.freeze, KillableServer.thaw)],
    ids=["killed", "frozen"],
)


class Stream:
    """Calls without end, several at a time."""

    def __init__(self, call: Callable[[str], Awaitable[object]]) -> None:
        self._call = call
        self._tasks: list[asyncio.Task[None]] = []
        self.done: dict[str, object] = {}
        self.errors: list[Exception] = []
        self.slowest_s = 0.0

    async def __aenter__(self) -> Self:
        self._tasks = [asyncio.create_task(self._run(number)) for number in range(STREAMS)]
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def until_done(self, more: int) -> None:
        goal = len(self.done) + more
        await until(lambda: len(self.done) >= goal)

    async def until_failed(self, more: int) -> None:
        goal = len(self.errors) + more
        await until(lambda: len(self.errors) >= goal)

    async def _run(self, stream: int) -> None:
        number = 0
        while True:
            number += 1
            key, began_s = f"{stream}-{number}", time.monotonic()
            try:
                self.done[key] = await self._call(key)
            except Exception as error:  # noqa: BLE001 - whatever it is, the test looks at it
                self.errors.append(error)
            self.slowest_s = max(self.slowest_s, time.monotonic() - began_s)
            await asyncio.sleep(0.005)


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not is_so():  # noqa: ASYNC110 - a server's process sets no event
            await asyncio.sleep(0.01)


@pytest.fixture
async def documents(mongo_server: KillableServer, tmp_path: Path) -> AsyncIterator[DocumentStore]:
    store = await open_documents(f"mongodb://127.0.0.1:{mongo_server.port}/outage", tmp_path / "unused")
    yield store
    await store.close()


@pytest.fixture
async def files(mongo_server: KillableServer, tmp_path: Path) -> AsyncIterator[FileStore]:
    store = await open_files(f"mongodb://127.0.0.1:{mongo_server.port}/outage", tmp_path / "unused")
    yield store
    await store.close()


@pytest.fixture
async def cache(redis_server: KillableServer, tmp_path: Path) -> AsyncIterator[FallbackCache]:
    embedded = await open_documents("", tmp_path / "documents.sqlite3")
    address = f"redis://127.0.0.1:{redis_server.port}/0"
    cache = await open_cache(address, tmp_path, clock=SystemClock(), documents=embedded)
    assert isinstance(cache, FallbackCache)
    yield cache
    await cache.close()
    await embedded.close()


@OUTAGES
async def test_while_mongodb_is_away_calls_fail_fast_and_afterwards_they_work_again(
    mongo_server: KillableServer, documents: DocumentStore, begin: Outage, end: Outage
) -> None:
    async with Stream(lambda key: documents.insert("claims", {"_id": key})) as stream:
        await stream.until_done(ENOUGH)
        for _ in range(2):
            begin(mongo_server)
            await stream.until_failed(20 * ENOUGH)
            await asyncio.to_thread(end, mongo_server)
            await stream.until_done(ENOUGH)
    print(f"slowest {stream.slowest_s:.2f} s, {len(stream.errors)} errors, {len(stream.done)} done")  # noqa: T201
    assert {type(error) for error in stream.errors} == {StoreUnavailableError}
    assert stream.slowest_s < SLOWEST_S
    stored = {document["_id"] for document in await documents.find("claims", {})}
    assert stream.done.keys() <= stored, "an acknowledged document was lost"


@OUTAGES
async def test_while_mongodb_is_away_files_fail_fast_and_afterwards_all_are_there(
    mongo_server: KillableServer, files: FileStore, begin: Outage, end: Outage
) -> None:
    async with Stream(lambda key: files.put(f"photo {key}".encode() * 1000)) as stream:
        await stream.until_done(2 * STREAMS)
        begin(mongo_server)
        await stream.until_failed(20 * ENOUGH)
        await asyncio.to_thread(end, mongo_server)
        await stream.until_done(2 * STREAMS)
    print(f"slowest {stream.slowest_s:.2f} s, {len(stream.errors)} errors, {len(stream.done)} done")  # noqa: T201
    assert {type(error) for error in stream.errors} == {StoreUnavailableError}
    assert stream.slowest_s < 2 * SLOWEST_S  # a file is several calls
    for name, key in stream.done.items():
        assert await files.open(str(key)) == f"photo {name}".encode() * 1000, "an acknowledged file was lost"


@OUTAGES
async def test_while_redis_is_away_everything_goes_on_and_afterwards_redis_is_used_again(
    redis_server: KillableServer, cache: FallbackCache, begin: Outage, end: Outage
) -> None:
    async def use(key: str) -> object:
        await cache.put(f"value-{key}", key, 60)
        assert await cache.get(f"value-{key}") == key
        return await asyncio.gather(cache.claim(key, 60), cache.claim(key, 60), cache.increment("calls", 60))

    async with Stream(use) as stream:
        await stream.until_done(ENOUGH)
        assert not cache.is_degraded
        for _ in range(2):
            begin(redis_server)
            await until(lambda: cache.is_degraded)
            await stream.until_done(ENOUGH)
            await asyncio.to_thread(end, redis_server)
            await until(lambda: not cache.is_degraded)
            await stream.until_done(ENOUGH)
    print(f"slowest {stream.slowest_s:.2f} s, {len(stream.done)} done")  # noqa: T201
    unforeseen = [error for error in stream.errors if not isinstance(error, AssertionError)]
    assert unforeseen == []
    assert len(stream.errors) <= 4 * STREAMS, "only a value that was put at the moment of a switch may be missed"
    twice = sum(first and second for first, second, _ in stream.done.values())
    assert twice <= 4 * STREAMS, "only a claim at the moment of a switch may be granted twice"
    assert all(first or second for first, second, _ in stream.done.values())
    assert stream.slowest_s < 2 * SLOWEST_S  # five calls, of which some began before the outage was noticed


@OUTAGES
async def test_a_subscription_lasts_through_an_outage_and_says_when_to_read_afresh(
    redis_server: KillableServer, cache: FallbackCache, begin: Outage, end: Outage
) -> None:
    async with cache.subscribe("desk") as messages, asyncio.timeout(PATIENCE_S):
        await cache.publish("desk", "before")
        assert await anext(messages) == "before"
        begin(redis_server)
        await fails_over(cache)
        assert await anext(messages) == RESYNC
        await cache.publish("desk", "meanwhile")
        assert await until_message(messages, "meanwhile") <= {RESYNC}
        await asyncio.to_thread(end, redis_server)
        await until(lambda: not cache.is_degraded)
        assert await anext(messages) == RESYNC
        await cache.publish("desk", "after")
        assert await until_message(messages, "after") <= {RESYNC}


async def fails_over(cache: FallbackCache) -> None:
    """Use the cache until it has noticed."""
    while not cache.is_degraded:
        await cache.get("anything")


async def until_message(messages: AsyncIterator[str], message: str) -> set[str]:
    """What came before a message."""
    before = set()
    async for heard in messages:
        if heard == message:
            return before
        before.add(heard)
    raise AssertionError("the subscription ended")


async def test_what_is_away_at_the_start_is_used_when_it_comes(
    mongo_server: KillableServer, redis_server: KillableServer, tmp_path: Path
) -> None:
    mongo_server.kill()
    redis_server.kill()
    documents = await open_documents(f"mongodb://127.0.0.1:{mongo_server.port}/late", tmp_path / "unused")
    address = f"redis://127.0.0.1:{redis_server.port}/0"
    cache: Cache = await open_cache(address, tmp_path, clock=SystemClock(), documents=documents)
    for attempt in (documents.insert("claims", {"_id": "a"}), cache.claim("a", 60), cache.get("a")):
        with pytest.raises(StoreError):
            await attempt
    await asyncio.to_thread(mongo_server.start)
    await asyncio.to_thread(redis_server.start)

    async with Stream(lambda _: documents.count("claims", {})) as stream:
        await stream.until_done(STREAMS)
    async with Stream(lambda _: cache.put("token", "x", 60)) as stream:
        await stream.until_done(STREAMS)
    assert await documents.insert("claims", {"_id": "b"})
    assert await cache.get("token") == "x"
    await cache.close()
    await documents.close()
