from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.jobs.job_import import JobImport
from bot.jobs.postings import JobPostings
from bot.regions.city_distances import load_city_distances
from bot.regions.divisions import load_divisions
from bot.regions.place_names import load_place_finder
from bot.storage.sqlite_documents import SqliteDocumentStore
from tests.fakes.fake_clock import FakeClock


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteDocumentStore]:
    store = await SqliteDocumentStore.open(tmp_path / "gongyou.sqlite3", synchronous="NORMAL")
    yield store
    await store.close()


@pytest.fixture
def clock() -> FakeClock:
    """Ten in the morning of 28 November 2026 in China."""
    return FakeClock(datetime(2026, 11, 28, 2, tzinfo=UTC))


@pytest.fixture
async def postings(store: SqliteDocumentStore, clock: FakeClock) -> JobPostings:
    postings = JobPostings(store, load_city_distances(), clock, shows_samples=True)
    await postings.prepare()
    return postings


@pytest.fixture
def job_import(postings: JobPostings, clock: FakeClock) -> JobImport:
    return JobImport(postings, load_place_finder(), load_divisions(), clock)


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., Path]:
    """Writes a file as an office sends it."""

    def write(text: str, name: str = "jobs.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return write
