"""What is said while legal aid is booked, and when it is: short plain Chinese, good to hear."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot.bookings.limitation import Deadline, LimitationClock, Period
from bot.bookings.phrasing_bookings import day_and_time, spoken_number
from bot.domain.booking import Booking, Matter, Office, Slot
from bot.domain.legal_reference import SourceQuote
from bot.domain.notice import Notice

TITLE = "预约法律援助"
ASK_MATTER = "您要找律师办什么事？"
MATTERS = {
    Matter.WAGE: "要工资",
    Matter.INJURY: "工伤",
    Matter.CONTRACT: "劳动合同、被辞退",
    Matter.SOCIAL_INSURANCE: "社保",
    Matter.OTHER: "别的事",
}
ASK_PLACE = "您在哪个市县办？比如“三明永安”。也可以点“＋”发个位置。"
SEVERAL_PLACES = "叫“{name}”的地方有好几个，请带上省和市说，比如“福建省三明市永安市”。"
ASK_END = "您还在那儿干吗？不干了的话，是哪天走的？记不清就说大概。"
STILL_THERE = "还在干"
ASK_ACCIDENT = "是哪天受的伤？查出职业病的，说查出来那天。记不清就说大概。"
NO_PAST_DAY = "那天还没到呢，请说已经过去的日子。"
ASK_STORY = "简单说说是怎么回事，律师好先准备。"
ASK_ON_SITE = "你们{people}个人一起。{source}写着“{quote}”{draft}。想怎么办？"
COME, GO = "请他们上门", "我们去窗口"
CONFIRM = "帮您核对一下：{matter}，{when}，{office}，{name}，电话{phone}。对吗？"
YES, OTHER_TIME = "对，就这样约", "换个时间"
NO_OFFICE = "{place}我这里还没有登记法律援助窗口，约不了。请打12348问最近的法律援助中心，免费。"
ALL_FULL = "{place}附近的法律援助窗口近两周都约满了。请过几天再来约，急的话打12348，免费。"
NEAREST = "离您最近的是{office}{mark}，{address}。"
OF_PLACE = "{place}能约的是{office}{mark}，{address}。"
ELSEWHERE = "{place}没有登记窗口，最近的是{office}{mark}，{address}。"
AROUND_YOU = "您"
ALREADY = "您已经约过这件事了：{when}，{office}，确认号{number}。要换时间回复“改预约时间”，不去了回复“取消预约”。"
SAMPLE_MARK = "（示例）"
SAMPLE = "这是示例窗口，不是真的，别跑去；真要办请打12348。"
STORY_SHOWN = 24
LABELS = {"matter": "什么事", "group_size": "人数", "place": "地方", "event": "日子", "story": "情况", "slot": "时间"}
PEOPLE = "{count}个人"
ON_SITE = "上门"

BOOKED = "约好了，确认号{number}，请记下来。"
AT = "时间：{when}\n地点：{office}{mark}，{address}{phone}"
VISIT_ASKED = "已经登记请他们上门，来不来、什么时候来，以窗口答复为准。"
VISIT_NOT_PROMISED = "您说想请他们上门：这里的文件没有写你们这样的情况能上门，可以到窗口问，以窗口答复为准。"
REPRESENTATIVES = "你们人多，可以推几个代表去（{source}）。"
NO_CHECK = "进城务工的要工资、要工伤赔偿，有材料证明的，申请法律援助不用核查经济困难（{source}）。"
CHECK_OPEN = "这类事要不要核查经济困难，以窗口要求为准。"
LOCAL_TOO = "{source}{draft}也这样写，还有“{priority}”。"
LOCAL_PRIORITY = "{source}{draft}写着“{priority}”。"
LOCAL_SAME = "{source}{draft}也这样写。"
ACROSS = "您老家在{home}，要两边接着办，可以问窗口：{source}{draft}写着“{quote}”。"
DRAFT = "（还是征求意见稿，没正式定，以窗口答复为准）"
OLD = "（文件的目标年份已过，现在还有没有，以窗口答复为准）"
THE_SAME = "这份文件"
PAPERS = "带什么材料以窗口要求为准，可以先打电话问。"
NEXT = "前一天我会提醒您。要换时间回复“改预约时间”，不去了回复“取消预约”。"

URGENT = "要紧：{text}"
BY_YOUR_DAY = "照您说的日子算，只供参考，以受理的单位认定为准。"
ROUGHLY = "您说的是大概，我按{day}算。"
LAST_DAYS = "不到七天了，法律援助可以先提供、手续后补（{source}），到窗口先说这一点。"
LEFT_FEW = "，只剩{left}天，请尽早去申请"
OVER = "按{day}算，{name}的期限{last}已经过了（{source}）。不过找单位要过钱、投诉过的，时间可能重新算，快去窗口问清楚。"
OVER_INJURY = "按{day}算，自己申请工伤认定的期限{last}已经过了（{source}）。有没有别的办法，快去窗口问清楚。"
WAGE_END = "{day}走的，要工资申请仲裁最晚到{last}（{source}，劳动关系终止起一年内）{left}。"
EMPLOYER_END = "{day}受的伤，单位该在{last}前申请工伤认定（{source}，30日内）{over}。"
WORKER_END = "单位不申请，您或家属自己申请最晚到{last}（{source}，1年内）{left}。"
EMPLOYER_OVER = "，这个日子已经过了"
STILL_EMPLOYED = "您还在那儿干，要工资申请仲裁不受一年的限制（{source}）；哪天走了，从那天起一年内要去申请。"
ONE_YEAR = "这类事申请仲裁一般是一年，从知道自己吃亏那天算起（{source}），别拖。"


def shortened(story: str) -> str:
    """The beginning of a story, to be said back."""
    return story if len(story) <= STORY_SHOWN else f"{story[:STORY_SHOWN]}……"


def event(told: Mapping[str, Any]) -> str:
    """The day that a period is counted from, as told; "" for none."""
    on = told.get("on", "")
    return STILL_THERE if on == "still" else chinese(date.fromisoformat(on)) if on else ""


def confirm(matter: Matter, slot: Slot, office: Office, contact: tuple[str, str]) -> str:
    """Everything read back before a place is taken."""
    name, phone = contact
    return CONFIRM.format(matter=MATTERS[matter], when=day_and_time(slot), office=office.name, name=name, phone=phone)


def chinese(day: date) -> str:
    """``2027年1月15日``."""
    return f"{day.year}年{day.month}月{day.day}日"


def source(quote: SourceQuote) -> str:
    """Where something is written."""
    return quote.cited


def caution(quote: SourceQuote, today: date) -> str:
    """What is to be said about a source that binds nobody, or whose time is over; "" for others."""
    if quote.is_draft:
        return DRAFT
    return OLD if quote.targets_to is not None and quote.targets_to < today.year else ""


def office_line(office: Office, place: str, *, is_of_place: bool, is_nearest: bool) -> str:
    """Where the appointment would be.

    Args:
        office: there.
        place: which the matter belongs to.
        is_of_place: whether the office lies in the place.
        is_nearest: whether it is known where in the place the worker is.
    """
    mark = _mark(office)
    line = ELSEWHERE if not is_of_place else NEAREST if is_nearest else OF_PLACE
    return line.format(place=place, office=office.name, mark=mark, address=office.address)


def urgent(deadlines: Sequence[Deadline], event_on: date, at_once: SourceQuote, *, is_exact: bool) -> str:
    """What has to be said first; "" where there is time."""
    lines = [URGENT.format(text=_wage_or_worker(one, event_on)) for one in deadlines if one.is_urgent]
    if any(one.is_for_help_at_once for one in deadlines):
        lines.append(LAST_DAYS.format(source=source(at_once)))
    return "\n".join([*lines, _counted(event_on, is_exact=is_exact)]) if lines else ""


def periods(deadlines: Sequence[Deadline], event_on: date, *, is_exact: bool) -> str:
    """Every period that is not urgent, and how it was counted unless an urgent one said so; "" for none."""
    lines = [_period(one, event_on) for one in deadlines if not one.is_urgent]
    is_told = len(lines) < len(deadlines)
    return "\n".join(lines if is_told else [*lines, _counted(event_on, is_exact=is_exact)]) if lines else ""


def without_day(matter: Matter, clock: LimitationClock, *, is_employed: bool) -> str:
    """What holds where no day can be counted from; "" where nothing does."""
    if matter is Matter.WAGE and is_employed:
        return STILL_EMPLOYED.format(source=source(clock.while_employed))
    if matter in {Matter.CONTRACT, Matter.SOCIAL_INSURANCE}:
        return ONE_YEAR.format(source=source(clock.one_year))
    return ""


def local_rule(waiver: SourceQuote | None, priority: SourceQuote | None, today: date) -> str:
    """What the place's own document adds; "" for nothing."""
    named = waiver or priority
    if named is None:
        return ""
    if waiver is None or priority is None or waiver.cited != priority.cited:
        line = LOCAL_SAME if waiver is not None else LOCAL_PRIORITY
    else:
        line = LOCAL_TOO
    words = {"source": source(named), "draft": caution(named, today)}
    return line.format(**words, priority=_within(priority.text) if priority else "")


