"""Places as tables write them: a code or a name, and degrees; what cannot be one is said with what to write instead."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.errors import UnknownRegionError
from bot.regions.distance import Coordinates
from bot.regions.divisions import Divisions
from bot.regions.place_names import PlaceFinder


def region_written(written: str, beside: Iterable[str], divisions: Divisions, finder: PlaceFinder) -> str:
    """The code of the place that a row is about.

    Args:
        written: a code or a name; "" for none.
        beside: texts that may name it where that does not, such as the address.
        divisions: knows codes.
        finder: finds names.

    Raises:
        ValueError: there is no such code, or no place is named; the text says what to write.
    """
    if written.isdecimal():
        try:
            return divisions.current_code(written)
        except UnknownRegionError:
            raise ValueError(f"没有 {written} 这个行政区划代码") from None
    for text in (written, *beside):
        known = [mention.code for mention in finder.find(text) if mention.code is not None]
        if known:
            return max(known, key=lambda code: len(divisions.lineage(code)))
    raise ValueError("看不出在哪个市县；请加一列“地区”，写六位区划代码或省市县名")


def coordinates_written(latitude: str, longitude: str) -> Coordinates | None:
    """Where something lies; None where both are empty.

    Raises:
        ValueError: they are no degrees of a point on the earth; the text says what to write.
    """
    if not latitude and not longitude:
        return None
    try:
        here = Coordinates(float(latitude), float(longitude))
    except ValueError:
        raise ValueError("经纬度不是数；请写成 26.2345 和 117.6389 这样的度数，或者留空") from None
    if not here.is_possible:
        raise ValueError("经纬度超出范围；纬度在前是 26 左右的数，经度是 117 左右的数，看是不是写反了")
    return here
