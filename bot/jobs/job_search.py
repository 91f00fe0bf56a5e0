"""Postings for a worker: outward from their place, neighbouring trades second, demands given up one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.job import Benefit, JobPosting, JobSearch
from bot.jobs.neighbouring_trades import neighbours_of
from bot.jobs.posting_documents import from_document
from bot.jobs.postings import JobPostings, meets
from bot.jobs.search_conditions import demands, not_denied, of_trade, pay_demands
from bot.jobs.search_rings import Reach, Ring, rings_around
from bot.ports import Document
from bot.regions.city_distances import CityDistances

PAGE_SIZE = 5
PAGES_MAX = 20
RARE = 60
"""A pay that fewer postings have is looked for among these: an index that has the order of days does not have it."""


class Demand(StrEnum):
    """What a search demands besides the place."""

    PAY = "pay"
    TYPE = "type"
    BENEFITS = "benefits"
    TRADE = "trade"


GIVEN_UP: tuple[tuple[Demand, ...], ...] = (
    (),
    (Demand.PAY,),
    (Demand.TYPE,),
    (Demand.BENEFITS,),
    (Demand.PAY, Demand.TYPE),
    (Demand.PAY, Demand.TYPE, Demand.BENEFITS),
    (Demand.TRADE,),
    (Demand.TRADE, Demand.PAY, Demand.TYPE, Demand.BENEFITS),
)
"""Which demands are given up in turn until something is found; the work itself last."""


@dataclass(frozen=True, slots=True)
class FoundJob:
    """A posting that was found.

    Attributes:
        posting: it.
        reach: how far from the place that was asked for.
        is_neighbour: whether it is of a neighbouring trade only.
        unsaid: benefits that were asked for and that it does not mention.
    """

    posting: JobPosting
    reach: Reach
    is_neighbour: bool = False
    unsaid: tuple[Benefit, ...] = ()


@dataclass(frozen=True, slots=True)
class JobPage:
    """One page of what was found.

    Attributes:
        jobs: at most `PAGE_SIZE`.
        page: which one, from 0.
        has_more: whether there is a next one.
        given_up: demands that nothing met, so that they were given up.
    """

    jobs: tuple[FoundJob, ...]
    page: int = 0
    has_more: bool = False
    given_up: tuple[Demand, ...] = ()


@dataclass(frozen=True, slots=True)
class _Step:
    """One question to the store."""

    ring: Ring
    trade_id: str
    is_neighbour: bool = False
    unsaid: tuple[Benefit, ...] = ()


class JobFinder:
    """Searches postings.

    Args:
        postings: the postings.
        distances: which cities lie near.
    """

    def __init__(self, postings: JobPostings, distances: CityDistances) -> None:
        self._postings = postings
        self._distances = distances

    async def search(self, search: JobSearch) -> JobPage:
        """The first page; where nothing meets all demands, of what meets most of them.

        Raises:
            StoreError: the store is away.
        """
        for given_up in possible(search):
            page = await self.page(search, given_up, 0)
            if page.jobs:
                return page
        return JobPage(())

    async def page(self, search: JobSearch, given_up: Sequence[Demand], number: int) -> JobPage:
        """A page of a search whose first page is known.

        Args:
            search: what was looked for.
            given_up: as the first page had it.
            number: from 0; behind the last page there is nothing.

        Raises:
            StoreError: the store is away.
        """
        number = min(max(number, 0), PAGES_MAX - 1)
        end = (number + 1) * PAGE_SIZE
        found = await self._collect(_relaxed(search, given_up), end + 1, is_near=Demand.TRADE in given_up)
        has_more = len(found) > end and number + 1 < PAGES_MAX
        return JobPage(tuple(found[end - PAGE_SIZE : end]), number, has_more, tuple(given_up))

    async def _collect(self, search: JobSearch, wanted: int, *, is_near: bool) -> list[FoundJob]:
        """The first matches, the nearest first; without a demand for the trade only those of the province."""
        found: dict[str, FoundJob] = {}
        rare = await self._rarely_paid(search)
        for step in self._steps(search):
            if is_near and search.region_code and step.ring.reach is Reach.COUNTRY:
                continue
            for posting in await self._matches(search, step, wanted, rare):
                unsaid = tuple(benefit for benefit in search.benefits if benefit not in posting.stated)
                job = FoundJob(posting, step.ring.reach, step.is_neighbour, unsaid)
                found.setdefault(posting.posting_id, job)
            if len(found) >= wanted:
                break
        return list(found.values())[:wanted]

    def _steps(self, search: JobSearch) -> Iterator[_Step]:
        """The trade in the province, its neighbours there one by one, then the trade in the country.

        Within each of the three, what says that all the benefits come with the job is first, then what does not mention
        one of them, then what does not mention several.
        """
        for part in self._parts(search):
            for unsaid in _unsaid_in_turn(search.benefits):
                yield from (replace(step, unsaid=unsaid) for step in part)

    def _parts(self, search: JobSearch) -> Iterator[list[_Step]]:
        """The three parts of a search.

        Words that are no trade, and neighbours, are not looked for from city to city: there are too many questions.
        """
        rings = rings_around(self._distances, search.region_code)
        whole = [ring for ring in rings if not ring.is_wholly_within]
        own = whole if search.words else rings
        yield [_Step(ring, search.trade_id) for ring in own if ring.reach is not Reach.COUNTRY]
        near = [ring for ring in whole if ring.reach is not Reach.COUNTRY]
        yield [_Step(ring, trade, is_neighbour=True) for trade in neighbours_of(search.trade_id) for ring in near]
        yield [_Step(ring, search.trade_id) for ring in own if ring.reach is Reach.COUNTRY]

    async def _rarely_paid(self, search: JobSearch) -> list[Document] | None:
        """All postings that pay as much, where that is rare."""
        for field, at_least in pay_demands(search).items():
            rare = await self._postings.all_of_few(field, at_least, RARE)
            if rare is not None:
                return rare
        return None

    async def _matches(
        self, search: JobSearch, step: _Step, wanted: int, rare: list[Document] | None
    ) -> list[JobPosting]:
        where = {**step.ring.where, **demands(search), **not_denied(step.unsaid), **of_trade(step.trade_id)}
        if rare is not None:
            return [from_document(row) for row in rare if meets(row, where) and search.words in row["title"]]
        if search.words:
            return await self._postings.find_titled(where, search.words, wanted)
        return await self._postings.find(where, wanted)


def possible(search: JobSearch) -> Iterator[tuple[Demand, ...]]:
    """What can be given up of a search, in turn; nothing twice."""
    demanded = {
        Demand.PAY: search.month_min_fen or search.day_min_fen,
        Demand.TYPE: search.job_type,
        Demand.BENEFITS: search.benefits,
        Demand.TRADE: search.trade_id or search.words,
    }
    seen = set()
    for given_up in GIVEN_UP:
        kept = tuple(demand for demand in given_up if demanded[demand])
        if kept not in seen:
            seen.add(kept)
            yield kept


def _unsaid_in_turn(benefits: tuple[Benefit, ...]) -> list[tuple[Benefit, ...]]:
    """Which benefits need not be mentioned: none, each of them, all."""
    return list(dict.fromkeys([(), *((benefit,) for benefit in benefits), benefits]))


def _relaxed(search: JobSearch, given_up: Sequence[Demand]) -> JobSearch:
    if Demand.PAY in given_up:
        search = replace(search, month_min_fen=0, day_min_fen=0)
    if Demand.TYPE in given_up:
        search = replace(search, job_type=None)
    if Demand.BENEFITS in given_up:
        search = replace(search, benefits=())
    return replace(search, trade_id="", words="") if Demand.TRADE in given_up else search
