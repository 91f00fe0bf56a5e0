"""What is kept about a worker's bookings, for export and erasure: those under way stay until they are over."""

from __future__ import annotations

from bot.bookings import phrasing_personal_data as words
from bot.bookings.booked_by import SealedBookings
from bot.bookings.booking_documents import COLLECTION, UNFINISHED, booking_of
from bot.bookings.phrasing_bookings import day_and_time
from bot.domain.booking import BookingState
from bot.ports import Document, DocumentStore
from bot.privacy.holders import OpenMatter
from bot.privacy.moments import shown


class BookingHolder:
    """See `bot.privacy.holders.PersonalDataHolder`.

    Args:
        store: where bookings lie.
        sealed: opens who made them.
    """

    label = words.LABEL

    def __init__(self, store: DocumentStore, sealed: SealedBookings) -> None:
        self._store = store
        self._sealed = sealed

    async def export(self, worker_id: str) -> list[dict[str, str]]:
        """Everything about each booking."""
        found = await self._store.find(COLLECTION, {"worker_id": worker_id}, sort=[("on", 1)])
        return [await self._described(document) for document in found]

    async def erase(self, worker_id: str) -> int:
        """Delete bookings that are over."""
        over = [state.value for state in BookingState if state not in UNFINISHED]
        return await self._store.delete(COLLECTION, {"worker_id": worker_id, "state": {"$in": over}})

    async def open_matters(self, worker_id: str) -> list[OpenMatter]:
        """Bookings under way."""
        states = [state.value for state in UNFINISHED]
        found = await self._store.find(COLLECTION, {"worker_id": worker_id, "state": {"$in": states}})
        return [OpenMatter(words.LABEL, document["_id"]) for document in found]

    async def _described(self, document: Document) -> dict[str, str]:
        booking, who = booking_of(document), await self._sealed.opened(document)
        facts = {
            words.NUMBER: booking.number,
            words.STATE: words.STATES[booking.state],
            words.WHEN: f"{booking.slot.on.year}年{day_and_time(booking.slot)}",
            words.MATTER: words.MATTERS[booking.matter],
            words.PEOPLE: str(booking.group_size) if booking.group_size > 1 else "",
            words.ON_SITE: words.YES if booking.is_on_site else "",
            words.NAME: who.name,
            words.PHONE: who.phone,
            words.STORY: who.story,
            words.MADE_AT: shown(document["created_at"]),
        }
        return {label: fact for label, fact in facts.items() if fact}
