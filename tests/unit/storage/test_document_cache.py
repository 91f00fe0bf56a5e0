"""The cache on documents: its index comes before its first entry, and nobody waits for the sweeping."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.domain.errors import StoreUnavailableError
from bot.ports import Document
from bot.storage.document_cache import CHANNELS, ENTRIES, SWEEP_EVERY_MS, DocumentCache
from bot.storage.sqlite_documents import SqliteDocumentStore
from tests.fakes.watched_store import SettledClock, WatchedStore


class WaitingStore(WatchedStore):
    """Writes down what is asked; indexes and deletions end when they may."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.asked: list[str] = []
        self.may_index = asyncio.Event()
        self.may_delete = asyncio.Event()
        self.may_delete.set()

    async def ensure_index(self, collection: str, keys: Any, *, unique: bool = False) -> None:
        self.asked.append("index")
        await self.may_index.wait()
        await super().ensure_index(collection, keys, unique=unique)
        self.asked.append("indexed")

    async def insert(self, collection: str, document: Document) -> Document:
        self.asked.append("insert")
        return await super().insert(collection, document)

    async def delete(self, collection: str, where: Any) -> int:
        await self.may_delete.wait()
        return await super().delete(collection, where)


@pytest.fixture
def clock() -> SettledClock:
    return SettledClock()


@pytest.fixture
async def store(tmp_path: Path, clock: SettledClock) -> AsyncIterator[WaitingStore]:
    store = WaitingStore(await SqliteDocumentStore.open(tmp_path / "d.sqlite3"), clock.activity)
    yield store
    await store.close()


@pytest.fixture
async def cache(store: WaitingStore, clock: SettledClock) -> AsyncIterator[DocumentCache]:
    cache = DocumentCache(store, clock)
    yield cache
    await cache.close()


async def test_no_writer_inserts_before_the_index_is_there(
    cache: DocumentCache, store: WaitingStore, clock: SettledClock
) -> None:
    writers = [
        asyncio.create_task(work)
        for work in (cache.claim("a", 60), cache.put("b", "x", 60), cache.increment("c", 60), cache.publish("d", "m"))
    ]
    await clock.let_run()
    assert store.asked == ["index"]
    store.may_index.set()
    await asyncio.gather(*writers)
    assert store.asked[:2] == ["index", "indexed"]
    assert store.asked.count("insert") == 4


async def test_a_failed_preparation_is_tried_again_by_the_next_writer(
    cache: DocumentCache, store: WaitingStore
) -> None:
    store.may_index.set()
    store.is_away = True
    with pytest.raises(StoreUnavailableError):
        await cache.put("token", "x", 60)
    store.is_away = False
    await cache.put("token", "x", 60)
    assert await cache.get("token") == "x"


async def test_what_is_over_is_deleted_while_nobody_waits_for_it(
    cache: DocumentCache, store: WaitingStore, clock: SettledClock
) -> None:
    store.may_index.set()
    await cache.put("short", "x", 1)
    await clock.advance(SWEEP_EVERY_MS / 1000 + 1)
    store.may_delete.clear()
    await cache.put("long", "x", 600)
    assert await store.count(ENTRIES, {}) == 2
    store.may_delete.set()
    await clock.let_run()
    assert await store.count(ENTRIES, {}) == 1
    assert await cache.get("long") == "x"


async def test_a_failed_sweep_harms_nobody_and_the_next_one_makes_up_for_it(
    cache: DocumentCache, store: WaitingStore, clock: SettledClock
) -> None:
    store.may_index.set()
    store.refuses = {("delete", ENTRIES), ("delete", CHANNELS)}
    await cache.put("short", "x", 1)
    await clock.advance(SWEEP_EVERY_MS / 1000 + 1)
    assert await cache.claim("message", 600)
    await clock.let_run()
    store.refuses = set()
    await clock.advance(SWEEP_EVERY_MS / 1000 + 1)
    await cache.put("long", "x", 600)
    await clock.let_run()
    assert await store.count(ENTRIES, {}) == 2
