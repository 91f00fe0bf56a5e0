"""The samples that ship: enough for every region, marked everywhere, loaded once a day, never in production."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.assembly.job_samples import COURSES, EVENTS, JOBS, OFFENDERS, load_samples
from bot.domain.job import JobSearch
from bot.jobs.postings import JobPostings
from bot.regions.city_distances import load_city_distances
from bot.regions.divisions import load_divisions
from bot.storage.sqlite_documents import SqliteDocumentStore
from bot.tables.table_reader import read_table
from tests.fakes.fake_clock import FakeClock
from tests.fakes.jobs_chat import JobsChat

CORPUS = Path(__file__).parents[3] / "corpus"
REGIONS = {"350400": "三明", "440000": "广东", "420117": "新洲", "510802": "利州", "130500": "邢台"}


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteDocumentStore]:
    store = await SqliteDocumentStore.open(tmp_path / "gongyou.sqlite3", synchronous="NORMAL")
    yield store
    await store.close()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(datetime(2026, 11, 28, 2, tzinfo=UTC))


@pytest.fixture
async def chat(store: SqliteDocumentStore, clock: FakeClock) -> JobsChat:
    chat = JobsChat(store, clock, CORPUS)
    await chat.capability.prepare()
    await chat.capability.seed()
    return chat


def rows(name: str) -> list[dict[str, str]]:
    return [row.cells for row in read_table(CORPUS / "samples" / name)]


async def test_two_hundred_postings_ship_for_the_five_regions_all_of_them_read_whole(
    chat: JobsChat, store: SqliteDocumentStore
) -> None:
    found = await chat.desk.postings.find({}, 1000)
    assert len(found) == 200
    divisions = load_divisions()
    by_region = Counter(
        next(region for region in REGIONS if divisions.covers(region, posting.region_code)) for posting in found
    )
    assert set(by_region) == set(REGIONS)
    assert min(by_region.values()) >= 30
    guangdong = {load_city_distances().city_of(one.region_code) for one in found if one.region_code.startswith("44")}
    assert len(guangdong) >= 12
    for posting in found:
        assert posting.is_sample
        assert posting.trade_id, posting.title
        assert posting.pay is not None, posting.pay_text
        assert posting.job_type is not None
        assert posting.employer.startswith("示例")
        assert posting.contact.startswith("000-")
    assert 3 <= sum(bool(posting.deposit) for posting in found) <= 10
    assert await store.count("job_postings", {"is_sample": False}) == 0


async def test_samples_are_loaded_once_a_day_and_dated_anew_the_next(
    chat: JobsChat, store: SqliteDocumentStore
) -> None:
    assert not await load_samples(chat.desk, store, CORPUS)
    arrived = await chat.desk.postings.latest_arrival_ms()
    newest = max(posting.posted_on for posting in await chat.desk.postings.find({}, 1000))
    await chat.clock.advance(24 * 3600)
    assert await load_samples(chat.desk, store, CORPUS)
    later = await chat.desk.postings.find({}, 1000)
    assert len(later) == 200
    assert max(posting.posted_on for posting in later) > newest
    assert await chat.desk.postings.latest_arrival_ms() == arrived


async def test_every_region_has_sample_fairs_and_courses(chat: JobsChat) -> None:
    divisions = load_divisions()
    for region in REGIONS:
        [event, *_] = await chat.desk.events.ahead(region)
        [course, *_] = await chat.desk.courses.ahead(region)
        for item in (event, course):
            assert divisions.covers(region, item.region_code)
            assert item.is_sample
            assert item.contact.startswith("000-")


async def test_sample_offenders_warn_about_sample_employers(chat: JobsChat) -> None:
    found = await chat.desk.postings.find({}, 1000)
    listed = await chat.desk.offenders.find({posting.employer for posting in found})
    assert len(listed) == 3
    assert all(entry.is_sample for entry in listed.values())
    reply = await chat.worker().says("三明找活，织布的")
    assert "【示例】" in reply


def test_the_files_name_nobody_real() -> None:
    assert all(row["用工单位"].startswith("示例") for row in rows(JOBS))
    assert all("示例" in row["举办地点"] and "示例" in row["主办单位"] for row in rows(EVENTS))
    assert all("示例" in row["培训地点"] and "示例" in row["培训机构"] for row in rows(COURSES))
    assert all(row["单位名称"].startswith("示例") and "示例" in row["列入机关"] for row in rows(OFFENDERS))


async def test_production_neither_loads_nor_keeps_samples(
    chat: JobsChat, store: SqliteDocumentStore, clock: FakeClock
) -> None:
    assert len(await chat.desk.postings.find({}, 1000)) == 200
    in_production = JobsChat(store, clock, CORPUS, mode="production")
    await in_production.capability.prepare()
    await in_production.capability.seed()
    for collection in ("job_postings", "recruitment_events", "training_courses", "wage_offenders"):
        assert await store.count(collection, {}) == 0
    postings = JobPostings(store, load_city_distances(), clock)
    assert await postings.find({}, 10) == []
    page = await in_production.desk.finder.search(JobSearch())
    assert page.jobs == ()
