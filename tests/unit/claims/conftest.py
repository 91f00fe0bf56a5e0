from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.claims.claims import Claims, sealed_claims
from bot.domain.errors import PlatformError
from bot.domain.pseudonym import WorkerPseudonyms
from bot.privacy.key_ring import KEY_BYTES, KeyRing
from bot.storage.folder_files import FolderFileStore
from bot.storage.sqlite_documents import SqliteDocumentStore
from tests.fakes.fake_clock import FakeClock
from tests.fakes.privacy_room import PrivacyRoom

PSEUDONYMS = WorkerPseudonyms("盐")


class Pictures:
    """The platform's photos by media id; what it does not hold cannot be had."""

    def __init__(self, **known: bytes) -> None:
        self.known = known

    async def fetch_picture(self, media_id: str, url: str) -> bytes:
        del url
        if media_id not in self.known:
            raise PlatformError("无", 40007)
        return self.known[media_id]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteDocumentStore]:
    store = await SqliteDocumentStore.open(tmp_path / "gongyou.sqlite3", synchronous="NORMAL")
    yield store
    await store.close()


@pytest.fixture
def files(tmp_path: Path) -> FolderFileStore:
    return FolderFileStore(tmp_path / "files")


@pytest.fixture
def privacy(store: SqliteDocumentStore, clock: FakeClock) -> PrivacyRoom:
    return PrivacyRoom.over(store, KeyRing.of({"k1": bytes(range(KEY_BYTES))}), clock)


@pytest.fixture
async def claims(store: SqliteDocumentStore, privacy: PrivacyRoom, clock: FakeClock) -> Claims:
    claims = Claims(store, sealed_claims(privacy.cipher, PSEUDONYMS), clock)
    await claims.prepare()
    return claims
