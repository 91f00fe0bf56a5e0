"""How long searches take among many postings: made up, spread over all counties, in a store of their own."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from bot.domain.job import JobPay, JobPosting, JobSearch, JobType, PayPeriod
from bot.domain.region import RegionLevel
from bot.jobs.job_search import JobFinder
from bot.jobs.phrasing_jobs import BOARD
from bot.jobs.postings import JobPostings
from bot.language.trades import load_trades
from bot.ports import Clock
from bot.regions.city_distances import load_city_distances
from bot.regions.divisions import load_divisions
from bot.storage.sqlite_documents import SqliteDocumentStore

BATCH = 500
SEARCHES = 300
MONTH_FEN, DAY_FEN = (300_000, 1_500_000), (15_000, 60_000)
WANTED_FEN = (0, 500_000, 800_000, 1_200_000)
POPULAR_PROVINCES, POPULAR_WEIGHT = ("44", "33", "32", "31", "11"), 5
TEXT = "身体健康，能吃苦耐劳，服从安排，有经验的优先，年龄18到50岁，会看图纸。包吃住，交五险，有加班费。"

Tell = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Took:
    """How long one kind of search took.

    Attributes:
        name: of the kind.
        times_ms: of each search.
        found: how many postings they had on their first pages together.
    """

    name: str
    times_ms: tuple[float, ...]
    found: int

    def share_ms(self, share: float) -> float:
        """The time that so large a share of them stayed within."""
        return sorted(self.times_ms)[min(int(share * len(self.times_ms)), len(self.times_ms) - 1)]


async def bench_searches(folder: Path, count: int, clock: Clock, tell: Tell) -> list[Took]:
    """Store postings and search them.

    Args:
        folder: where the store goes.
        count: how many postings.
        clock: today.
        tell: told how many are stored.
    """
    store = await SqliteDocumentStore.open(folder / "jobs.sqlite3", synchronous="NORMAL")
    try:
        postings = JobPostings(store, load_city_distances(), clock)
        await postings.prepare()
        chance = random.Random(1)  # noqa: S311 - the same postings each time
        made, stored = made_up_postings(count, clock.today(), chance), 0
        while batch := [posting for _, posting in zip(range(BATCH), made, strict=False)]:
            await asyncio.gather(*map(postings.keep, batch))
            stored += len(batch)
            tell("保存", stored, count)
        finder = JobFinder(postings, load_city_distances())
        return [await _timed(finder, name, searches) for name, searches in _kinds(chance)]
    finally:
        await store.close()


def made_up_postings(count: int, today: date, chance: random.Random) -> Iterator[JobPosting]:
    """Postings of all trades in all counties, some of both more frequent than others."""
    counties, weights = _counties()
    trades = list(load_trades().values())
    for number in range(count):
        trade = trades[min(int(chance.expovariate(6 / len(trades))), len(trades) - 1)]
        posted_on = today - timedelta(days=min(int(chance.expovariate(1 / 15)), 59))
        pay = _pay(chance)
        yield JobPosting(
            posting_id=f"bench{number:07d}",
            title=trade.name,
            employer=f"示例第{number}厂",
            region_code=chance.choices(counties, weights)[0],
            posted_on=posted_on,
            expires_on=posted_on + timedelta(days=60),
            trade_id=trade.trade_id,
            place="某某路100号",
            pay=pay,
            pay_text=f"{pay.min_fen // 100}-{pay.max_fen // 100}元",
            job_type=chance.choice(list(JobType)),
            requirements=TEXT,
            benefits=TEXT,
            contact="000-0000000",
            stated=dict.fromkeys(BOARD, number % 6 != 0) if number % 3 == 0 else {},
        )


def _counties() -> tuple[list[str], list[int]]:
    counties = [region.code for region in load_divisions() if region.level is RegionLevel.COUNTY]
    return counties, [POPULAR_WEIGHT if code.startswith(POPULAR_PROVINCES) else 1 for code in counties]


def _pay(chance: random.Random) -> JobPay:
    period, (low, high) = chance.choice([(PayPeriod.MONTH, MONTH_FEN), (PayPeriod.DAY, DAY_FEN)])
    least = chance.randrange(low, high, 1000)
    return JobPay(period, least, least + chance.randrange(0, low, 1000))


def _kinds(chance: random.Random) -> list[tuple[str, Sequence[JobSearch]]]:
    """Usual searches, and those that ask most of the store."""
    counties, weights = _counties()
    trades = list(load_trades())

    def usual() -> JobSearch:
        return JobSearch(
            chance.choices(counties, weights)[0],
            chance.choice(trades),
            month_min_fen=chance.choice(WANTED_FEN),
            job_type=chance.choice([None, None, JobType.FULL_TIME]),
        )

    somewhere = [replace(usual(), trade_id="") for _ in range(SEARCHES)]
    return [
        ("地方、工种、工资、类型", [usual() for _ in range(SEARCHES)]),
        ("地方、工资、类型，不限工种", somewhere),
        ("全国，只有工种和工资", [replace(usual(), region_code=None) for _ in range(SEARCHES)]),
        ("地方、工种、工资、类型、包吃住", [replace(usual(), benefits=BOARD) for _ in range(SEARCHES)]),
        ("工资高得没有", [replace(usual(), trade_id="", month_min_fen=90_000_000) for _ in range(SEARCHES)]),
        ("没有的工种", [replace(usual(), trade_id="", words="挖虾") for _ in range(20)]),
    ]


async def _timed(finder: JobFinder, name: str, searches: Sequence[JobSearch]) -> Took:
    times, found = [], 0
    for search in searches:
        begun = time.perf_counter()
        found += len((await finder.search(search)).jobs)
        times.append((time.perf_counter() - begun) * 1000)
    return Took(name, tuple(times), found)
