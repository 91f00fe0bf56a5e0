"""Tells subscribers of new postings: once a day at most, by day, and of no posting twice.

Whoever imports postings may start a round at once; the clock's rounds do the rest. What was told is kept after the
notice was handed over: a crash in between hands it over once more under the same key, and it is delivered once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from bot.domain.job import JobPosting, JobSubscription
from bot.domain.moments import CHINA
from bot.domain.notice import Notice
from bot.jobs.postings import JobPostings
from bot.jobs.search_conditions import demands, of_trade, places_within
from bot.jobs.subscriptions import DueSubscription, JobSubscriptions
from bot.ports import Clock, Notices
from bot.privacy.consent import Consents
from bot.privacy.purposes import Purpose
from bot.regions.city_distances import CityDistances

FIRST_HOUR, LAST_HOUR = 8, 21
"""Nobody is woken up."""
MOST_TOLD = 5
MOST_COUNTED = 50
TEMPLATE = "job_digest"


def digest_key(on: date) -> str:
    """The key of the notice of a day."""
    return f"job-digest:{on.isoformat()}"


class DigestWords(Protocol):
    """How new postings are told."""

    def __call__(self, subscription: JobSubscription, postings: Sequence[JobPosting], on: date) -> Notice:
        """The notice of a day; ``postings`` may be more than are told one by one."""
        ...


@dataclass(frozen=True, slots=True)
class JobPush:
    """Goes round the subscriptions.

    Attributes:
        subscriptions: who looks for what.
        postings: what there is.
        distances: which place lies in which city.
        consents: who still agrees.
        notices: tells them.
        words: makes the notice.
        clock: the time.
    """

    subscriptions: JobSubscriptions
    postings: JobPostings
    distances: CityDistances
    consents: Consents
    notices: Notices
    words: DigestWords
    clock: Clock

    async def push_due(self) -> int:
        """Tell everybody who may be told now of what is new to them, and return how many were told.

        Raises:
            StoreError: the store is away; the next round goes on.
            OutboxError: a notice could not be kept; the next round goes on.
        """
        if not FIRST_HOUR <= self.clock.now().astimezone(CHINA).hour < LAST_HOUR:
            return 0
        latest_ms, told = await self.postings.latest_arrival_ms(), 0
        async for due in self.subscriptions.due(latest_ms):
            told += await self._tell(due, latest_ms)
        return told

    async def _tell(self, due: DueSubscription, latest_ms: int) -> bool:
        worker_id = due.subscription.worker_id
        if await self.consents.current(worker_id, Purpose.JOB_PUSH) is None:
            await self.subscriptions.remove(worker_id)
            return False
        fresh = await self._fresh(due)
        if not fresh:
            await self.subscriptions.checked(worker_id, latest_ms)
            return False
        today = self.clock.today()
        await self.notices.send(due.openid, self.words(due.subscription, fresh, today))
        await self.subscriptions.told(worker_id, latest_ms, [posting.posting_id for posting in fresh], today)
        return True

    async def _fresh(self, due: DueSubscription) -> list[JobPosting]:
        """Postings that arrived since, meet a search and were not told, the newest first."""
        known, found = set(due.subscription.told), dict[str, JobPosting]()
        for search in due.subscription.searches:
            for place in places_within(self.distances, search.region_code):
                arrived = {"arrived_ms": {"$gt": due.since_ms}}
                where = {**place, **demands(search), **of_trade(search.trade_id), **arrived}
                met = await self.postings.find(where, MOST_COUNTED)
                found |= {posting.posting_id: posting for posting in met if search.words in posting.title}
        fresh = [posting for posting in found.values() if posting.posting_id not in known]
        return sorted(fresh, key=lambda posting: posting.posted_on, reverse=True)[:MOST_COUNTED]
