"""Changing a document whatever others do to it meanwhile."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.errors import StoreError
from bot.ports import Document
from bot.storage.change import change
from bot.storage.sqlite_documents import SqliteDocumentStore


class RacedStore(SqliteDocumentStore):
    """Somebody else changes the document just before each of the first replacements."""

    races = 0

    async def replace_if(self, collection: str, document: Document) -> Document | None:
        if self.races:
            self.races -= 1
            current = await self.find_one(collection, {"_id": document["_id"]})
            assert current is not None
            await super().replace_if(collection, {**current, "others": current["others"] + 1})
        return await super().replace_if(collection, document)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[RacedStore]:
    store = await RacedStore.open(tmp_path / "store.sqlite3")
    await store.insert("slots", {"_id": "a", "mine": 0, "others": 0, "list": [1]})
    yield store
    await store.close()


def add_mine(document: Document) -> Document:
    document["mine"] += 1
    return document


@pytest.fixture
def pauses_s() -> list[float]:
    return []


async def test_a_change_is_stored_and_returned(store: RacedStore) -> None:
    changed = await change(store, "slots", "a", add_mine)
    assert changed == {"_id": "a", "_ver": 2, "mine": 1, "others": 0, "list": [1]}
    assert await store.find_one("slots", {"_id": "a"}) == changed


async def test_a_lost_race_is_run_again_on_the_newer_document(store: RacedStore, pauses_s: list[float]) -> None:
    async def sleep(seconds: float) -> None:
        pauses_s.append(seconds)

    store.races = 12
    changed = await change(store, "slots", "a", add_mine, sleep=sleep)
    assert changed == {"_id": "a", "_ver": 14, "mine": 1, "others": 12, "list": [1]}
    assert len(pauses_s) == 12
    assert all(0 <= pause_s <= min(0.1, 0.001 * 2**attempt) for attempt, pause_s in enumerate(pauses_s))


async def test_too_many_lost_races_are_an_error(store: RacedStore) -> None:
    async def sleep(_: float) -> None:
        return

    store.races = 9
    with pytest.raises(StoreError, match="试了 3 次"):
        await change(store, "slots", "a", add_mine, attempts=3, sleep=sleep)
    found = await store.find_one("slots", {"_id": "a"})
    assert found is not None
    assert (found["mine"], found["others"]) == (0, 3)


async def test_a_document_that_is_not_there_or_is_left_alone_stays_so(store: RacedStore) -> None:
    assert await change(store, "slots", "b", add_mine) is None
    assert await change(store, "slots", "a", lambda _: None) is None
    assert await store.count("slots", {"_ver": 1}) == 1
    assert await store.count("slots", {}) == 1


async def test_an_error_in_the_change_stores_nothing_and_frees_the_document(store: RacedStore) -> None:
    def fail(document: Document) -> Document:
        document["list"].append(2)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await change(store, "slots", "a", fail)
    changed = await change(store, "slots", "a", add_mine)
    assert changed is not None
    assert changed["list"] == [1]


async def test_identity_and_version_are_not_the_changers_to_choose(store: RacedStore) -> None:
    changed = await change(store, "slots", "a", lambda _: {"_id": "z", "_ver": 99, "mine": 5})
    assert changed == {"_id": "a", "_ver": 2, "mine": 5}


async def test_a_changer_that_hangs_does_not_hold_the_document_for_ever(
    store: RacedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.storage.change.TURN_PATIENCE_S", 0.01)

    async def change_meanwhile(_: float) -> None:
        store.races = 0
        assert await change(store, "slots", "a", add_mine) is not None

    store.races = 1
    changed = await change(store, "slots", "a", add_mine, sleep=change_meanwhile)
    assert changed is not None
    assert changed["mine"] == 2
