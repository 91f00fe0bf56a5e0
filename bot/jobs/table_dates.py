"""Days as tables have them: 2026-12-31, 12月31日, 20261231, 46022, 三个月, 3天前, 长期."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta

from bot.language.numbers import find_numbers

_NUMBERED = re.compile(
    r"(?<!\d)(?P<year>20\d\d)\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})"
    r"|(?<!\d)(?P<whole>20\d{6})(?!\d)"
    r"|(?<![\d.])(?P<month_only>\d{1,2})\s*[月./-]\s*(?P<day_only>\d{1,2})(?![\d.])"
)
_SERIAL = re.compile(r"[34567]\d{4}(?:\.\d+)?")
_SERIAL_EPOCH = date(1899, 12, 30)
"""Spreadsheets count days from here (ECMA-376 part 1, 18.17.4)."""
_SPAN = re.compile(r"(?P<unit>天|个?星期|周|个月|年)")
_DAYS = {"天": 1, "星期": 7, "周": 7, "月": 30, "年": 365}
_RECENT = {"今天": 0, "今日": 0, "刚刚": 0, "刚才": 0, "小时前": 0, "分钟前": 0, "昨天": 1, "昨日": 1, "前天": 2}
_LONG = re.compile("长期|常年|永久|不限|招满|招聘中|持续")
LONG_DAYS = 180
"""Nobody knows how long 长期 is; a posting that is not sent again for half a year is taken for over."""
HALF_YEAR_DAYS = 183


def posted_day(text: str, today: date) -> date | None:
    """The day of a posting; a day without a year is the last such day, and none lies ahead.

    Returns:
        None where the text holds no day.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    recent = next((days for word, days in _RECENT.items() if word in plain), None)
    if recent is not None:
        return today - timedelta(days=recent)
    if "前" in plain:
        days = _span_days(plain)
        return today - timedelta(days=days) if days is not None else None
    found = _days_in(plain, today, is_ahead=False)
    return min(found[0], today) if found else None


def last_day(text: str, posted_on: date, today: date) -> date | None:
    """The last day of something that was posted: the last day named, or so many days after the posting.

    A day without a year is the one nearest to today that is not before the posting.

    Returns:
        None where the text tells no end.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    found = _days_in(plain, today, is_ahead=True, not_before=posted_on)
    if found:
        return found[-1]
    if _LONG.search(plain):
        return posted_on + timedelta(days=LONG_DAYS)
    days = _span_days(plain)
    return posted_on + timedelta(days=days) if days is not None else None


def first_day(text: str, today: date) -> date | None:
    """The first day that a text names, behind or ahead (10天后 counts from today); None where it names none."""
    plain = unicodedata.normalize("NFKC", text).strip()
    found = _days_in(plain, today, is_ahead=True)
    days = _span_days(plain) if not found and "后" in plain else None
    return found[0] if found else today + timedelta(days=days) if days is not None else None


def span_of_days(text: str, today: date) -> tuple[date, date] | None:
    """The first and the last day that a text names: 2月8日至2月10日; None where it names none."""
    first = first_day(text, today)
    if first is None:
        return None
    found = _days_in(unicodedata.normalize("NFKC", text).strip(), today, is_ahead=True, not_before=first)
    return first, max([first, *found])


def _days_in(plain: str, today: date, *, is_ahead: bool, not_before: date | None = None) -> list[date]:
    if _SERIAL.fullmatch(plain):
        return [_SERIAL_EPOCH + timedelta(days=int(float(plain)))]
    days = (_day(match, today, is_ahead=is_ahead, not_before=not_before) for match in _NUMBERED.finditer(plain))
    return [day for day in days if day is not None]


def _day(match: re.Match[str], today: date, *, is_ahead: bool, not_before: date | None) -> date | None:
    if match["whole"]:
        return _date(int(match["whole"][:4]), int(match["whole"][4:6]), int(match["whole"][6:]))
    if match["year"]:
        return _date(int(match["year"]), int(match["month"]), int(match["day"]))
    month, day = int(match["month_only"]), int(match["day_only"])
    years = {today.year - 1, today.year, today.year + 1}
    if not_before is not None:
        years |= {not_before.year, not_before.year + 1}
    near = [one for year in sorted(years) if (one := _date(year, month, day)) is not None]
    if not is_ahead:
        return max((one for one in near if one <= today), default=None)
    allowed = [one for one in near if not_before is None or one >= not_before]
    return min(allowed, key=lambda one: abs((one - today).days), default=None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _span_days(plain: str) -> int | None:
    """三个月, 30天, 两周, 半年 as days."""
    if "半年" in plain:
        return HALF_YEAR_DAYS
    for number in find_numbers(plain):
        unit = _SPAN.match(plain[number.end :])
        if unit is not None and number.low >= 0:
            return round(number.low * _DAYS[unit["unit"].removeprefix("个")])
    return None
