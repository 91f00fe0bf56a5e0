"""What offices announce for a place and a day: job fairs, courses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Announcement:
    """One fair, or one course.

    Attributes:
        announcement_id: the same in every file.
        name: as announced.
        region_code: where, as exact as the announcement tells it; the nation for what is online only.
        last_on: the last day on which it is of use: a fair's last day, the last day to sign up for a course.
        starts_on: the first day; None where the announcement does not say.
        campaign: what it belongs to, such as 春风行动 or 马兰花; "" for nothing.
        place: hall, school and street in the announcement's words.
        hours: how long and when, in its words.
        organiser: who holds it, in its words.
        contact: as announced.
        source: who published it.
        trade_id: what is learned (`bot.language.trades`); "" where that is no trade.
        seats: how many can take part; 0 where the announcement does not say.
        facts: what else it says, in its words, by field: ``offer`` (employers and jobs), ``fee``, ``certificate``,
            ``requirements``; fields that it does not say are left out.
        is_sample: made up for the demonstration.
    """

    announcement_id: str
    name: str
    region_code: str
    last_on: date
    starts_on: date | None = None
    campaign: str = ""
    place: str = ""
    hours: str = ""
    organiser: str = ""
    contact: str = ""
    source: str = ""
    trade_id: str = ""
    seats: int = 0
    facts: Mapping[str, str] = field(default_factory=dict, hash=False)
    is_sample: bool = False
