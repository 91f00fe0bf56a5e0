"""What is said about bookings that exist: short plain Chinese."""

from __future__ import annotations

from collections.abc import Sequence

from bot.bookings.phrasing_bookings import day_and_time, spoken_number
from bot.domain.booking import Booking, BookingState, Office
from bot.handlers.phrasing_legal_aid_booking import MATTERS, SAMPLE

TITLE = "看看您约的号"
"""Without 预约: 取消预约 would leave the form, and the booking as it is."""
WHICH = "您约了{count}个，是哪一个？"
ASK_CANCEL = "要取消这个预约吗？{what}"
YES_CANCEL, NO_KEEP = "取消", "不取消，留着"
KEPT = "好的，预约还留着：{what}"
CANCELLED = "取消了：{what}。号已经让给别人，要再约就说“预约法律援助”。"
MOVED = "改好了，确认号还是{number}。\n{what}"
MOVE_INTRO = "现在约的是{what}。"
NOTHING_FREE = "这个窗口近两周没有别的号了，原来的预约还留着：{what}"
NONE = "您现在没有约着的。要约就说“预约法律援助”。"
LAST_WAS = "最近一次是{what}，{state}。"
HEADING = "您约好的："
HOW_TO_CHANGE = "要换时间回复“改预约时间”，不去了回复“取消预约”。"
NO_SUCH = "您没有确认号是{number}的预约。"

STATES = {BookingState.DONE: "已经过了", BookingState.CANCELLED: "已经取消", BookingState.NO_SHOW: "没有去"}
LABELS = {"number": "确认号", "slot": "时间"}


def brief(booking: Booking, office: Office | None) -> str:
    """``12月1日（周二）上午9点，三元区法律援助中心，要工资``."""
    where = office.name if office is not None else ""
    return "，".join(part for part in (day_and_time(booking.slot), where, MATTERS[booking.matter]) if part)


def whole(booking: Booking, office: Office | None) -> str:
    """A booking with number, address and telephone."""
    lines = [brief(booking, office), f"确认号{spoken_number(booking.number)}"]
    if office is not None:
        lines += [f"地址：{office.address}"]
        lines += [f"电话：{office.phone}"] if office.phone else []
        lines += [SAMPLE] if office.is_sample else []
    return "\n".join(lines)


def listed(bookings: Sequence[tuple[Booking, Office | None]]) -> str:
    """All open bookings."""
    return "\n\n".join([HEADING, *(whole(booking, office) for booking, office in bookings), HOW_TO_CHANGE])


def none_open(last: Booking | None, office: Office | None) -> str:
    """There is nothing booked, and what was booked last."""
    if last is None:
        return NONE
    return LAST_WAS.format(what=brief(last, office), state=STATES[last.state]) + NONE
