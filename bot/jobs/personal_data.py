"""What this room keeps about workers, for their export and erasure; nothing of it has to stay."""

from __future__ import annotations

from bot.jobs import phrasing_jobs as words
from bot.jobs.course_sign_ups import CourseSignUps
from bot.jobs.subscriptions import JobSubscriptions
from bot.privacy.holders import WithoutMatters
from bot.privacy.moments import shown, stored
from bot.regions.divisions import Divisions


class SubscriptionHolder(WithoutMatters):
    """See `bot.privacy.holders.PersonalDataHolder`.

    Args:
        subscriptions: the subscriptions.
        divisions: names of places.
    """

    label = words.SUBSCRIPTIONS

    def __init__(self, subscriptions: JobSubscriptions, divisions: Divisions) -> None:
        self._subscriptions = subscriptions
        self._divisions = divisions

    async def export(self, worker_id: str) -> list[dict[str, str]]:
        """The saved searches in words."""
        known = await self._subscriptions.of(worker_id)
        searches = known.searches if known is not None else ()
        return [{words.SEARCH: words.in_words(search, self._divisions)} for search in searches]

    async def erase(self, worker_id: str) -> int:
        """End the subscription."""
        return await self._subscriptions.remove(worker_id)


class SignUpHolder(WithoutMatters):
    """See `bot.privacy.holders.PersonalDataHolder`.

    Args:
        sign_ups: the sign-ups.
    """

    label = words.SIGN_UPS

    def __init__(self, sign_ups: CourseSignUps) -> None:
        self._sign_ups = sign_ups

    async def export(self, worker_id: str) -> list[dict[str, str]]:
        """The courses, with the name and telephone left for each."""
        return [
            {
                words.COURSE: one.course,
                words.NAME: one.name,
                words.PHONE: one.phone,
                words.SIGNED_UP_AT: shown(stored(one.signed_up_at)),
            }
            for one in await self._sign_ups.of_worker(worker_id)
        ]

    async def erase(self, worker_id: str) -> int:
        """Give all seats back."""
        return await self._sign_ups.erase(worker_id)
