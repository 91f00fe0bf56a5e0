"""Appointments with legal aid: what they are about, where and when, and how far they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum

from bot.domain.legal_reference import SourceQuote


class Matter(StrEnum):
    """What a worker needs a lawyer for."""

    WAGE = "wage"
    INJURY = "injury"
    CONTRACT = "contract"
    SOCIAL_INSURANCE = "social_insurance"
    OTHER = "other"


class PromiseKind(StrEnum):
    """What a rule promises to those who ask for legal aid."""

    NO_HARDSHIP_CHECK = "no_hardship_check"
    PRIORITY = "priority"
    ON_SITE = "on_site"
    CROSS_REGION = "cross_region"


@dataclass(frozen=True, slots=True)
class LegalAidPromise:
    """One promise, with the words that make it.

    Attributes:
        kind: what is promised.
        matters: for which matters; empty for all.
        for_groups: whether it is for groups alone.
        quote: where it stands.
    """

    kind: PromiseKind
    matters: frozenset[Matter]
    for_groups: bool
    quote: SourceQuote


@dataclass(frozen=True, slots=True)
class Opening:
    """From when to when an office is open on one day, in China's time."""

    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Office:
    """A legal-aid office that takes appointments.

    Attributes:
        office_id: stable id, unique in an installation.
        name: as on its door.
        region_code: the county (or city) that it lies in.
        address: street and number.
        hours: openings by weekday, 0 for Monday.
        slot_minutes: how long one appointment takes.
        capacity: how many appointments at the same time.
        latitude: degrees, GCJ-02; None where not known.
        longitude: degrees, GCJ-02; None where not known.
        phone: "" where not known.
        closed_on: days of its own on which it is closed.
        source: where the entry comes from, for people.
        is_sample: made up for the demonstration.
    """

    office_id: str
    name: str
    region_code: str
    address: str
    hours: Mapping[int, tuple[Opening, ...]]
    slot_minutes: int = 30
    capacity: int = 1
    latitude: float | None = None
    longitude: float | None = None
    phone: str = ""
    closed_on: frozenset[date] = frozenset()
    source: str = ""
    is_sample: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """号源: one time at one office.

    Attributes:
        on: the day.
        at: when it begins, in China's time.
        office_id: where.
    """

    on: date
    at: time
    office_id: str

    @property
    def slot_id(self) -> str:
        """``<office>@2026-12-01T09:30``."""
        return f"{self.office_id}@{self.on.isoformat()}T{self.at:%H:%M}"

    @classmethod
    def of(cls, slot_id: str) -> Slot:
        """The slot of an id."""
        office_id, _, moment = slot_id.rpartition("@")
        begins = datetime.fromisoformat(moment)
        return cls(begins.date(), begins.time(), office_id)


class BookingState(StrEnum):
    """How far a booking is; pending and abandoned only for moments, while it is made or given up half-made."""

    PENDING = "pending"
    ABANDONED = "abandoned"
    BOOKED = "booked"
    DONE = "done"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


@dataclass(frozen=True, slots=True)
class BookingRequest:
    """What is to be booked.

    Attributes:
        request_id: the same request is booked once, however often it is repeated.
        openid: whom to remind.
        worker_id: whose booking it is.
        matter: what it is about.
        slot: when and where.
        name: as on the ID card.
        phone: in its one form.
        story: what happened, in the worker's words; "" for nothing told.
        group_size: how many people it is for.
        is_on_site: whether the office is asked to come to the group.
    """

    request_id: str
    openid: str
    worker_id: str
    matter: Matter
    slot: Slot
    name: str
    phone: str
    story: str = ""
    group_size: int = 1
    is_on_site: bool = False


@dataclass(frozen=True, slots=True)
class Booking:
    """One booking as its worker and staff see it; who the worker is stays sealed.

    Attributes:
        number: eight digits, by which it is asked for.
        worker_id: whose it is.
        matter: what it is about.
        state: how far it is.
        slot: when and where.
        group_size: how many people it is for.
        is_on_site: whether the office is asked to come to the group.
        created_at: when it was made, aware UTC.
    """

    number: str
    worker_id: str
    matter: Matter
    state: BookingState
    slot: Slot
    group_size: int
    is_on_site: bool
    created_at: datetime

    @property
    def is_open(self) -> bool:
        """Whether it is still to be kept."""
        return self.state is BookingState.BOOKED


@dataclass(frozen=True, slots=True)
class BookedBy:
    """Who made a booking and why; personal data.

    Attributes:
        name: as on the ID card.
        phone: in its one form.
        story: what happened; "" for nothing told.
    """

    name: str
    phone: str
    story: str


@dataclass(frozen=True, slots=True)
class DayInfo:
    """Whether offices work on a day.

    Attributes:
        on: the day.
        is_holiday: a public holiday, with what is swapped for it.
        is_make_up: a weekend day on which everybody works instead.
        name: of the holiday, "" for none.
        is_provisional: nobody has announced that year's holidays yet.
    """

    on: date
    is_holiday: bool = False
    is_make_up: bool = False
    name: str = ""
    is_provisional: bool = False


@dataclass(frozen=True, slots=True)
class FreeSlot:
    """A slot that can still be booked.

    Attributes:
        slot: when and where.
        left: places left.
        day: what kind of day it is.
    """

    slot: Slot
    left: int
    day: DayInfo = field(compare=False)
