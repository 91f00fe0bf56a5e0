"""The room `bot.bookings` put together over one store, with one sample office that takes one booking a slot."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, time
from functools import lru_cache

from bot.bookings.availability import Availability
from bot.bookings.booked_by import SealedBookings
from bot.bookings.bookings import Bookings
from bot.bookings.new_bookings import NewBookings
from bot.bookings.office_hours import parse_hours
from bot.bookings.offices import Offices
from bot.bookings.personal_data import BookingHolder
from bot.bookings.slots import Slots
from bot.bookings.sweeps import BookingSweeps
from bot.bookings.working_days import WorkingDays
from bot.domain.booking import BookingRequest, Matter, Office, Slot
from bot.domain.pseudonym import WorkerPseudonyms
from bot.ports import DocumentStore
from bot.privacy.key_ring import KEY_BYTES, KeyRing
from bot.regions.city_distances import load_city_distances
from bot.regions.divisions import load_divisions
from tests.fakes.fake_clock import FakeClock
from tests.fakes.privacy_room import PrivacyRoom

PSEUDONYMS = WorkerPseudonyms("盐")
RING = KeyRing.of({"k1": bytes(range(KEY_BYTES))})
MONDAY = date(2024, 4, 29)
"""The first Monday after `FakeClock` begins."""
OFFICE = Office(
    "sanyuan",
    "示例·三元区法律援助中心",
    "350404",
    "福建省三明市三元区示例路11号",
    parse_hours("周一至周五 9:00-12:00，14:30-17:30"),
    slot_minutes=60,
    capacity=1,
    latitude=26.238,
    longitude=117.61,
    is_sample=True,
)
SLOT = Slot(MONDAY, time(9), OFFICE.office_id)
NEXT = Slot(MONDAY, time(10), OFFICE.office_id)


@dataclass(frozen=True)
class BookingsRoom:
    """Everything of `bot.bookings` over one store."""

    store: DocumentStore
    clock: FakeClock
    privacy: PrivacyRoom
    sealed: SealedBookings
    offices: Offices
    slots: Slots
    days: WorkingDays
    availability: Availability
    bookings: Bookings
    new_bookings: NewBookings
    sweeps: BookingSweeps

    @classmethod
    def over(cls, store: DocumentStore, clock: FakeClock) -> BookingsRoom:
        privacy = PrivacyRoom.over(store, RING, clock)
        sealed = SealedBookings(privacy.cipher, PSEUDONYMS, privacy.keys, privacy.consents)
        offices = Offices(store, load_divisions(), load_city_distances())
        slots, days = Slots(store), WorkingDays(store)
        availability = Availability(offices, slots, days, clock)
        bookings = Bookings(store, slots, availability, clock)
        new_bookings = NewBookings(store, sealed, slots, availability, clock)
        sweeps = BookingSweeps(store, bookings, new_bookings, slots, clock)
        privacy.holders.register(BookingHolder(store, sealed))
        return cls(store, clock, privacy, sealed, offices, slots, days, availability, bookings, new_bookings, sweeps)

    async def prepare(self, office: Office = OFFICE) -> None:
        """Create the indexes and keep an office."""
        await self.privacy.audit.prepare()
        await self.privacy.profiles.prepare()
        await self.offices.prepare()
        await self.slots.prepare()
        await self.bookings.prepare()
        await self.offices.keep(office)

    async def agree(self, openid: str) -> None:
        """The worker consents."""
        await self.privacy.consents.give(PSEUDONYMS.of(openid))


@lru_cache
def request_of(openid: str = "o-zhang", **changes: object) -> BookingRequest:
    """What a worker wants to book."""
    plain = BookingRequest(
        request_id=f"form-{PSEUDONYMS.of(openid)}",
        openid=openid,
        worker_id=PSEUDONYMS.of(openid),
        matter=Matter.WAGE,
        slot=SLOT,
        name="王建国",
        phone="13812341234",
        story="老板欠我三个月工资",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]
