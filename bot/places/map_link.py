"""A link that opens a map with a marker; source: https://lbs.qq.com/webApi/uriV1/uriGuide/uriWebMarker."""

from __future__ import annotations

from urllib.parse import urlencode

from bot.domain.place import ServicePoint

MARKER_URL = "https://apis.map.qq.com/uri/v1/marker"
REFERER = "gongyou"


def map_link(point: ServicePoint) -> str:
    """The link; "" where the coordinates are not known."""
    if point.latitude is None or point.longitude is None:
        return ""
    place = f"coord:{point.latitude:.6f},{point.longitude:.6f};title:{_plain(point.name)};addr:{_plain(point.address)}"
    return f"{MARKER_URL}?{urlencode({'marker': place, 'referer': REFERER})}"


def _plain(words: str) -> str:
    """Words without the signs that part the marker's fields."""
    return words.replace(";", " ").replace(":", " ")
