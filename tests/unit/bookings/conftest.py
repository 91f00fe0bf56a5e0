from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.storage.sqlite_documents import SqliteDocumentStore
from tests.fakes.bookings_room import BookingsRoom
from tests.fakes.fake_clock import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteDocumentStore]:
    opened = await SqliteDocumentStore.open(tmp_path / "gongyou.sqlite3", synchronous="OFF")
    yield opened
    await opened.close()


@pytest.fixture
async def room(store: SqliteDocumentStore, clock: FakeClock) -> BookingsRoom:
    """With one worker, o-zhang, who agreed."""
    opened = BookingsRoom.over(store, clock)
    await opened.prepare()
    await opened.agree("o-zhang")
    return opened
