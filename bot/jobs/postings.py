"""Job postings in the document store: kept by import, let go when they expire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.job import JobPosting
from bot.domain.moments import to_ms
from bot.jobs.posting_documents import from_document, merged, to_document
from bot.ports import Clock, Document, DocumentStore, Where
from bot.regions.city_distances import CityDistances
from bot.storage.keeping import keep
from bot.tables.import_report import Kept

COLLECTION = "job_postings"
NEWEST_FIRST = (("newest", 1),)
TITLES_LOOKED_AT = 300
"""The store cannot search in texts: so many titles are read for words that are no known trade."""
INDEXES = (
    ("region_code", "trade_id", "newest"),
    ("region_code", "newest"),
    ("city", "trade_id", "newest"),
    ("city", "newest"),
    ("province", "trade_id", "newest"),
    ("province", "newest"),
    ("trade_id", "newest"),
    ("newest",),
    ("month_fen",),
    ("day_fen",),
    ("expires_on",),
    ("arrived_ms",),
)
"""Every search names a place, a trade, both or nothing, and wants the newest first. None for how somebody is employed:
an engine without statistics takes it for as good as a place's."""


class JobPostings:
    """The postings of an installation.

    Args:
        store: where they lie.
        distances: the city and province of a place.
        clock: dates arrivals and lets postings expire.
        shows_samples: whether made-up postings are found; never in production.
    """

    def __init__(
        self, store: DocumentStore, distances: CityDistances, clock: Clock, *, shows_samples: bool = False
    ) -> None:
        self._store = store
        self._distances = distances
        self._clock = clock
        self._shows_samples = shows_samples

    async def prepare(self) -> None:
        """Create the indexes; made-up postings that may not be shown are deleted."""
        for keys in INDEXES:
            await self._store.ensure_index(COLLECTION, keys)
        if not self._shows_samples:
            await self._store.delete(COLLECTION, {"is_sample": True})

    async def keep(self, posting: JobPosting) -> Kept:
        """Store a posting, or merge it with the one that is the same; may be repeated.

        Raises:
            StoreError: the store is away.
        """

        def both(known: Document) -> Document:
            return self._document(merged(from_document(known), posting), known["arrived_ms"])

        return await keep(self._store, COLLECTION, self._document(posting, self._now_ms()), both)

    async def find(self, where: Where, limit: int) -> list[JobPosting]:
        """Postings that are not over, the newest first.

        The day is compared here and not in the store: as a condition it would tempt an engine away from the index that
        has the order, and `expire` leaves few that are over.
        """
        found: list[Document] = []
        skip = 0
        while len(found) < limit:
            rows = await self._store.find(COLLECTION, self._shown(where), sort=NEWEST_FIRST, skip=skip, limit=limit)
            found += [row for row in rows if self._is_open(row)]
            skip += limit
            if len(rows) < limit:
                break
        return [from_document(row) for row in found[:limit]]

    async def find_titled(self, where: Where, words: str, limit: int) -> list[JobPosting]:
        """Postings that are not over and whose titles hold some words, among the newest that meet the conditions."""
        rows = await self._store.find(COLLECTION, self._shown(where), sort=NEWEST_FIRST, limit=TITLES_LOOKED_AT)
        found = [row for row in rows if words in row["title"] and self._is_open(row)]
        return [from_document(row) for row in found[:limit]]

    async def all_of_few(self, field: str, at_least: int, few: int) -> list[Document] | None:
        """Every posting whose figure is as high as wanted, the newest first; None where they are many.

        Args:
            field: an indexed figure.
            at_least: the least.
            few: fewer than that are few.
        """
        rows = await self._store.find(
            COLLECTION, self._shown({field: {"$gte": at_least}}), sort=[(field, -1)], limit=few
        )
        if len(rows) == few:
            return None
        return sorted(filter(self._is_open, rows), key=lambda row: str(row["newest"]))

    async def get(self, posting_id: str) -> JobPosting | None:
        """One posting; None where it is over or gone."""
        found = await self.find({"_id": posting_id}, limit=1)
        return found[0] if found else None

    async def latest_arrival_ms(self) -> int:
        """When the latest posting arrived, milliseconds since 1970; 0 where there is none."""
        latest = await self._store.find(COLLECTION, {}, sort=[("arrived_ms", -1)], limit=1)
        return latest[0]["arrived_ms"] if latest else 0

    async def expire(self) -> int:
        """Delete postings that are over, and return how many they were."""
        return await self._store.delete(COLLECTION, {"expires_on": {"$lt": self._clock.today().isoformat()}})

    def _shown(self, where: Where) -> Where:
        return where if self._shows_samples else {**where, "is_sample": False}

    def _is_open(self, row: Document) -> bool:
        return bool(row["expires_on"] >= self._clock.today().isoformat())

    def _document(self, posting: JobPosting, arrived_ms: int) -> Document:
        return to_document(posting, self._distances, arrived_ms)

    def _now_ms(self) -> int:
        return to_ms(self._clock.now())


def meets(row: Document, where: Where) -> bool:
    """Whether a stored posting meets conditions as searches have them: equality, ``$gte`` and ``$ne``."""
    return all(_holds(row.get(field), demand) for field, demand in where.items())


def _holds(value: Any, demand: Any) -> bool:  # noqa: ANN401 - any JSON scalar
    if not isinstance(demand, Mapping):
        return bool(value == demand)
    if "$ne" in demand:
        return bool(value != demand["$ne"])
    return value is not None and value >= demand["$gte"]
