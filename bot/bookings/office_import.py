"""Legal-aid offices from a table that a justice bureau sends."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import date

from bot.bookings.office_hours import parse_hours
from bot.bookings.offices import Offices
from bot.domain.booking import Office, Opening
from bot.tables.columns import Columns
from bot.tables.import_report import UnusableRowError
from bot.tables.placed_import import PLACED, PlacedImport, PlacedRow

COLUMNS = Columns(
    {
        "office_id": ["编号", "id"],
        "name": ["名称", "窗口名称", "机构名称", "法律援助中心", "单位名称", "单位"],
        "address": ["地址", "详细地址", "办公地址"],
        "hours": ["时间", "接待时间", "办公时间", "开放时间"],
        "slot_minutes": ["每号分钟", "时长", "每人分钟"],
        "capacity": ["同时接待", "号源", "每时段人数", "律师人数"],
        "closed_on": ["休息日", "停诊日", "不接待日期"],
        **PLACED,
    }
)
REQUIRED = {"name": "名称", "address": "地址", "hours": "时间"}

SLOT_MINUTES = range(5, 241)
CAPACITY = range(1, 101)

_DATE = re.compile(r"(\d{4})[-年/.](\d{1,2})[-月/.](\d{1,2})日?")


def office_import(offices: Offices) -> PlacedImport[Office]:
    """Imports offices into a room.

    Of two rows for one office the first counts: what is added below a table repeats it with less.
    """
    return PlacedImport(
        COLUMNS, REQUIRED, _office, lambda office: office.office_id, offices.keep, lambda known, _: known
    )


def _office(row: PlacedRow) -> Office:
    cells = row.cells
    identity = hashlib.sha256(f"{row.region_code}|{cells['name']}".encode()).hexdigest()[:12]
    return Office(
        office_id=cells.get("office_id") or identity,
        name=cells["name"],
        region_code=row.region_code,
        address=cells["address"],
        hours=_hours(cells["hours"]),
        slot_minutes=_number(cells.get("slot_minutes", "30"), SLOT_MINUTES, "每号分钟"),
        capacity=_number(cells.get("capacity", "1"), CAPACITY, "同时接待"),
        latitude=row.latitude,
        longitude=row.longitude,
        phone=cells.get("phone", ""),
        closed_on=_days(cells.get("closed_on", "")),
        source=row.source,
        is_sample=row.is_sample,
    )


def _hours(written: str) -> Mapping[int, tuple[Opening, ...]]:
    try:
        return parse_hours(written)
    except ValueError as error:
        raise UnusableRowError(str(error)) from error


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