def across(home: str, quote: SourceQuote, today: date, named: str) -> str:
    """That offices of two places help each other.

    Args:
        home: the other place.
        quote: what says so.
        today: for what is to be said about an old source.
        named: what was said before; a source that stands in it is not named again.
    """
    is_named = source(quote) in named
    draft = "" if is_named else caution(quote, today)
    return ACROSS.format(
        home=home, source=THE_SAME if is_named else source(quote), draft=draft, quote=_within(quote.text)
    )


def ask_on_site(people: int, quote: SourceQuote, today: date) -> str:
    """Whether the office is to come to the group."""
    return ASK_ON_SITE.format(
        people=people, source=source(quote), quote=_within(quote.text), draft=caution(quote, today)
    )


def booked(booking: Booking, office: Office) -> str:
    """Number, time and place."""
    mark = _mark(office)
    phone = f"，电话{office.phone}" if office.phone else ""
    at = AT.format(when=day_and_time(booking.slot), office=office.name, mark=mark, address=office.address, phone=phone)
    return f"{BOOKED.format(number=spoken_number(booking.number))}\n{at}"


def already(booking: Booking, office: Office) -> str:
    """There is an open booking for this matter."""
    number = spoken_number(booking.number)
    return ALREADY.format(when=day_and_time(booking.slot), office=office.name, number=number)


