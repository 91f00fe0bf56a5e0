"""A link that opens a map with a marker; source: https://lbs.amap.com/api/uri-api/guide/mobile-web/point.

Its coordinates are GCJ-02, as the platform's locations are. The name would be nice to have, but percent signs in the
middle of a text frighten people, and the marker stands where it has to.
"""

from __future__ import annotations

from bot.domain.place import ServicePoint

MARKER_URL = "https://uri.amap.com/marker"


def map_link(point: ServicePoint) -> str:
    """The link; "" where the coordinates are not known."""
    if point.latitude is None or point.longitude is None:
        return ""
    return f"{MARKER_URL}?position={point.longitude:.6f},{point.latitude:.6f}"
