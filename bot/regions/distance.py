"""How far apart two places are, as the crow flies."""

from __future__ import annotations

import math
from typing import NamedTuple

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius (IUGG)."""


class Coordinates(NamedTuple):
    """A point on the earth in degrees, as the platform's locations give it (GCJ-02 inside China).

    Attributes:
        latitude: north is positive.
        longitude: east is positive.
    """

    latitude: float
    longitude: float

    @property
    def is_possible(self) -> bool:
        """Whether there is such a point."""
        return abs(self.latitude) <= 90 and abs(self.longitude) <= 180  # noqa: PLR2004 - degrees


def distance_m(one: Coordinates, other: Coordinates) -> float:
    """Great-circle distance in metres (haversine formula, Sinnott 1984)."""
    latitude, other_latitude = math.radians(one.latitude), math.radians(other.latitude)
    half_height = (other_latitude - latitude) / 2
    half_width = math.radians(other.longitude - one.longitude) / 2
    chord = math.sin(half_height) ** 2 + math.cos(latitude) * math.cos(other_latitude) * math.sin(half_width) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(chord, 1.0)))
