"""When a worker comes: what they say about it, and the free times that they choose from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from bot.bookings.availability import HORIZON_DAYS, Availability, Offer, Wanted
from bot.bookings.phrasing_bookings import day_and_time
from bot.domain.booking import Office, Slot
from bot.domain.form import Choice, Question, Values
from bot.handlers import phrasing_slots as phrasing
from bot.handlers.forms import Reading
from bot.language.dates import DateMention, PartOfDay, find_dates
from bot.language.past_days import find_past_day
from bot.ports import Clock

SLOT, WANTED = "slot", "wanted"
OFFERED = 4
OFFICES_TRIED = 5
LONGEST_FRAGMENT = 12
"""Characters of a message that is hardly more than a day."""
_MONTH = "月"
"""10月8号 in the middle of a story is as a rule the day of what happened; 明天 and 下周三 are not."""
AN_HOUR = timedelta(minutes=59)

_ANY = re.compile(
    r"(?:随便|都行|都可以|哪个都行|哪天都行|无所谓|最早的?|最快的?|尽快|越快越好|越早越好|第一个|你定|您定)[的吧啊呀了\s。.!！]*"
)
_PARTS = {
    PartOfDay.MORNING: (time.min, time(11, 59)),
    PartOfDay.NOON: (time(11), time(13, 59)),
    PartOfDay.AFTERNOON: (time(12), time(17, 59)),
    PartOfDay.EVENING: (time(17), time(23, 59)),
}


@dataclass(frozen=True, slots=True)
class OfficeOffer:
    """The nearest office that has something free.

    Attributes:
        office: which.
        offer: its free times.
    """

    office: Office
    offer: Offer


class SlotQuestions:
    """The part of a form that asks when.

    Args:
        availability: knows what is free.
        clock: what day it is.
    """

    def __init__(self, availability: Availability, clock: Clock) -> None:
        self._availability = availability
        self._clock = clock

    def read(self, text: str, values: Values, asked: Question | None, date_text: str = "") -> Reading:
        """The day or time that a message asks for, or the offered one that it takes.

        Args:
            text: the worker's words.
            values: what is known already.
            asked: the question that they answer.
            date_text: the words that tell when, where they are known; a day in a long story may tell something else.
        """
        is_asked = asked is not None and asked.field == SLOT
        if is_asked and asked is not None and asked.choices and _ANY.fullmatch(text):
            return Reading({SLOT: asked.choices[0].value})
        mentions = find_dates(date_text or text, self._clock.today())
        if not (date_text or is_asked or len(text) <= LONGEST_FRAGMENT):
            mentions = [mention for mention in mentions if _MONTH not in mention.text]
        if not mentions:
            is_past = is_asked and find_past_day(text, self._clock.today() - timedelta(days=1)) is not None
            return Reading(refusal=phrasing.PAST if is_past else "")
        wanted = _wanted(mentions[0], values)
        if wanted.on is not None and wanted.on > self._clock.today() + timedelta(days=HORIZON_DAYS):
            return Reading(refusal=phrasing.TOO_FAR if is_asked or date_text else "")
        fitting = _fitting(wanted, asked.choices) if is_asked and asked is not None else []
        if len(fitting) == 1 and mentions[0].time is not None:
            return Reading({SLOT: fitting[0].value, WANTED: _stored(wanted)})
        return Reading({WANTED: _stored(wanted)}, forgets=(SLOT,))

    async def nearest(self, offices: Sequence[Office], values: Values, refused: str = "") -> OfficeOffer | None:
        """The first office with free times; None where the nearest ones are all full.

        Args:
            offices: the nearest first.
            values: what is known, with the wish.
            refused: id of a slot that is not to be offered again.
        """
        wanted = wanted_in(values)
        for office in offices[:OFFICES_TRIED]:
            offer = await self._availability.offer(office, wanted, OFFERED + 1)
            slots = tuple(free for free in offer.slots if free.slot.slot_id != refused)[:OFFERED]
            if slots:
                return OfficeOffer(office, Offer(slots, wanted.suits(slots[0].slot), offer.wanted_day))
        return None

    def question(self, found: OfficeOffer, intro: str = "") -> Question:
        """Asks for one of the free times.

        Args:
            found: where, and what is free.
            intro: what comes first, such as the office.
        """
        offer = found.offer
        choices = tuple(Choice(free.slot.slot_id, day_and_time(free.slot)) for free in offer.slots)
        text = "\n".join(part for part in (intro, phrasing.choose(offer)) if part)
        return Question(SLOT, text, choices)


def wanted_in(values: Values) -> Wanted:
    """The wish among a form's values; for whenever where there is none."""
    said: dict[str, Any] = values.get(WANTED) or {}
    on = said.get("on")
    since, until = said.get("since", "00:00"), said.get("until", "23:59")
    return Wanted(date.fromisoformat(on) if on else None, time.fromisoformat(since), time.fromisoformat(until))


def _wanted(mention: DateMention, values: Values) -> Wanted:
    """A time without a day is one of the day that was asked for before."""
    on = mention.on or wanted_in(values).on
    if mention.time is not None:
        since = datetime.combine(date.min, mention.time)
        last = datetime.combine(date.min, time(23, 59))
        return Wanted(on, mention.time, min(since + AN_HOUR, last).time())
    since_part, until_part = (
        _PARTS.get(mention.part_of_day, (time.min, time(23, 59)))
        if mention.part_of_day
        else (
            time.min,
            time(23, 59),
        )
    )
    return Wanted(on, since_part, until_part)


def _stored(wanted: Wanted) -> dict[str, str | None]:
    on = wanted.on.isoformat() if wanted.on else None
    return {"on": on, "since": f"{wanted.since:%H:%M}", "until": f"{wanted.until:%H:%M}"}


def _fitting(wanted: Wanted, choices: Sequence[Choice]) -> list[Choice]:
    return [choice for choice in choices if wanted.suits(Slot.of(choice.value))]
