"""The queue of those who wait for a person: one open handoff for each worker, urgent ones first."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from bot.domain.errors import DuplicateKeyError, StaffChangeError
from bot.domain.handoff import Handoff, HandoffReason, HandoffState
from bot.domain.pseudonym import WorkerPseudonyms
from bot.ports import Clock, Document, DocumentStore
from bot.privacy.cipher import FieldCipher
from bot.privacy.moments import stored
from bot.privacy.sealed_worker import OPENID, WORKER_ID, SealedWorkers
from bot.storage.change import change

COLLECTION = "handoffs"
SAID = "said"
OPEN_FOR = "open_for"
"""The worker, only while the handoff is open: a unique index then lets no second one begin."""
SAID_KEPT = 5
URGENT = frozenset({HandoffReason.DANGER, HandoffReason.INJURY})


def sealed_handoffs(cipher: FieldCipher, pseudonyms: WorkerPseudonyms) -> SealedWorkers:
    """Seals who waits and what they said."""
    return SealedWorkers(cipher, pseudonyms, COLLECTION, [SAID])


class Handoffs:
    """The queue.

    Args:
        store: where it lies.
        workers: seals its entries.
        clock: dates them.
    """

    def __init__(self, store: DocumentStore, workers: SealedWorkers, clock: Clock) -> None:
        self._store = store
        self._workers = workers
        self._clock = clock

    async def prepare(self) -> None:
        """Create the indexes."""
        await self._store.ensure_index(COLLECTION, [OPEN_FOR], unique=True)
        await self._store.ensure_index(COLLECTION, [WORKER_ID])
        await self._store.ensure_index(COLLECTION, ["state"])

    async def ask(self, openid: str, reason: HandoffReason, said: str) -> Handoff:
        """Put a worker into the queue; who waits already gets more urgent at most, and their words are added.

        Raises:
            StoreUnavailableError: the store is away; nobody was told.
        """
        while True:
            try:
                return self._handoff(await self._store.insert(COLLECTION, self._new(openid, reason, said)))
            except DuplicateKeyError:
                joined = await self._join(self._workers.worker_id(openid), reason, said)
            if joined is not None:
                return joined

    async def ahead_of(self, handoff: Handoff) -> int:
        """How many others come before a waiting worker."""
        waiting = await self.waiting()
        return next((place for place, one in enumerate(waiting) if one.handoff_id == handoff.handoff_id), 0)

    async def waiting(self) -> list[Handoff]:
        """Who waits, urgent ones first, then by time."""
        found = await self._store.find(COLLECTION, {"state": HandoffState.WAITING.value})
        return sorted(map(self._handoff, found), key=lambda one: (not one.is_urgent, one.asked_at))

    async def open(self) -> list[Handoff]:
        """Who waits or is being talked to, in the order of `waiting`."""
        found = await self._store.find(COLLECTION, {"state": HandoffState.TAKEN.value})
        return [*await self.waiting(), *sorted(map(self._handoff, found), key=lambda one: one.asked_at)]

    async def of_worker(self, worker_id: str) -> list[Handoff]:
        """A worker's handoffs."""
        return [self._handoff(one) for one in await self._store.find(COLLECTION, {WORKER_ID: worker_id})]

    async def take(self, handoff_id: str, staff: str) -> Handoff:
        """Claim a worker; of two members of staff one succeeds.

        Raises:
            StaffChangeError: somebody else has them, or nobody waits under this id.
        """

        def take(document: Document) -> Document | None:
            return document | {"state": HandoffState.TAKEN.value, "taken_by": staff} if _is_free(document) else None

        changed = await change(self._store, COLLECTION, handoff_id, take, sleep=self._clock.sleep)
        if changed is None:
            raise StaffChangeError("这位工友已经有人在接待，或者已经结束；请刷新列表再看")
        return self._handoff(changed)

    async def close(self, handoff_id: str, staff: str) -> Handoff:
        """End a handoff; the worker's words go with it.

        Raises:
            StaffChangeError: there is no open one under this id.
        """

        def close(document: Document) -> Document | None:
            if document["state"] == HandoffState.CLOSED:
                return None
            opened = self._workers.texts_opened(document)
            rest = {name: value for name, value in opened.items() if name != OPEN_FOR}
            return self._workers.texts_sealed(
                rest | {"state": HandoffState.CLOSED.value, "taken_by": staff, SAID: list[str]()}
            )

        changed = await change(self._store, COLLECTION, handoff_id, close, sleep=self._clock.sleep)
        if changed is None:
            raise StaffChangeError("没有这条待接的转人工，可能已经结束；请刷新列表再看")
        return self._handoff(changed)

    async def openid(self, handoff_id: str) -> str | None:
        """Whom to write to; None where there is no such handoff."""
        document = await self._store.find_one(COLLECTION, {"_id": handoff_id})
        return None if document is None else self._workers.openid(document)

    async def erase(self, worker_id: str) -> int:
        """Forget a worker."""
        return await self._store.delete(COLLECTION, {WORKER_ID: worker_id})

    def _new(self, openid: str, reason: HandoffReason, said: str) -> Document:
        return self._workers.sealed(
            {
                "_id": uuid4().hex,
                OPENID: openid,
                OPEN_FOR: self._workers.worker_id(openid),
                "reason": reason.value,
                "is_urgent": reason in URGENT,
                "state": HandoffState.WAITING.value,
                "asked_at": stored(self._clock.now()),
                "taken_by": "",
                SAID: [said] if said else [],
            }
        )

    async def _join(self, worker_id: str, reason: HandoffReason, said: str) -> Handoff | None:
        """The open handoff with what is new; None where it was closed meanwhile."""
        known = await self._store.find_one(COLLECTION, {OPEN_FOR: worker_id})
        if known is None:
            return None

        def add(document: Document) -> Document | None:
            if OPEN_FOR not in document:
                return None
            opened = self._workers.texts_opened(document)
            words = [*opened[SAID], said][-SAID_KEPT:] if said else opened[SAID]
            news = {"reason": reason.value, "is_urgent": True} if reason in URGENT else {}
            return self._workers.texts_sealed(opened | news | {SAID: words})

        changed = await change(self._store, COLLECTION, known["_id"], add, sleep=self._clock.sleep)
        return None if changed is None else self._handoff(changed)

    def _handoff(self, document: Document) -> Handoff:
        opened = self._workers.texts_opened(document)
        return Handoff(
            handoff_id=opened["_id"],
            worker_id=opened[WORKER_ID],
            reason=HandoffReason(opened["reason"]),
            is_urgent=opened["is_urgent"],
            state=HandoffState(opened["state"]),
            asked_at=datetime.fromisoformat(opened["asked_at"]),
            said=tuple(opened[SAID]),
            taken_by=opened["taken_by"],
        )


def _is_free(document: Document) -> bool:
    return bool(document["state"] == HandoffState.WAITING)
