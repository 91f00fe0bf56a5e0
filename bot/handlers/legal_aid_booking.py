"""An appointment with legal aid: what for, where, when, for whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.bookings.availability import Availability
from bot.bookings.bookings import Bookings
from bot.bookings.new_bookings import NewBookings
from bot.bookings.offices import Offices
from bot.bookings.phrasing_bookings import day_and_time
from bot.domain.booking import Booking, BookingRequest, Matter, Office, Slot
from bot.domain.conversation import Turn
from bot.domain.errors import FormReopenedError, SlotTakenError
from bot.domain.form import Choice, Question, Values
from bot.domain.intent import Intent
from bot.domain.message import Reply
from bot.domain.region import RegionLevel
from bot.handlers import phrasing_contact
from bot.handlers import phrasing_legal_aid_booking as phrasing
from bot.handlers.contact_questions import ContactQuestions
from bot.handlers.forms import Known, Reading
from bot.handlers.legal_aid_reading import (
    CONFIRM,
    EVENT,
    HERE,
    MATTER,
    ON_SITE,
    PEOPLE,
    PLACE,
    STILL_THERE,
    STORY,
    VISIT_WISH,
    LegalAidReader,
    place_of,
)
from bot.handlers.legal_aid_told import BookingWords, Case
from bot.handlers.slot_questions import SLOT, WANTED, SlotQuestions
from bot.ports import Clock
from bot.privacy.identity_fields import Identity
from bot.regions.distance import Coordinates
from bot.regions.divisions import Divisions, level_of
from bot.regions.place_names import PlaceFinder

ASK_MATTER = Question(
    MATTER, phrasing.ASK_MATTER, tuple(Choice(matter.value, label) for matter, label in phrasing.MATTERS.items())
)
STILL = Choice({"on": STILL_THERE}, phrasing.STILL_THERE)
ASK_EVENT = {
    Matter.WAGE: Question(EVENT, phrasing.ASK_END, (STILL,), is_optional=True),
    Matter.INJURY: Question(EVENT, phrasing.ASK_ACCIDENT, is_optional=True),
}
ASK_STORY = Question(STORY, phrasing.ASK_STORY, is_optional=True, takes_any=True, is_story=True)


class LegalAidBookingForm:
    """See `bot.handlers.forms.Form`.

    Args:
        bookings: tells what is booked already.
        new_bookings: makes bookings.
        offices: where they can be made.
        availability: what is free.
        contact: asks who the worker is.
        words: what is told about promises and periods.
        finder: finds places in texts.
        divisions: names of places.
        clock: what day it is.
    """

    name = Intent.LEGAL_AID_BOOKING.value
    title = phrasing.TITLE

    def __init__(  # noqa: PLR0913 - everything that an appointment touches, by keyword
        self,
        *,
        bookings: Bookings,
        new_bookings: NewBookings,
        offices: Offices,
        availability: Availability,
        contact: ContactQuestions,
        words: BookingWords,
        finder: PlaceFinder,
        divisions: Divisions,
        clock: Clock,
    ) -> None:
        self._bookings = bookings
        self._new_bookings = new_bookings
        self._offices = offices
        self._availability = availability
        self._slots = SlotQuestions(availability, clock)
        self._reader = LegalAidReader(self._slots, contact, finder, clock)
        self._contact = contact
        self._words = words
        self._divisions = divisions
        self._clock = clock

    def read(self, turn: Turn, values: Values, asked: Question | None) -> Reading:
        """Everything that a message says about what, where, when and for whom."""
        return self._reader.read(turn, values, asked)

    async def next_question(self, turn: Turn, values: Values) -> Question | None:
        """What, where, since when; the time; then who the worker is."""
        if MATTER not in values:
            return ASK_MATTER
        if await self._open_booking(turn, values) is not None:
            return None
        if question := _next_of_case(turn, values):
            return question
        if SLOT not in values or _is_refused(values):
            return await self._ask_slot(turn, values)
        return await self._next_of_worker(turn, values)

    async def complete(self, form_id: str, turn: Turn, values: Values) -> Reply:
        """Book once, and say when and where, what is promised and until when something can be claimed."""
        if self._contact.is_refused(values):
            return Reply(phrasing_contact.not_agreed(phrasing.TITLE))
        if CONFIRM not in values:
            return Reply(await self._not_bookable(turn, values))
        identity = await self._contact.keep(turn.conversation.worker_id, values)
        try:
            booking = await self._new_bookings.book(_request(form_id, turn, values, identity))
        except SlotTakenError as error:
            raise FormReopenedError(str(error), SLOT) from error
        office, day = await self._availability.place_of(booking.slot)
        case = self._case(turn, values, office.region_code)
        return Reply(self._words.booked(booking, office, case, day, self._clock.today()))

    def known(self, values: Values) -> Sequence[Known]:
        """What the worker told so far."""
        told = {
            MATTER: phrasing.MATTERS[Matter(values[MATTER])] if MATTER in values else "",
            PEOPLE: phrasing.PEOPLE.format(count=values[PEOPLE]) if values.get(PEOPLE) else "",
            PLACE: self._divisions.full_name(values[PLACE]) if values.get(PLACE) else "",
            EVENT: phrasing.event(values.get(EVENT) or {}),
            SLOT: day_and_time(Slot.of(values[SLOT])) if values.get(SLOT) else "",
            STORY: phrasing.shortened(values.get(STORY) or ""),
        }
        shown = [
            Known(field, phrasing.LABELS[field], text, is_story=field == STORY) for field, text in told.items() if text
        ]
        return [*shown, *self._contact.known(values)]

    async def _next_of_worker(self, turn: Turn, values: Values) -> Question | None:
        if question := await self._ask_on_site(turn, values):
            return question
        if STORY not in values:
            return ASK_STORY
        contact = await self._contact.next_question(turn, values)
        return contact or await self._ask_confirmation(turn, values)

    async def _ask_slot(self, turn: Turn, values: Values) -> Question | None:
        """The free times of the nearest office; None where there is no office, or none is free."""
        offices = await self._offices_for(turn, values)
        found = await self._slots.nearest(offices, values, _refused_slot(values))
        if found is None:
            return None
        place = place_of(turn, values) or found.office.region_code
        is_of_place = self._is_of(place, found.office)
        is_nearest = bool(values.get(HERE)) or level_of(place) is RegionLevel.COUNTY
        name = self._divisions.short_name(place)
        line = phrasing.office_line(found.office, name, is_of_place=is_of_place, is_nearest=is_nearest)
        if values.get(WANTED):
            return self._slots.question(found, line)
        urgent = self._words.urgent(self._case(turn, values, place), self._clock.today())
        return self._slots.question(found, "\n".join(part for part in (urgent, line) if part))

    async def _offices_for(self, turn: Turn, values: Values) -> list[Office]:
        here = Coordinates(*values[HERE]) if values.get(HERE) else None
        place = place_of(turn, values)
        if place is not None:
            return await self._offices.for_place(place, here)
        return await self._offices.around(here) if here is not None else []

    def _is_of(self, place: str, office: Office) -> bool:
        return self._divisions.covers(place, office.region_code) or self._divisions.covers(office.region_code, place)

    async def _ask_on_site(self, turn: Turn, values: Values) -> Question | None:
        """Whether the office is to come, where that is promised to a group like this."""
        if ON_SITE in values or not values.get(PEOPLE):
            return None
        office, _ = await self._availability.place_of(Slot.of(values[SLOT]))
        case = self._case(turn, values, office.region_code)
        visit = self._words.visit(case)
        if visit is None:
            return None
        choices = (Choice(value=True, label=phrasing.COME), Choice(value=False, label=phrasing.GO))
        return Question(ON_SITE, phrasing.ask_on_site(case.people, visit, self._clock.today()), choices)

    async def _ask_confirmation(self, turn: Turn, values: Values) -> Question | None:
        slot_id = values[SLOT]
        if self._contact.is_refused(values) or values.get(CONFIRM) == {"yes": slot_id}:
            return None
        office, _ = await self._availability.place_of(Slot.of(slot_id))
        contact = await self._contact.shown(turn.conversation.worker_id, values)
        text = phrasing.confirm(Matter(values[MATTER]), Slot.of(slot_id), office, contact)
        choices = (Choice({"yes": slot_id}, phrasing.YES), Choice({"no": slot_id}, phrasing.OTHER_TIME))
        return Question(CONFIRM, text, choices)

    async def _open_booking(self, turn: Turn, values: Values) -> Booking | None:
        """The worker's open booking for this matter."""
        found = await self._bookings.of_worker(turn.conversation.worker_id)
        return next((one for one in found if one.is_open and one.matter.value == values[MATTER]), None)

    async def _not_bookable(self, turn: Turn, values: Values) -> str:
        """Why nothing could be asked any more: booked already, no office, or all of them full."""
        if (booking := await self._open_booking(turn, values)) is not None:
            office, _ = await self._availability.place_of(booking.slot)
            return phrasing.already(booking, office)
        place = place_of(turn, values)
        name = self._divisions.short_name(place) if place else phrasing.AROUND_YOU
        offices = await self._offices_for(turn, values)
        return (phrasing.ALL_FULL if offices else phrasing.NO_OFFICE).format(place=name)

    def _case(self, turn: Turn, values: Values, place: str) -> Case:
        event = values.get(EVENT) or {}
        on = event.get("on", "")
        is_employed = on == STILL_THERE
        return Case(
            matter=Matter(values[MATTER]),
            place=place_of(turn, values) or place,
            home=turn.conversation.home_region,
            people=values.get(PEOPLE) or 1,
            event_on=date.fromisoformat(on) if on and not is_employed else None,
            is_exact=bool(event.get("exact")),
            is_employed=is_employed,
            wants_visit=bool(values.get(VISIT_WISH)),
        )


def _next_of_case(turn: Turn, values: Values) -> Question | None:
    """Where, and since when."""
    if place_of(turn, values) is None and HERE not in values:
        return Question(PLACE, phrasing.ASK_PLACE)
    event = ASK_EVENT.get(Matter(values[MATTER]))
    return event if event is not None and EVENT not in values else None


def _request(form_id: str, turn: Turn, values: Values, identity: Identity) -> BookingRequest:
    return BookingRequest(
        request_id=form_id,
        openid=turn.message.openid,
        worker_id=turn.conversation.worker_id,
        matter=Matter(values[MATTER]),
        slot=Slot.of(values[SLOT]),
        name=identity.name,
        phone=identity.phone,
        story=values.get(STORY) or "",
        group_size=values.get(PEOPLE) or 1,
        is_on_site=bool(values.get(ON_SITE)),
    )


def _refused_slot(values: Values) -> str:
    """The time that was offered for confirmation and not wanted."""
    confirm = values.get(CONFIRM)
    return str(confirm.get("no", "")) if isinstance(confirm, dict) else ""


def _is_refused(values: Values) -> bool:
    return bool(values.get(SLOT)) and _refused_slot(values) == values[SLOT]
