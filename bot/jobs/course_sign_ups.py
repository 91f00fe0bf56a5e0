"""Who signed up for which course: names and telephones sealed, no seat given twice, nobody in twice.

A sign-up is written down first and given its seat then; one that a crash interrupted in between is finished when it is
repeated, and erased with its worker in any case.
"""

from __future__ import annotations

import contextlib
from datetime import date, timedelta
from enum import StrEnum

from bot.domain.announcement import Announcement
from bot.domain.course_sign_up import CourseSignUp
from bot.domain.errors import DuplicateKeyError
from bot.domain.moments import from_ms, to_ms
from bot.ports import Clock, Document, DocumentStore
from bot.privacy.cipher import FieldCipher, FieldContext
from bot.privacy.identity_fields import Identity
from bot.privacy.rotation import RotationStep, sealed_fields
from bot.storage.change import change

COLLECTION = "course_sign_ups"
SEATS = "course_seats"
KEPT_DAYS = 180
"""After sign-up ends; by then the course is over and has been accounted for."""
_SEALED = ("name", "phone")


class SignedUp(StrEnum):
    """What became of a wish to take part."""

    NEW = "new"
    ALREADY = "already"
    FULL = "full"


class CourseSignUps:
    """The sign-ups of an installation.

    Args:
        store: where they lie.
        cipher: seals names and telephones.
        clock: dates them.
    """

    def __init__(self, store: DocumentStore, cipher: FieldCipher, clock: Clock) -> None:
        self._store = store
        self._cipher = cipher
        self._clock = clock

    async def prepare(self) -> None:
        """Create the indexes."""
        for field in ("worker_id", "course_id", "keep_until"):
            await self._store.ensure_index(COLLECTION, [field])
        await self._store.ensure_index(SEATS, ["keep_until"])

    async def sign_up(self, course: Announcement, worker_id: str, identity: Identity, form_id: str) -> SignedUp:
        """Give a worker a seat in a course; the same ``form_id`` once more has the same outcome.

        Raises:
            StoreError: the store is away; it may be repeated.
        """
        sign_up_id = f"{course.announcement_id}.{worker_id}"
        known = await self._store.find_one(COLLECTION, {"_id": sign_up_id})
        if known is not None and known["has_seat"]:
            return SignedUp.NEW if known["form_id"] == form_id else SignedUp.ALREADY
        if known is None:
            await self._write(sign_up_id, course, worker_id, identity, form_id)
        if not await self._take_seat(course, worker_id):
            await self._store.delete(COLLECTION, {"_id": sign_up_id, "has_seat": False})
            return SignedUp.FULL
        await change(self._store, COLLECTION, sign_up_id, lambda document: document | {"has_seat": True})
        return SignedUp.NEW

    async def of_worker(self, worker_id: str) -> list[CourseSignUp]:
        """A worker's sign-ups, the earliest first."""
        rows = await self._store.find(COLLECTION, {"worker_id": worker_id, "has_seat": True})
        return sorted(map(self._opened, rows), key=lambda one: one.signed_up_at)

    async def of_course(self, course_id: str) -> list[CourseSignUp]:
        """Who takes part in a course, the earliest first."""
        rows = await self._store.find(COLLECTION, {"course_id": course_id, "has_seat": True})
        return sorted(map(self._opened, rows), key=lambda one: one.signed_up_at)

    async def withdraw(self, worker_id: str, course_id: str) -> bool:
        """Give a seat back; False where the worker had none."""
        await self._free_seat(course_id, worker_id)
        return await self._store.delete(COLLECTION, {"_id": f"{course_id}.{worker_id}"}) > 0

    async def erase(self, worker_id: str) -> int:
        """Forget a worker's sign-ups and give their seats back; may be repeated."""
        rows = await self._store.find(COLLECTION, {"worker_id": worker_id})
        for row in rows:
            await self.withdraw(worker_id, row["course_id"])
        return len(rows)

    async def expire(self) -> int:
        """Forget sign-ups for courses that are long over, and return how many there were."""
        over = {"keep_until": {"$lt": self._clock.today().isoformat()}}
        await self._store.delete(SEATS, over)
        return await self._store.delete(COLLECTION, over)

    def rotation(self) -> RotationStep:
        """Brings names and telephones under the installation's current key."""
        return sealed_fields(self._cipher, COLLECTION, _SEALED)

    async def _write(
        self, sign_up_id: str, course: Announcement, worker_id: str, identity: Identity, form_id: str
    ) -> None:
        document: Document = {
            "_id": sign_up_id,
            "course_id": course.announcement_id,
            "course": course.name,
            "worker_id": worker_id,
            "form_id": form_id,
            "name": self._cipher.encrypt(identity.name, FieldContext(COLLECTION, "name", sign_up_id)),
            "phone": self._cipher.encrypt(identity.phone, FieldContext(COLLECTION, "phone", sign_up_id)),
            "has_seat": False,
            "at_ms": to_ms(self._clock.now()),
            "keep_until": _kept_until(course),
        }
        with contextlib.suppress(DuplicateKeyError):
            await self._store.insert(COLLECTION, document)

    async def _take_seat(self, course: Announcement, worker_id: str) -> bool:
        """Whether the worker has a seat now; whoever has one keeps it."""
        has_seat = False

        def take(document: Document) -> Document | None:
            nonlocal has_seat
            taken: list[str] = document["taken"]
            has_seat = worker_id in taken
            if has_seat or (course.seats and len(taken) >= course.seats):
                return None
            has_seat = True
            return document | {"taken": [*taken, worker_id]}

        seats = {"_id": course.announcement_id, "taken": list[str](), "keep_until": _kept_until(course)}
        with contextlib.suppress(DuplicateKeyError):
            await self._store.insert(SEATS, seats)
        await change(self._store, SEATS, course.announcement_id, take)
        return has_seat

    async def _free_seat(self, course_id: str, worker_id: str) -> None:
        def free(document: Document) -> Document | None:
            taken: list[str] = document["taken"]
            return document | {"taken": [one for one in taken if one != worker_id]} if worker_id in taken else None

        await change(self._store, SEATS, course_id, free)

    def _opened(self, row: Document) -> CourseSignUp:
        contexts = ((field, FieldContext(COLLECTION, field, row["_id"])) for field in _SEALED)
        name, phone = (self._cipher.decrypt(row[field], context) for field, context in contexts)
        at = from_ms(row["at_ms"])
        return CourseSignUp(row["_id"], row["course_id"], row["course"], row["worker_id"], name, phone, at)


def _kept_until(course: Announcement) -> str:
    last: date = max(course.last_on, course.starts_on or course.last_on)
    return (last + timedelta(days=KEPT_DAYS)).isoformat()
