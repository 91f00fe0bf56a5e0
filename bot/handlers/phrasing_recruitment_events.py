"""What is said about job fairs: short plain Chinese."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.domain.recruitment_event import RecruitmentEvent
from bot.handlers.phrasing_job_lists import days, fitting, how_to_leaf, marked

TITLE = "查招聘会"
ASK_PLACE = "想看哪里的招聘会？比如“东莞”“三明永安”。哪里都行，就回复“不限”。"
HEADING, HEADING_ANYWHERE = "近期的招聘会，离{place}近的在前：", "近期的招聘会："
NONE = "现在没有登记近期的招聘会。可以打12333，问当地的就业服务中心。"
GONE = "这场招聘会已经过了，换一个看看。"
SAMPLES_ONLY = "标着“示例”的是演示用的，不是真的招聘会。"
CALL_FIRST = "去之前先打个电话问一声，以主办单位的通知为准。"


def page(events: Sequence[RecruitmentEvent], place: str, today: date, *, has_more: bool, number: int) -> str:
    """A page of fairs.

    Args:
        events: those of the page.
        place: for which place; "" for anywhere.
        today: for days without a year.
        has_more: whether a page follows.
        number: which page it is, from 0.
    """
    told = [HEADING.format(place=place) if place else HEADING_ANYWHERE]
    told += [_line(position, event, today) for position, event in enumerate(events, 1)]
    told += [SAMPLES_ONLY] if any(event.is_sample for event in events) else []
    return "\n".join([*told, how_to_leaf("地址和电话", has_more=has_more, page=number)])


def detail(event: RecruitmentEvent, place: str, today: date) -> str:
    """Everything about one fair."""
    facts = {
        "时间": " ".join([days(event.starts_on, event.ends_on, today), event.hours]).strip(),
        "地点": event.place or place,
        "活动": event.campaign if event.campaign not in event.name else "",
        "规模": event.offer,
        "主办": event.organiser,
        "电话": event.contact,
        "来源": event.source,
    }
    told = [marked(event.name, is_sample=event.is_sample)]
    told += [f"{label}：{fact}" for label, fact in facts.items() if fact]
    return "\n".join([*told, SAMPLES_ONLY if event.is_sample else CALL_FIRST])


def _line(number: int, event: RecruitmentEvent, today: date) -> str:
    facts = [
        marked(fitting(event.name, 90), is_sample=event.is_sample),
        days(event.starts_on, event.ends_on, today),
        fitting(event.place, 75),
    ]
    return f"{number}. {'，'.join(fact for fact in facts if fact)}"
