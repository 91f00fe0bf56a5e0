"""Fairs and courses near a place, as lists to leaf through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.conversation import Turn
from bot.domain.form import Listing, Question, Values
from bot.domain.intent import Intent
from bot.domain.message import Reply
from bot.domain.region import NATION_CODE
from bot.handlers import phrasing_announcements as phrasing
from bot.handlers.announcement_wishes import asks_for_fairs, looks_for_course
from bot.handlers.conversations import Conversations
from bot.handlers.forms import Reading
from bot.handlers.job_lists import KIND, PAGE_SIZE
from bot.handlers.job_wish import TRADE
from bot.handlers.listed_places import ListedPlaces
from bot.handlers.phrasing_announcements import AnnouncementWords
from bot.jobs.announcements import Announcements
from bot.language.trades import load_trades
from bot.ports import Clock

REGION, SEEN = "region", "seen"


@dataclass(frozen=True, slots=True)
class AnnouncementTopic:
    """What a list and its form are about.

    Attributes:
        list_kind: see `bot.handlers.job_lists.LeafedList.kind`.
        form_name: see `bot.handlers.forms.Form.name`.
        words: how they are told.
        is_summoned: whether a message asks for them.
        is_of_trades: whether somebody may want those of one trade only.
    """

    list_kind: str
    form_name: str
    words: AnnouncementWords
    is_summoned: Callable[[str], bool]
    is_of_trades: bool = False


FAIRS = AnnouncementTopic("events", "recruitment_events", phrasing.FAIRS, asks_for_fairs)
COURSES = AnnouncementTopic("courses", "training_courses", phrasing.COURSES, looks_for_course, is_of_trades=True)


class AnnouncementsList:
    """Fairs or courses; see `bot.handlers.job_lists.LeafedList`.

    Args:
        topic: `FAIRS` or `COURSES`.
        announcements: those of the topic.
        places: names of places.
        conversations: remembers what was shown.
        clock: today.
    """

    def __init__(
        self,
        topic: AnnouncementTopic,
        announcements: Announcements,
        places: ListedPlaces,
        conversations: Conversations,
        clock: Clock,
    ) -> None:
        self.kind = topic.list_kind
        self._words = topic.words
        self._announcements = announcements
        self._places = places
        self._conversations = conversations
        self._clock = clock

    async def show(self, turn: Turn, query: Values, page: int) -> Reply | None:
        """A page; where there is nothing for the trade, of all."""
        code: str | None = query[REGION]
        trade: str = query.get(TRADE, "")
        items = await self._announcements.ahead(code, trade)
        is_other = not items
        items = items or await self._announcements.ahead(code)
        here = items[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
        if not here:
            return None
        listing = Listing(Intent.JOB_SEARCH, query, tuple(item.announcement_id for item in here), page)
        await self._conversations.remember(turn.conversation.worker_id, listing=listing)
        heading = self._words.heading(
            "" if code in (None, NATION_CODE) else self._places.name(code),
            load_trades()[trade].name if trade else "",
            is_other=is_other,
        )
        has_more = len(items) > (page + 1) * PAGE_SIZE
        return Reply(self._words.page(heading, here, self._clock.today(), has_more=has_more, number=page))

    async def detail(self, turn: Turn, item_id: str) -> Reply:
        """One of them; where one signs up, 报名 after it means this one."""
        item = await self._announcements.get(item_id)
        if item is None:
            return Reply(self._words.gone)
        listing = turn.conversation.listing
        if listing is not None and self._announcements.kind.has_sign_up:
            seen = Listing(listing.intent, {**listing.query, SEEN: item_id}, listing.shown, listing.page)
            await self._conversations.remember(turn.conversation.worker_id, listing=seen)
        return Reply(self._words.detail(item, self._places.name(item.region_code), self._clock.today()))


class AnnouncementsForm:
    """See `bot.handlers.forms.Form`: asks for the place where it is unknown; asked for by its own words.

    Args:
        topic: `FAIRS` or `COURSES`.
        announcements: lists them.
        places: settles the place.
    """

    def __init__(self, topic: AnnouncementTopic, announcements: AnnouncementsList, places: ListedPlaces) -> None:
        self.name = topic.form_name
        self.title = topic.words.title
        self._topic = topic
        self._list = announcements
        self._places = places

    def is_summoned(self, text: str) -> bool:
        """最近有招聘会吗, 有什么培训班: see `bot.handlers.forms.Summoned`."""
        return self._topic.is_summoned(text)

    def read(self, turn: Turn, values: Values, asked: Question | None) -> Reading:
        """The place, and what somebody wants to learn."""
        del values
        said = self._places.read(turn, asked)
        trade = {TRADE: said[TRADE]} if TRADE in said and self._topic.is_of_trades else {}
        return Reading(self._places.only_place(said) | trade)

    async def next_question(self, turn: Turn, values: Values) -> Question | None:
        """The place, unless one is known."""
        return self._places.question(turn, values, self._topic.words.ask_place)

    async def complete(self, form_id: str, turn: Turn, values: Values) -> Reply:
        """The first page. Nothing is kept but which page was shown."""
        del form_id
        trade = {TRADE: values.get(TRADE) or ""} if self._topic.is_of_trades else {}
        query = {KIND: self._list.kind, REGION: self._places.code(turn, values), **trade}
        return await self._list.show(turn, query, 0) or Reply(self._topic.words.none)
