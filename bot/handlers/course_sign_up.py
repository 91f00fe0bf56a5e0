"""Signing up for a course, and taking it back."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.announcement import Announcement
from bot.domain.conversation import Turn
from bot.domain.form import Choice, Question, Values
from bot.domain.message import Reply
from bot.handlers import phrasing_course_sign_up as phrasing
from bot.handlers.announcements import COURSES, SEEN
from bot.handlers.contact_questions import ContactQuestions
from bot.handlers.forms import Known, Reading
from bot.handlers.phrasing_announcements import label_of
from bot.handlers.phrasing_contact import not_agreed
from bot.jobs.announcements import Announcements
from bot.jobs.course_sign_ups import CourseSignUps, SignedUp
from bot.ports import Clock

COURSE, NO_COURSE = "course", ""
CHOICES_MAX = 5
_SIGN_UP = re.compile(
    r"(?:我)?(?:也)?(?:要|想|来|给我|帮我)?(?:报名|报个名|报)(?:参加|学习)?(?:第?(?P<number>\d{1,2}|[一二三四五六七八九])(?:个|号|项)?)?"
    r"(?:这个|那个)?(?:培训|课程|班|培训班|学习)?[吧了啊呢]*[。.!！]*"
)
_WITHDRAW = re.compile(
    r"(?:我)?(?:要|想|帮我)?(?:取消|退掉?|撤销|撤回|不要)(?:培训|课程)?(?:的)?报名[吧了啊]*[。.!！]*|(?:我)?不去(?:培训|学|上课)了[。.!！]*"
)
_NUMBERS = {word: number for number, word in enumerate("一二三四五六七八九", 1)}


class CourseSignUpForm:
    """See `bot.handlers.forms.Form`: which course, consent, name, telephone. Asked for by its own words.

    Args:
        courses: the courses.
        sign_ups: keeps who is in.
        contact: asks who the worker is.
        clock: today.
    """

    name = "course_sign_up"
    title = phrasing.TITLE

    def __init__(
        self, courses: Announcements, sign_ups: CourseSignUps, contact: ContactQuestions, clock: Clock
    ) -> None:
        self._courses = courses
        self._sign_ups = sign_ups
        self._contact = contact
        self._clock = clock

    def is_summoned(self, text: str) -> bool:
        """报名, 报第2个: see `bot.handlers.forms.Summoned`."""
        return _SIGN_UP.fullmatch(text.strip()) is not None

    def read(self, turn: Turn, values: Values, asked: Question | None) -> Reading:
        """The course that is open, or has the number said; who the worker is."""
        if asked is None and COURSE not in values:
            chosen = _chosen(turn)
            return Reading({COURSE: chosen} if chosen else {})
        return self._contact.read(turn, asked)

    async def next_question(self, turn: Turn, values: Values) -> Question | None:
        """Which course, then who the worker is."""
        if COURSE not in values:
            courses = await self._offered(turn)
            choices = tuple(Choice(course.announcement_id, label_of(course)) for course in courses)
            return Question(COURSE, phrasing.ASK_COURSE, choices) if choices else None
        if await self._courses.get(values[COURSE]) is None:
            return None
        return await self._contact.next_question(turn, values)

    async def complete(self, form_id: str, turn: Turn, values: Values) -> Reply:
        """Give the worker a seat. The same form once more has the same outcome."""
        course = await self._courses.get(values.get(COURSE, NO_COURSE))
        if course is None:
            return Reply(COURSES.words.gone if COURSE in values else COURSES.words.none)
        if self._contact.is_refused(values):
            return Reply(not_agreed(self.title))
        worker_id = turn.conversation.worker_id
        identity = await self._contact.keep(worker_id, values)
        match await self._sign_ups.sign_up(course, worker_id, identity, form_id):
            case SignedUp.NEW:
                note = self._contact.note(values, identity)
                return Reply(phrasing.signed_up(course, note, self._clock.today()))
            case SignedUp.ALREADY:
                return Reply(phrasing.ALREADY.format(course=course.name))
            case SignedUp.FULL:
                return Reply(phrasing.FULL.format(course=course.name))

    def known(self, values: Values) -> Sequence[Known]:
        """Name and telephone."""
        return self._contact.known(values)

    async def _offered(self, turn: Turn) -> list[Announcement]:
        """The courses on the page that is open, else those nearest to the worker."""
        listing = turn.conversation.listing
        if listing is not None and listing.query.get("kind") == COURSES.list_kind:
            shown = [await self._courses.get(course_id) for course_id in listing.shown]
            return [course for course in shown if course is not None]
        return (await self._courses.ahead(turn.conversation.work_region))[:CHOICES_MAX]


class CourseWithdrawalForm:
    """See `bot.handlers.forms.Form`: gives a seat back. Asked for by its own words.

    Args:
        sign_ups: who is in.
    """

    name = "course_withdrawal"
    title = phrasing.WITHDRAW_TITLE

    def __init__(self, sign_ups: CourseSignUps) -> None:
        self._sign_ups = sign_ups

    def is_summoned(self, text: str) -> bool:
        """取消报名: see `bot.handlers.forms.Summoned`."""
        return _WITHDRAW.fullmatch(text.strip()) is not None

    def read(self, turn: Turn, values: Values, asked: Question | None) -> Reading:
        """Nothing: the course is chosen by its number."""
        del turn, values, asked
        return Reading()

    async def next_question(self, turn: Turn, values: Values) -> Question | None:
        """Which course, where there are several."""
        known = await self._sign_ups.of_worker(turn.conversation.worker_id)
        if COURSE in values or len(known) < 2:  # noqa: PLR2004 - several
            return None
        return Question(COURSE, phrasing.ASK_WHICH, tuple(Choice(one.course_id, one.course) for one in known))

    async def complete(self, form_id: str, turn: Turn, values: Values) -> Reply:
        """Give the seat back; done twice, it is given back once."""
        del form_id
        worker_id = turn.conversation.worker_id
        known = {one.course_id: one for one in await self._sign_ups.of_worker(worker_id)}
        one = known.get(values.get(COURSE) or next(iter(known), NO_COURSE))
        if one is None:
            return Reply(phrasing.NOT_SIGNED_UP)
        await self._sign_ups.withdraw(worker_id, one.course_id)
        return Reply(phrasing.WITHDRAWN.format(course=one.course))


def _chosen(turn: Turn) -> str:
    """The course of the open list that a message means: the one with its number, else the one looked at last."""
    listing, said = turn.conversation.listing, _SIGN_UP.fullmatch(turn.message.text.strip())
    if listing is None or listing.query.get("kind") != COURSES.list_kind:
        return NO_COURSE
    number = said["number"] if said is not None else None
    if number is None:
        return str(listing.query.get(SEEN, NO_COURSE))
    position = _NUMBERS.get(number) or int(number)
    return listing.shown[position - 1] if 1 <= position <= len(listing.shown) else NO_COURSE
