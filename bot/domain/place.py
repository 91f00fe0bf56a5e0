"""Places where a worker is helped."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PointKind(StrEnum):
    """What a service point is for."""

    LEGAL_AID = "legal_aid"
    LABOUR_MARKET = "labour_market"
    REST_STATION = "rest_station"
    SERVICE_WINDOW = "service_window"
    LABOUR_INSPECTION = "labour_inspection"


@dataclass(frozen=True, slots=True)
class ServicePoint:
    """One service point.

    Attributes:
        point_id: stable id, unique in an installation.
        kind: what it is for.
        name: as on its door.
        region_code: the county (or city) that it lies in.
        address: street and number.
        latitude: degrees, GCJ-02; None where not known.
        longitude: degrees, GCJ-02; None where not known.
        phone: "" where not known.
        hours: opening hours in words, "" where not known.
        source: where the entry comes from, for people.
        is_sample: made up for the demonstration.
    """

    point_id: str
    kind: PointKind
    name: str
    region_code: str
    address: str
    latitude: float | None = None
    longitude: float | None = None
    phone: str = ""
    hours: str = ""
    source: str = ""
    is_sample: bool = False
