from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.places.service_points import ServicePoints
from bot.regions.divisions import Divisions, load_divisions
from bot.regions.place_names import PlaceFinder, load_place_finder
from bot.storage.sqlite_documents import SqliteDocumentStore


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteDocumentStore]:
    store = await SqliteDocumentStore.open(tmp_path / "gongyou.sqlite3", synchronous="NORMAL")
    yield store
    await store.close()


@pytest.fixture
def divisions() -> Divisions:
    return load_divisions()


@pytest.fixture
def finder() -> PlaceFinder:
    return load_place_finder()


@pytest.fixture
async def points(store: SqliteDocumentStore, divisions: Divisions) -> ServicePoints:
    points = ServicePoints(store, divisions)
    await points.prepare()
    return points
