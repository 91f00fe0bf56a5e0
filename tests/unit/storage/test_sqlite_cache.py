"""What only the embedded cache has to mind: leftovers, polling, closing."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.errors import StoreError
from bot.storage.sqlite_cache import SqliteCache
from bot.storage.sqlite_documents import SqliteDocumentStore
from tests.fakes.fake_clock import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache.sqlite3"


@pytest.fixture
async def cache(path: Path, clock: FakeClock) -> AsyncIterator[SqliteCache]:
    cache = await SqliteCache.open(path, clock=clock)
    yield cache
    await cache.close()


def rows(path: Path, table: str) -> int:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return int(connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0])  # noqa: S608 - a test's own


async def test_a_key_lives_until_its_moment_and_not_longer(cache: SqliteCache, clock: FakeClock) -> None:
    await cache.put("token", "x", 10)
    await clock.advance(9.999)
    assert await cache.get("token") == "x"
    await clock.advance(0.001)
    assert await cache.get("token") is None


async def test_expired_keys_and_old_events_are_swept_away(cache: SqliteCache, path: Path, clock: FakeClock) -> None:
    await cache.claim("early", 1)
    for number in range(20):
        await cache.increment(f"calls-{number}", 30)
        await cache.publish("desk", "x")
    assert (rows(path, "cache"), rows(path, "events")) == (21, 20)
    await clock.advance(61)
    await cache.put("new", "x", 60)
    assert (rows(path, "cache"), rows(path, "events")) == (1, 0)


async def test_messages_after_a_sweep_still_arrive(cache: SqliteCache, clock: FakeClock) -> None:
    async with cache.subscribe("desk") as messages:
        await cache.publish("desk", "before")
        assert await anext(messages) == "before"
        await clock.advance(61)
        await cache.put("sweep", "x", 60)
        await cache.publish("desk", "after")
        assert await anext(messages) == "after"


async def test_nothing_polls_while_nobody_subscribes(cache: SqliteCache) -> None:
    tasks = asyncio.all_tasks()
    await cache.publish("desk", "x")
    async with cache.subscribe("desk"), cache.subscribe("admin"):
        assert len(asyncio.all_tasks() - tasks) == 1
    assert asyncio.all_tasks() - tasks == set()


async def test_closing_ends_the_subscriptions(cache: SqliteCache) -> None:
    async with cache.subscribe("desk") as messages:
        await cache.close()
        assert [message async for message in messages] == []
        assert [message async for message in messages] == []


async def test_a_failing_file_is_told_to_the_subscribers(cache: SqliteCache, path: Path) -> None:
    async with cache.subscribe("desk") as messages:
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("DROP TABLE events")
        with pytest.raises(StoreError):
            await anext(messages)
        with pytest.raises(StoreError):
            await anext(messages)


async def test_a_closed_cache_says_that_it_is_away(cache: SqliteCache) -> None:
    await cache.close()
    with pytest.raises(StoreError, match="已经关闭"):
        await cache.get("token")


async def test_the_documents_file_will_do(path: Path, cache: SqliteCache) -> None:
    documents = await SqliteDocumentStore.open(path)
    await asyncio.gather(
        *[documents.insert("claims", {"_id": f"{number}"}) for number in range(30)],
        *[cache.increment("calls", 60) for _ in range(30)],
    )
    assert await documents.count("claims", {}) == 30
    assert await cache.get("calls") == "30"
    await documents.close()
