"""Bookings looked up, changed and cancelled by talking: 我约的那个律师是几号来着, 上次预约的帮我取消掉."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from bot.bookings.availability import Availability
from bot.bookings.booking_documents import DIGITS, NUMBER_LENGTH
from bot.bookings.bookings import Bookings
from bot.bookings.offices import Offices
from bot.bookings.phrasing_bookings import day_and_time, spoken_number
from bot.domain.booking import Booking, Office, Slot
from bot.domain.conversation import Turn
from bot.domain.errors import FormReopenedError, SlotTakenError
from bot.domain.form import Choice, Question, Values
from bot.domain.intent import Intent
from bot.domain.message import Reply
from bot.handlers import phrasing_my_bookings as phrasing
from bot.handlers.form_commands import is_no, is_yes
from bot.handlers.forms import Known, Reading
from bot.handlers.legal_aid_reading import matter_in
from bot.handlers.slot_questions import SLOT, WANTED, SlotQuestions
from bot.ports import Clock

WISH, NUMBER, MATTER, SURE = "wish", "number", "matter", "sure"
CANCEL, MOVE = "cancel", "move"

_CANCEL = re.compile(r"取消|退掉|退了|撤(?:了|掉|销)|不(?:想|要|用)?(?:去|约)了|去不了|来不了|不(?:约|预约)了")
_KEEP = re.compile(r"(?:不|别|先不|不用|不要)取消|留着|还(?:是)?(?:去|要)")
_MOVE = re.compile(r"改|换|挪|推迟|延后|推后|提前|往后|往前|另(?:外)?约|重新约|晚(?:一)?点|早(?:一)?点")
_NUMBER = re.compile(rf"(?<!\d)[{DIGITS}](?:[ -]?[{DIGITS}]){{{NUMBER_LENGTH - 1}}}(?!\d)")
_SUMMONS = re.compile(
    r"(?:我要?|想|请|帮我)?(?:取消(?:我的)?(?:预约|法律援助)|(?:改|换)(?:一下)?(?:我的)?预约(?:的?时间)?"
    r"|(?:查|看)(?:一下|看|询)?我?的?预约|我的预约)[吧啊呀。.!！]*"
)


class MyBookingsForm:
    """See `bot.handlers.forms.Form`; without a wish to change something it only lists.

    Args:
        bookings: the bookings.
        offices: where they are.
        availability: what else is free.
        clock: what day it is.
    """

    name = Intent.MY_BOOKINGS.value
    title = phrasing.TITLE

    def __init__(self, bookings: Bookings, offices: Offices, availability: Availability, clock: Clock) -> None:
        self._bookings = bookings
        self._offices = offices
        self._slots = SlotQuestions(availability, clock)

    @staticmethod
    def is_summoned(text: str) -> bool:
        """Whether a message asks for just this, in the words that the confirmation gives."""
        return _SUMMONS.fullmatch(text.strip()) is not None

    def read(self, turn: Turn, values: Values, asked: Question | None) -> Reading:
        """The wish, the booking meant, and a new time."""
        text, field = turn.message.text.strip(), asked.field if asked else ""
        if field == SURE:
            return _sure(text)
        if field == SLOT:
            is_given_up = _CANCEL.search(text) is not None
            return Reading({WISH: CANCEL}) if is_given_up else self._slots.read(text, values, asked)
        number, matter = _NUMBER.search(text), matter_in(turn, text)
        read: dict[str, Any] = {NUMBER: re.sub(r"\D", "", number[0])} if number else {}
        read |= {MATTER: matter.value} if matter else {}
        if asked is not None:
            return Reading(read)
        wish = CANCEL if _CANCEL.search(text) else MOVE if _MOVE.search(text) else ""
        when = self._slots.read(text, values, None) if wish == MOVE or values.get(WISH) == MOVE else Reading()
        return Reading(read | ({WISH: wish} if wish else {}) | dict(when.values), forgets=when.forgets)

    async def next_question(self, turn: Turn, values: Values) -> Question | None:
        """Which booking, where there are several; then whether it is to be cancelled, or the new time."""
        if WISH not in values:
            return None
        meant = await self._meant(turn, values)
        if len(meant) > 1:
            choices = tuple([Choice(one.number, phrasing.brief(one, await self._office(one))) for one in meant])
            return Question(NUMBER, phrasing.WHICH.format(count=len(meant)), choices)
        if not meant:
            return None
        if values[WISH] == CANCEL:
            return None if SURE in values else await self._ask_sure(meant[0])
        return None if SLOT in values else await self._ask_slot(meant[0], values)

    async def complete(self, form_id: str, turn: Turn, values: Values) -> Reply:
        """Do it, or say what is booked; done again after a crash, it comes to the same."""
        del form_id
        meant = await self._meant(turn, values)
        if WISH not in values or not meant:
            return Reply(await self._told(turn, values))
        if values[WISH] == CANCEL:
            return Reply(await self._cancel(meant[0], values))
        return Reply(await self._move(meant[0], values))

    def known(self, values: Values) -> Sequence[Known]:
        """The booking and the new time."""
        told = {
            NUMBER: spoken_number(values[NUMBER]) if values.get(NUMBER) else "",
            SLOT: day_and_time(Slot.of(values[SLOT])) if values.get(SLOT) else "",
        }
        return [Known(field, phrasing.LABELS[field], text) for field, text in told.items() if text]

    async def _meant(self, turn: Turn, values: Values) -> list[Booking]:
        """The open bookings that a worker may mean; one that this very form has cancelled is among them."""
        mine = await self._bookings.of_worker(turn.conversation.worker_id)
        if values.get(NUMBER):
            return [one for one in mine if one.number == values[NUMBER]]
        ahead = [one for one in mine if one.is_open]
        return [one for one in ahead if one.matter.value == values.get(MATTER)] or ahead

    async def _ask_sure(self, booking: Booking) -> Question:
        what = phrasing.brief(booking, await self._office(booking))
        choices = (Choice(value=True, label=phrasing.YES_CANCEL), Choice(value=False, label=phrasing.NO_KEEP))
        return Question(SURE, phrasing.ASK_CANCEL.format(what=what), choices)

    async def _ask_slot(self, booking: Booking, values: Values) -> Question | None:
        office = await self._office(booking)
        found = await self._slots.nearest([office] if office else [], values, booking.slot.slot_id)
        if found is None:
            return None
        intro = "" if values.get(WANTED) else phrasing.MOVE_INTRO.format(what=phrasing.brief(booking, office))
        return self._slots.question(found, intro)

    async def _cancel(self, booking: Booking, values: Values) -> str:
        what = phrasing.brief(booking, await self._office(booking))
        if not values.get(SURE):
            return phrasing.KEPT.format(what=what)
        await self._bookings.cancel(booking.number)
        return phrasing.CANCELLED.format(what=what)

    async def _move(self, booking: Booking, values: Values) -> str:
        office = await self._office(booking)
        if not values.get(SLOT):
            return phrasing.NOTHING_FREE.format(what=phrasing.brief(booking, office))
        try:
            moved = await self._bookings.move(booking.number, Slot.of(values[SLOT]))
        except SlotTakenError as error:
            raise FormReopenedError(str(error), SLOT) from error
        number = spoken_number(moved.number)
        return phrasing.MOVED.format(number=number, what=phrasing.whole(moved, await self._office(moved)))

    async def _told(self, turn: Turn, values: Values) -> str:
        if values.get(NUMBER) and not await self._meant(turn, values):
            return phrasing.NO_SUCH.format(number=spoken_number(values[NUMBER]))
        mine = await self._bookings.of_worker(turn.conversation.worker_id)
        ahead = [(one, await self._office(one)) for one in mine if one.is_open]
        if ahead:
            return phrasing.listed(ahead)
        last = max(mine, key=lambda one: one.slot, default=None)
        return phrasing.none_open(last, await self._office(last) if last else None)

    async def _office(self, booking: Booking) -> Office | None:
        return await self._offices.get(booking.slot.office_id)


def _sure(text: str) -> Reading:
    """Whether the booking is to be cancelled; a wish for another time is neither."""
    if _KEEP.search(text) or is_no(text):
        return Reading({SURE: False})
    if _CANCEL.search(text) or is_yes(text):
        return Reading({SURE: True})
    return Reading({WISH: MOVE}) if _MOVE.search(text) else Reading()
