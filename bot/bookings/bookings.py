"""Bookings that exist: found, moved and cancelled without losing or doubling a place, whatever crashes.

See `bot.bookings.booking_documents` for their states and `bot.bookings.new_bookings` for how they come to be.
"""

from __future__ import annotations

from bot.bookings import booking_documents as documents
from bot.bookings import phrasing_bookings as phrasing
from bot.bookings.availability import Availability, begins_at
from bot.bookings.booked_by import SealedBookings
from bot.bookings.booking_documents import COLLECTION, booking_of
from bot.bookings.slots import Slots
from bot.domain.booking import BookedBy, Booking, BookingState, Slot
from bot.domain.errors import BookingRefusedError, SlotTakenError
from bot.ports import Clock, Document, DocumentStore
from bot.storage.change import change

ATTEMPTS = 20


class Bookings:
    """The bookings of an installation.

    Args:
        store: where they lie.
        slots: their places.
        availability: what else is free where a place is not.
        clock: the time.
    """

    def __init__(self, store: DocumentStore, slots: Slots, availability: Availability, clock: Clock) -> None:
        self._store = store
        self._slots = slots
        self._availability = availability
        self._clock = clock

    async def prepare(self) -> None:
        """Create the indexes."""
        await self._store.ensure_index(COLLECTION, ["request_id"], unique=True)
        await self._store.ensure_index(COLLECTION, ["open_key"], unique=True)
        await self._store.ensure_index(COLLECTION, ["worker_id"])
        await self._store.ensure_index(COLLECTION, ["state", "on"])
        await self._store.ensure_index(COLLECTION, ["office_id", "on"])
        await self._store.ensure_index(COLLECTION, ["unsettled"])

    async def get(self, number: str) -> Booking:
        """A booking by its number.

        Raises:
            BookingRefusedError: there is none.
        """
        return booking_of(await self._document(number))

    async def of_worker(self, worker_id: str) -> list[Booking]:
        """A worker's bookings, the earliest slot first; those that are only being made are left out."""
        return _made(await self._store.find(COLLECTION, {"worker_id": worker_id}))

    async def of_office(self, office_id: str, on: str) -> list[Booking]:
        """An office's bookings of a day (``2026-12-01``), the earliest slot first."""
        return _made(await self._store.find(COLLECTION, {"office_id": office_id, "on": on}))

    async def booked_by(self, number: str, sealed: SealedBookings) -> BookedBy:
        """Who made a booking, and why; the caller logs the look.

        Raises:
            BookingRefusedError: there is none.
            DecryptionError: the worker's key is destroyed, or the booking was changed.
        """
        return await sealed.opened(await self._document(number))

    async def move(self, number: str, slot: Slot) -> Booking:
        """Change to another slot: the new place is taken before the old one is left. It may be repeated.

        Raises:
            SlotTakenError: the new slot is full; the booking stays as it was.
            BookingRefusedError: there is no such slot, or the booking is not open.
            StoreError: the store is away; a repeat goes on where this stopped.
        """
        for _ in range(ATTEMPTS):
            document = await self._about_to_move(number, slot)
            hold = documents.target(document)
            if hold is None:
                await self.settle(number)
                return booking_of(document)
            office = await self._availability.office_of(slot)
            if not await self._slots.take(hold, office.capacity):
                await self._change(number, documents.not_moving)
                await self.settle(number)
                raise SlotTakenError(phrasing.taken(await self._availability.next_from(office, slot)))
            if await self._moved(number, hold.token):
                await self.settle(number)
                return await self.get(number)
        raise BookingRefusedError(phrasing.CHANGED_MEANWHILE)

    async def cancel(self, number: str) -> Booking:
        """Cancel a booking and free its place; cancelling again changes nothing.

        Raises:
            BookingRefusedError: there is no such booking, or it is over.
        """

        def end(document: Document) -> Document | None:
            is_open = document["state"] == BookingState.BOOKED
            return documents.ended(document, BookingState.CANCELLED, frees=True) if is_open else None

        return await self._ended(number, BookingState.CANCELLED, end)

    async def mark_no_show(self, number: str) -> Booking:
        """Staff note that nobody came.

        Raises:
            BookingRefusedError: there is no such booking, its time has not come, or it was cancelled.
        """
        booking = await self.get(number)
        if booking.is_open and begins_at(booking.slot) > self._clock.now():
            raise BookingRefusedError(phrasing.NOT_YET_OVER.format(number=number))
        over = (BookingState.BOOKED, BookingState.DONE)

        def end(document: Document) -> Document | None:
            return documents.ended(document, BookingState.NO_SHOW, frees=False) if document["state"] in over else None

        return await self._ended(number, BookingState.NO_SHOW, end)

    async def settle(self, number: str) -> None:
        """Free the places that a booking no longer needs; it may be repeated."""
        document = await self._store.find_one(COLLECTION, {"_id": number})
        if document is None or not document["unsettled"]:
            return
        holds = documents.holds_left(document)
        for hold in holds:
            await self._slots.free(hold)
        await self._change(number, lambda document: documents.settled(document, holds))

    async def _document(self, number: str) -> Document:
        document = await self._store.find_one(COLLECTION, {"_id": number})
        if document is None or document["state"] in documents.HALF_MADE:
            raise BookingRefusedError(phrasing.NO_SUCH_BOOKING.format(number=number))
        return document

    async def _about_to_move(self, number: str, slot: Slot) -> Document:
        await self._availability.office_of(slot)
        await self._change(number, lambda document: documents.moving_to(document, slot.slot_id, self._clock.now()))
        document = await self._document(number)
        if document["state"] != BookingState.BOOKED:
            raise BookingRefusedError(phrasing.NOT_OPEN.format(number=number))
        return document

    async def _moved(self, number: str, token: str) -> bool:
        return await self._change(number, lambda document: documents.moved(document, token))

    async def _ended(self, number: str, state: BookingState, end: documents.Step) -> Booking:
        await self._change(number, end)
        await self.settle(number)
        booking = await self.get(number)
        if booking.state is not state:
            raise BookingRefusedError(phrasing.NOT_OPEN.format(number=number))
        return booking

    async def _change(self, number: str, step: documents.Step) -> bool:
        return await change(self._store, COLLECTION, number, step) is not None


def _made(found: list[Document]) -> list[Booking]:
    made = (booking_of(document) for document in found if document["state"] not in documents.HALF_MADE)
    return sorted(made, key=lambda booking: (booking.slot, booking.number))
