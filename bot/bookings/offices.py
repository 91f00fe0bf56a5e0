"""Legal-aid offices in the document store, and which one is for whom."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, time
from typing import Any

from bot.domain.booking import Office, Opening
from bot.domain.region import NATION_CODE
from bot.ports import Document, DocumentStore
from bot.regions.city_distances import CityDistances
from bot.regions.distance import Coordinates, distance_m
from bot.regions.divisions import Divisions
from bot.storage.keeping import keep
from bot.tables.import_report import Kept

COLLECTION = "legal_aid_offices"
PROVINCE_DIGITS = 2
AROUND_M = 100_000.0
"""How far an office may be from a location that names no place."""
ANY_DISTANCE_M = 2e7


class Offices:
    """The offices of an installation.

    Args:
        store: where they lie.
        divisions: which place lies in which.
        cities: which city is near which.
    """

    def __init__(self, store: DocumentStore, divisions: Divisions, cities: CityDistances) -> None:
        self._store = store
        self._divisions = divisions
        self._cities = cities

    async def prepare(self) -> None:
        """Create the index."""
        await self._store.ensure_index(COLLECTION, ["region_code"])

    async def keep(self, office: Office) -> Kept:
        """Store an office, or bring it up to date."""
        return await keep(self._store, COLLECTION, _document(office))

    async def get(self, office_id: str) -> Office | None:
        """An office by its id."""
        document = await self._store.find_one(COLLECTION, {"_id": office_id})
        return None if document is None else _office(document)

    async def all(self) -> list[Office]:
        """All offices by region."""
        found = await self._store.find(COLLECTION, {}, sort=[("region_code", 1)])
        return [_office(document) for document in found]

    async def remove_samples(self) -> int:
        """Delete the offices of a demonstration, which nobody may be sent to; returns how many."""
        return await self._store.delete(COLLECTION, {"is_sample": True})

    async def count(self) -> int:
        """How many there are."""
        return await self._store.count(COLLECTION, {})

    async def for_place(self, code: str, here: Coordinates | None = None) -> list[Office]:
        """The offices of a place's province, those of its own county first, then of its city, then the rest.

        An application belongs where the matter is dealt with (法律援助法 第三十八条), so that an office of the same
        county comes before a nearer one of another.

        Args:
            code: where the worker needs it.
            here: where the worker is, where that is known; else other cities count by their distance, and the offices
                of one city by theirs from its centre.
        """
        province = f"{code[:PROVINCE_DIGITS]:0<6}"
        if code == NATION_CODE:
            return []
        last = f"{code[:PROVINCE_DIGITS]:9<6}"
        found = await self._store.find(COLLECTION, {"region_code": {"$gte": province, "$lte": last}})
        ranks = {city: rank for rank, city in enumerate(self._cities.near(code, within_m=ANY_DISTANCE_M), 1)}

        def order(office: Office) -> tuple[int, float, float, str]:
            far = _far(here, office, ranks, self._cities)
            return self._ring(code, office), far, self._off_centre(office), office.office_id

        return sorted(map(_office, found), key=order)

    async def around(self, here: Coordinates) -> list[Office]:
        """The offices near a location that names no place, the nearest first."""
        offices = [office for office in await self.all() if _metres(here, office) <= AROUND_M]
        return sorted(offices, key=lambda office: (_metres(here, office), office.office_id))

    def _off_centre(self, office: Office) -> float:
        """How far an office lies from the middle of its city."""
        centre = self._cities.centre_of(office.region_code)
        return math.inf if centre is None else _metres(centre, office)

    def _ring(self, code: str, office: Office) -> int:
        lineage = self._divisions.lineage(code)
        return next(rank for rank, place in enumerate(lineage) if self._divisions.covers(place, office.region_code))


def _far(here: Coordinates | None, office: Office, ranks: Mapping[str, int], cities: CityDistances) -> float:
    if here is not None:
        return _metres(here, office)
    return float(ranks.get(cities.city_of(office.region_code) or "", 0))


def _metres(here: Coordinates, office: Office) -> float:
    if office.latitude is None or office.longitude is None:
        return math.inf
    return distance_m(here, Coordinates(office.latitude, office.longitude))


def _document(office: Office) -> Document:
    facts: Document = {
        "_id": office.office_id,
        "name": office.name,
        "region_code": office.region_code,
        "address": office.address,
        "hours": {f"day_{day}": [_span(one) for one in openings] for day, openings in office.hours.items()},
        "slot_minutes": office.slot_minutes,
        "capacity": office.capacity,
        "phone": office.phone,
        "closed_on": sorted(day.isoformat() for day in office.closed_on),
        "source": office.source,
        "is_sample": office.is_sample,
    }
    place = {"latitude": office.latitude, "longitude": office.longitude}
    return facts | {name: value for name, value in place.items() if value is not None}


def _office(document: Document) -> Office:
    facts: dict[str, Any] = {name: value for name, value in document.items() if name not in {"_id", "_ver"}}
    hours = {int(day.removeprefix("day_")): tuple(map(_opening, spans)) for day, spans in facts.pop("hours").items()}
    closed_on = frozenset(map(date.fromisoformat, facts.pop("closed_on")))
    return Office(office_id=document["_id"], hours=hours, closed_on=closed_on, **facts)


def _span(opening: Opening) -> str:
    return f"{opening.opens:%H:%M}-{opening.closes:%H:%M}"


def _opening(span: str) -> Opening:
    opens, closes = span.split("-")
    return Opening(time.fromisoformat(opens), time.fromisoformat(closes))
