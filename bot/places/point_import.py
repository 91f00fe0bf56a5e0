"""Service points from a table that an office sends."""

from __future__ import annotations

import hashlib

from bot.domain.place import PointKind, ServicePoint
from bot.places.point_kinds import kind_asked_for
from bot.places.service_points import ServicePoints
from bot.tables.columns import Columns
from bot.tables.import_report import UnusableRowError
from bot.tables.placed_import import PLACED, PlacedImport, PlacedRow

COLUMNS = Columns(
    {
        "point_id": ["编号", "id"],
        "kind": ["类型", "类别", "种类"],
        "name": ["名称", "服务点", "机构名称", "单位名称", "单位"],
        "address": ["地址", "详细地址", "位置"],
        "hours": ["时间", "开放时间", "服务时间", "办公时间"],
        **PLACED,
    }
)


def point_import(points: ServicePoints) -> PlacedImport[ServicePoint]:
    """Imports service points into a room."""
    return PlacedImport(COLUMNS, {"name": "名称"}, _point, lambda point: point.point_id, points.keep)


def _point(row: PlacedRow) -> ServicePoint:
    name, kind = row.cells["name"], _kind(row.cells.get("kind", ""), row.cells["name"])
    return ServicePoint(
        point_id=row.cells.get("point_id") or _id_of(kind, row.region_code, name),
        kind=kind,
        name=name,
        region_code=row.region_code,
        address=row.cells.get("address", ""),
        latitude=row.latitude,
        longitude=row.longitude,
        phone=row.cells.get("phone", ""),
        hours=row.cells.get("hours", ""),
        source=row.source,
        is_sample=row.is_sample,
    )


def _kind(written: str, name: str) -> PointKind:
    try:
        return PointKind(written)
    except ValueError:
        kind = kind_asked_for(written) or kind_asked_for(name)
    if kind is None:
        raise UnusableRowError("看不出是哪一类；类型请写法律援助、零工市场、爱心驿站、服务窗口或劳动监察")
    return kind


def _id_of(kind: PointKind, region: str, name: str) -> str:
    """The same kind, place and name are the same point in every file."""
    return hashlib.sha256(f"{kind.value}|{region}|{name}".encode()).hexdigest()[:16]
