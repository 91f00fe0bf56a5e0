"""Job fairs near a place, as a list to leaf through."""

from __future__ import annotations

import re

from bot.domain.conversation import Turn
from bot.domain.form import Listing, Question, Values
from bot.domain.intent import Intent
from bot.domain.message import Reply
from bot.domain.region import NATION_CODE
from bot.handlers import phrasing_recruitment_events as phrasing
from bot.handlers.conversations import Conversations
from bot.handlers.forms import Reading
from bot.handlers.job_lists import KIND, PAGE_SIZE
from bot.handlers.listed_places import ListedPlaces
from bot.jobs.recruitment_events import RecruitmentEvents
from bot.ports import Clock

REGION = "region"
LONGEST_WISH = 30
_FAIR = re.compile(r"招聘会|招聘活动|招聘集市|招聘大会|招聘专场|专场招聘|现场招聘|招工会|招聘周|招聘月|赶招聘")
_CAMPAIGN = re.compile(r"春风行动|南粤春暖|金秋招聘|就业援助月|百日千万|民营企业招聘")
_ASKS_WHEN = re.compile(
    r"什么时候|啥时候|几号|哪天|哪里|哪儿|在哪|近期|最近|有没有|有哪些|有什么|有吗|时间|地点|安排|几场|下一场|还有"
)
_ABOUT_RULES = re.compile(r"政策|规定|文件|补贴|补助|骗|被坑|黑中介|什么意思|是什么|是啥")


class RecruitmentEventsList:
    """Fairs; see `bot.handlers.job_lists.LeafedList`.

    Args:
        events: the fairs.
        places: names of places.
        conversations: remembers what was shown.
        clock: today.
    """

    kind = "events"

    def __init__(
        self, events: RecruitmentEvents, places: ListedPlaces, conversations: Conversations, clock: Clock
    ) -> None:
        self._events = events
        self._places = places
        self._conversations = conversations
        self._clock = clock

    async def show(self, turn: Turn, query: Values, page: int) -> Reply | None:
        """A page."""
        code: str | None = query[REGION]
        events = await self._events.upcoming(code)
        here = events[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
        if not here:
            return None
        listing = Listing(Intent.JOB_SEARCH, query, tuple(event.event_id for event in here), page)
        await self._conversations.remember(turn.conversation.worker_id, listing=listing)
        place = "" if code in (None, NATION_CODE) else self._places.name(code)
        has_more = len(events) > (page + 1) * PAGE_SIZE
        return Reply(phrasing.page(here, place, self._clock.today(), has_more=has_more, number=page))

    async def detail(self, turn: Turn, item_id: str) -> Reply:
        """One fair."""
        del turn
        event = await self._events.get(item_id)
        if event is None:
            return Reply(phrasing.GONE)
        return Reply(phrasing.detail(event, self._places.name(event.region_code), self._clock.today()))


class RecruitmentEventsForm:
    """See `bot.handlers.forms.Form`: asks for the place where it is unknown; asked for by its own words.

    Args:
        events: lists the fairs.
        places: settles the place.
    """

    name = "recruitment_events"
    title = phrasing.TITLE

    def __init__(self, events: RecruitmentEventsList, places: ListedPlaces) -> None:
        self._events = events
        self._places = places

    def is_summoned(self, text: str) -> bool:
        """Whether a message asks for fairs; see `bot.handlers.forms.Summoned`."""
        if len(text) > LONGEST_WISH or _ABOUT_RULES.search(text):
            return False
        return _FAIR.search(text) is not None or bool(_CAMPAIGN.search(text) and _ASKS_WHEN.search(text))

    def read(self, turn: Turn, values: Values, asked: Question | None) -> Reading:
        """The place."""
        del values
        return Reading(self._places.only_place(self._places.read(turn, asked)))

    async def next_question(self, turn: Turn, values: Values) -> Question | None:
        """The place, unless one is known."""
        return self._places.question(turn, values, phrasing.ASK_PLACE)

    async def complete(self, form_id: str, turn: Turn, values: Values) -> Reply:
        """The first page. Nothing is kept but which page was shown."""
        del form_id
        query = {KIND: self._events.kind, REGION: self._places.code(turn, values)}
        return await self._events.show(turn, query, 0) or Reply(phrasing.NONE)
