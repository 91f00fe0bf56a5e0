"""Documents and files behind their breakers: fast failures, and the store is made ready before it is used again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.errors import KeyFileError, StoreError, StoreUnavailableError
from bot.storage.circuit_breaker import LONGEST_PROBE_S
from bot.storage.folder_files import FolderFileStore
from bot.storage.guarded_documents import GuardedDocumentStore, prepare
from bot.storage.guarded_files import GuardedFileStore
from bot.storage.sqlite_documents import SqliteDocumentStore
from tests.fakes.watched_store import SettledClock, WatchedStore


class FolderThatGoesAway(FolderFileStore):
    is_gone = False
    asked = 0

    async def keys(self, *, after: str = "", limit: int = 1000) -> list[str]:
        self._ask()
        return await super().keys(after=after, limit=limit)

    async def open(self, key: str) -> bytes:
        self._ask()
        return await super().open(key)

    async def put(self, content: bytes) -> str:
        self._ask()
        return await super().put(content)

    async def delete(self, key: str) -> bool:
        self._ask()
        return await super().delete(key)

    def _ask(self) -> None:
        self.asked += 1
        if self.is_gone:
            raise StoreUnavailableError("away")


@pytest.fixture
def clock() -> SettledClock:
    return SettledClock()


@pytest.fixture
async def engine(tmp_path: Path, clock: SettledClock) -> WatchedStore:
    return WatchedStore(await SqliteDocumentStore.open(tmp_path / "d.sqlite3"), clock.activity)


@pytest.fixture
async def store(engine: WatchedStore, clock: SettledClock) -> AsyncIterator[GuardedDocumentStore]:
    store = GuardedDocumentStore(engine, "MongoDB", sleep=clock.sleep)
    yield store
    await store.close()


async def test_every_call_passes_through_while_the_server_is_there(store: GuardedDocumentStore) -> None:
    await store.ensure_index("claims", ["stage"])
    claim = await store.insert("claims", {"_id": "a", "stage": "open"})
    assert await store.replace_if("claims", {**claim, "stage": "closed"}) is not None
    await store.restore("claims", {"_id": "b", "stage": "closed", "_ver": 3})
    assert await store.count("claims", {"stage": "closed"}) == 2
    assert [found["_id"] for found in await store.find("claims", {}, sort=[("_id", -1)], skip=0, limit=1)] == ["b"]
    assert await store.find_one("claims", {"_id": "c"}) is None
    assert await store.collections() == ["claims"]
    assert await store.delete("claims", {"_id": "a"}) == 1
    assert not store.is_away


async def test_a_store_that_is_away_at_the_start_is_made_ready_before_anything_is_stored(
    store: GuardedDocumentStore, engine: WatchedStore, clock: SettledClock
) -> None:
    done: list[str] = []

    async def make_ready() -> None:
        await store.ensure_index("claims", ["number"], unique=True)
        assert await engine.count("claims", {}) == 0
        done.append("ready")

    engine.is_away = True
    assert not await store.prepare(make_ready)
    assert store.is_away, "nothing may be stored before it is ready"
    with pytest.raises(StoreUnavailableError):
        await store.insert("claims", {"_id": "a"})
    engine.is_away = False
    with pytest.raises(StoreUnavailableError):
        await store.insert("claims", {"_id": "a"})
    await clock.advance(LONGEST_PROBE_S)
    assert done == ["ready"]
    await store.insert("claims", {"_id": "a"})
    await clock.advance(60)
    assert done == ["ready"], "it is done once"


async def test_a_store_whose_data_have_other_keys_stays_shut(
    store: GuardedDocumentStore, engine: WatchedStore, clock: SettledClock, caplog: pytest.LogCaptureFixture
) -> None:
    keys_fit = False

    async def check_keys() -> None:
        await store.find_one("privacy_state", {"_id": "key_check"})
        if not keys_fit:
            raise KeyFileError("对不上")

    engine.is_away = True
    await prepare(store, check_keys)
    engine.is_away = False
    await clock.advance(30)
    assert store.is_away
    assert "cannot be used: KeyFileError" in caplog.text
    keys_fit = True
    await clock.advance(LONGEST_PROBE_S)
    assert not store.is_away


async def test_what_is_wrong_at_the_start_is_told_at_the_start(store: GuardedDocumentStore) -> None:
    async def check_keys() -> None:
        raise KeyFileError("对不上")

    with pytest.raises(KeyFileError):
        await prepare(store, check_keys)


async def test_a_store_without_a_server_is_made_ready_at_once_or_not_at_all(engine: WatchedStore) -> None:
    await prepare(engine, lambda: engine.ensure_index("claims", ["stage"]))
    engine.is_away = True
    with pytest.raises(StoreUnavailableError):
        await prepare(engine, lambda: engine.ensure_index("claims", ["stage"]))
    await engine.close()


async def test_files_fail_fast_while_their_server_is_away_and_are_there_afterwards(
    tmp_path: Path, clock: SettledClock
) -> None:
    folder = FolderThatGoesAway(tmp_path / "files")
    files = GuardedFileStore(folder, "MongoDB", sleep=clock.sleep)
    key = await files.put("身份证照片".encode())
    folder.is_gone = True
    for _ in range(2):
        with pytest.raises(StoreUnavailableError):
            await files.open(key)
    asked = folder.asked
    for attempt in (files.open(key), files.put(b"x"), files.delete(key), files.keys()):
        with pytest.raises(StoreUnavailableError, match=r"连不上 MongoDB.*稍后再试"):
            await attempt
    assert folder.asked == asked
    assert files.is_away
    folder.is_gone = False
    await clock.run(_until_there(files, clock))
    assert await files.open(key) == "身份证照片".encode()
    assert await files.keys() == [key]
    assert await files.delete(key)
    with pytest.raises(StoreError):
        await files.open(key)
    assert not files.is_away, "a file that is missing is no outage"
    await files.close()


async def _until_there(files: GuardedFileStore, clock: SettledClock) -> None:
    while files.is_away:
        await clock.sleep(0.1)


class SlowFolder(FolderThatGoesAway):
    """A transfer ends when the server was asked three times whether it is there; one that is silent says nothing."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.was_asked = asyncio.Event()
        self.is_silent = False

    async def put(self, content: bytes) -> str:
        await self.was_asked.wait()
        return await super().put(content)

    async def keys(self, *, after: str = "", limit: int = 1000) -> list[str]:
        self.asked += 1
        if self.is_silent:
            await asyncio.Event().wait()
        if self.asked >= 3:
            self.was_asked.set()
        return [after][:limit]


async def test_a_long_transfer_is_waited_for_while_the_server_answers(tmp_path: Path, clock: SettledClock) -> None:
    folder = SlowFolder(tmp_path / "files")
    files = GuardedFileStore(folder, "MongoDB", sleep=clock.sleep, patience_s=0.01)
    key = await files.put(b"a large original")
    assert await files.open(key) == b"a large original"
    assert folder.asked >= 3
    folder.was_asked.clear()
    folder.is_silent = True
    for _ in range(2):
        with pytest.raises(StoreUnavailableError):
            await files.put(b"another")
    assert files.is_away
    await files.close()
