"""Job fairs and recruitment campaigns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class RecruitmentEvent:
    """One event.

    Attributes:
        event_id: the same in every file.
        name: as announced.
        region_code: where, as exact as the announcement tells it; the nation for one that is online only.
        starts_on: the first day.
        ends_on: the last day.
        campaign: what it belongs to, such as 春风行动; "" for nothing.
        place: hall and street in the announcement's words.
        hours: in its words.
        organiser: in its words.
        offer: employers and jobs in its words.
        contact: as announced.
        source: who published it.
        is_sample: made up for the demonstration.
    """

    event_id: str
    name: str
    region_code: str
    starts_on: date
    ends_on: date
    campaign: str = ""
    place: str = ""
    hours: str = ""
    organiser: str = ""
    offer: str = ""
    contact: str = ""
    source: str = ""
    is_sample: bool = False
