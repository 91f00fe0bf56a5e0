"""Which cities lie near a place: what is looked for outward goes from city to city."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

from bot.regions.distance import Coordinates, distance_m
from bot.regions.divisions import Divisions, load_divisions

COORDINATES_FILE = "city_coordinates.tsv"
WITHOUT_CITIES = frozenset({"110000", "120000", "310000", "500000", "710000", "810000", "820000"})
"""Municipalities, Hong Kong, Macao and Taiwan: the table has no cities below them, so each counts as one."""


class CityDistances:
    """Cities by distance from a place.

    Args:
        divisions: which place lies in which.
        coordinates: where cities lie, by code; a city that is missing is never near anything.
    """

    def __init__(self, divisions: Divisions, coordinates: Mapping[str, Coordinates]) -> None:
        self._divisions = divisions
        self._coordinates = dict(coordinates)
        self._by_distance = lru_cache(maxsize=512)(self._measured)

    def city_of(self, code: str) -> str | None:
        """The city that a place is or lies in; None for a province and for the nation.

        A county directly under a province counts as a city of its own, and so does a municipality.

        Raises:
            UnknownRegionError: not a code that GB/T 2260 has or had.
        """
        lineage = self._divisions.lineage(code)
        province = lineage[-2:-1]
        if WITHOUT_CITIES.intersection(province):
            return province[0]
        return next(iter(lineage[-3:-2]), None)

    def province_of(self, code: str) -> str | None:
        """The province that a place is or lies in; None for the nation.

        Raises:
            UnknownRegionError: not a code that GB/T 2260 has or had.
        """
        return next(iter(self._divisions.lineage(code)[-2:-1]), None)

    def centre_of(self, code: str) -> Coordinates | None:
        """Where the city lies that a place is or lies in; None where it lies in none, or that is not known.

        Raises:
            UnknownRegionError: not a code that GB/T 2260 has or had.
        """
        return self._coordinates.get(self.city_of(code) or "")

    def near(self, code: str, *, within_m: float) -> tuple[str, ...]:
        """Codes of the other cities within a distance of the place's city, the nearest first.

        Empty for a place that lies in no city, and where it is not known where its city lies.

        Raises:
            UnknownRegionError: not a code that GB/T 2260 has or had.
        """
        city = self.city_of(code)
        if city is None:
            return ()
        return tuple(other for distance, other in self._by_distance(city) if distance <= within_m)

    def _measured(self, city: str) -> tuple[tuple[float, str], ...]:
        here = self._coordinates.get(city)
        if here is None:
            return ()
        others = ((distance_m(here, there), code) for code, there in self._coordinates.items() if code != city)
        return tuple(sorted(others))


@lru_cache(maxsize=1)
def load_city_distances() -> CityDistances:
    """The distances between the cities of today, read once per process."""
    text = files("bot.regions").joinpath(COORDINATES_FILE).read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    coordinates = {code: Coordinates(float(latitude), float(longitude)) for code, latitude, longitude in rows[1:]}
    return CityDistances(load_divisions(), coordinates)
