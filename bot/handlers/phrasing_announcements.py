"""What is said about fairs and courses: short plain Chinese."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.announcement import Announcement
from bot.handlers.phrasing_job_lists import day, days, fitting, how_to_leaf, marked

FEE_UNKNOWN = "没写，报名时问清楚再交"


@dataclass(frozen=True, slots=True)
class AnnouncementWords:
    """How one kind of announcement is told.

    Attributes:
        title: what is being done.
        ask_place: asks for the place.
        headings: above a list, by whether a place and whether a trade is known.
        none: there is nothing at all.
        gone: it is over.
        samples_only: what is made up is not real.
        leads_to: what a number shows.
        last_line: below the details of a real one.
        line: what a list tells of one.
        facts: everything about one, by label; what it does not say is empty.
        none_for_trade: above others, where there is none for a trade.
        last_line_of_sample: below the details of a made-up one.
    """

    title: str
    ask_place: str
    headings: Mapping[tuple[bool, bool], str]
    none: str
    gone: str
    samples_only: str
    leads_to: str
    last_line: str
    line: Callable[[Announcement, date], Sequence[str]]
    facts: Callable[[Announcement, str, date], Mapping[str, str]]
    none_for_trade: str = ""
    last_line_of_sample: str = ""

    def heading(self, place: str, trade: str, *, is_other: bool) -> str:
        """The line above a list.

        Args:
            place: those near it come first; "" for anywhere.
            trade: what somebody wants to learn; "" for anything.
            is_other: whether there is nothing for the trade, so that others are told.
        """
        chosen = self.none_for_trade if is_other else self.headings[bool(place), bool(trade)]
        return chosen.format(place=place, trade=trade)

    def page(self, heading: str, items: Sequence[Announcement], today: date, *, has_more: bool, number: int) -> str:
        """A page of a list.

        Args:
            heading: above it.
            items: those of the page.
            today: for days without a year.
            has_more: whether a page follows.
            number: which page it is, from 0.
        """
        told = [heading]
        told += [f"{position}. {_in_a_row(self.line(item, today))}" for position, item in enumerate(items, 1)]
        told += [self.samples_only] if any(item.is_sample for item in items) else []
        return "\n".join([*told, how_to_leaf(self.leads_to, has_more=has_more, page=number)])

    def detail(self, item: Announcement, place: str, today: date) -> str:
        """Everything about one.

        Args:
            item: it.
            place: where it is, for one that does not say it in its own words.
            today: for days without a year.
        """
        told = [label_of(item)]
        told += [f"{label}：{fact}" for label, fact in self.facts(item, place, today).items() if fact]
        ends = [self.samples_only, self.last_line_of_sample] if item.is_sample else [self.last_line]
        return "\n".join([*told, *(line for line in ends if line)])


def label_of(item: Announcement) -> str:
    """The name, which says where it is made up."""
    return marked(item.name, is_sample=item.is_sample)


def _in_a_row(facts: Sequence[str]) -> str:
    return "，".join(fact for fact in facts if fact)


def _campaign(item: Announcement) -> str:
    return item.campaign if item.campaign not in item.name else ""


def _fair_days(fair: Announcement, today: date) -> str:
    return days(fair.starts_on or fair.last_on, fair.last_on, today)


def _fair_line(fair: Announcement, today: date) -> Sequence[str]:
    name = marked(fitting(fair.name, 90), is_sample=fair.is_sample)
    return name, _fair_days(fair, today), fitting(fair.place, 75)


def _fair_facts(fair: Announcement, place: str, today: date) -> Mapping[str, str]:
    return {
        "时间": f"{_fair_days(fair, today)} {fair.hours}".strip(),
        "地点": fair.place or place,
        "活动": _campaign(fair),
        "规模": fair.facts.get("offer", ""),
        "主办": fair.organiser,
        "电话": fair.contact,
        "来源": fair.source,
    }


def _begins(course: Announcement, today: date) -> str:
    return day(course.starts_on, today) if course.starts_on else ""


def _course_line(course: Announcement, today: date) -> Sequence[str]:
    begins = _begins(course, today)
    return (
        marked(fitting(course.name, 75), is_sample=course.is_sample),
        fitting(course.place, 60),
        f"{begins}开班" if begins else "",
        fitting(course.facts.get("fee", ""), 45),
        f"{day(course.last_on, today)}截止报名",
    )


def _course_facts(course: Announcement, place: str, today: date) -> Mapping[str, str]:
    return {
        "地点": course.place or place,
        "开班": _begins(course, today),
        "学时": course.hours,
        "费用": course.facts.get("fee", FEE_UNKNOWN),
        "名额": f"{course.seats}人" if course.seats else "",
        "证书": course.facts.get("certificate", ""),
        "谁能报": course.facts.get("requirements", ""),
        "谁来教": course.organiser,
        "项目": _campaign(course),
        "电话": course.contact,
        "报名截止": day(course.last_on, today),
        "来源": course.source,
    }


FAIRS = AnnouncementWords(
    title="查招聘会",
    ask_place="想看哪里的招聘会？比如“东莞”“三明永安”。哪里都行，就回复“不限”。",
    headings={(True, False): "近期的招聘会，离{place}近的在前：", (False, False): "近期的招聘会："},
    none="现在没有登记近期的招聘会。可以打12333，问当地的就业服务中心。",
    gone="这场招聘会已经过了，换一个看看。",
    samples_only="标着“示例”的是演示用的，不是真的招聘会。",
    leads_to="地址和电话",
    last_line="去之前先打个电话问一声，以主办单位的通知为准。",
    line=_fair_line,
    facts=_fair_facts,
)
_SIGN_UP = "要报名，回复“报名”。"
COURSES = AnnouncementWords(
    title="找培训",
    ask_place="想在哪里学？比如“东莞”“三明永安”。哪里都行，就回复“不限”。",
    headings={
        (True, True): "学{trade}的班，离{place}近的在前：",
        (True, False): "能报名的培训班，离{place}近的在前：",
        (False, True): "学{trade}的班：",
        (False, False): "能报名的培训班：",
    },
    none="现在没有登记能报名的培训班。可以打12333，问当地人社局有没有免费培训。",
    gone="这个班已经截止报名了，换一个看看。",
    samples_only="标着“示例”的是演示用的，不是真的培训班。",
    leads_to="详情，再回复“报名”就能报",
    last_line=_SIGN_UP,
    line=_course_line,
    facts=_course_facts,
    none_for_trade="现在没有学{trade}的班，别的班有：",
    last_line_of_sample=_SIGN_UP,
)
