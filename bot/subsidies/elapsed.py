"""How long something has gone on: 十四个月, 差一天满三年, 去年3月开的."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from bot.domain.subsidy import Span
from bot.language.numbers import A_DAY, NEARLY_SHARE, DurationMention, find_durations
from bot.language.spoken_number import exact_value

_SHORT_OF_BEFORE = re.compile(r"(?:(?:还|就|只)?(?:差|欠|少)(?:了|个)?|再过|再等|再干|再有|还要|还得|还有)$")
_TO_THE_WHOLE = re.compile(r"(?:就|才|便|能|要)?(?:到|够|是)?")
_TO_COME_BEFORE = re.compile(
    r"(?:下个?(?:月|周|星期|礼拜)|明年|明天|后天|月底|年底|过几天|过阵子|过些天|过两天)[^,，。;；]{0,8}$"
)
_ABOUT_BEFORE = re.compile(r"(?:大概|大约|约莫|估摸|可能)(?:有|是|干了|开了|住了)?$")
_ABOUT_AFTER = re.compile(r"(?:的)?(?:左右|上下|前后|样子)")
_ABOUT = 0.1
"""一年左右 is a year, a tenth more or less."""
_MORE = re.compile(r"多|有余|出头|来|几")
_SEVERAL = re.compile(r"好?几")
_TENS_AND_MORE = re.compile(r"[^年月天]*[十0](?:几|多|来|余)")
_SOME = 10
"""几个月 are fewer than ten, and 十几个月 fewer than twenty."""
_ROUGHLY_HALF_BEFORE = re.compile(r"(?P<more>大)$|小$")
_SHORT_OF_BETWEEN = re.compile(r"(?:了|，|,)?(?:还|就|只)?(?:差|欠|少)(?:了)?")
_SINCE = re.compile(
    r"(?:(?P<year>20\d\d|二[零〇][零〇一二三四五六七八九]{2})年|(?P<word>大前年|前年|去年|今年))"
    r"(?:的)?(?:(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月|(?P<part>年?初|年?底|上半年|下半年))?"
    r"|(?P<recent>这个?月|本月|上个?月|前几天|这几天|昨天|前天|上(?:个)?(?:周|星期|礼拜)|这周|今天)"
)
_YEARS_AGO = {"今年": 0, "去年": 1, "前年": 2, "大前年": 3}
_PARTS = {"初": (1, 2), "底": (11, 12), "上半年": (1, 6), "下半年": (7, 12)}
_RECENT_MONTHS = 2.0
_DAYS_A_MONTH = 365.2425 / 12
_MONTHS_A_YEAR = 12
_A_WEEK = 7 * A_DAY


@dataclass(frozen=True, slots=True)
class Elapsed:
    """A length of time up to today.

    Attributes:
        start: first character, 0-based.
        end: one past the last character.
        months: how long.
    """

    start: int
    end: int
    months: Span


def find_elapsed(text: str, today: date) -> list[Elapsed]:
    """The lengths of time in a text, in order; a beginning in the past counts up to today."""
    lengths = [Elapsed(start, end, months) for start, end, months in _lengths(text)]
    begun = [one for one in _begun(text, today) if not any(_overlap(one, other) for other in lengths)]
    return sorted([*lengths, *begun], key=lambda one: one.start)


def _lengths(text: str) -> Iterator[tuple[int, int, Span]]:
    found = find_durations(text)
    used: set[int] = set()
    for left, right in pairwise(found):
        rest = _rest(text, left, right)
        if rest is not None:
            used |= {left.start, right.start}
            lacking = _SHORT_OF_BEFORE.search(text, 0, left.start)
            yield lacking.start() if lacking else left.start, right.end, Span.exactly(rest)
    for one in found:
        if one.start not in used and not _SHORT_OF_BEFORE.search(text, 0, one.start):
            yield one.start, one.end, _span(text, one)


def _span(text: str, one: DurationMention) -> Span:
    """The length with what stands around it and with what it may be at most.

    半年多 is less than a year, 一年多 less than two, 下个月才满一年 less than one.
    """
    return _by_surroundings(text, one) or _by_its_end(one)


def _by_surroundings(text: str, one: DurationMention) -> Span | None:
    if _TO_COME_BEFORE.search(text, 0, one.start):
        return Span(0.0, one.months - A_DAY)
    if one.at_most == one.months and (_ABOUT_BEFORE.search(text, 0, one.start) or _ABOUT_AFTER.match(text, one.end)):
        return Span(one.months * (1 - _ABOUT), one.months * (1 + _ABOUT))
    roughly = _ROUGHLY_HALF_BEFORE.search(text, 0, one.start)
    if roughly is None:
        return None
    if not roughly["more"]:
        return Span(one.months * NEARLY_SHARE, one.months - A_DAY)
    return Span(one.months, 2 * one.months - A_DAY) if one.text.startswith("半") else None


def _by_its_end(one: DurationMention) -> Span:
    low = one.at_least or 0.0
    if one.at_most is not None or not _MORE.search(one.text):
        return Span(low, one.at_most)
    unit = _unit(one.text)
    if _SEVERAL.match(one.text):
        return Span(low, _SOME * unit - A_DAY)
    step = _SOME if _TENS_AND_MORE.match(one.text) else 1
    return Span(low, (one.months / unit // step + 1) * step * unit - A_DAY)


def _unit(text: str) -> float:
    if "年" in text:
        return _MONTHS_A_YEAR
    return 1.0 if "月" in text else _A_WEEK if text[-1] in "周期拜" else A_DAY


def _rest(text: str, left: DurationMention, right: DurationMention) -> float | None:
    """差一天满三年, 三年还差一天: the whole less what is lacking; None for anything else."""
    if _SHORT_OF_BEFORE.search(text, 0, left.start) and _TO_THE_WHOLE.fullmatch(text, left.end, right.start):
        return right.months - left.months
    if left.months > right.months and _SHORT_OF_BETWEEN.fullmatch(text, left.end, right.start):
        return left.months - right.months
    return None


def _begun(text: str, today: date) -> Iterator[Elapsed]:
    for match in _SINCE.finditer(text):
        if match["recent"]:
            yield Elapsed(*match.span(), Span(0.0, _RECENT_MONTHS))
            continue
        year = _year(match, today)
        first, last = _months(match)
        longest, shortest = _months_since(year, first, today), _months_since(year, last + 1, today)
        if longest >= 0:
            yield Elapsed(*match.span(), Span(max(0.0, shortest), longest))


def _year(match: re.Match[str], today: date) -> int:
    if match["word"]:
        return today.year - _YEARS_AGO[match["word"]]
    return int(exact_value(match["year"]) or today.year)


def _months(match: re.Match[str]) -> tuple[int, int]:
    if match["month"]:
        month = int(exact_value(match["month"]) or 1)
        return month, month
    part = match["part"]
    return _PARTS[part if part in _PARTS else part[-1]] if part else (1, _MONTHS_A_YEAR)


def _months_since(year: int, month: int, today: date) -> float:
    """Months from the first of a month to today; month 13 is January of the next year."""
    begun = date(year + (month - 1) // _MONTHS_A_YEAR, (month - 1) % _MONTHS_A_YEAR + 1, 1)
    return (today - begun).days / _DAYS_A_MONTH


def _overlap(one: Elapsed, other: Elapsed) -> bool:
    return one.start < other.end and other.start < one.end
