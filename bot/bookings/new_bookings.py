"""How a booking comes to be: once for each request, one open one for each worker and matter, never a place too many.

The booking is written first, then its place is taken, then it is confirmed. What keeps the worker from booking is so
decided before anybody else's place is touched, and a crash at any point leaves a pending booking that a repeat of the
request finishes, and that is otherwise given up after a while.
"""

from __future__ import annotations

from bot.bookings import booking_documents as documents
from bot.bookings import phrasing_bookings as phrasing
from bot.bookings.availability import Availability
from bot.bookings.booked_by import SealedBookings
from bot.bookings.booking_documents import COLLECTION, booking_of
from bot.bookings.slots import Slots
from bot.domain.booking import Booking, BookingRequest, BookingState
from bot.domain.errors import BookingRefusedError, ConsentError, DuplicateKeyError, SlotTakenError
from bot.ports import Clock, Document, DocumentStore
from bot.storage.change import change

ATTEMPTS = 20


class NewBookings:
    """Makes bookings.

    Args:
        store: where they lie.
        sealed: seals who made them.
        slots: the places.
        availability: what else is free where a place is not.
        clock: dates them.
    """

    def __init__(
        self,
        store: DocumentStore,
        sealed: SealedBookings,
        slots: Slots,
        availability: Availability,
        clock: Clock,
    ) -> None:
        self._store = store
        self._sealed = sealed
        self._slots = slots
        self._availability = availability
        self._clock = clock

    async def book(self, request: BookingRequest) -> Booking:
        """Make a booking; the same request again gets the same booking, also after a crash half-way.

        Raises:
            SlotTakenError: the slot is full; the text says which ones are left.
            BookingRefusedError: there is no such slot, or the worker has an open booking for this matter.
            ConsentError: the worker has not agreed, or was erased while this ran.
            StoreError: the store is away; what was begun is finished by a repeat, or given up after a while.
        """
        for _ in range(ATTEMPTS):
            document = await self._begun(request)
            if document["state"] == BookingState.PENDING:
                confirmed = await self._confirmed(document, request)
                if confirmed is None:
                    continue
                document = confirmed
            return booking_of(document)
        raise BookingRefusedError(phrasing.CHANGED_MEANWHILE)

    async def give_up(self, document: Document) -> bool:
        """Forget a booking that has no place yet, and free the place that it may have taken.

        Returns:
            False where it was confirmed meanwhile: it stays.
        """
        number, token = document["_id"], document["token"]
        await self._change(number, lambda document: documents.abandoned(document, token))
        where = {"_id": number, "state": BookingState.ABANDONED.value}
        abandoned = await self._store.find_one(COLLECTION, where)
        if abandoned is None:
            return False
        await self._slots.free(documents.held(abandoned))
        return await self._store.delete(COLLECTION, where) > 0

    async def _begun(self, request: BookingRequest) -> Document:
        """The booking of a request, written now unless it was before."""
        for attempt in range(ATTEMPTS):
            known = await self._store.find_one(COLLECTION, {"request_id": request.request_id})
            if known is not None:
                if _is_of_use(known, request):
                    return known
                await self.give_up(known)
            document = await self._written(request, attempt)
            if document is not None:
                return document
        raise BookingRefusedError(phrasing.NUMBERS_USED_UP)

    async def _written(self, request: BookingRequest, attempt: int) -> Document | None:
        """A new pending booking; None where something has to make way first, or the number is somebody else's."""
        await self._sealed.require_consent(request.worker_id)
        await self._availability.office_of(request.slot)
        fresh = documents.new_booking(request, documents.number_of(request.request_id, attempt), self._clock.now())
        try:
            document = await self._store.insert(COLLECTION, await self._sealed.sealed(fresh, request))
        except DuplicateKeyError:
            await self._make_way(request)
            return None
        try:
            await self._sealed.check_still_agreed(document)
        except ConsentError:
            await self.give_up(document)
            raise
        return document

    async def _make_way(self, request: BookingRequest) -> None:
        """Another open booking for this matter refuses this one; what was left half-made is given up for it."""
        key = documents.open_key(request.worker_id, request.matter)
        other = await self._store.find_one(COLLECTION, {"open_key": key})
        if other is None or other["request_id"] == request.request_id:
            return
        if other["state"] != BookingState.PENDING or not await self.give_up(other):
            number = phrasing.spoken_number(other["_id"])
            raise BookingRefusedError(phrasing.SAME_MATTER.format(number=number))

    async def _confirmed(self, document: Document, request: BookingRequest) -> Document | None:
        """The booking with its place; None where somebody gave it up meanwhile."""
        office, hold = await self._availability.office_of(request.slot), documents.held(document)
        if not await self._slots.take(hold, office.capacity):
            await self.give_up(document)
            raise SlotTakenError(phrasing.taken(await self._availability.next_from(office, request.slot)))
        return await change(
            self._store,
            COLLECTION,
            document["_id"],
            lambda document: documents.confirmed(document, hold.token),
        )

    async def _change(self, number: str, step: documents.Step) -> None:
        await change(self._store, COLLECTION, number, step)


def _is_of_use(known: Document, request: BookingRequest) -> bool:
    """Whether an earlier attempt at a request can be gone on with."""
    if known["state"] == BookingState.PENDING:
        return bool(known["slot_id"] == request.slot.slot_id)
    return bool(known["state"] != BookingState.ABANDONED)
