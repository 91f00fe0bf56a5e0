"""Days gone by as people say them: 昨天, 上个月15号, 去年3月, 半年前, 过年前. `bot.language.dates` reads days to come.

Periods are counted from such days, and a period that is counted from too late a day would lull somebody: what is said
roughly (去年3月) means the first day that it can be.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from lunar_python import Lunar

from bot.language.lexicon import fold
from bot.language.spoken_number import exact_value

__all__ = ["PastDay", "find_past_day"]

_NUMBER = r"\d{1,3}|[一二两俩三四五六七八九十廿卅]{1,3}"
_WEEK = r"(?:周|星期|礼拜)"
_DAY = rf"(?P<day>{_NUMBER})[号日]"
_LONG_AGO_YEARS = 30
_MONTHS_A_YEAR = 12
_NEW_YEAR_EVE_DAYS = 30
_DAYS = {"天": 1, "日": 1, "周": 7, "星期": 7, "礼拜": 7}


@dataclass(frozen=True, slots=True)
class PastDay:
    """A day gone by.

    Attributes:
        on: the day; the first that it can be where it is said roughly.
        is_exact: whether the very day was said.
        text: the words.
    """

    on: date
    is_exact: bool
    text: str


Found = tuple[date | None, bool]
Resolve = Callable[[re.Match[str], date], Found]


def find_past_day(text: str, today: date) -> PastDay | None:
    """The first day gone by that a text names, today included; None where it names none.

    Args:
        text: what the worker wrote.
        today: the day on which it was written, in China.
    """
    folded = fold(text)
    hits = [
        (match.start(), order, match) for order, (pattern, _) in enumerate(_RULES) for match in pattern.finditer(folded)
    ]
    for start, order, match in sorted(hits, key=lambda hit: hit[:2]):
        on, is_exact = _RULES[order][1](match, today)
        if on is not None and today.replace(year=today.year - _LONG_AGO_YEARS, day=1) <= on <= today:
            return PastDay(on, is_exact, text[start : match.end()])
    return None


def _near(match: re.Match[str], today: date) -> Found:
    word = match.group()
    back = 0 if word[0] in "今刚" else 1 if word[0] == "昨" else 3 if word.startswith("大") else 2
    return today - timedelta(days=back), True


def _ago(match: re.Match[str], today: date) -> Found:
    half = match["half"]
    number = 0.5 if half else exact_value(match["number"].replace("俩", "两"))
    if number is None:
        return None, False
    unit = (match["half_unit"] if half else match["unit"]).removeprefix("个")
    if unit in _DAYS:
        return today - timedelta(days=int(number * _DAYS[unit])), unit in "天日"
    months = number * (_MONTHS_A_YEAR if unit == "年" else 1) + (_MONTHS_A_YEAR / 2 if match["and_half"] else 0)
    back = _months_back(today, int(months))
    return back - timedelta(days=1) if match["more"] else back, False


def _last_month(match: re.Match[str], today: date) -> Found:
    first = _months_back(today.replace(day=1), len(match["last"]))
    return _in_month(first.year, first.month, match["day"])


def _this_month(match: re.Match[str], today: date) -> Found:
    """15号: of this month, or of the last where it is still to come."""
    this = _date(today.year, today.month, _number(match["day"]))
    if this is not None and this <= today:
        return this, True
    last = _months_back(today.replace(day=1), 1)
    return (None, False) if match["this"] else _in_month(last.year, last.month, match["day"])


def _month(match: re.Match[str], today: date) -> Found:
    """3月, 去年3月15号: the latest that is not to come, where no year is said."""
    month, said = _number(match["month"]), match["year"]
    if said:
        return _in_month(_year(said, today), month, match["day"])
    on, is_exact = _in_month(today.year, month, match["day"])
    return (on, is_exact) if on is not None and on <= today else _in_month(today.year - 1, month, match["day"])


def _written(match: re.Match[str], _: date) -> Found:
    return _date(int(match["iso_year"]), int(match["iso_month"]), int(match["iso_day"])), True


def _weekday(match: re.Match[str], today: date) -> Found:
    """上周三 is in the last week, 周三 the latest gone by."""
    weekday = int(exact_value(match["weekday"].replace("日", "七").replace("天", "七")) or 1) - 1
    monday = today - timedelta(days=today.weekday())
    day = monday + timedelta(days=weekday, weeks=-len(match["last"] or ""))
    return (day if day <= today else day - timedelta(weeks=1)), True


def _last_week(match: re.Match[str], today: date) -> Found:
    return today - timedelta(days=today.weekday(), weeks=len(match["last"])), False


def _around_new_year(match: re.Match[str], today: date) -> Found:
    year = today.year - 1 if match["year"] == "去" else today.year
    new_year = _new_year(year)
    if new_year > today:
        new_year = _new_year(year - 1)
    return new_year - timedelta(days=_NEW_YEAR_EVE_DAYS) if match["before"] else new_year, False


def _part_of_year(match: re.Match[str], today: date) -> Found:
    year = _year(match["year"], today)
    months = {"初": 1, "中": 6, "底": 12, "末": 12, "上半年": 1, "下半年": 7, None: 1}
    return _date(year, months[match["part"]], 1), False


def _in_month(year: int, month: int, day: str | None) -> Found:
    return _date(year, month, _number(day) if day else 1), day is not None


def _year(said: str, today: date) -> int:
    words = {"今": 0, "当": 0, "去": 1, "前": 2}
    if said in words:
        return today.year - words[said]
    return int(said) if len(said) == len("2026") else 2000 + int(said)


def _number(words: str) -> int:
    return int(exact_value(words.replace("廿", "二十").replace("卅", "三十")) or 0)


def _new_year(year: int) -> date:
    solar = Lunar.fromYmd(year, 1, 1).getSolar()
    return date(solar.getYear(), solar.getMonth(), solar.getDay())


def _months_back(today: date, months: int) -> date:
    count = today.year * _MONTHS_A_YEAR + today.month - 1 - months
    year, month = divmod(count, _MONTHS_A_YEAR)
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


_YEAR = r"(?P<year>[今当去前]|20\d\d|(?<!\d)[12]\d)年(?:的)?"
_WRITTEN_RULES: tuple[tuple[str, Resolve], ...] = (
    (r"(?<!\d)(?P<iso_year>20\d\d)[-/.年](?P<iso_month>\d{1,2})[-/.月](?P<iso_day>\d{1,2})(?!\d)", _written),
    (rf"(?:{_YEAR})?(?P<month>(?<![\d个]){_NUMBER})月份?(?:{_DAY})?", _month),
    (rf"(?P<last>上+)个?月(?:{_DAY})?", _last_month),
    (r"大?前[天日](?!子)|昨[天日儿晚]|今[天日儿早]|刚刚|刚才", _near),
    (
        (
            rf"(?:(?P<half>半)(?P<half_unit>个月|年)|(?:快|将近|差不多|大概|不到|有|都)?(?P<number>{_NUMBER})"
            rf"(?P<unit>天|日|周|个?星期|个?礼拜|个月|年)(?P<and_half>半)?(?P<more>多)?)(?:以前|之前|前|了)"
        ),
        _ago,
    ),
    (rf"(?P<last>上+)个?{_WEEK}(?P<weekday>[一二三四五六日天1-7])", _weekday),
    (rf"(?<![下这])(?P<last>){_WEEK}(?P<weekday>[一二三四五六日天1-7])", _weekday),
    (rf"(?P<last>上+)个?{_WEEK}(?![一二三四五六日天1-7])", _last_week),
    (r"(?:(?P<year>[今去])年)?(?:春节|过年|年)(?P<before>前|以前|之前)", _around_new_year),
    (r"(?:(?P<year>[今去])年)?(?P<before>)(?:春节|过年|过完年)", _around_new_year),
    (rf"{_YEAR}(?P<part>初|中|底|末|上半年|下半年)?", _part_of_year),
    (rf"(?P<this>这个月|本月|当月)?(?<!月)(?<!\d){_DAY}(?!线|楼|门|厂|机|店|栋|院)", _this_month),
)
_RULES = tuple((re.compile(written), resolve) for written, resolve in _WRITTEN_RULES)
