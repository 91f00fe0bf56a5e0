"""Everything that keeps bookings, put together over one store, for the service and for the command line."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.assembly.privacy_desk import PrivacyDesk, open_privacy
from bot.bookings.availability import Availability
from bot.bookings.bookings import Bookings
from bot.bookings.new_bookings import NewBookings
from bot.bookings.offices import Offices
from bot.bookings.slots import Slots
from bot.bookings.sweeps import BookingSweeps
from bot.bookings.working_days import WorkingDays
from bot.gateway.system_clock import SystemClock
from bot.ports import Clock, DocumentStore
from bot.regions.city_distances import load_city_distances
from bot.regions.divisions import Divisions, load_divisions
from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class BookingsDesk:
    """What keeps bookings.

    Attributes:
        offices: where appointments are given.
        slots: their places.
        days: when offices work.
        availability: what is free.
        bookings: what is booked.
        new_bookings: makes bookings.
        sweeps: what happens by the clock.
        privacy: who booked, and the audit log.
    """

    offices: Offices
    slots: Slots
    days: WorkingDays
    availability: Availability
    bookings: Bookings
    new_bookings: NewBookings
    sweeps: BookingSweeps
    privacy: PrivacyDesk

    @classmethod
    def over(cls, store: DocumentStore, privacy: PrivacyDesk, clock: Clock, divisions: Divisions) -> BookingsDesk:
        """Put everything together; the store is not asked, `prepare` does that."""
        offices, slots, days = Offices(store, divisions, load_city_distances()), Slots(store), WorkingDays(store)
        availability = Availability(offices, slots, days, clock)
        bookings = Bookings(store, slots, availability, clock)
        new_bookings = NewBookings(store, privacy.bookings, slots, availability, clock)
        sweeps = BookingSweeps(store, bookings, new_bookings, slots, clock)
        return cls(offices, slots, days, availability, bookings, new_bookings, sweeps, privacy)

    async def prepare(self) -> None:
        """Create the indexes."""
        await self.offices.prepare()
        await self.slots.prepare()
        await self.bookings.prepare()


@asynccontextmanager
async def open_bookings(settings: Settings) -> AsyncIterator[BookingsDesk]:
    """The bookings of an installation, running or not, until the context ends; for the command line.

    Raises:
        SettingsError: a setting cannot be used.
        KeyFileError: the privacy keys cannot be used.
        StoreUnavailableError: the store is away.
    """
    async with open_privacy(settings) as privacy:
        desk = BookingsDesk.over(privacy.store, privacy, SystemClock(), load_divisions())
        await desk.prepare()
        yield desk
