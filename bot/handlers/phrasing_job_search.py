"""What is said about jobs: short plain Chinese, good to hear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.job import Benefit, JobPosting, JobSearch
from bot.domain.wage_offender import WageOffender
from bot.handlers.phrasing_job_lists import SAMPLE, day, fitting, how_to_leaf
from bot.jobs.job_search import Demand, FoundJob, JobPage
from bot.jobs.phrasing_jobs import TYPES, benefits_in_words, pay_in_words, stated_in_words
from bot.jobs.search_rings import Reach

TITLE = "找工作"
PLACE, TRADE, PAY, TYPE, BENEFITS = "地方", "工种", "工资", "类型", "福利"
ASK_PLACE = "想在哪里找活？比如“东莞”“三明永安”。哪里都行，就回复“不限”。"
ASK_TRADE = "想找什么活？比如“电焊工”“保洁”“厨师”。"
SEVERAL_PLACES = "这个地名有好几个，您说的是哪个？"
GONE = "这个岗位已经下架了，换一个看看。"
NO_NEWS = "还没有给您推过新岗位。想订，回复“订阅招工信息”。"
SAMPLES_ONLY = "标着“示例”的是演示用的，不是真的招工。"
SUBSCRIBE = "想一有新的就告诉您，回复“订阅招工信息”。"
NO_CONTACT = "没写电话，可以到单位去问，或者打12333问当地就业服务站。"
DEPOSIT_SHORT, OFFENDER_SHORT = "注意：要交{what}", "注意：单位上过欠薪名单"
PAPERS_SHORT = "注意：要{what}"
UNSAID = "没写{what}"
NO_BENEFITS = "没写，去之前问清楚"
LAW = (
    "法律规定招人“不得扣押劳动者的居民身份证和其他证件，不得要求劳动者提供担保或者以其他名义向劳动者收取财物”"
    "（劳动合同法第九条）"
)
DETAIL_BYTES_MAX, FACT_BYTES_MAX = 1950, 120
LONGEST_TITLE, LONGEST_EMPLOYER, LONGEST_PAY = 18, 18, 20


@dataclass(frozen=True, slots=True)
class JobLine:
    """A posting as a list tells it.

    Attributes:
        posting: the posting.
        place: where it is, as short as it is clear.
        offender: its employer's entry on a list of those who owe wages; None for none.
        unsaid: benefits that were asked for and that it does not mention.
    """

    posting: JobPosting
    place: str
    offender: WageOffender | None = None
    unsaid: tuple[Benefit, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchNames:
    """A search in words.

    Attributes:
        place: its place; "" for anywhere.
        city: the city around the place; "" for none.
        province: the province around it; "" for none.
        work: 电焊工; "" for anything.
    """

    place: str
    city: str
    province: str
    work: str


def page(
    search: JobSearch,
    names: SearchNames,
    found: JobPage,
    lines: Sequence[JobLine],
    today: date,
    *,
    is_first: bool,
    offers_news: bool = True,
) -> str:
    """A page of what was found.

    Args:
        search: what was looked for.
        names: the same in words.
        found: what was found.
        lines: its postings.
        today: the day, for dates without a year.
        is_first: whether it is the answer to a search; else a page that was leafed to.
        offers_news: whether to say how to subscribe; not where the subscription was asked for, and is offered anyway.
    """
    parts = [_part(one, names) for one in found.jobs]
    told = [_heading(search, names, found) if is_first else _page_heading(found.page, parts[0])]
    for number, line in enumerate(lines, 1):
        if number > 1 and parts[number - 1] != parts[number - 2]:
            told.append(f"{parts[number - 1]}：")
        told.append(_line(number, line, today))
    told += [SAMPLES_ONLY] if any(line.posting.is_sample for line in lines) else []
    told.append(how_to_leaf("详情和电话", has_more=found.has_more, page=found.page))
    return "\n".join([*told, SUBSCRIBE] if is_first and offers_news else told)


def nothing(names: SearchNames) -> str:
    """Nothing at all, with what else can be done."""
    where = names.place or "现在"
    return f"{where}没有在招的{names.work or '岗位'}。{SUBSCRIBE}也可以打12333，问当地的就业服务站、零工市场。"


def news(lines: Sequence[JobLine], today: date, *, has_more: bool, number: int) -> str:
    """Postings that a subscriber was told of."""
    told = ["给您推过的新岗位："] + [_line(place, line, today) for place, line in enumerate(lines, 1)]
    told += [SAMPLES_ONLY] if any(line.posting.is_sample for line in lines) else []
    return "\n".join([*told, how_to_leaf("详情和电话", has_more=has_more, page=number)])


def detail(line: JobLine, today: date) -> str:
    """Everything about one posting, warnings first."""
    posting = line.posting
    facts = {
        "单位": posting.employer,
        "地点": posting.place or line.place,
        "工资": posting.pay_text or "没写",
        "类型": TYPES[posting.job_type] if posting.job_type else "",
        "人数": posting.headcount,
        "福利": _benefits(posting),
        "联系": posting.contact or NO_CONTACT,
    }
    told = [f"{SAMPLE if posting.is_sample else ''}{fitting(posting.title, FACT_BYTES_MAX)}", *_warnings(line)]
    told += [f"{label}：{fitting(fact, FACT_BYTES_MAX)}" for label, fact in facts.items() if fact]
    source = fitting(posting.source, FACT_BYTES_MAX)
    ends = [f"来源：{source}，{day(posting.posted_on, today)}发布，{day(posting.expires_on, today)}前有效"]
    ends += [SAMPLES_ONLY] if posting.is_sample else []
    used = len("\n".join([*told, *ends]).encode())
    if posting.requirements:
        told.append(fitting(f"要求：{posting.requirements}", DETAIL_BYTES_MAX - used))
    return "\n".join([*told, *ends])


def _heading(search: JobSearch, names: SearchNames, found: JobPage) -> str:
    """What follows; what was asked for and is not there is said first."""
    work, first = names.work or "活", found.jobs[0]
    there = names.place if first.reach is Reach.THERE else _part(first, names)
    if Demand.TRADE in found.given_up:
        return f"{names.place}附近没有在招的{work}，{there}在招的别的活有："
    if found.given_up:
        missing = _demanded(search, found.given_up)
        return f"没找到{missing}的{work}，这一条先放宽。{there}在招的有："
    demanded = _demanded(search, tuple(Demand))
    wanted = f"{demanded}的{work}" if demanded else work
    if first.unsaid:
        return _unsaid_heading(search, names, first, work)
    if first.is_neighbour:
        return f"{names.province or names.place}没有在招的{wanted}，相近的工种有："
    if first.reach is Reach.THERE:
        return f"{there}在招的{wanted}："
    return f"{names.place}没有在招的{wanted}，{there}有："


def _unsaid_heading(search: JobSearch, names: SearchNames, first: FoundJob, work: str) -> str:
    """Nobody near says what was asked for: what does not mention it follows."""
    benefits = "、".join(benefits_in_words(search.benefits))
    others = _demanded(search, (Demand.PAY, Demand.TYPE))
    wanted = f"{others}的{work}" if others else work
    where = names.place if first.reach is Reach.THERE or first.is_neighbour else _part(first, names)
    kind = "相近的工种" if first.is_neighbour else wanted
    nobody = f"{names.province or names.place}没找到写明{benefits}的{wanted}。"
    return f"{nobody}{where}在招的{kind}有这些，没写的先打电话问清楚："


def _page_heading(page: int, part: str) -> str:
    return f"第{page + 1}页，{part}：" if part else f"第{page + 1}页："


def _part(found: FoundJob, names: SearchNames) -> str:
    """What part of a list a posting stands in; "" for the place that was asked about."""
    if found.is_neighbour:
        return "相近的工种"
    return {Reach.CITY: names.city, Reach.PROVINCE: f"{names.province}别的地方", Reach.COUNTRY: "外省"}.get(
        found.reach, ""
    )


def _demanded(search: JobSearch, demands: Sequence[Demand]) -> str:
    """Demands in words: 月薪7000元以上、日结; "" for none."""
    told = pay_in_words(search) if Demand.PAY in demands else []
    told += [TYPES[search.job_type]] if Demand.TYPE in demands and search.job_type else []
    told += benefits_in_words(search.benefits) if Demand.BENEFITS in demands else []
    return "、".join(told)


def _line(number: int, line: JobLine, today: date) -> str:
    posting = line.posting
    title = f"{SAMPLE if posting.is_sample else ''}{fitting(posting.title, LONGEST_TITLE * 3)}"
    facts = [
        title,
        line.place,
        fitting(posting.pay_text, LONGEST_PAY * 3) or "工资没写",
        fitting(posting.employer, LONGEST_EMPLOYER * 3),
        f"{day(posting.posted_on, today)}发布",
    ]
    warnings = [_wanted_short(posting.deposit)] if posting.deposit else []
    warnings += [OFFENDER_SHORT] if line.offender else []
    warnings += [UNSAID.format(what="、".join(benefits_in_words(line.unsaid)))] if line.unsaid else []
    warned = f"（{'；'.join(warnings)}）" if warnings else ""
    return f"{number}. {'，'.join(fact for fact in facts if fact)}{warned}"


def _benefits(posting: JobPosting) -> str:
    """In the posting's words; else what its requirements and its title say of it."""
    return posting.benefits or "、".join(stated_in_words(posting.stated)) or NO_BENEFITS


def _wanted_short(deposit: str) -> str:
    is_named_money = deposit.endswith(("金", "费"))
    return (DEPOSIT_SHORT if is_named_money else PAPERS_SHORT).format(what=deposit)


def _warnings(line: JobLine) -> list[str]:
    told = []
    if line.posting.deposit:
        told.append(f"注意：这条写着“{line.posting.deposit}”。{LAW}。先别交，可以打12333问。")
    if line.offender is not None:
        entry = line.offender
        since = (
            f"，{entry.listed_on.year}年{entry.listed_on.month}月{entry.listed_on.day}日列入" if entry.listed_on else ""
        )
        mark = "（示例）" if entry.is_sample else ""
        told.append(
            f"注意：{entry.source}公布的拖欠工资名单{mark}上有“{entry.name}”{since}。可能只是同名，去之前先打12333核实。"
        )
    return told
