"""Service points from a table that an office sends."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.domain.place import PointKind, ServicePoint
from bot.places.point_kinds import kind_asked_for
from bot.places.service_points import Kept, ServicePoints
from bot.regions.divisions import Divisions
from bot.regions.place_names import PlaceFinder
from bot.regions.written_places import coordinates_written, region_written
from bot.tables.columns import Columns
from bot.tables.import_report import ImportReport, RowNote
from bot.tables.table_reader import TableRow, read_table, row_count

Progress = Callable[[str, int, int], None]

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


@dataclass(frozen=True, slots=True)
class PointRow:
    """One row of a table.

    Attributes:
        number: of the row in its file.
        point: what it says; None where it cannot be used.
        problem: why it cannot be used, "" where it can.
    """

    number: int
    point: ServicePoint | None
    problem: str = ""


def read_points(
    path: Path, divisions: Divisions, finder: PlaceFinder, *, is_sample: bool = False
) -> Iterator[PointRow]:
    """The service points of a CSV, XLSX or JSONL file, row by row.

    Args:
        path: the file.
        divisions: knows codes.
        finder: finds the place in its name or address where there is no code.
        is_sample: mark them as made up.

    Raises:
        ImportFileError: the file cannot be read at all.
    """
    for row in read_table(path):
        try:
            yield PointRow(row.number, _point(row, divisions, finder, path.name, is_sample=is_sample))
        except _UnusableRowError as error:
            yield PointRow(row.number, None, str(error))


async def import_points(
    path: Path,
    points: ServicePoints,
    divisions: Divisions,
    finder: PlaceFinder,
    progress: Progress | None = None,
    *,
    is_sample: bool = False,
) -> ImportReport:
    """Keep the service points of a file; it may be repeated.

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
    report, total = ImportReport(), row_count(path)
    for done, row in enumerate(read_points(path, divisions, finder, is_sample=is_sample), 1):
        if row.point is None:
            report.problems.append(RowNote(row.number, row.problem))
        else:
            kept = await points.keep(row.point)
            report.added += kept is Kept.ADDED
            report.changed += kept is Kept.CHANGED
            report.unchanged += kept is Kept.UNCHANGED
        if progress is not None:
            progress("服务点", done, max(total, done))
    return report


class _UnusableRowError(Exception):
    """Why a row cannot be used."""


def _point(
    row: TableRow, divisions: Divisions, finder: PlaceFinder, file_name: str, *, is_sample: bool
) -> ServicePoint:
    cells = COLUMNS.fields(row)
    if row.problem or not cells.get("name"):
        raise _UnusableRowError(row.problem or "没有写名称")
    name, address = cells["name"], cells.get("address", "")
    kind = _kind(cells.get("kind", ""), name)
    try:
        region = region_written(cells.get("region", ""), (address, name), divisions, finder)
        here = coordinates_written(cells.get("latitude", ""), cells.get("longitude", ""))
    except ValueError as error:
        raise _UnusableRowError(str(error)) from error
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
        raise _UnusableRowError("看不出是哪一类；类型请写法律援助、零工市场、爱心驿站、服务窗口或劳动监察")
    return kind


def _id_of(kind: PointKind, region: str, name: str) -> str:
    """The same kind, place and name are the same point in every file."""
    return hashlib.sha256(f"{kind.value}|{region}|{name}".encode()).hexdigest()[:16]
