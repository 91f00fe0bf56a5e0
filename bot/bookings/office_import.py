"""Legal-aid offices from a table that a justice bureau sends."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from bot.bookings.office_hours import parse_hours
from bot.bookings.offices import Offices
from bot.domain.booking import Office
from bot.regions.divisions import Divisions
from bot.regions.place_names import PlaceFinder
from bot.regions.written_places import coordinates_written, region_written
from bot.tables.columns import Columns
from bot.tables.import_report import ImportReport, UnusableRowError
from bot.tables.table_import import Progress, ReadRow, TableImport, untold

COLUMNS = Columns(
    {
        "office_id": ["编号", "id"],
        "name": ["名称", "窗口名称", "机构名称", "法律援助中心", "单位名称", "单位"],
        "region": ["行政区划代码", "区划代码", "地区", "所在地", "区县", "region_code"],
        "address": ["地址", "详细地址", "办公地址"],
        "latitude": ["纬度", "lat"],
        "longitude": ["经度", "lon", "lng"],
        "phone": ["电话", "联系电话", "联系方式"],
        "hours": ["时间", "接待时间", "办公时间", "开放时间"],
        "slot_minutes": ["每号分钟", "时长", "每人分钟"],
        "capacity": ["同时接待", "号源", "每时段人数", "律师人数"],
        "closed_on": ["休息日", "停诊日", "不接待日期"],
        "source": ["来源", "资料来源"],
    }
)

SLOT_MINUTES = range(5, 241)
CAPACITY = range(1, 101)

_DATE = re.compile(r"(\d{4})[-年/.](\d{1,2})[-月/.](\d{1,2})日?")


async def import_offices(
    path: Path,
    offices: Offices,
    divisions: Divisions,
    finder: PlaceFinder,
    progress: Progress = untold,
    *,
    is_sample: bool = False,
) -> ImportReport:
    """Keep the offices of a CSV, XLSX or JSONL file; a repeat changes nothing.

    Args:
        path: the file.
        offices: where they are kept.
        divisions: knows codes.
        finder: finds places in names and addresses.
        progress: told stage, rows done and rows in all.
        is_sample: mark them as made up.

    Raises:
        ImportFileError: the file cannot be read at all.
        StoreError: the store is away; those before are kept.
    """

    def read(cells: Mapping[str, str]) -> ReadRow[Office]:
        office = _office(cells, divisions, finder, path.name, is_sample=is_sample)
        return ReadRow(office, office.office_id)

    # Of two rows for one office the first counts: what is added below a table repeats it with less.
    return await TableImport(COLUMNS, read, offices.keep, lambda known, _: known).run(path, progress)


def _office(
    cells: Mapping[str, str], divisions: Divisions, finder: PlaceFinder, file_name: str, *, is_sample: bool
) -> Office:
    for field, label in {"name": "名称", "address": "地址", "hours": "时间"}.items():
        if not cells.get(field):
            raise UnusableRowError(f"没有写{label}")
    beside = (cells["address"], cells["name"])
    try:
        region = region_written(cells.get("region", ""), beside, divisions, finder)
        here = coordinates_written(cells.get("latitude", ""), cells.get("longitude", ""))
        hours = parse_hours(cells["hours"])
    except ValueError as error:
        raise UnusableRowError(str(error)) from error
    return Office(
        office_id=cells.get("office_id") or hashlib.sha256(f"{region}|{cells['name']}".encode()).hexdigest()[:12],
        name=cells["name"],
        region_code=region,
        address=cells["address"],
        hours=hours,
        slot_minutes=_number(cells.get("slot_minutes", "30"), SLOT_MINUTES, "每号分钟"),
        capacity=_number(cells.get("capacity", "1"), CAPACITY, "同时接待"),
        latitude=here.latitude if here else None,
        longitude=here.longitude if here else None,
        phone=cells.get("phone", ""),
        closed_on=_days(cells.get("closed_on", "")),
        source=cells.get("source") or file_name,
        is_sample=is_sample,
    )


def _number(written: str, allowed: range, label: str) -> int:
    digits = re.fullmatch(r"\s*(\d+)\s*(?:分钟?|人|个|号)?\s*", written)
    if digits is None or int(digits[1]) not in allowed:
        raise UnusableRowError(f"{label}应当是 {allowed.start} 到 {allowed.stop - 1} 的整数")
    return int(digits[1])


def _days(written: str) -> frozenset[date]:
    try:
        days = frozenset(date(*map(int, found.groups())) for found in _DATE.finditer(written))
    except ValueError:
        days = frozenset()
    if written.strip() and not days:
        raise UnusableRowError("休息日请写成 2026-12-24，几天之间用顿号隔开")
    return days
