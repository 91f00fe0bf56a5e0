"""How a worker's bookings are called when the worker reads them."""

from __future__ import annotations

from bot.domain.booking import BookingState, Matter

LABEL = "法律援助预约"
NUMBER, STATE, WHEN, MATTER, PEOPLE, ON_SITE = "确认号", "进展", "时间", "什么事", "人数", "请上门"
NAME, PHONE, STORY, MADE_AT = "姓名", "电话", "情况", "约的时间"
YES = "是"

STATES = {
    BookingState.PENDING: "正在约",
    BookingState.ABANDONED: "没约成",
    BookingState.BOOKED: "约好了",
    BookingState.DONE: "已办完",
    BookingState.CANCELLED: "已取消",
    BookingState.NO_SHOW: "没有来",
}
MATTERS = {
    Matter.WAGE: "要工资",
    Matter.INJURY: "工伤",
    Matter.CONTRACT: "劳动合同、被辞退",
    Matter.SOCIAL_INSURANCE: "社保",
    Matter.OTHER: "别的事",
}
