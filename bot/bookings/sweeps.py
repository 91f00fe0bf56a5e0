"""What happens to bookings by the clock: half-done ones are undone, past ones closed, old ones deleted."""

from __future__ import annotations

from datetime import timedelta

from bot.bookings import booking_documents as documents
from bot.bookings.booking_documents import COLLECTION
from bot.bookings.bookings import Bookings
from bot.bookings.new_bookings import NewBookings
from bot.bookings.slots import Slots
from bot.domain.booking import BookingState
from bot.ports import Clock, Document, DocumentStore
from bot.privacy.moments import stored
from bot.storage.change import change

HALF_DONE_AFTER = timedelta(minutes=10)
"""A message is worked on for seconds; what is half-done for longer has no process any more."""
PAGE = 500
KEPT_DAYS = 180
"""For how long a worker and their office can look up what was; who asks for it is erased at once."""
CLOSED = tuple(state.value for state in (BookingState.DONE, BookingState.CANCELLED, BookingState.NO_SHOW))


class BookingSweeps:
    """Duties of the housekeeping; each may be interrupted, repeated, and done by several processes.

    Args:
        store: where bookings lie.
        bookings: the bookings.
        new_bookings: gives up those that never got a place.
        slots: the places.
        clock: the time.
    """

    def __init__(
        self, store: DocumentStore, bookings: Bookings, new_bookings: NewBookings, slots: Slots, clock: Clock
    ) -> None:
        self._store = store
        self._bookings = bookings
        self._new_bookings = new_bookings
        self._slots = slots
        self._clock = clock

    async def undo_half_done(self) -> int:
        """Give up what was only begun, and finish what was only begun to be left; returns how many."""
        before = stored(self._clock.now() - HALF_DONE_AFTER)
        half_made = {"state": {"$in": [state.value for state in documents.HALF_MADE]}, "touched_at": {"$lt": before}}
        undone = 0
        for document in await self._store.find(COLLECTION, half_made):
            undone += await self._new_bookings.give_up(document)
        for document in await self._store.find(COLLECTION, {"unsettled": True, "touched_at": {"$lt": before}}):
            await self._undo_move(document)
            await self._bookings.settle(document["_id"])
            undone += 1
        return undone + await self._free_strays()

    async def close_past(self) -> int:
        """Bookings of days gone by are done, unless staff say that nobody came; returns how many."""
        where = {"state": BookingState.BOOKED.value, "on": {"$lt": self._clock.today().isoformat()}}
        closed = 0
        for document in await self._store.find(COLLECTION, where):
            closed += await self._changed(document["_id"], self._over)
            await self._bookings.settle(document["_id"])
        return closed

    async def delete_old(self) -> int:
        """Delete bookings that were closed long ago, and the slots of days long past; returns how many."""
        before = self._clock.today() - timedelta(days=KEPT_DAYS)
        gone = await self._store.delete(
            COLLECTION, {"state": {"$in": list(CLOSED)}, "unsettled": False, "on": {"$lt": before.isoformat()}}
        )
        return gone + await self._slots.sweep(before)

    async def _free_strays(self) -> int:
        """Free places that no booking knows of: somebody else had changed the booking before its process took them.

        Whoever takes a place has written its token into the booking before, and no token comes back once it is gone
        from there, so that what is found here is of no use to anybody.
        """
        holds = await self._slots.holds(self._clock.today())
        numbers = sorted({hold.number for hold in holds})
        known: dict[str, Document] = {}
        for start in range(0, len(numbers), PAGE):
            page = {"_id": {"$in": numbers[start : start + PAGE]}}
            known |= {found["_id"]: found for found in await self._store.find(COLLECTION, page)}
        strays = [one for one in holds if one.number not in known or not documents.knows(known[one.number], one)]
        for hold in strays:
            await self._slots.free(hold)
        return len(strays)

    def _over(self, document: Document) -> Document | None:
        is_over = document["state"] == BookingState.BOOKED and document["on"] < self._clock.today().isoformat()
        return documents.ended(document, BookingState.DONE, frees=False) if is_over else None

    async def _undo_move(self, seen: Document) -> None:
        def undo(document: Document) -> Document | None:
            is_same = document.get("moving") == seen.get("moving") and "moving" in document
            return documents.not_moving(document) if is_same else None

        await self._changed(seen["_id"], undo)

    async def _changed(self, number: str, step: documents.Step) -> bool:
        return await change(self._store, COLLECTION, number, step) is not None
