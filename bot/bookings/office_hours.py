"""Opening hours as offices write them: 周一至周五 9:00-12:00，14:30-17:30；周六 9:00-12:00."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import time

from bot.domain.booking import Opening

WEEKDAYS = "一二三四五六日"
HOW_TO_WRITE = "时间请写成“周一至周五 9:00-12:00，14:30-17:30”，几段之间用分号隔开"

_NAMES = {**{name: day for day, name in enumerate(WEEKDAYS)}, "天": 6}
_DAY = rf"(?:周|星期|礼拜)?([{WEEKDAYS}天])"
_RANGE = re.compile(rf"{_DAY}\s*(?:至|到|-|—|~)\s*{_DAY}")
_ONE = re.compile(rf"(?:周|星期|礼拜)([{WEEKDAYS}天])")
_SPECIAL = {"每天": range(7), "每日": range(7), "全周": range(7), "工作日": range(5), "周末": range(5, 7)}
_OPENING = re.compile(r"(\d{1,2})[:点](\d{2})?\s*(?:至|到|-|—|~)\s*(\d{1,2})[:点](\d{2})?")


def parse_hours(text: str) -> dict[int, tuple[Opening, ...]]:
    """Openings by weekday, 0 for Monday.

    Raises:
        ValueError: days or times are missing, or a time cannot be one; the text says what to write.
    """
    hours: dict[int, tuple[Opening, ...]] = {}
    for part in re.split(r"[;\n]", unicodedata.normalize("NFKC", text)):
        if not part.strip():
            continue
        days, openings = sorted(set(_days(part))), tuple(sorted(_openings(part), key=lambda one: one.opens))
        if not days or not openings:
            raise ValueError(HOW_TO_WRITE)
        hours |= dict.fromkeys(days, openings)
    if not hours:
        raise ValueError(HOW_TO_WRITE)
    return hours


def write_hours(hours: Mapping[int, tuple[Opening, ...]]) -> str:
    """The hours in the words that `parse_hours` reads; days in a row with the same openings together."""
    pieces, day = [], 0
    while day < len(WEEKDAYS):
        last = day
        while hours.get(last + 1) == hours.get(day) and last + 1 < len(WEEKDAYS):
            last += 1
        if hours.get(day):
            days = f"周{WEEKDAYS[day]}" + (f"至周{WEEKDAYS[last]}" if last > day else "")
            spans = (f"{one.opens.hour}:{one.opens:%M}-{one.closes.hour}:{one.closes:%M}" for one in hours[day])
            pieces.append(f"{days} {'，'.join(spans)}")
        day = last + 1
    return "；".join(pieces)


def _days(part: str) -> Iterator[int]:
    for word, days in _SPECIAL.items():
        if word in part:
            yield from days
    for first, last in _RANGE.findall(part):
        yield from range(_NAMES[first], _NAMES[last] + 1)
    for name in _ONE.findall(_RANGE.sub("", part)):
        yield _NAMES[name]


def _openings(part: str) -> Iterator[Opening]:
    for hour, minute, until_hour, until_minute in _OPENING.findall(part):
        try:
            opening = Opening(time(int(hour), int(minute or 0)), time(int(until_hour), int(until_minute or 0)))
        except ValueError:
            raise ValueError(HOW_TO_WRITE) from None
        if opening.opens >= opening.closes:
            raise ValueError("关门时间比开门时间早；下午请写成 14:30 这样")
        yield opening
