"""Events and courses in the store: kept by import, told outward from a place, gone when they are over."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Generic, Protocol, TypeVar

from bot.domain.errors import UnknownRegionError
from bot.domain.region import NATION_CODE
from bot.ports import Clock, Document, DocumentStore
from bot.regions.city_distances import CityDistances
from bot.storage.keeping import keep
from bot.tables.import_report import Kept


class Located(Protocol):
    """Something at a place."""

    @property
    def region_code(self) -> str:
        """Code of the place."""
        ...


T = TypeVar("T", bound=Located)
LOOKED_AT = 1000
"""There are never more fairs or courses ahead; what is later than the thousandth can wait."""


@dataclass(frozen=True, slots=True)
class Listed(Generic[T]):
    """What is listed.

    Attributes:
        collection: where it lies.
        kind: its class, a dataclass of plain values and days.
        identity: the field that holds its id.
        last_day: the field that holds its last day.
    """

    collection: str
    kind: Callable[..., T]
    identity: str
    last_day: str


class Listings(Generic[T]):
    """Things with a place and a last day.

    Args:
        store: where they lie.
        listed: what they are.
        distances: which cities lie near.
        clock: they end by it.
        shows_samples: whether made-up ones are told; never in production.
    """

    def __init__(
        self,
        store: DocumentStore,
        listed: Listed[T],
        distances: CityDistances,
        clock: Clock,
        *,
        shows_samples: bool = False,
    ) -> None:
        self._store = store
        self._listed = listed
        self._distances = distances
        self._clock = clock
        self._shows_samples = shows_samples

    async def prepare(self) -> None:
        """Create the index; made-up ones that may not be shown are deleted."""
        await self._store.ensure_index(self._listed.collection, [self._listed.last_day])
        if not self._shows_samples:
            await self._store.delete(self._listed.collection, {"is_sample": True})

    async def keep(self, item: T) -> Kept:
        """Store one, or bring it up to date; may be repeated.

        Raises:
            StoreError: the store is away.
        """
        return await keep(self._store, self._listed.collection, self._document(item))

    async def ahead(self) -> list[T]:
        """Those that are not over, the earliest last day first."""
        where: dict[str, Any] = {self._listed.last_day: {"$gte": self._clock.today().isoformat()}}
        if not self._shows_samples:
            where["is_sample"] = False
        rows = await self._store.find(
            self._listed.collection, where, sort=[(self._listed.last_day, 1)], limit=LOOKED_AT
        )
        return [self._item(row) for row in rows]

    async def get(self, item_id: str) -> T | None:
        """One of them; None where it is over or gone."""
        row = await self._store.find_one(self._listed.collection, {"_id": item_id})
        if row is None or row[self._listed.last_day] < self._clock.today().isoformat():
            return None
        return self._item(row) if self._shows_samples or not row["is_sample"] else None

    async def expire(self) -> int:
        """Delete those that are over, and return how many they were."""
        over = {self._listed.last_day: {"$lt": self._clock.today().isoformat()}}
        return await self._store.delete(self._listed.collection, over)

    def outward(self, items: Iterable[T], region_code: str | None) -> list[T]:
        """The same from the inside out: the place itself, its city, its province by distance, the rest by distance.

        What is for a whole province or the whole country counts as being there. Equally far ones keep their order.
        """
        if region_code in (None, NATION_CODE):
            return list(items)
        by_distance = self._distances.near(region_code, within_m=math.inf)
        near = {code: rank for rank, code in enumerate(by_distance)}
        return sorted(items, key=lambda item: self._farness(region_code, item.region_code, near))

    def _farness(self, here: str, there: str, near: dict[str, int]) -> tuple[int, int]:
        try:
            city, province = self._distances.city_of(there), self._distances.province_of(there)
        except UnknownRegionError:
            return 4, 0
        if there in (here, NATION_CODE):
            return 0, 0
        if city is not None and city == self._distances.city_of(here):
            return 1, 0
        is_same_province = province == self._distances.province_of(here)
        if city is None:
            return (1, 1) if is_same_province else (3, 0)
        return 2 if is_same_province else 3, near.get(city, len(near))

    def _document(self, item: T) -> Document:
        plain = asdict(item)  # type: ignore[call-overload]
        days = {name: value.isoformat() for name, value in plain.items() if isinstance(value, date)}
        kept = {name: value for name, value in {**plain, **days}.items() if value is not None}
        return {"_id": kept.pop(self._listed.identity), **kept}

    def _item(self, row: Document) -> T:
        facts = {name: value for name, value in row.items() if name not in ("_id", "_ver")}
        days = {name: date.fromisoformat(facts[name]) for name in (self._listed.last_day, "starts_on") if name in facts}
        return self._listed.kind(**{self._listed.identity: row["_id"]}, **(facts | days))
