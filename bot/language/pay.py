"""Pay as workers and postings say it: 一个月六千以上, 日结三百, 一万二起, 6千-1.2万, 200元/天, 面议."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.language.lexicon import fold
from bot.language.numbers import NumberMention, find_numbers


@dataclass(frozen=True, slots=True)
class Pay:
    """Pay in yuan; None where nothing is said.

    Attributes:
        salary_min: a month, at least; also a single figure (六千的).
        salary_max: a month, at most.
        daily_min: a day, at least.
        daily_max: a day, at most.
        hourly_min: an hour, at least.
        hourly_max: an hour, at most.
        is_negotiable: whether 面议 is said.
    """

    salary_min: int | None = None
    salary_max: int | None = None
    daily_min: int | None = None
    daily_max: int | None = None
    hourly_min: int | None = None
    hourly_max: int | None = None
    is_negotiable: bool = False


class _Period(StrEnum):
    MONTH = "month"
    DAY = "day"
    HOUR = "hour"
    YEAR = "year"


_CONTEXT = 12
_MONTHS_A_YEAR = 12
_DAILY_FROM, _MONTHLY_FROM = 60, 1000
"""Yuan; what a figure without a period is taken for: 钢筋工三百五 is a day's pay, 普工四千五 a month's."""
_MONTHLY_MAX = 200_000

_PERIODS = {
    _Period.HOUR: (
        r"一?个?(?:小时|钟头|钟)|每?个?(?:小时|钟头)|计时|时薪|/(?:小)?时|/h\b|元时",
        r"(?:一个?|每个?|/|元)?(?:小时|钟头|钟(?!点)|时\b|h\b)",
    ),
    _Period.DAY: (
        r"一天|每天|日结|日薪|天结|一日|每日|一个工(?!人)|一工|点工|当天结|现结|天工资|包日",
        r"(?:一|每|/|块|元|蚊)?(?:天|日(?!语)|个?工(?![人作地资厂程种]))|日结",
    ),
    _Period.YEAR: (r"一年|年薪|每年|年收入|年入", r"(?:一|每|/)年"),
    _Period.MONTH: (
        r"一个?月|每个?月|月薪|月结|月工资|底薪|月入|月收入|工资|薪资|薪水|待遇|到手|月薪资|薪|人工|保底",
        r"(?:一个?|每个?|/)月|月薪|底薪|的?(?:工资|薪水|待遇|底薪|月薪)",
    ),
}
_BEFORE = {period: re.compile(before) for period, (before, _) in _PERIODS.items()}
_AFTER = {
    period: re.compile(rf"^(?:块钱?|元钱?|蚊|文|钱|的|左右|上下|以上|往上|起|多|/|\s)*(?:{after})")
    for period, (_, after) in _PERIODS.items()
}
_MONEY_AFTER = re.compile(r"^(?:块|元|蚊|文(?!化)|圆|/[天月时年日小])")
_MIN_BEFORE = re.compile(
    r"(?:不低于|不少于|不得低于|不能低于|至少|最少|最低|起码|不下于?|高于|大于|超过|超|过|保底|底薪|要上|得上|低于)(?:得|要|能|有|给|个|到|是|在|\s)*$"
)
_MAX_BEFORE = re.compile(r"(?:不超过|不高于|最多|顶多|最高|封顶|至多)(?:能|给|有|到|是|\s)*$")
_MIN_AFTER = re.compile(r"^(?:块钱?|元|蚊|\s)*(?:一个?月|一天|/[月天])?(?:以上|往上|朝上|起步?|打底|开外|保底|底薪|\+)")
_MAX_AFTER = re.compile(r"^(?:块钱?|元|蚊|\s)*(?:一个?月|一天|/[月天])?(?:以下|以内|以里|封顶|及以下|之内)")
_WISHED_AFTER = re.compile(
    r"^\s*(?:以上|往上|朝上|起|打底|开外|左右|上下|的|那种|就行|就中|就可以|就得|也行|也可以|一个?月|每个?月|[,，。.!！?？\s]|$|吧|嘛|有没|有木|包)"
)
_OTHER_AFTER = re.compile(
    r"^\s*(?:个(?!月)|名|位|人|岁|年(?!薪)|月(?!薪|工资)|号|日(?!结|薪)|点|层|楼|级|斤|公里|里|米|平|吨|亩|次|家|口|把|小时|分钟|周|期|条|元区|只|份|张|路|台|多?个(?!月)|多?人|代|后|线|度|%|瓦|码|厘)"
)
_OTHER_BEFORE = re.compile(
    r"(?:第|欠了?(?:我|俺|我们|俺们|咱)?(?:\S{0,4})|押金?|押了?|罚了?|扣了?|赔了?|借了?|补贴|交了?|中介费|电话|微信|今年|岁数|年龄)$"
)
_NEGOTIABLE = re.compile("面议|面谈|详谈|协商")


def find_pay(text: str) -> Pay:
    """The pay that a text asks for or offers.

    Args:
        text: a worker's words, or the pay column of a posting.

    Returns:
        Yuan, 年薪 as a twelfth a month; a figure without a period counts for the day or the month by its size.
    """
    folded = fold(text)
    pay = Pay(is_negotiable=_NEGOTIABLE.search(folded) is not None)
    for number in find_numbers(text):
        period = _period(folded, number)
        if period is not None:
            pay = _with(pay, period, *_bounds(folded, number))
    return pay


def _period(folded: str, number: NumberMention) -> _Period | None:
    """The time that a figure pays for; None where it is no pay."""
    before = folded[max(0, number.start - _CONTEXT) : number.start]
    after = folded[number.end : number.end + _CONTEXT]
    if _OTHER_BEFORE.search(before):
        return None
    said = next((period for period, pattern in _AFTER.items() if pattern.match(after)), None)
    if said is None and _OTHER_AFTER.match(after):
        return None
    said = said or _said_before(before)
    if said is not None:
        return said if _is_plausible(said, number) else None
    is_money = _MONEY_AFTER.match(after) or _is_asked_for(number, before, after)
    if not is_money or number.low < _DAILY_FROM:
        return None
    return _Period.DAY if number.low < _MONTHLY_FROM else _Period.MONTH


def _said_before(before: str) -> _Period | None:
    """The period named last before the figure: 一个月两千八, 计时25."""
    found = [(match.end(), period) for period, pattern in _BEFORE.items() for match in pattern.finditer(before)]
    return max(found, key=lambda one: one[0])[1] if found else None


def _is_plausible(period: _Period, number: NumberMention) -> bool:
    bounds = {
        _Period.HOUR: (5, 500),
        _Period.DAY: (30, 5_000),
        _Period.MONTH: (500, _MONTHLY_MAX),
        _Period.YEAR: (10_000, 5_000_000),
    }
    low, high = bounds[period]
    return low <= number.low <= high


def _is_asked_for(number: NumberMention, before: str, after: str) -> bool:
    """Whether a figure without 块 or 月 is still pay: 六千到八千, 不低于4500, 七千以上."""
    if not _DAILY_FROM <= number.low <= _MONTHLY_MAX:
        return False
    has_bound = any(
        (_MIN_BEFORE.search(before), _MAX_BEFORE.search(before), _MIN_AFTER.match(after), _MAX_AFTER.match(after))
    )
    is_round = number.low >= _MONTHLY_FROM or number.low % 10 == 0
    return has_bound or (is_round and (number.high is not None or _WISHED_AFTER.match(after) is not None))


def _bounds(folded: str, number: NumberMention) -> tuple[float | None, float | None]:
    before = folded[max(0, number.start - _CONTEXT) : number.start]
    after = folded[number.end : number.end + _CONTEXT]
    high = None if number.is_open else number.high
    if _MAX_BEFORE.search(before) or _MAX_AFTER.match(after):
        return (number.low, high) if high is not None else (None, number.low)
    if _MIN_BEFORE.search(before) or _MIN_AFTER.match(after):
        return number.low, None
    return number.low, high


def _with(pay: Pay, period: _Period, low: float | None, high: float | None) -> Pay:
    """The pay with one more figure; what is known already stays, a second single figure is the upper end."""
    if period is _Period.YEAR:
        low, high = (None if one is None else one / _MONTHS_A_YEAR for one in (low, high))
        period = _Period.MONTH
    known = _figures(pay, period)
    if known == (None, None):
        return _set(pay, period, _yuan(low), _yuan(high))
    if known[1] is None and high is not None and low is None:
        return _set(pay, period, known[0], _yuan(high))
    return pay


def _figures(pay: Pay, period: _Period) -> tuple[int | None, int | None]:
    if period is _Period.HOUR:
        return pay.hourly_min, pay.hourly_max
    return (pay.daily_min, pay.daily_max) if period is _Period.DAY else (pay.salary_min, pay.salary_max)


def _set(pay: Pay, period: _Period, low: int | None, high: int | None) -> Pay:
    if period is _Period.HOUR:
        return replace(pay, hourly_min=low, hourly_max=high)
    if period is _Period.DAY:
        return replace(pay, daily_min=low, daily_max=high)
    return replace(pay, salary_min=low, salary_max=high)


def _yuan(value: float | None) -> int | None:
    return None if value is None else round(value)
