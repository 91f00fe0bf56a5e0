"""Parts of the day and times of day as people say them: 下昼, 晌午, 三点半, 9:30."""

from __future__ import annotations

import re
from datetime import time
from enum import StrEnum

from bot.language.spoken_number import exact_value


class PartOfDay(StrEnum):
    """The part of the day in which somebody wants to come."""

    MORNING = "morning"
    NOON = "noon"
    AFTERNOON = "afternoon"
    EVENING = "evening"


_ALONE = r"(?=\d|[二两三四五六七八九十]点)"
_PARTS = {
    PartOfDay.MORNING: (
        rf"大清早|清早|清晨|一大早|一早|早[上晨间]|朝早|上午|上半天|上昼|上晌|头晌|前晌|早{_ALONE}|(?<=[今明后日])早"
    ),
    PartOfDay.NOON: "中午|晌午|正午",
    PartOfDay.AFTERNOON: "下午|午后|下半天|下昼|晏昼|后晌|下晌|后半晌|过午|后半天",
    PartOfDay.EVENING: (rf"晚[上间]|夜里|夜晚|夜头|傍晚|下班以?后|收工后|晚{_ALONE}|(?<=[今明后日])晚"),
}
PART_PATTERN = "|".join(f"(?P<{part}>{words})" for part, words in _PARTS.items())

_HOUR = r"\d{1,2}|[一二两三四五六七八九十]{1,3}"
_MINUTE = r"\d{1,2}|[一二三四五六七八九十]{1,3}"
CLOCK_PATTERN = (
    rf"(?<![\d点.])(?:(?<![早晚快慢有差多好少])一|(?!一点)(?:{_HOUR}))(?:点钟?|时(?![间候薪不常]))"
    rf"(?:半(?!个)|整|[一三]刻钟?|(?:过|零)?(?:{_MINUTE})分?(?![\d块元个天岁人]))?"
    r"(?![工心头名赞评菜外要意建问区原子儿都也就]|不)"
    r"|(?<![\d:])\d{1,2}[:：]\d{2}(?![\d:])"
)
_CLOCK = re.compile(
    rf"(?P<hour>{_HOUR})(?:点钟?|时|[:：])(?:(?P<part>半|整|[一三]刻钟?)|[过零]?(?P<minute>\d{{1,2}}|{_MINUTE})分?)?"
)
_PART_MINUTES = {"半": 30, "整": 0, "一刻": 15, "三刻": 45}
NOON_HOUR = 12
_FIRST_OFFICE_HOUR = 7
"""三点 without a part of the day is three in the afternoon, 八点 eight in the morning: when offices are open."""


def part_of_day(match: re.Match[str]) -> PartOfDay:
    """The part of the day that a match of `PART_PATTERN` names."""
    return PartOfDay(str(match.lastgroup))


def is_clear(clock: str) -> bool:
    """Whether words like 一点 can only be a time: 一点半 and 1点, while 一点 alone is mostly a little of something."""
    return not clock.startswith("一点") or len(clock) > len("一点")


def clock_time(clock: str, part: PartOfDay | None) -> time | None:
    """The time of day that words of `CLOCK_PATTERN` name.

    Args:
        clock: 三点半, 9:30, 十点一刻.
        part: the part of the day said with it; None where none is said.

    Returns:
        None where there is no such time (二十五点).
    """
    match = _CLOCK.fullmatch(clock)
    hour = exact_value(match["hour"]) if match else None
    if match is None or hour is None:
        return None
    minute = float(_PART_MINUTES[match["part"].rstrip("钟")]) if match["part"] else exact_value(match["minute"] or "0")
    hour = _in_part(int(hour), part)
    return None if minute is None or minute >= 60 or hour >= 24 else time(hour, int(minute))  # noqa: PLR2004 - a clock


def _in_part(hour: int, part: PartOfDay | None) -> int:
    is_later = {
        None: 0 < hour < _FIRST_OFFICE_HOUR,
        PartOfDay.MORNING: False,
        PartOfDay.NOON: 0 < hour < 3,  # noqa: PLR2004 - 中午一点, 两点
        PartOfDay.AFTERNOON: hour < NOON_HOUR,
        PartOfDay.EVENING: hour < NOON_HOUR,
    }
    return hour + NOON_HOUR if is_later[part] else hour
