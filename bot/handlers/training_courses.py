"""Courses near a place, as a list to leaf through."""

from __future__ import annotations

import re

from bot.domain.conversation import Turn
from bot.domain.form import Listing, Question, Values
from bot.domain.intent import Intent
from bot.domain.message import Reply
from bot.domain.region import NATION_CODE
from bot.handlers import phrasing_training as phrasing
from bot.handlers.conversations import Conversations
from bot.handlers.forms import Reading
from bot.handlers.job_lists import KIND, PAGE_SIZE
from bot.handlers.job_wish import TRADE
from bot.handlers.listed_places import ListedPlaces
from bot.jobs.training_courses import TrainingCourses
from bot.language.trades import find_trades, load_trades
from bot.ports import Clock

REGION, SEEN = "region", "seen"
LONGEST_WISH = 30
_COURSE = re.compile(
    r"培训班|培训课|培训课程|培训报名|报名培训|报培训|找培训|开班|招生|学(?:个|门|一门|点)?(?:技术|手艺|技能|本事)|参加(?:个)?(?:技能|职业)?培训"
    r"|有(?:没有|什么|啥|哪些)(?:免费)?的?(?:技能|职业)?培训"
)
_LEARN = re.compile(r"(?:想|要|去|哪里?能?可?以?|报名)学(?!校|历|费|生)(?:习)?(?:一下|个|开|做)?|学(?:习)?$")
_ABOUT_RULES = re.compile(r"补贴|补助|政策|规定|条件|资格|报销|多少钱|押金|培训费|被骗|违约|合同|工资|证书补|领钱")


class TrainingCoursesList:
    """Courses; see `bot.handlers.job_lists.LeafedList`.

    Args:
        courses: the courses.
        places: names of places.
        conversations: remembers what was shown.
        clock: today.
    """

    kind = "courses"

    def __init__(
        self, courses: TrainingCourses, places: ListedPlaces, conversations: Conversations, clock: Clock
    ) -> None:
        self._courses = courses
        self._places = places
        self._conversations = conversations
        self._clock = clock

    async def show(self, turn: Turn, query: Values, page: int) -> Reply | None:
        """A page; where there is no course for the trade, of all courses."""
        code: str | None = query[REGION]
        trade: str = query[TRADE]
        courses = await self._courses.open_ones(code, trade)
        is_other = not courses
        courses = courses or await self._courses.open_ones(code)
        here = courses[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
        if not here:
            return None
        listing = Listing(Intent.JOB_SEARCH, query, tuple(course.course_id for course in here), page)
        await self._conversations.remember(turn.conversation.worker_id, listing=listing)
        told = phrasing.page(
            here,
            "" if code in (None, NATION_CODE) else self._places.name(code),
            load_trades()[trade].name if trade else "",
            self._clock.today(),
            has_more=len(courses) > (page + 1) * PAGE_SIZE,
            number=page,
            is_other=is_other,
        )
        return Reply(told)

    async def detail(self, turn: Turn, item_id: str) -> Reply:
        """One course; 报名 after it means this one."""
        course = await self._courses.get(item_id)
        if course is None:
            return Reply(phrasing.GONE)
        listing = turn.conversation.listing
        if listing is not None:
            seen = Listing(listing.intent, {**listing.query, SEEN: item_id}, listing.shown, listing.page)
            await self._conversations.remember(turn.conversation.worker_id, listing=seen)
        return Reply(phrasing.detail(course, self._places.name(course.region_code), self._clock.today()))


class TrainingCoursesForm:
    """See `bot.handlers.forms.Form`: asks for the place where it is unknown; asked for by its own words.

    Args:
        courses: lists the courses.
        places: settles the place.
    """

    name = "training_courses"
    title = phrasing.TITLE

    def __init__(self, courses: TrainingCoursesList, places: ListedPlaces) -> None:
        self._courses = courses
        self._places = places

    def is_summoned(self, text: str) -> bool:
        """Whether a message looks for a course; see `bot.handlers.forms.Summoned`.

        What asks for the rules of training, money above all, is a policy question.
        """
        if len(text) > LONGEST_WISH or _ABOUT_RULES.search(text):
            return False
        if _COURSE.search(text):
            return True
        learn = _LEARN.search(text)
        return learn is not None and any(trade.start >= learn.start() for trade in find_trades(text))

    def read(self, turn: Turn, values: Values, asked: Question | None) -> Reading:
        """The place, and what somebody wants to learn."""
        del values
        said = self._places.read(turn, asked)
        trade = {TRADE: said[TRADE]} if TRADE in said else {}
        return Reading(self._places.only_place(said) | trade)

    async def next_question(self, turn: Turn, values: Values) -> Question | None:
        """The place, unless one is known."""
        return self._places.question(turn, values, phrasing.ASK_PLACE)

    async def complete(self, form_id: str, turn: Turn, values: Values) -> Reply:
        """The first page. Nothing is kept but which page was shown."""
        del form_id
        query = {KIND: self._courses.kind, REGION: self._places.code(turn, values), TRADE: values.get(TRADE) or ""}
        return await self._courses.show(turn, query, 0) or Reply(phrasing.NONE)
