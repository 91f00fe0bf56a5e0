"""Fairs and courses in the store: kept by import, told outward from a place, gone when they are over."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from bot.domain.announcement import Announcement
from bot.domain.errors import UnknownRegionError
from bot.domain.region import NATION_CODE
from bot.jobs.announcement_kinds import AnnouncementKind
from bot.jobs.neighbouring_trades import neighbours_of
from bot.ports import Clock, Document, DocumentStore
from bot.regions.city_distances import CityDistances
from bot.storage.keeping import keep
from bot.tables.import_report import Kept

LOOKED_AT = 1000
"""There are never more fairs or courses ahead; what is later than the thousandth can wait."""
_OWN_FIELDS = {one.name for one in fields(Announcement)}


class Announcements:
    """The announcements of one kind in an installation.

    Args:
        store: where they lie.
        kind: fairs or courses.
        distances: which cities lie near.
        clock: they end by it.
        shows_samples: whether made-up ones are told; never in production.
    """

    def __init__(
        self,
        store: DocumentStore,
        kind: AnnouncementKind,
        distances: CityDistances,
        clock: Clock,
        *,
        shows_samples: bool = False,
    ) -> None:
        self._store = store
        self.kind = kind
        self._distances = distances
        self._clock = clock
        self._shows_samples = shows_samples

    async def prepare(self) -> None:
        """Create the index; made-up ones that may not be shown are deleted."""
        await self._store.ensure_index(self.kind.collection, [self.kind.last_field])
        if not self._shows_samples:
            await self._store.delete(self.kind.collection, {"is_sample": True})

    async def keep(self, item: Announcement) -> Kept:
        """Store one, or bring it up to date; may be repeated.

        Raises:
            StoreError: the store is away.
        """
        return await keep(self._store, self.kind.collection, self._document(item))

    async def ahead(self, region_code: str | None, trade_id: str = "") -> list[Announcement]:
        """Those that are not over.

        Args:
            region_code: those near it come first, equally near ones in the order of their kind; None for no place.
            trade_id: only those for this trade, those for neighbouring ones behind; "" for all.
        """
        near = self._outward(sorted(await self._all_ahead(), key=self.kind.order), region_code)
        if not trade_id:
            return near
        own = [item for item in near if item.trade_id == trade_id]
        return own + [item for item in near if item.trade_id in neighbours_of(trade_id)]

    async def get(self, item_id: str) -> Announcement | None:
        """One of them; None where it is over or gone."""
        row = await self._store.find_one(self.kind.collection, {"_id": item_id})
        if row is None or row[self.kind.last_field] < self._clock.today().isoformat():
            return None
        return self._item(row) if self._shows_samples or not row["is_sample"] else None

    async def expire(self) -> int:
        """Delete those that are over, and return how many they were."""
        over = {self.kind.last_field: {"$lt": self._clock.today().isoformat()}}
        return await self._store.delete(self.kind.collection, over)

    async def _all_ahead(self) -> list[Announcement]:
        where: dict[str, Any] = {self.kind.last_field: {"$gte": self._clock.today().isoformat()}}
        if not self._shows_samples:
            where["is_sample"] = False
        rows = await self._store.find(self.kind.collection, where, sort=[(self.kind.last_field, 1)], limit=LOOKED_AT)
        return [self._item(row) for row in rows]

    def _outward(self, items: Iterable[Announcement], region_code: str | None) -> list[Announcement]:
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

    def _document(self, item: Announcement) -> Document:
        plain = asdict(item)
        facts, last_on = plain.pop("facts"), plain.pop("last_on")
        plain |= {**facts, "starts_on": item.starts_on and item.starts_on.isoformat()}
        plain[self.kind.last_field] = last_on.isoformat()
        return {"_id": plain.pop("announcement_id")} | {name: one for name, one in plain.items() if one is not None}

    def _item(self, row: Document) -> Announcement:
        plain = {name: value for name, value in row.items() if name in _OWN_FIELDS}
        if "starts_on" in plain:
            plain["starts_on"] = date.fromisoformat(plain["starts_on"])
        facts = {name: row[name] for name in (*self.kind.facts, "offer") if row.get(name)}
        last_on = date.fromisoformat(row[self.kind.last_field])
        return Announcement(announcement_id=row["_id"], last_on=last_on, facts=facts, **plain)
