from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.desk.handoffs import Handoffs, sealed_handoffs
from bot.domain.pseudonym import WorkerPseudonyms
from bot.privacy.key_ring import KEY_BYTES, KeyRing
from bot.storage.sqlite_documents import SqliteDocumentStore
from tests.fakes.fake_clock import FakeClock
from tests.fakes.privacy_room import PrivacyRoom

PSEUDONYMS = WorkerPseudonyms("盐")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteDocumentStore]:
    store = await SqliteDocumentStore.open(tmp_path / "gongyou.sqlite3", synchronous="NORMAL")
    yield store
    await store.close()


@pytest.fixture
def privacy(store: SqliteDocumentStore, clock: FakeClock) -> PrivacyRoom:
    return PrivacyRoom.over(store, KeyRing.of({"k1": bytes(range(KEY_BYTES))}), clock)


@pytest.fixture
async def handoffs(store: SqliteDocumentStore, privacy: PrivacyRoom, clock: FakeClock) -> Handoffs:
    handoffs = Handoffs(store, sealed_handoffs(privacy.cipher, PSEUDONYMS), clock)
    await handoffs.prepare()
    return handoffs
