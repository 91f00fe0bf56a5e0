"""What is said about free times: short plain Chinese."""

from __future__ import annotations

from bot.bookings.availability import Offer
from bot.bookings.phrasing_bookings import WEEKDAYS, provisional
from bot.domain.booking import DayInfo

PAST = "那天已经过了，请说今天以后的日子。"
TOO_FAR = "只能约两个月以内的，请说近一点的日子。"
CHOOSE = "约哪个时间？也可以说别的日子，比如“下周三下午”。"
NOT_THEN = "{day}您要的时间没有号了，还能约："
SHUT = "{day}{why}不办公，最近能约："
FULL = "{day}没有号了，最近能约："


def choose(offer: Offer) -> str:
    """Asks for a time; where it is not as wanted, says so."""
    lines = [_instead(offer), provisional(offer.slots[0].day), CHOOSE]
    return "\n".join(line for line in lines if line)


def day(info: DayInfo) -> str:
    """``12月5日（周六）``."""
    return f"{info.on.month}月{info.on.day}日（周{WEEKDAYS[info.on.weekday()]}）"


def _instead(offer: Offer) -> str:
    wanted, first = offer.wanted_day, offer.slots[0].day
    if offer.suits or wanted is None:
        return ""
    if wanted.on == first.on:
        return NOT_THEN.format(day=day(wanted))
    if wanted.is_holiday or (wanted.on.weekday() > 4 and not wanted.is_make_up):  # noqa: PLR2004 - Friday
        return SHUT.format(day=day(wanted), why=wanted.name)
    return FULL.format(day=day(wanted))
