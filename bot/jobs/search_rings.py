"""Where postings are looked for, from the inside out: county, city, cities nearby, province, country."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from bot.domain.region import NATION_CODE, RegionLevel
from bot.ports import Where
from bot.regions.city_distances import CityDistances
from bot.regions.divisions import level_of

NEARBY_M = 300_000
NEARBY_CITIES = 8
"""More neighbours hardly help: what lies behind them comes with the province and the country."""


class Reach(IntEnum):
    """How far out something was found."""

    THERE = 0
    CITY = 1
    PROVINCE = 2
    COUNTRY = 3


@dataclass(frozen=True, slots=True)
class Ring:
    """Postings that are equally far.

    Attributes:
        where: what the store is asked for.
        reach: how far out it is.
        is_wholly_within: whether a larger ring of the same reach follows: a single city nearby.
    """

    where: Where
    reach: Reach
    is_wholly_within: bool = False


def rings_around(distances: CityDistances, region_code: str | None) -> list[Ring]:
    """The rings around a place, the innermost first.

    A ring may hold postings of the rings inside it again. Cities of the same province that lie near come before the
    rest of the province, and near cities of other provinces before the rest of the country.

    Raises:
        UnknownRegionError: not a code that GB/T 2260 has or had.
    """
    if region_code in (None, NATION_CODE):
        return [Ring({}, Reach.THERE)]
    city, province = distances.city_of(region_code), distances.province_of(region_code)
    rings = []
    if level_of(region_code) is RegionLevel.COUNTY and region_code != city:
        rings.append(Ring({"region_code": region_code}, Reach.THERE))
    if city:
        rings.append(Ring({"city": city}, Reach.CITY if rings else Reach.THERE))
    nearby = distances.near(region_code, within_m=NEARBY_M)
    inside = [code for code in nearby if distances.province_of(code) == province]
    outside = [code for code in nearby if distances.province_of(code) != province]
    rings += [Ring({"city": code}, Reach.PROVINCE, is_wholly_within=True) for code in inside[:NEARBY_CITIES]]
    if province != city:
        rings.append(Ring({"province": province}, Reach.PROVINCE if city else Reach.THERE))
    rings += [Ring({"city": code}, Reach.COUNTRY, is_wholly_within=True) for code in outside[:NEARBY_CITIES]]
    return [*rings, Ring({}, Reach.COUNTRY)]
