"""What each worker agreed to, when, and to which text."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors import ConsentError, DuplicateKeyError
from bot.ports import Clock, Document, DocumentStore
from bot.privacy.compare_and_set import until_won
from bot.privacy.moments import stored
from bot.privacy.phrasing_consent import (
    CURRENT_VERSION,
    NOT_GIVEN,
    PURPOSES,
    TEXTS,
    UNKNOWN_VERSION,
    VERSIONS_IN_USE,
)
from bot.privacy.purposes import Purpose

COLLECTION = "consents"


@dataclass(frozen=True, slots=True)
class Consent:
    """A consent as it was given.

    Attributes:
        version: of the text that was shown (`bot.privacy.phrasing_consent.TEXTS`).
        purposes: what it covers.
        given_at: when.
        withdrawn_at: when it ended; None while it holds.
    """

    version: str
    purposes: frozenset[Purpose]
    given_at: datetime
    withdrawn_at: datetime | None = None

    @property
    def is_outdated(self) -> bool:
        """Whether the text has changed since, so that the worker should be asked again."""
        return self.version not in VERSIONS_IN_USE


class Consents:
    """Keeps consents: for each purpose a worker's latest one counts, the earlier ones stay as its history.

    Args:
        store: where they lie, one document for each worker.
        clock: dates them.
    """

    def __init__(self, store: DocumentStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def give(
        self,
        worker_id: str,
        purposes: Collection[Purpose] = (Purpose.SERVICE,),
        *,
        version: str = CURRENT_VERSION,
    ) -> Consent:
        """Record that a worker agrees; it replaces what they agreed to before for any of these purposes.

        Args:
            worker_id: who.
            purposes: to what.
            version: of the text that they were shown.

        Raises:
            ConsentError: there is no such text.
        """
        if version not in TEXTS:
            raise ConsentError(UNKNOWN_VERSION.format(version=version))
        now = stored(self._clock.now())
        given = {"version": version, "purposes": sorted(map(str, purposes)), "given_at": now}
        await self._change(worker_id, lambda history: [*_ended(history, now, purposes), given])
        return _consent(given)

    async def withdraw(self, worker_id: str, purposes: Collection[Purpose] = tuple(Purpose)) -> None:
        """Record that a worker no longer agrees; nothing is kept or read for these purposes from now on.

        The data themselves go with `bot.privacy.erasure.WorkerEraser.erase_worker`.
        """
        now = stored(self._clock.now())
        if await self.latest(worker_id, purposes) is not None:
            await self._change(worker_id, lambda history: _ended(history, now, purposes))

    async def current(self, worker_id: str, purpose: Purpose = Purpose.SERVICE) -> Consent | None:
        """The consent that covers a purpose now, None where there is none."""
        return await self.latest(worker_id, (purpose,))

    async def latest(self, worker_id: str, purposes: Collection[Purpose] = tuple(Purpose)) -> Consent | None:
        """The latest consent that covers any of some purposes now, None where there is none."""
        holding = [consent for consent in await self.history(worker_id) if consent.withdrawn_at is None]
        return next((consent for consent in reversed(holding) if consent.purposes.intersection(purposes)), None)

    async def require(self, worker_id: str, purpose: Purpose = Purpose.SERVICE) -> Consent:
        """The consent that covers a purpose.

        Raises:
            ConsentError: there is none.
        """
        consent = await self.current(worker_id, purpose)
        if consent is None:
            raise ConsentError(NOT_GIVEN.format(purpose=PURPOSES[purpose]))
        return consent

    async def history(self, worker_id: str) -> list[Consent]:
        """All consents of a worker, oldest first."""
        document = await self._store.find_one(COLLECTION, {"_id": worker_id})
        return [_consent(given) for given in document["history"]] if document is not None else []

    async def erase(self, worker_id: str) -> int:
        """Forget a worker's consents, and that they ever gave one."""
        return await self._store.delete(COLLECTION, {"_id": worker_id})

    async def _change(self, worker_id: str, mutate: Callable[[list[Document]], list[Document]]) -> None:
        async def attempt() -> Document | None:
            current = await self._store.find_one(COLLECTION, {"_id": worker_id})
            if current is not None:
                return await self._store.replace_if(COLLECTION, {**current, "history": mutate(current["history"])})
            try:
                return await self._store.insert(COLLECTION, {"_id": worker_id, "history": mutate([])})
            except DuplicateKeyError:
                return None

        await until_won(attempt)


def _ended(history: list[Document], now: str, purposes: Collection[Purpose]) -> list[Document]:
    return [{**given, "withdrawn_at": now} if _is_ended_by(given, purposes) else given for given in history]


def _is_ended_by(given: Document, purposes: Collection[Purpose]) -> bool:
    return "withdrawn_at" not in given and not set(map(str, purposes)).isdisjoint(given["purposes"])


def _consent(given: Document) -> Consent:
    ended = given.get("withdrawn_at")
    return Consent(
        version=given["version"],
        purposes=frozenset(map(Purpose, given["purposes"])),
        given_at=datetime.fromisoformat(given["given_at"]),
        withdrawn_at=datetime.fromisoformat(ended) if ended is not None else None,
    )
