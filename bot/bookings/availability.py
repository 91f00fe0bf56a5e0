"""Which slots of an office are free."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.bookings import phrasing_bookings as phrasing
from bot.bookings.offices import Offices
from bot.bookings.slots import Slots
from bot.bookings.working_days import WorkingDays
from bot.domain.booking import DayInfo, FreeSlot, Office, Opening, Slot
from bot.domain.errors import BookingRefusedError
from bot.domain.moments import CHINA
from bot.ports import Clock

LEAD = timedelta(hours=1)
"""A slot that begins sooner can be reached by nobody."""
DAYS_LOOKED_AT = 14
NEXT_SHOWN = 3
HORIZON_DAYS = 60
"""How far ahead appointments are given."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """When a worker would like to come; None for whenever.

    Attributes:
        on: the day.
        since: the beginning of the time of day that suits them.
        until: its end.
    """

    on: date | None = None
    since: time = time.min
    until: time = time.max

    def suits(self, slot: Slot) -> bool:
        """Whether a slot is as wanted."""
        return self.on in {None, slot.on} and self.since <= slot.at <= self.until


@dataclass(frozen=True, slots=True)
class Offer:
    """What an office has for a wish.

    Attributes:
        slots: free ones, the best first; none where the office is full or shut for weeks.
        suits: whether the first is as wanted.
        wanted_day: the day that was wanted; None for whenever.
    """

    slots: tuple[FreeSlot, ...]
    suits: bool
    wanted_day: DayInfo | None


class Availability:
    """Looks for free slots.

    Args:
        offices: what there is.
        slots: what is taken.
        days: when offices work.
        clock: the time.
    """

    def __init__(self, offices: Offices, slots: Slots, days: WorkingDays, clock: Clock) -> None:
        self._offices = offices
        self._slots = slots
        self._days = days
        self._clock = clock

    async def free(self, office: Office, since: date, until: date) -> list[FreeSlot]:
        """The free slots of some days, the earliest first; none beyond the horizon."""
        since = max(since, self._clock.today())
        until = min(until, self._clock.today() + timedelta(days=HORIZON_DAYS))
        if until < since:
            return []
        taken = await self._slots.taken(office.office_id, since, until)
        earliest = self._clock.now() + LEAD
        slots = ((slot, day) for day in await self._days.between(since, until) for slot in slots_of(office, day))
        left = ((slot, office.capacity - taken.get(slot.slot_id, 0), day) for slot, day in slots)
        return [FreeSlot(*found) for found in left if found[1] > 0 and begins_at(found[0]) >= earliest]

    async def offer(self, office: Office, wanted: Wanted, limit: int) -> Offer:
        """The slots that suit best: of the day and time wanted, else of that day, else of the next days."""
        since = wanted.on or self._clock.today()
        free = await self.free(office, since, since + timedelta(days=DAYS_LOOKED_AT))
        best = sorted(free, key=lambda found: (not wanted.suits(found.slot), _day_after(found, wanted), found.slot))
        day = (await self._days.between(wanted.on, wanted.on))[0] if wanted.on else None
        return Offer(tuple(best[:limit]), bool(best) and wanted.suits(best[0].slot), day)

    async def next_from(self, office: Office, slot: Slot) -> tuple[FreeSlot, ...]:
        """The free slots next to one that is taken."""
        return (await self.offer(office, Wanted(slot.on, since=slot.at), NEXT_SHOWN)).slots

    async def place_of(self, slot: Slot) -> tuple[Office, DayInfo]:
        """The office and the day of a slot.

        Raises:
            BookingRefusedError: the office is gone.
        """
        office = await self._offices.get(slot.office_id)
        if office is None:
            raise BookingRefusedError(phrasing.NO_SUCH_OFFICE)
        [day] = await self._days.between(slot.on, slot.on)
        return office, day

    async def office_of(self, slot: Slot) -> Office:
        """The office of a slot that it has, and that has not begun.

        Raises:
            BookingRefusedError: it has none such.
        """
        office, day = await self.place_of(slot)
        if slot not in slots_of(office, day) or begins_at(slot) < self._clock.now():
            raise BookingRefusedError(phrasing.NO_SUCH_SLOT)
        return office


def slots_of(office: Office, day: DayInfo) -> Iterator[Slot]:
    """An office's slots on a day, free or not."""
    step = timedelta(minutes=office.slot_minutes)
    for opening in _openings(office, day):
        begins, closes = datetime.combine(day.on, opening.opens), datetime.combine(day.on, opening.closes)
        while begins + step <= closes:
            yield Slot(day.on, begins.time(), office.office_id)
            begins += step


def begins_at(slot: Slot) -> datetime:
    """When a slot begins, aware."""
    return datetime.combine(slot.on, slot.at, CHINA)


def _openings(office: Office, day: DayInfo) -> tuple[Opening, ...]:
    """A weekend day that is worked is like the first working day of a week."""
    if day.is_holiday or day.on in office.closed_on:
        return ()
    if day.is_make_up:
        return next((office.hours[weekday] for weekday in sorted(office.hours)), ())
    return office.hours.get(day.on.weekday(), ())


def _day_after(found: FreeSlot, wanted: Wanted) -> int:
    return (found.slot.on - wanted.on).days if wanted.on else 0
