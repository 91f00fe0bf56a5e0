"""Days, times and refusals in words that workers, staff and the log of errors share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time

from bot.domain.booking import DayInfo, FreeSlot, Slot

WEEKDAYS = "一二三四五六日"
NOON, EVENING = time(12), time(18)

NO_SUCH_OFFICE = "这个法律援助窗口已经不在名单里了，请换一个时间再约"
NO_SUCH_SLOT = "这个时间窗口不办公，或者已经过了，请换一个时间"
NO_SUCH_BOOKING = "没有确认号是 {number} 的预约，请核对一下"
NOT_OPEN = "确认号 {number} 的预约已经结束或取消，不能再改"
NOT_YET_OVER = "确认号 {number} 的预约还没到时间，不能记为未到"
SAME_MATTER = "您已经约过同一件事，确认号 {number}。要换时间，回复“改预约时间”；不要了，回复“取消预约”"
TAKEN = "这个时间刚被别人约走了。"
LEFT = "还有：{slots}。"
NONE_LEFT = "这个窗口近两周约满了。"
NUMBERS_USED_UP = "确认号用完了，请稍后再试一次"
CHANGED_MEANWHILE = "这个预约正在别处改动，请稍后再试一次"


def clock(at: time) -> str:
    """``上午9点``, ``下午2点半``, ``上午10点20分``."""
    part = "上午" if at < NOON else "下午" if at < EVENING else "晚上"
    hour = at.hour - 12 if at.hour > NOON.hour else at.hour
    half = 30
    minutes = "" if not at.minute else "半" if at.minute == half else f"{at.minute}分"
    return f"{'中午' if at.hour == NOON.hour else part}{hour}点{minutes}"


def day_and_time(slot: Slot) -> str:
    """``12月1日（周二）上午9点``."""
    return f"{slot.on.month}月{slot.on.day}日（周{WEEKDAYS[slot.on.weekday()]}）{clock(slot.at)}"


def provisional(day: DayInfo) -> str:
    """What is to be said about a day of a year whose holidays nobody has announced; "" for others."""
    if not day.is_provisional:
        return ""
    return f"{day.on.year}年怎么放假还没公布，这天开不开门以窗口通知为准。"


def taken(left: Sequence[FreeSlot]) -> str:
    """The slot is gone, and what is left."""
    if not left:
        return TAKEN + NONE_LEFT
    return TAKEN + LEFT.format(slots="，".join(day_and_time(found.slot) for found in left))


def spoken_number(number: str) -> str:
    """A booking's number in two groups of four."""
    return f"{number[:4]} {number[4:]}"
