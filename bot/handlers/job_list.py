"""Lists of postings: what a search found, and what a subscriber was told of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.conversation import Turn
from bot.domain.form import Listing, Values
from bot.domain.intent import Intent
from bot.domain.job import JobPosting, JobSearch
from bot.domain.message import Reply
from bot.handlers import phrasing_job_search as phrasing
from bot.handlers.conversations import Conversations
from bot.handlers.job_lists import KIND, PAGE_SIZE
from bot.handlers.job_places import JobPlaces
from bot.jobs.job_search import Demand, JobFinder, JobPage
from bot.jobs.postings import JobPostings
from bot.jobs.search_values import from_values, to_values
from bot.ports import Clock, OffenderLookup


class JobLines:
    """Postings with what a list tells beside their own words.

    Args:
        offenders: who owes wages.
        places: names of places.
        clock: today, for dates without a year.
    """

    def __init__(self, offenders: OffenderLookup, places: JobPlaces, clock: Clock) -> None:
        self._offenders = offenders
        self.places = places
        self.clock = clock

    async def of(self, postings: Sequence[JobPosting], region_code: str | None) -> list[phrasing.JobLine]:
        """Postings as lists tell them.

        Args:
            postings: the postings.
            region_code: the place that was asked about, which needs no name.
        """
        listed = await self._offenders.find({posting.employer for posting in postings})
        return [
            phrasing.JobLine(posting, self.places.spot(posting.region_code, region_code), listed.get(posting.employer))
            for posting in postings
        ]


class FoundJobsList:
    """What a search found; see `bot.handlers.job_lists.LeafedList`.

    Args:
        finder: searches.
        postings: shows one.
        lines: places and warnings.
        conversations: remembers what was shown.
    """

    kind = "jobs"

    def __init__(self, finder: JobFinder, postings: JobPostings, lines: JobLines, conversations: Conversations) -> None:
        self._finder = finder
        self._postings = postings
        self._lines = lines
        self._conversations = conversations

    async def begin(self, turn: Turn, search: JobSearch) -> Reply:
        """The first page of a new search."""
        found = await self._finder.search(search)
        if not found.jobs:
            return Reply(phrasing.nothing(self._lines.places.names(search)))
        return await self._shown(turn, search, found, is_first=True)

    async def show(self, turn: Turn, query: Values, page: int) -> Reply | None:
        """A page that was leafed to."""
        search, given_up = from_values(query["search"]), tuple(map(Demand, query["given_up"]))
        found = await self._finder.page(search, given_up, page)
        return await self._shown(turn, search, found, is_first=False) if found.jobs else None

    async def detail(self, turn: Turn, item_id: str) -> Reply:
        """One posting with everything that it says."""
        del turn
        posting = await self._postings.get(item_id)
        if posting is None:
            return Reply(phrasing.GONE)
        [line] = await self._lines.of([posting], None)
        return Reply(phrasing.detail(line, self._lines.clock.today()))

    async def _shown(self, turn: Turn, search: JobSearch, found: JobPage, *, is_first: bool) -> Reply:
        postings = [one.posting for one in found.jobs]
        query = {KIND: self.kind, "search": to_values(search), "given_up": [demand.value for demand in found.given_up]}
        shown = tuple(posting.posting_id for posting in postings)
        listing = Listing(Intent.JOB_SEARCH, query, shown, found.page)
        await self._conversations.remember(turn.conversation.worker_id, listing=listing)
        lines = [
            replace(line, unsaid=one.unsaid)
            for line, one in zip(await self._lines.of(postings, search.region_code), found.jobs, strict=True)
        ]
        names, today = self._lines.places.names(search), self._lines.clock.today()
        is_wished = _also(turn) is Intent.SUBSCRIBE_JOBS
        return Reply(phrasing.page(search, names, found, lines, today, is_first=is_first, offers_news=not is_wished))


class NewJobsList(FoundJobsList):
    """What a subscriber was told of last."""

    kind = "news"

    async def begin_told(self, turn: Turn, told: Sequence[str]) -> Reply:
        """The first page of what was told."""
        return await self.show(turn, {KIND: self.kind, "ids": list(told)}, 0) or Reply(phrasing.NO_NEWS)

    async def show(self, turn: Turn, query: Values, page: int) -> Reply | None:
        """A page of what is still open of it."""
        ids: list[str] = query["ids"]
        here = ids[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
        postings = [posting for one in here if (posting := await self._postings.get(one)) is not None]
        if not postings:
            return None
        listing = Listing(Intent.JOB_SEARCH, query, tuple(posting.posting_id for posting in postings), page)
        await self._conversations.remember(turn.conversation.worker_id, listing=listing)
        lines, today = await self._lines.of(postings, None), self._lines.clock.today()
        return Reply(phrasing.news(lines, today, has_more=len(ids) > (page + 1) * PAGE_SIZE, number=page))


def _also(turn: Turn) -> Intent | None:
    """The second wish of a search, said with it or before its form was filled in."""
    said = turn.understanding.also if turn.understanding is not None else None
    return said or turn.conversation.also
