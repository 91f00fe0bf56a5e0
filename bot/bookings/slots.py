"""号源: each slot holds its own bookings, so that one compare-and-set decides who gets the last place.

A place is held by a booking's number and a token that is new for every attempt: whoever clears up after an attempt that
failed cannot free what a later attempt of the same booking holds.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from bot.domain.booking import Slot
from bot.domain.errors import DuplicateKeyError
from bot.ports import Document, DocumentStore
from bot.storage.change import change

COLLECTION = "legal_aid_slots"


class Hold(NamedTuple):
    """A place in a slot, as it is written down before it is taken.

    Attributes:
        slot_id: of the slot.
        number: of the booking.
        token: of the attempt.
    """

    slot_id: str
    number: str
    token: str


class Slots:
    """The slots of an installation; one exists from its first booking on.

    Args:
        store: where they lie.
    """

    def __init__(self, store: DocumentStore) -> None:
        self._store = store

    async def prepare(self) -> None:
        """Create the indexes."""
        await self._store.ensure_index(COLLECTION, ["office_id", "on"])
        await self._store.ensure_index(COLLECTION, ["on"])

    async def take(self, hold: Hold, capacity: int) -> bool:
        """Take a place; taking it again for the same booking changes nothing but the token.

        Args:
            hold: for whom.
            capacity: how many bookings the slot holds.

        Returns:
            False where it is full.
        """
        is_known = is_taken = False

        def put(document: Document) -> Document | None:
            nonlocal is_known, is_taken
            is_known = True
            others = [entry for entry in document["bookings"] if entry["number"] != hold.number]
            is_taken = len(others) < len(document["bookings"]) or len(others) < capacity
            mine = {"number": hold.number, "token": hold.token}
            if not is_taken or mine in document["bookings"]:
                return None
            return document | {"bookings": [*others, mine]}

        while True:
            await change(self._store, COLLECTION, hold.slot_id, put)
            if is_known or await self._insert(hold):
                return is_taken or not is_known

    async def free(self, hold: Hold) -> None:
        """Give a place back; nothing happens where a later attempt of the same booking holds it."""
        mine = {"number": hold.number, "token": hold.token}

        def leave(document: Document) -> Document | None:
            left = [entry for entry in document["bookings"] if entry != mine]
            return document | {"bookings": left} if len(left) < len(document["bookings"]) else None

        await change(self._store, COLLECTION, hold.slot_id, leave)

    async def taken(self, office_id: str, since: date, until: date) -> dict[str, int]:
        """How many places are taken in an office's slots of some days, by slot id; slots without any are left out."""
        where = {"office_id": office_id, "on": {"$gte": since.isoformat(), "$lte": until.isoformat()}}
        found = await self._store.find(COLLECTION, where)
        return {document["_id"]: len(document["bookings"]) for document in found if document["bookings"]}

    async def numbers(self, slot_id: str) -> list[str]:
        """The bookings that hold a place."""
        document = await self._store.find_one(COLLECTION, {"_id": slot_id})
        return [] if document is None else [entry["number"] for entry in document["bookings"]]

    async def holds(self, since: date) -> list[Hold]:
        """Every place that is held from a day on."""
        found = await self._store.find(COLLECTION, {"on": {"$gte": since.isoformat()}})
        return [Hold(document["_id"], **entry) for document in found for entry in document["bookings"]]

    async def sweep(self, before: date) -> int:
        """Delete the slots of days long past; returns how many."""
        return await self._store.delete(COLLECTION, {"on": {"$lt": before.isoformat()}})

    async def _insert(self, hold: Hold) -> bool:
        slot = Slot.of(hold.slot_id)
        document: Document = {
            "_id": hold.slot_id,
            "office_id": slot.office_id,
            "on": slot.on.isoformat(),
            "bookings": [{"number": hold.number, "token": hold.token}],
        }
        try:
            await self._store.insert(COLLECTION, document)
        except DuplicateKeyError:
            return False
        return True
