"""Service points in the document store: kept by import, found by distance or by lineage."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from bot.domain.place import PointKind, ServicePoint
from bot.domain.region import NATION_CODE
from bot.ports import Document, DocumentStore, Where
from bot.regions.distance import Coordinates, distance_m
from bot.regions.divisions import Divisions
from bot.storage.keeping import keep
from bot.tables.import_report import Kept

COLLECTION = "service_points"
NEAREST = 3
RINGS_M = (3_000.0, 15_000.0, 60_000.0)
"""Looked through from the inside out: once a ring holds enough, none further out is nearer."""
METRES_OF_A_DEGREE = 111_195.0
LARGEST_RING = 2_000


@dataclass(frozen=True, slots=True)
class FoundPoint:
    """A service point and how far it is.

    Attributes:
        point: the point.
        distance_m: metres as the crow flies; None where it was found by its region.
    """

    point: ServicePoint
    distance_m: float | None


class ServicePoints:
    """The service points of an installation.

    Args:
        store: where they lie.
        divisions: which place lies in which.
    """

    def __init__(self, store: DocumentStore, divisions: Divisions) -> None:
        self._store = store
        self._divisions = divisions

    async def prepare(self) -> None:
        """Create the indexes."""
        await self._store.ensure_index(COLLECTION, ["latitude"])
        await self._store.ensure_index(COLLECTION, ["region_code"])

    async def keep(self, point: ServicePoint) -> Kept:
        """Store a point; one that is known is brought up to date.

        Raises:
            StoreError: the store is away; those before are kept, and the same import may be repeated.
        """
        return await keep(self._store, COLLECTION, _document(point))

    async def nearest(self, here: Coordinates, kinds: Iterable[PointKind], limit: int = NEAREST) -> list[FoundPoint]:
        """The nearest points to a location, nearest first; none where there is none within the largest ring."""
        wanted = [kind.value for kind in kinds]
        found: list[FoundPoint] = []
        for ring_m in RINGS_M:
            rows = await self._store.find(COLLECTION, _around(here, ring_m, wanted), limit=LARGEST_RING)
            points = (FoundPoint(point, _distance(here, point)) for point in map(_point, rows))
            found = sorted((one for one in points if (one.distance_m or 0.0) <= ring_m), key=_by_distance)
            if len(found) >= limit:
                break
        return found[:limit]

    async def in_region(self, code: str, kinds: Iterable[PointKind], limit: int = NEAREST) -> list[FoundPoint]:
        """Points in a place, else in the next larger one; those of the place itself before those below it."""
        wanted = [kind.value for kind in kinds]
        for place in self._divisions.lineage(code):
            if place == NATION_CODE:
                break
            rows = await self._store.find(
                COLLECTION, {**_within(place), "kind": {"$in": wanted}}, sort=[("region_code", 1)], limit=limit
            )
            if rows:
                return [FoundPoint(_point(row), None) for row in rows]
        return []

    async def count(self) -> int:
        """How many there are."""
        return await self._store.count(COLLECTION, {})


def _document(point: ServicePoint) -> Document:
    facts = {name: value for name, value in asdict(point).items() if value is not None}
    return {"_id": facts.pop("point_id"), **facts, "kind": point.kind.value}


def _point(row: Document) -> ServicePoint:
    facts = {name: value for name, value in row.items() if name not in ("_id", "_ver")}
    return ServicePoint(point_id=row["_id"], **(facts | {"kind": PointKind(row["kind"])}))


def _distance(here: Coordinates, point: ServicePoint) -> float | None:
    if point.latitude is None or point.longitude is None:
        return None
    return distance_m(here, Coordinates(point.latitude, point.longitude))


def _by_distance(found: FoundPoint) -> tuple[float, str]:
    return found.distance_m or 0.0, found.point.point_id


def _around(here: Coordinates, ring_m: float, kinds: list[str]) -> Where:
    """A belt of latitudes, which one index serves; the longitude is told by the distance."""
    degrees = ring_m / METRES_OF_A_DEGREE
    return {"latitude": {"$gte": here.latitude - degrees, "$lte": here.latitude + degrees}, "kind": {"$in": kinds}}


def _within(code: str) -> Where:
    """Codes below a place share its leading digits (GB/T 2260: two for the province, four for the city)."""
    digits = code.rstrip("0")
    width = 2 if len(digits) <= 2 else 4 if len(digits) <= 4 else 6  # noqa: PLR2004 - digits of a code
    return {"region_code": {"$gte": code[:width].ljust(6, "0"), "$lte": code[:width].ljust(6, "9")}}
