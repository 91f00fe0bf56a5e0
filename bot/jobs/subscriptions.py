"""Saved searches in the store: one document for each worker, which says when they may be told next."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bot.domain.errors import DuplicateKeyError
from bot.domain.job import JobSearch, JobSubscription
from bot.domain.moments import to_ms
from bot.domain.pseudonym import WorkerPseudonyms
from bot.jobs.search_values import from_values, to_values
from bot.ports import Clock, Document, DocumentStore
from bot.privacy.cipher import FieldCipher
from bot.privacy.sealed_worker import OPENID, SealedWorkers
from bot.storage.change import change

COLLECTION = "job_subscriptions"
SEARCHES_MAX = 5
TOLD_KEPT = 100
PAGE = 200
OVERLAP_MS = 3_600_000
"""An import of another process may bring a posting later than one with a later moment of arrival."""


class Subscribed(StrEnum):
    """What became of a wish to be told."""

    NEW = "new"
    ALREADY = "already"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class DueSubscription:
    """A subscription that may be told of postings now.

    Attributes:
        subscription: what is looked for.
        openid: whom to tell. Personal data.
        since_ms: postings that arrived before were looked at, or came before the subscription; milliseconds since 1970.
    """

    subscription: JobSubscription
    openid: str
    since_ms: int


def sealed_subscriptions(cipher: FieldCipher, pseudonyms: WorkerPseudonyms) -> SealedWorkers:
    """Seals whom subscriptions belong to."""
    return SealedWorkers(cipher, pseudonyms, COLLECTION)


class JobSubscriptions:
    """The subscriptions of an installation.

    Args:
        store: where they lie.
        sealed: seals whom they belong to.
        clock: says which day it is.
    """

    def __init__(self, store: DocumentStore, sealed: SealedWorkers, clock: Clock) -> None:
        self._store = store
        self._sealed = sealed
        self._clock = clock

    async def prepare(self) -> None:
        """Create the index."""
        await self._store.ensure_index(COLLECTION, ["due_on", "checked_ms"])

    async def add(self, openid: str, search: JobSearch) -> Subscribed:
        """Tell a worker of new postings for a search from now on; the same search once more is the same subscription.

        Raises:
            StoreError: the store is away.
        """
        worker_id, values = self._sealed.worker_id(openid), to_values(search)
        outcome = Subscribed.NEW

        def subscribe(document: Document) -> Document | None:
            nonlocal outcome
            known: list[Document] = document["searches"]
            outcome = _outcome(known, values)
            return document | {"searches": [*known, values]} if outcome is Subscribed.NEW else None

        fresh = {
            "_id": worker_id,
            "searches": [values],
            "due_on": self._clock.today().isoformat(),
            "begun_ms": self._now_ms(),
            "checked_ms": self._now_ms(),
            "told": [],
        }
        try:
            await self._store.insert(COLLECTION, self._sealed.sealed(fresh | {OPENID: openid}))
        except DuplicateKeyError:
            await change(self._store, COLLECTION, worker_id, subscribe)
        return outcome

    async def of(self, worker_id: str) -> JobSubscription | None:
        """A worker's subscription, None where there is none."""
        document = await self._store.find_one(COLLECTION, {"_id": worker_id})
        return None if document is None else _opened(document)

    async def remove(self, worker_id: str) -> int:
        """End a worker's subscription at once, and return how many searches it had."""
        document = await self._store.find_one(COLLECTION, {"_id": worker_id})
        await self._store.delete(COLLECTION, {"_id": worker_id})
        return 0 if document is None else len(document["searches"])

    async def due(self, latest_ms: int) -> AsyncIterator[DueSubscription]:
        """Subscriptions that were not told today and have not looked at the latest postings.

        Args:
            latest_ms: when the latest posting arrived.

        Raises:
            DecryptionError: one was changed, or the installation's key is another one.
        """
        where = {"due_on": {"$lte": self._clock.today().isoformat()}, "checked_ms": {"$lt": latest_ms}}
        last = ""
        while page := await self._store.find(
            COLLECTION, {**where, "_id": {"$gt": last}}, sort=[("_id", 1)], limit=PAGE
        ):
            for document in page:
                since_ms = max(document["checked_ms"] - OVERLAP_MS, document["begun_ms"])
                yield DueSubscription(_opened(document), self._sealed.openid(document), since_ms)
            last = page[-1]["_id"]

    async def checked(self, worker_id: str, latest_ms: int) -> None:
        """Nothing was new for a worker up to a moment."""
        await self._step(worker_id, lambda document: document | {"checked_ms": latest_ms})

    async def told(self, worker_id: str, latest_ms: int, postings: Sequence[str], on: date) -> None:
        """A worker was told of postings; the next time is tomorrow at the earliest."""

        def note(document: Document) -> Document:
            ids = [*postings, *(one for one in document["told"] if one not in postings)]
            news = {"checked_ms": latest_ms, "told": ids[:TOLD_KEPT], "told_last": len(postings)}
            return document | news | {"told_on": on.isoformat(), "due_on": (on + timedelta(days=1)).isoformat()}

        await self._step(worker_id, note)

    async def _step(self, worker_id: str, mutate: Callable[[Document], Document]) -> None:
        await change(self._store, COLLECTION, worker_id, mutate)

    def _now_ms(self) -> int:
        return to_ms(self._clock.now())


def _outcome(known: list[Document], values: Document) -> Subscribed:
    if values in known:
        return Subscribed.ALREADY
    return Subscribed.TOO_MANY if len(known) >= SEARCHES_MAX else Subscribed.NEW


def _opened(document: Document) -> JobSubscription:
    searches = tuple(map(from_values, document["searches"]))
    told_on = date.fromisoformat(document["told_on"]) if "told_on" in document else None
    return JobSubscription(document["_id"], searches, tuple(document["told"]), document.get("told_last", 0), told_on)
