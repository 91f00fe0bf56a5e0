"""Days as people say them, resolved to the next day of that kind: 下周三, 8号, 月底, 腊月二十, 国庆后."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import chinese_calendar

from bot.language.spoken_number import exact_value

_DAY_NUMBER = r"\d{1,2}|[一二三四五六七八九十廿卅]{1,3}"
_NOT_A_HOUSE = r"(?!线|楼|门|厂|机|店|栋|院|路|仓|桥|坝|工地|车|台|房|馆|口|子|头|服务|柜|窗|文|岗|公|电|码|人)"
_WEEK = r"(?:周|星期|礼拜)"
_FESTIVALS = "元旦|清明|劳动节|五一|端午|中秋|国庆|十一|春节|过年|年"
_TIME_WORDS = r"(?=那天|当天|期间|的?时候|[去来])"

LUNAR_YEARS_KEPT = 8
"""Working one out takes 15 ms, and a message that says 腊月二十 or 过年后 asks for up to three."""

Resolve = Callable[[re.Match[str], date], date | None]


@dataclass(frozen=True, slots=True)
class SaidDay:
    """A day as said.

    Attributes:
        start: first character, 0-based.
        end: one past the last character.
        on: the day meant, never before today; None for what is past (昨天, 2019年3月5号) and for 2月30号.
    """

    start: int
    end: int
    on: date | None


def said_days(folded: str, today: date) -> Iterator[SaidDay]:
    """The days that a text names, in order; they do not overlap.

    Args:
        folded: the text in its ordinary forms (`bot.language.lexicon.fold`).
        today: the day on which it was written.
    """
    for hit in _ANY_DAY.finditer(folded):
        for pattern, resolve in _RULES:
            if match := pattern.match(folded, hit.start()):
                day = resolve(match, today)
                yield SaidDay(*match.span(), None if day is None or day < today else day)
                break


def _past(_: re.Match[str], __: date) -> None:
    """昨天: nothing to come."""


def _near(match: re.Match[str], today: date) -> date:
    words = match.group()
    ahead = 3 if words.startswith("大后") else 2 if words[0] in "后後" else 0 if words[0] in "今当" else 1
    return today + timedelta(days=ahead)


def _days_ahead(match: re.Match[str], today: date) -> date | None:
    number = {"几": 3.0, "俩": 2.0}.get(match["number"]) or exact_value(match["number"])
    if number is None:
        return None
    return today + timedelta(days=int(number) * (1 if match["unit"] in {"天", "日"} else 7))


def _weekday(match: re.Match[str], today: date) -> date:
    """这周三 is in this week (or the next, when it is over), 下周三 in the next, else it is the next one to come."""
    said = match["weekday"]
    weekday = 5 if said == "末" else int(exact_value(said.replace("日", "七").replace("天", "七")) or 1) - 1
    monday = today - timedelta(days=today.weekday())
    weeks = match["which"].count("下") if match["which"] else 0
    if said == "末" and not weeks and today.weekday() >= weekday:
        return today
    day = monday + timedelta(weeks=weeks, days=weekday)
    is_over = day < today or (day == today and not match["which"])
    return day + timedelta(weeks=1) if is_over else day


def _next_week(match: re.Match[str], today: date) -> date:
    return today + timedelta(weeks=match["which"].count("下"), days=-today.weekday())


def _month_and_day(match: re.Match[str], today: date) -> date | None:
    month, day = _number(match["month"]), _number(match["day"])
    if match["year"]:
        return _date(_year(match["year"], today), month, day)
    return _first(today, *(_date(today.year + years, month, day) for years in range(9)))


def _year(said: str, today: date) -> int:
    relative = {"今": 0, "明": 1, "后": 2}.get(said[0])
    return today.year + relative if relative is not None else _number(said)


def _day_of_month(match: re.Match[str], today: date) -> date | None:
    day = _number(match["day"])
    start = 1 if match["which"] and match["which"].startswith("下") else 0
    months = (_months_ahead(today, months) for months in range(start, start + 3))
    return _first(today, *(_date(year, month, day) for year, month in months))


def _part_of_month(match: re.Match[str], today: date) -> date | None:
    """月底, 下月初, 10月中旬."""
    if match["month"]:
        month = _number(match["month"])
        if not 1 <= month <= len(_MONTHS):
            return None
        months = [(today.year + years, month) for years in range(2)]
    else:
        start = 1 if match["which"] and match["which"].startswith("下") else 0
        months = [_months_ahead(today, ahead) for ahead in range(start, start + 2)]
    return _first(today, *(_date(year, month, _day_of_part(match["part"], year, month)) for year, month in months))


_MONTHS = range(1, 13)


def _day_of_part(part: str | None, year: int, month: int) -> int:
    last = monthrange(year, month)[1]
    return {"初": 1, "头": 1, "上": 1, "中": 15, "底": last, "末": last, "尾": last, "下": 21}.get((part or "初")[0], 1)


def _written_date(match: re.Match[str], today: date) -> date | None:
    if match["iso_year"]:
        return _date(int(match["iso_year"]), int(match["iso_month"]), int(match["iso_day"]))
    month, day = int(match["slash_month"]), int(match["slash_day"])
    return _first(today, *(_date(today.year + years, month, day) for years in range(2)))


def _lunar(match: re.Match[str], today: date) -> date | None:
    month = {"正": 1, "冬": 11, "腊": 12, "蜡": 12}.get(match["lunar"][:1]) or _number(match["lunar"].rstrip("月"))
    return _next_lunar(today, month, _number(match["lunar_day"].replace("初", "")))


def _new_year_day(match: re.Match[str], today: date) -> date | None:
    return _next_lunar(today, 1, _number(match["new_year_day"]))


def _named_lunar(match: re.Match[str], today: date) -> date | None:
    named = match.group()
    if named.startswith("元宵"):
        return _next_lunar(today, 1, 15)
    if named.startswith("小年"):
        return _next_lunar(today, 12, 23)
    return _first(today, *(_new_year(today.year + years) - timedelta(days=1) for years in range(2)))


def _festival(match: re.Match[str], today: date) -> date | None:
    """国庆前 is the day before the holidays, 国庆后 the first working day behind them."""
    name = match["before_name"] or match["after_name"] or match["behind_name"] or match["on_name"]
    starts = [start for years in range(2) if (start := _festival_start(name, today.year + years)) is not None]
    if match["before_name"]:
        return _first(today, *(start - timedelta(days=2 if name == "年" else 1) for start in starts))
    if match["on_name"]:
        return _first(today, *starts)
    return _first(today, *(_first_working_day(start, name) for start in starts))


def _festival_start(name: str, year: int) -> date | None:
    solar = {"元旦": (1, 1), "清明": (4, 4), "劳动节": (5, 1), "五一": (5, 1), "国庆": (10, 1), "十一": (10, 1)}
    if name in solar:
        return date(year, *solar[name])
    if name == "端午":
        return _lunar_date(year, 5, 5)
    return _lunar_date(year, 8, 15) if name == "中秋" else _new_year(year)


_HOLIDAY_DAYS = {"元旦": 1, "清明": 1, "端午": 1, "中秋": 1, "劳动节": 5, "五一": 5, "国庆": 7, "十一": 7}
_SPRING_FESTIVAL_DAYS = 7


def _first_working_day(start: date, name: str) -> date:
    day = start + timedelta(days=_HOLIDAY_DAYS.get(name, _SPRING_FESTIVAL_DAYS))
    while _is_free(day):
        day += timedelta(days=1)
    return day


def _is_free(day: date) -> bool:
    """By the calendar of the State Council; weekends in years that it does not know yet."""
    try:
        return bool(chinese_calendar.is_holiday(day))
    except NotImplementedError:
        return day.weekday() >= 5  # noqa: PLR2004 - Saturday


def _next_lunar(today: date, month: int, day: int) -> date | None:
    years = range(today.year - 1, today.year + 2)
    return _first(today, *(_lunar_date(year, month, day) for year in years))


def _new_year(year: int) -> date:
    day = _lunar_date(year, 1, 1)
    return day or date(year, 2, 1)


def _lunar_date(year: int, month: int, day: int) -> date | None:
    first, days = _lunar_months(year).get(month, (date.max, 0))
    return first + timedelta(days=day - 1) if 1 <= day <= days else None


@lru_cache(maxsize=LUNAR_YEARS_KEPT)
def _lunar_months(year: int) -> Mapping[int, tuple[date, int]]:
    """The first day of each month of a lunar year, and how many days it has; of leap months nobody speaks."""
    from lunar_python import LunarYear  # noqa: PLC0415 - only few messages speak of lunar days

    months = LunarYear(year).getMonthsInYear()
    return {month.getMonth(): (_first_day(month), month.getDayCount()) for month in months if not month.isLeap()}


def _first_day(month: Any) -> date:  # noqa: ANN401 - lunar_python is untyped
    from lunar_python import Solar  # noqa: PLC0415

    day = Solar.fromJulianDay(month.getFirstJulianDay())
    return date(day.getYear(), day.getMonth(), day.getDay())


def _number(words: str) -> int:
    return int(exact_value(words) or 0)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _months_ahead(today: date, months: int) -> tuple[int, int]:
    years, month = divmod(today.month - 1 + months, 12)
    return today.year + years, month + 1


def _first(today: date, *days: date | None) -> date | None:
    return next((day for day in days if day is not None and day >= today), None)


_WRITTEN_RULES: tuple[tuple[str, Resolve], ...] = (
    (
        (
            rf"大?前[天日晚](?!子)|昨[天日儿晚]|上+个?{_WEEK}[一二三四五六日天末1-7]?|上个?月(?:{_DAY_NUMBER})[号日]|上个?月[初中底]?"
            rf"|(?:去|前|往|当)年(?:(?:{_DAY_NUMBER})月份?)?(?:(?:{_DAY_NUMBER})[号日])?|每个?月(?:{_DAY_NUMBER})[号日]|每{_WEEK}[一二三四五六日天末]"
        ),
        _past,
    ),
    (
        r"大?后[天日儿](?!性)|後日|明(?:[天日朝]|儿个?)|听日|今(?:[天日]|儿个?)|当天|[明今后](?=早|晚|上午|下午|中午)",
        _near,
    ),
    (
        r"(?<!不)(?:再?过|等)(?P<number>\d{1,2}|[一二两三四五六七八九十]{1,2}|几|俩)个?(?P<unit>天|日|周|星期|礼拜)(?:之后|以后|后)?",
        _days_ahead,
    ),
    (
        r"(?<!过)(?P<number>\d{1,2}|[一二两三四五六七八九十]{1,2})个?(?P<unit>天|日|周|星期|礼拜)(?:之后|以后|后)",
        _days_ahead,
    ),
    (
        rf"(?P<which>下+|这|本)?个?(?<![每一两二三四五六七八九十半几\d]){_WEEK}(?P<weekday>[一二三四五六日天末1-7])(?![天次年个回趟])",
        _weekday,
    ),
    (rf"(?P<which>下+)个?{_WEEK}", _next_week),
    (
        rf"(?:(?P<year>\d{{4}}|[零〇一二三四五六七八九]{{4}}|[今明后])年)?(?P<month>{_DAY_NUMBER})月份?(?P<day>{_DAY_NUMBER})[号日]",
        _month_and_day,
    ),
    (
        (
            r"(?<!\d)(?:(?P<iso_year>20\d\d)[-/.年](?P<iso_month>\d{1,2})[-/.月](?P<iso_day>\d{1,2})"
            r"|(?P<slash_month>\d{1,2})/(?P<slash_day>\d{1,2}))(?![\d/])"
        ),
        _written_date,
    ),
    (
        (
            r"(?:农历|阴历|旧历)?(?P<lunar>正月|冬月|[腊蜡]月|(?:(?<=农历)|(?<=阴历)|(?<=旧历))(?:二|三|四|五|六|七|八|九|十)月)"
            r"(?P<lunar_day>初[一二三四五六七八九十]|[一二三四五六七八九十廿]{1,3})(?![\d个])"
        ),
        _lunar,
    ),
    (r"(?:大?年)?初(?P<new_year_day>(?<=年初)[一二三]|[四五六七八九十])(?![一二三四五六七八九十中])", _new_year_day),
    (r"(?:大?年三十|除夕)|元宵节?|小年(?!轻|纪)", _named_lunar),
    (
        (
            rf"(?:过完|过了)(?P<behind_name>{_FESTIVALS})节?"
            rf"|(?<![\d一二两三四五六七八九十几今明去前当多半成每全整周])(?P<after_name>{_FESTIVALS})节?(?:假期?|长假|放假)?(?:过后|之后|以后|过完|完了?|后)"
            rf"|(?<![\d一二两三四五六七八九十几今明去当多半成每全整周])(?P<before_name>{_FESTIVALS})节?前"
            rf"|(?P<on_name>元旦|清明|五一|端午|中秋|国庆|十一|春节|过年)节?{_TIME_WORDS}"
        ),
        _festival,
    ),
    (
        rf"(?P<which>下个?|这个?|本)月(?P<day>{_DAY_NUMBER})[号日]",
        _day_of_month,
    ),
    (
        rf"(?<![每一两二三四五六七八九十\d个])(?:(?P<which>下个?|这个|本)|(?P<month>{_DAY_NUMBER}))?月(?P<part>初|头|中旬|中(?!午)|底(?!薪)|末|尾|上旬|下旬)",
        _part_of_month,
    ),
    (r"(?P<which>下个?)(?P<month>)月(?P<part>)(?!份)", _part_of_month),
    (
        rf"(?P<which>)(?<![\d.\-/年月第每初a-z一二三四五六七八九十])(?P<day>{_DAY_NUMBER})(?:号|(?<=\d)日){_NOT_A_HOUSE}",
        _day_of_month,
    ),
)
_RULES = tuple((re.compile(written), resolve) for written, resolve in _WRITTEN_RULES)
_FIRST_CHARACTERS = (
    r"[大前昨上去往当每後后明听今再过等下这本周星礼月农阴旧正冬腊蜡年初除元小清劳端中国春"
    r"\d零〇一二两三四五六七八九十廿卅几俩]"
)
"""What a day begins with: most positions of a text are passed over by this look alone."""
_ANY_DAY = re.compile(
    f"(?={_FIRST_CHARACTERS})(?:{'|'.join(re.sub(r'[?]P<[a-z_]+>', '?:', written) for written, _ in _WRITTEN_RULES)})"
)
