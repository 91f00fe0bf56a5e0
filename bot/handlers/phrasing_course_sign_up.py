"""What is said about signing up for courses: short plain Chinese."""

from __future__ import annotations

from datetime import date

from bot.domain.announcement import Announcement
from bot.handlers.phrasing_announcements import COURSES, label_of
from bot.handlers.phrasing_job_lists import day

TITLE, WITHDRAW_TITLE = "培训报名", "取消培训报名"
ASK_COURSE = "要报哪个班？"
ASK_WHICH = "要取消哪个班的报名？"
FULL = "“{course}”已经报满了。回复“找培训”看别的班。"
ALREADY = "您已经报过“{course}”了，不用再报。"
NOT_SIGNED_UP = "您没有报过培训班。"
WITHDRAWN = "取消好了：“{course}”不去了，您的姓名电话也从名单里删掉了。"


def signed_up(course: Announcement, note: str, today: date) -> str:
    """Somebody is in."""
    begins = f"{day(course.starts_on, today)}开班" if course.starts_on else "开班时间等通知"
    told = [f"报上名了：{label_of(course)}，{begins}。"]
    told += [f"地点：{course.place}"] if course.place else []
    told += [f"有事打这个电话：{course.contact}"] if course.contact else []
    told += [COURSES.samples_only] if course.is_sample else []
    return "\n".join([*told, *([note] if note else []), "不想去了，回复“取消报名”。"])
