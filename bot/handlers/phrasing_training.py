"""What is said about courses and sign-up: short plain Chinese."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.domain.training_course import TrainingCourse
from bot.handlers.phrasing_job_lists import day, fitting, how_to_leaf, marked

TITLE, SIGN_UP_TITLE, WITHDRAW_TITLE = "找培训", "培训报名", "取消培训报名"
COURSE = "课程"
ASK_PLACE = "想在哪里学？比如“东莞”“三明永安”。哪里都行，就回复“不限”。"
ASK_COURSE = "要报哪个班？"
ASK_WHICH = "要取消哪个班的报名？"
NONE = "现在没有登记能报名的培训班。可以打12333，问当地人社局有没有免费培训。"
NONE_FOR_TRADE = "现在没有学{trade}的班，别的班有："
GONE = "这个班已经截止报名了，换一个看看。"
SAMPLES_ONLY = "标着“示例”的是演示用的，不是真的培训班。"
HOW_TO_SIGN_UP = "要报名，回复“报名”。"
FEE_UNKNOWN = "没写，报名时问清楚再交"
FULL = "“{course}”已经报满了。回复“找培训”看别的班。"
ALREADY = "您已经报过“{course}”了，不用再报。"
NOTHING_OPEN = "现在没有能报名的班。"
NOT_SIGNED_UP = "您没有报过培训班。"
WITHDRAWN = "取消好了：“{course}”不去了，您的姓名电话也从名单里删掉了。"


def page(
    courses: Sequence[TrainingCourse],
    place: str,
    trade: str,
    today: date,
    *,
    has_more: bool,
    number: int,
    is_other: bool,
) -> str:
    """A page of courses.

    Args:
        courses: those of the page.
        place: for which place; "" for anywhere.
        trade: what somebody wants to learn; "" for anything.
        today: for days without a year.
        has_more: whether a page follows.
        number: which page it is, from 0.
        is_other: whether there is no course for the trade, so that others are told.
    """
    near = f"，离{place}近的在前" if place else ""
    what = f"学{trade}的班" if trade else "能报名的培训班"
    told = [NONE_FOR_TRADE.format(trade=trade) if is_other else f"{what}{near}："]
    told += [_line(position, course, today) for position, course in enumerate(courses, 1)]
    told += [SAMPLES_ONLY] if any(course.is_sample for course in courses) else []
    return "\n".join([*told, how_to_leaf("详情，再回复“报名”就能报", has_more=has_more, page=number)])


def detail(course: TrainingCourse, place: str, today: date) -> str:
    """Everything about one course."""
    facts = {
        "地点": course.place or place,
        "开班": day(course.starts_on, today) if course.starts_on else "",
        "学时": course.hours,
        "费用": course.fee or FEE_UNKNOWN,
        "名额": f"{course.seats}人" if course.seats else "",
        "证书": course.certificate,
        "谁能报": course.requirements,
        "谁来教": course.organiser,
        "项目": course.campaign if course.campaign not in course.name else "",
        "电话": course.contact,
        "报名截止": day(course.open_until, today),
        "来源": course.source,
    }
    told = [marked(course.name, is_sample=course.is_sample)]
    told += [f"{label}：{fact}" for label, fact in facts.items() if fact]
    told += [SAMPLES_ONLY] if course.is_sample else []
    return "\n".join([*told, HOW_TO_SIGN_UP])


def course_label(course: TrainingCourse) -> str:
    """A course as a numbered choice."""
    return marked(course.name, is_sample=course.is_sample)


def signed_up(course: TrainingCourse, note: str, today: date) -> str:
    """Somebody is in."""
    begins = f"{day(course.starts_on, today)}开班" if course.starts_on else "开班时间等通知"
    told = [f"报上名了：{course_label(course)}，{begins}。"]
    told += [f"地点：{course.place}"] if course.place else []
    told += [f"有事打这个电话：{course.contact}"] if course.contact else []
    told += [SAMPLES_ONLY] if course.is_sample else []
    return "\n".join([*told, *([note] if note else []), "不想去了，回复“取消报名”。"])


def _line(number: int, course: TrainingCourse, today: date) -> str:
    facts = [
        marked(fitting(course.name, 75), is_sample=course.is_sample),
        fitting(course.place, 60),
        f"{day(course.starts_on, today)}开班" if course.starts_on else "",
        fitting(course.fee, 45),
        f"{day(course.open_until, today)}截止报名",
    ]
    return f"{number}. {'，'.join(fact for fact in facts if fact)}"
