"""The room on a real SQLite store, with a clock that only moves when told."""

import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.ports import DocumentStore
from bot.privacy.key_ring import KEY_BYTES, KeyRing
from bot.storage.sqlite_documents import SqliteDocumentStore
from tests.fakes.fake_clock import FakeClock
from tests.fakes.privacy_room import PrivacyRoom


@pytest.fixture
def old_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


@pytest.fixture
def new_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


@pytest.fixture
def ring(old_key: bytes) -> KeyRing:
    return KeyRing.of({"old": old_key})


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def store_path(tmp_path: Path) -> Path:
    return tmp_path / "documents.sqlite3"


@pytest.fixture
async def store(store_path: Path) -> AsyncIterator[DocumentStore]:
    opened = await SqliteDocumentStore.open(store_path, synchronous="NORMAL")
    yield opened
    await opened.close()


@pytest.fixture
async def second_store(store_path: Path, store: DocumentStore) -> AsyncIterator[DocumentStore]:
    """Another connection to the same file, as another process has."""
    assert store is not None
    opened = await SqliteDocumentStore.open(store_path, synchronous="NORMAL")
    yield opened
    await opened.close()


@pytest.fixture
def room(store: DocumentStore, ring: KeyRing, clock: FakeClock) -> PrivacyRoom:
    return PrivacyRoom.over(store, ring, clock)


@pytest.fixture
def other_room(second_store: DocumentStore, ring: KeyRing, clock: FakeClock) -> PrivacyRoom:
    return PrivacyRoom.over(second_store, ring, clock)