def reminder(booking: Booking, office: Office) -> Notice:
    """What is said the day before."""
    when = day_and_time(booking.slot)
    mark = SAMPLE if office.is_sample else ""
    text = (
        f"提醒您：{when}，您约了法律援助，{office.name}，{office.address}。确认号{spoken_number(booking.number)}。"
        f"{mark}去不了请回复“改预约时间”或“取消预约”，把号让给别人。"
    )
    fields = {"time": when, "office": office.name, "address": office.address, "number": booking.number}
    return Notice(f"booking-reminder:{booking.number}:{booking.slot.slot_id}", text, "booking_reminder", fields)


def _within(words: str) -> str:
    """Words that stand between quotation marks."""
    return words.replace("“", "‘").replace("”", "’")


def _counted(event_on: date, *, is_exact: bool) -> str:
    return BY_YOUR_DAY if is_exact else ROUGHLY.format(day=chinese(event_on)) + BY_YOUR_DAY


def _mark(office: Office) -> str:
    """Samples say so in their names, as a rule."""
    return SAMPLE_MARK if office.is_sample and "示例" not in office.name else ""


def _period(one: Deadline, event_on: date) -> str:
    day, last, law = chinese(event_on), chinese(one.last_on), source(one.quote)
    if one.period is Period.INJURY_EMPLOYER:
        return EMPLOYER_END.format(day=day, last=last, source=law, over=EMPLOYER_OVER if one.is_over else "")
    if one.is_over and one.period is Period.INJURY_WORKER:
        return OVER_INJURY.format(day=day, last=last, source=law)
    if one.is_over:
        return OVER.format(day=day, name="申请仲裁要工资", last=last, source=law)
    return _wage_or_worker(one, event_on)


def _wage_or_worker(one: Deadline, event_on: date) -> str:
    left = LEFT_FEW.format(left=one.days_left) if one.is_urgent else ""
    line = WAGE_END if one.period is Period.WAGE_ARBITRATION else WORKER_END
    return line.format(day=chinese(event_on), last=chinese(one.last_on), source=source(one.quote), left=left)
