"""What `bot.jobs` asks of the document port, over every engine."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.domain.job import Benefit, JobPay, JobPosting, JobSearch, JobType, PayPeriod
from bot.jobs.job_search import Demand, JobFinder
from bot.jobs.postings import JobPostings
from bot.ports import DocumentStore
from bot.regions.city_distances import load_city_distances
from bot.tables.import_report import Kept
from tests.fakes.fake_clock import FakeClock

WELDER = JobPosting(
    "p1",
    "电焊工",
    "示例厂",
    "350481",
    date(2026, 11, 20),
    date(2026, 12, 31),
    trade_id="welder",
    pay=JobPay(PayPeriod.MONTH, 600_000, 800_000),
    pay_text="6-8千",
    job_type=JobType.FULL_TIME,
    contact="0598-1234567",
)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(datetime(2026, 11, 28, 2, tzinfo=UTC))


@pytest.fixture
async def postings(documents: DocumentStore, clock: FakeClock) -> JobPostings:
    postings = JobPostings(documents, load_city_distances(), clock)
    await postings.prepare()
    return postings


async def test_a_posting_comes_back_as_it_was_kept(postings: JobPostings) -> None:
    assert await postings.keep(WELDER) is Kept.ADDED
    assert await postings.keep(WELDER) is Kept.UNCHANGED
    assert await postings.get("p1") == WELDER
    bare = JobPosting("p2", "杂工", "", "440000", date(2026, 11, 20), date(2026, 12, 31))
    await postings.keep(bare)
    assert await postings.get("p2") == bare


async def test_the_same_posting_kept_at_once_is_one_with_the_latest_end(postings: JobPostings) -> None:
    ends = [replace(WELDER, expires_on=date(2026, 12, day)) for day in range(1, 31)]
    kept = await asyncio.gather(*map(postings.keep, ends))
    assert kept.count(Kept.ADDED) == 1
    found = await postings.get("p1")
    assert found is not None
    assert found.expires_on == date(2026, 12, 30)


async def test_searches_find_the_nearest_and_the_newest_and_give_up_the_pay(postings: JobPostings) -> None:
    await postings.keep(WELDER)
    await postings.keep(replace(WELDER, posting_id="p0", posted_on=date(2026, 11, 27)))
    await postings.keep(replace(WELDER, posting_id="p3", region_code="350200", posted_on=date(2026, 11, 28)))
    await postings.keep(replace(WELDER, posting_id="p4", region_code="350481", trade_id="steel_structure_worker"))
    finder = JobFinder(postings, load_city_distances())
    page = await finder.search(JobSearch("350481", "welder", month_min_fen=700_000, job_type=JobType.FULL_TIME))
    assert [found.posting.posting_id for found in page.jobs] == ["p0", "p1", "p3", "p4"]
    assert (await finder.search(JobSearch("350481", "welder", month_min_fen=900_000))).given_up == (Demand.PAY,)
    assert (await finder.search(JobSearch(None, "guard"))).given_up == (Demand.TRADE,)


async def test_benefits_that_are_said_come_before_silence_and_denials_do_not_come(postings: JobPostings) -> None:
    said: dict[str, dict[Benefit, bool]] = {
        "silent": {},
        "denied": {Benefit.LODGING: True, Benefit.INSURANCE: False},
        "half": {Benefit.LODGING: True},
        "whole": {Benefit.LODGING: True, Benefit.INSURANCE: True},
    }
    for posting_id, stated in said.items():
        await postings.keep(replace(WELDER, posting_id=posting_id, stated=stated))
    search = JobSearch("350481", "welder", benefits=(Benefit.LODGING, Benefit.INSURANCE))
    page = await JobFinder(postings, load_city_distances()).search(search)
    assert [found.posting.posting_id for found in page.jobs] == ["whole", "half", "silent"]


async def test_what_is_over_is_not_found_and_goes(postings: JobPostings, clock: FakeClock) -> None:
    await postings.keep(WELDER)
    assert await postings.latest_arrival_ms() == clock.now().timestamp() * 1000
    await clock.advance(40 * 24 * 3600)
    assert await postings.get("p1") is None
    assert await postings.expire() == 1
    assert await postings.latest_arrival_ms() == 0
