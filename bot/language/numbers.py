"""What a text counts: numbers with their ranges, lengths of time, people."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.language.lexicon import fold
from bot.language.spoken_number import NumberMention, single_numbers, unit_value, without_other_numerals

__all__ = ["CountMention", "DurationMention", "NumberMention", "find_counts", "find_durations", "find_numbers"]

READINGS_KEPT = 64
"""One message is read for its pay, its lengths of time, its dates and its people."""

DAYS_A_MONTH = 30
A_DAY = 1 / DAYS_A_MONTH
_CARRIED_MAX = 100

_RANGE = re.compile(r"(?:块钱?|元)?\s*(?:到|至|-|~|—|–|―)\s*")
_MONTHS = {
    "年": 12.0,
    "月": 1.0,
    "周": 7 / DAYS_A_MONTH,
    "星期": 7 / DAYS_A_MONTH,
    "礼拜": 7 / DAYS_A_MONTH,
    "天": A_DAY,
}
_PERIOD = re.compile(
    r"(?P<more_before>多)?(?:整|足)?(?:[个周]?(?P<unit>年)(?![级轻龄纪货底初终前末货费])|个?多?(?P<measured>星期|礼拜)(?![一二三四五六日天末])"
    r"|个(?P<more_inside>[多来])?(?P<months>月)|(?P<bare_month>月)(?![份初底末中\d一二三四五六七八九十])|(?P<days>天)|个?(?P<weeks>周)(?![一二三四五六日末岁]))"
    r"(?P<more>多|有余|出头)?"
)
_SOME = re.compile(r"(?P<many>好)?几(?:(?P<unit>年)|个(?P<months>月)|(?P<days>天)|个?(?P<measured>星期|礼拜))")
_FILLING = r"(?:要|了|有|够|是|到|干|做|就|也|都|\s)*"
NEARLY_SHARE = 5 / 6
"""快两年 is at least so much of two years."""
_BOUNDS_BEFORE: tuple[tuple[re.Pattern[str], Callable[[float], tuple[float | None, float | None]]], ...] = (
    (
        re.compile(rf"(?:不到|不足|不满|未满|没满|没到|不够|少于|小于){_FILLING}$"),
        lambda months: (None, months - A_DAY),
    ),
    (
        re.compile(rf"(?:快|将近|接近|差不多|差点|马上|就要|(?<!最)近){_FILLING}满?{_FILLING}$"),
        lambda months: (months * NEARLY_SHARE, months - A_DAY),
    ),
    (re.compile(rf"(?:最多|顶多|不超过|至多){_FILLING}$"), lambda months: (None, months)),
    (re.compile(rf"(?:超过|超|多于|大于){_FILLING}$"), lambda months: (months + A_DAY, None)),
    (re.compile(rf"(?:满|至少|起码|最少|不低于|不少于|达到?){_FILLING}$"), lambda months: (months, None)),
)
BOUND_CHARACTERS_MAX = 12
_UNDER_AFTER = re.compile(r"\s*(?:都|还|也)?(?:不到|不足|不满|没满|没到|差|以下|以内)")
_AT_LEAST_AFTER = re.compile(r"\s*(?:以上|往上|打底|满了)")
_CALENDAR_YEARS = range(1950, 2100)
_SHORT_YEAR_BEFORE = re.compile(r"(?:^|从|自从?|打|在|[，。,.;；！!？?\s])$")
_SHORT_YEAR_AFTER = re.compile(
    r"(?:\d|[一二三四五六七八九十]+月|来|进|开始|入职|去|到|就|起|的?时候|考|结婚|毕业|上半|下半|出来|办|买)"
)

_PEOPLE = (
    "人员|人手|人|员工|职工|工人|民工|农民工|老乡|工友|兄弟|姐妹|姊妹|伙计|师傅|同事|代表|残疾人|大学生|毕业生|脱贫户|贫困户|劳动力|同乡|妇女"
    "|女工|男工|小工|大工|学徒|临时工|木工|瓦工|钢筋工|弟兄|哥们|姐们|乡亲|村民|家人|人工"
)
_COUNTED = re.compile(
    rf"\s*(?P<measure>个|名|位|口|号)?(?:多|来)?(?:本地|外地|新|一起的|同村|当地|的|正式|农村)*(?P<noun>{_PEOPLE})(?![字名民事次行均才社头])"
)
_ONLY_MEASURE = re.compile(
    r"\s*(?:个|名|位|口子?)(?!月|小时|钟头|星期|礼拜|多月|半|问题|项目|工地|地方|电话|证|娃|孩|儿|女|老板|厂|店|点|礼拜|工程|房|学期|学校|来月|工(?!人))|(?=$|[，。,.！!？?\s]|都|要|想|一起|也)"
)
_HIRED = re.compile(
    r"(?P<verb>招聘|招用|招收|招|请|雇佣|雇|聘用|聘|带动|带|吸纳|录用|安排|新增|收|介绍|送)(?:进|来|了|过|到|着|的|满|够|一共|共|大概|差不多|快|近|将近|超过|不到|已经|新|好|有)*$"
)
_GROUP = re.compile(
    r"(?:我们|俺们|咱们?|我哋|俺|阮|他们|班组|工友们?|老乡们?|兄弟|姐妹|一共|总共|全部|同乡|一起的|工地上?|厂里|班里|队里|(?:员工|工人|职工|人员|人数)(?:一共|总共|共)?(?:有|是)?)"
    r"(?:这|那|有|就|共|一共|总共|大概|差不多|快|的|带班|班组|工地上?|厂里|那边|一伙|一班|一帮|全班|还有)*$"
)
_TWO = re.compile(
    "(?:哥|姐|弟|兄妹|姐妹|姊妹|娘|爷|父子|母子|夫妻|两口子|爷儿|娘儿)俩|(?:小|老)?两口子?(?!人)|夫妻两个?"
)
_GROUP_OF_FEW = re.compile("[俩仨]")


@dataclass(frozen=True, slots=True)
class DurationMention:
    """A length of time in a text.

    Attributes:
        start: first character, 0-based, a word like 快 or 满 included.
        end: one past the last character.
        text: as written.
        months: the length as said; a month has 30 days.
        at_least: no shorter than so many months; None where the words do not say (不到一年).
        at_most: no longer than so many months; 快一年 and 不到一年 are a day short of 12. None where the words leave it
            open (一年多, 满1年).
    """

    start: int
    end: int
    text: str
    months: float
    at_least: float | None
    at_most: float | None


@dataclass(frozen=True, slots=True)
class CountMention:
    """A number of people in a text.

    Attributes:
        start: first character of the number, 0-based.
        end: one past the last character of what is counted.
        text: as written.
        low: how many, or the lower end.
        high: the upper end where a range is said (20多人, 七八个人); None where the number is exact.
        noun: what they are called (员工, 老乡); "" where nothing is said (招了9个).
        verb: what was done with them (招, 带); "" where nothing is said.
    """

    start: int
    end: int
    text: str
    low: int
    high: int | None
    noun: str
    verb: str


def find_numbers(text: str) -> list[NumberMention]:
    """The numbers of a text in order, ranges as one; places and words that only hold a numeral are left out."""
    return list(_numbers(text))


@lru_cache(maxsize=READINGS_KEPT)
def _numbers(text: str) -> tuple[NumberMention, ...]:
    masked = without_other_numerals(text)
    joined: list[NumberMention] = []
    for mention in single_numbers(text, masked):
        whole = _joined(text, masked, joined[-1], mention) if joined else None
        if whole is None:
            joined.append(mention)
        else:
            joined[-1] = whole
    return tuple(joined)


def _joined(text: str, masked: str, left: NumberMention, right: NumberMention) -> NumberMention | None:
    """五千到六千 as one; the unit of 5到6千 counts for both."""
    if not _RANGE.fullmatch(masked, left.end, right.start):
        return None
    low, high = left.low, right.high if right.high is not None else right.low
    unit = unit_value(right.text)
    if low < _CARRIED_MAX and unit > 1 and unit_value(left.text) <= 1 and low * unit < high:
        low *= unit
    if low >= high:
        return None
    return NumberMention(left.start, right.end, text[left.start : right.end], low, high)


def find_durations(text: str) -> list[DurationMention]:
    """The lengths of time of a text in order: 干了快两年, 三年零两个月, 十四个月, 半年, 一年多, 满1年."""
    folded = fold(text)
    found: list[DurationMention] = []
    for one in _plain_durations(folded, text):
        before = found[-1] if found else None
        if (
            before is not None
            and folded[before.end : one.start] in {"", "零", "又", "加"}
            and one.months < before.months
        ):
            found[-1] = _sum(text, before, one)
        else:
            found.append(one)
    return [_with_bounds(folded, text, one) for one in found]


def _plain_durations(folded: str, text: str) -> Iterator[DurationMention]:
    pieces = list(_counted_durations(folded, text))
    for match in _SOME.finditer(folded):
        unit = _MONTHS[_unit(match)]
        low, usual = (3.0, 4.0) if match["many"] else (2.0, 3.0)
        pieces.append(DurationMention(*match.span(), text[slice(*match.span())], usual * unit, low * unit, None))
    yield from sorted(pieces, key=lambda one: one.start)


def _counted_durations(folded: str, text: str) -> Iterator[DurationMention]:
    for number in find_numbers(text):
        is_half_more = number.text.endswith("年半")
        period = None if is_half_more else _PERIOD.match(folded, number.end)
        if is_half_more:
            unit, end = _MONTHS["年"], number.end
        elif period is not None and not _is_calendar(folded, number, period):
            unit, end = _MONTHS[_unit(period)], period.end()
        else:
            continue
        is_more = number.is_open or (
            period is not None and any(period[name] for name in ("more", "more_before", "more_inside"))
        )
        months = number.low * unit
        exact_most = months if number.high is None else number.high * unit
        bounds = (months + A_DAY, None) if is_more else (months, exact_most)
        yield DurationMention(number.start, end, text[number.start : end], months, *bounds)


def _unit(match: re.Match[str]) -> str:
    groups = match.groupdict()
    names = ("unit", "months", "bare_month", "days", "measured", "weeks")
    return next(str(groups[name]) for name in names if groups.get(name))


def _is_calendar(folded: str, number: NumberMention, period: re.Match[str]) -> bool:
    """2023年, 18年来的, 3月: a date and no length."""
    if period["bare_month"]:
        return not number.text.endswith(("俩", "仨", "个半"))
    if not period["unit"]:
        return False
    if number.low in _CALENDAR_YEARS:
        return True
    is_short_year = number.text.isdigit() and len(number.text) == len("18")
    before, after = folded[: number.start], folded[period.end() :]
    return bool(is_short_year and _SHORT_YEAR_BEFORE.search(before) and _SHORT_YEAR_AFTER.match(after))


def _sum(text: str, one: DurationMention, other: DurationMention) -> DurationMention:
    at_least = None if one.at_least is None or other.at_least is None else one.months + other.at_least
    at_most = None if one.at_most is None or other.at_most is None else one.months + other.at_most
    return DurationMention(
        one.start, other.end, text[one.start : other.end], one.months + other.months, at_least, at_most
    )


def _with_bounds(folded: str, text: str, one: DurationMention) -> DurationMention:
    """The mention with what stands before or behind it: 快, 不到, 满, 超过, 以上."""
    for pattern, bounds in _BOUNDS_BEFORE:
        if found := pattern.search(folded, max(0, one.start - BOUND_CHARACTERS_MAX), one.start):
            start = found.start()
            return DurationMention(start, one.end, text[start : one.end], one.months, *bounds(one.months))
    if _UNDER_AFTER.match(folded, one.end):
        return replace(one, at_least=None, at_most=one.months - A_DAY)
    if _AT_LEAST_AFTER.match(folded, one.end):
        return replace(one, at_most=None)
    return one


def find_counts(text: str) -> list[CountMention]:
    """The numbers of people of a text in order: 一百零五个员工, 招了9个, 我们20多人, 我们俩."""
    folded = fold(text)
    pairs = [
        CountMention(*match.span(), text[slice(*match.span())], 2, None, "", "") for match in _TWO.finditer(folded)
    ]
    counted = [one for number in find_numbers(text) if (one := _counted(folded, text, number)) is not None]
    free = [one for one in counted if not any(pair.start < one.end and one.start < pair.end for pair in pairs)]
    return sorted([*pairs, *free], key=lambda one: one.start)


def _counted(folded: str, text: str, number: NumberMention) -> CountMention | None:
    before = folded[: number.start]
    hired, group = _HIRED.search(before), _GROUP.search(before)
    named = _COUNTED.match(folded, number.end)
    is_few = _GROUP_OF_FEW.fullmatch(number.text) is not None
    measured = _ONLY_MEASURE.match(folded, number.end) if hired or group else None
    ending = named or measured
    if number.low != int(number.low) or (ending is None and not (is_few and group)):
        return None
    end = ending.end() if ending else number.end
    noun = named["noun"] if named else ""
    high = None if number.high is None else int(number.high)
    return CountMention(
        number.start, end, text[number.start : end], int(number.low), high, noun, hired["verb"] if hired else ""
    )
