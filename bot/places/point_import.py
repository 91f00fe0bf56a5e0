"""Service points from a table that an office sends."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from bot.domain.place import PointKind, ServicePoint
from bot.places.point_kinds import kind_asked_for
from bot.places.service_points import ServicePoints
from bot.regions.divisions import Divisions
from bot.regions.place_names import PlaceFinder
from bot.regions.written_places import coordinates_written, region_written
from bot.tables.columns import Columns
from bot.tables.import_report import ImportReport, UnusableRowError
from bot.tables.table_import import Progress, ReadRow, TableImport, untold

COLUMNS = Columns(
    {
        "point_id": ["编号", "id"],
        "kind": ["类型", "类别", "种类"],
        "name": ["名称", "服务点", "机构名称", "单位名称", "单位"],
        "region": ["行政区划代码", "区划代码", "地区", "所在地", "区县", "region_code"],
        "address": ["地址", "详细地址", "位置"],
        "latitude": ["纬度", "lat"],
        "longitude": ["经度", "lon", "lng"],
        "phone": ["电话", "联系电话", "联系方式"],
        "hours": ["时间", "开放时间", "服务时间", "办公时间"],
        "source": ["来源", "资料来源"],
    }
)


async def import_points(
    path: Path,
    points: ServicePoints,
    divisions: Divisions,
    finder: PlaceFinder,
    progress: Progress = untold,
    *,
    is_sample: bool = False,
) -> ImportReport:
    """Keep the service points of a CSV, XLSX or JSONL file; it may be repeated.

    Args:
        path: the file.
        points: where they are kept.
        divisions: knows codes.
        finder: finds places in names and addresses.
        progress: told stage, rows done and rows in all.
        is_sample: mark them as made up.

    Raises:
        ImportFileError: the file cannot be read at all.
        StoreError: the store is away; what was kept until then stays.
    """

    def read(cells: Mapping[str, str]) -> ReadRow[ServicePoint]:
        point = _point(cells, divisions, finder, path.name, is_sample=is_sample)
        return ReadRow(point, point.point_id)

    return await TableImport(COLUMNS, read, points.keep).run(path, progress)


def _point(
    cells: Mapping[str, str], divisions: Divisions, finder: PlaceFinder, file_name: str, *, is_sample: bool
) -> ServicePoint:
    if not cells.get("name"):
        raise UnusableRowError("没有写名称")
    name, address = cells["name"], cells.get("address", "")
    kind = _kind(cells.get("kind", ""), name)
    try:
        region = region_written(cells.get("region", ""), (address, name), divisions, finder)
        here = coordinates_written(cells.get("latitude", ""), cells.get("longitude", ""))
    except ValueError as error:
        raise UnusableRowError(str(error)) from error
    return ServicePoint(
        point_id=cells.get("point_id") or _id_of(kind, region, name),
        kind=kind,
        name=name,
        region_code=region,
        address=address,
        latitude=here.latitude if here else None,
        longitude=here.longitude if here else None,
        phone=cells.get("phone", ""),
        hours=cells.get("hours", ""),
        source=cells.get("source") or file_name,
        is_sample=is_sample,
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
