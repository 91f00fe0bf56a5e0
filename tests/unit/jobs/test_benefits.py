"""What comes with a job, in the words of postings and of workers."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bot.domain.job import Benefit, JobPosting, JobSearch
from bot.jobs.benefits import stated_in, wanted_in
from bot.jobs.job_import import JobImport
from bot.jobs.job_rows import JobRowReader
from bot.jobs.phrasing_jobs import benefits_in_words, in_words
from bot.jobs.posting_documents import from_document, merged, to_document
from bot.jobs.postings import JobPostings
from bot.jobs.search_values import from_values, to_values
from bot.jobs.table_places import PlaceReader
from bot.regions.city_distances import load_city_distances
from bot.regions.divisions import load_divisions
from bot.regions.place_names import load_place_finder
from tests.fakes.fake_clock import FakeClock

MEALS, LODGING, INSURANCE, FUND = Benefit.MEALS, Benefit.LODGING, Benefit.INSURANCE, Benefit.HOUSING_FUND
COOL, DAYS, SHIFTS, FAMILY, WEEKENDS = (
    Benefit.AIR_CONDITIONING,
    Benefit.DAY_SHIFT,
    Benefit.TWO_SHIFTS,
    Benefit.FAMILY,
    Benefit.WEEKENDS,
)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("包吃住的焊工活", (MEALS, LODGING)),
        ("有没有管吃管住的厂", (MEALS, LODGING)),
        ("要交社保的", (INSURANCE,)),
        ("五险一金都有的工作", (INSURANCE, FUND)),
        ("不上夜班的", (DAYS,)),
        ("不想上两班倒的班", (DAYS,)),
        ("长白班，双休", (DAYS, WEEKENDS)),
        ("车间有空调的普工", (COOL,)),
        ("能带老婆孩子的活", (FAMILY,)),
        ("夫妻可以一起干的", (FAMILY,)),
        ("晚上不上班的", (DAYS,)),
        ("有地方住的活", (LODGING,)),
        ("会带孩子的保姆活", ()),
        ("包不包住都行，工资要高", (LODGING,)),
        ("空调安装工找活", ()),
        ("夜班保安有没有", ()),
        ("不用包住，离家近就行", ()),
        ("东莞电焊工七千以上", ()),
    ],
)
def test_what_workers_ask_for_is_understood(text: str, wanted: tuple[Benefit, ...]) -> None:
    assert set(wanted_in(text)) == set(wanted)


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("包吃不包住", {MEALS: True, LODGING: False}),
        ("食宿自理，交五险", {MEALS: False, LODGING: False, INSURANCE: True}),
        ("提供员工宿舍，免费三餐", {MEALS: True, LODGING: True}),
        ("不提供食宿", {MEALS: False, LODGING: False}),
        ("无社保；买意外险", {INSURANCE: False}),
        ("社保自理", {INSURANCE: False}),
        ("两班倒，宿舍有空调", {SHIFTS: True, DAYS: False, COOL: True}),
        ("长白班，不倒班", {DAYS: True, SHIFTS: False}),
        ("夜班补贴30元", {DAYS: False}),
        ("月休4天", {WEEKENDS: False}),
        ("包住，有宿舍；住宿自理", {}),
        ("中央空调清洗，每月结", {}),
        ("餐补每天15元", {}),
        ("管中饭，免费工作餐，中餐免费，中午管饭", {}),
        ("会做饭带孩子", {}),
        ("可以带孩子", {FAMILY: True}),
        ("公司安排住宿，供餐", {MEALS: True, LODGING: True}),
        ("食宿自行解决，自行解决住宿", {MEALS: False, LODGING: False}),
        ("无食宿", {MEALS: False, LODGING: False}),
        ("恒温无尘车间，大小周", {COOL: True, WEEKENDS: False}),
        ("宿舍楼有宿舍管理员，管理公寓住房", {}),
    ],
)
def test_postings_say_it_deny_it_or_are_silent(text: str, stated: dict[Benefit, bool]) -> None:
    assert {benefit: given for benefit, given in stated_in(text).items() if benefit in stated or stated == {}} == stated


@pytest.mark.parametrize(
    ("cells", "stated", "shown"),
    [
        ({"benefits": "包吃住，交五险"}, {MEALS: True, LODGING: True, INSURANCE: True}, "包吃住，交五险"),
        ({"board": "是", "insurance": "否"}, {MEALS: True, LODGING: True, INSURANCE: False}, "包吃住 不交社保"),
        ({"lodging": "4人间"}, {LODGING: True}, "住宿：4人间"),
        ({"board": "自理"}, {MEALS: False, LODGING: False}, "食宿：自理"),
        ({"pay": "6000元/月，包住"}, {LODGING: True}, ""),
        ({"requirements": "会二保焊，公司缴纳社保，长白班"}, {INSURANCE: True, DAYS: True, SHIFTS: False}, ""),
        ({"requirements": "会二保焊"}, {}, ""),
    ],
)
def test_every_column_of_a_row_counts_and_what_is_silent_claims_nothing(
    cells: dict[str, str], stated: dict[Benefit, bool], shown: str
) -> None:
    reader = JobRowReader(PlaceReader(load_place_finder(), load_divisions(), "350400"), date(2026, 11, 28), "来源")
    posting = reader.read({"title": "焊工", "employer": "示例厂"} | cells).item
    assert (posting.stated, posting.benefits) == (stated, shown)
    assert from_document(to_document(posting, load_city_distances(), 0)) == posting


async def test_columns_are_known_by_the_names_that_offices_give_them(
    postings: JobPostings, clock: FakeClock, table: Callable[..., Path]
) -> None:
    heading = "岗位,用工单位,地点,待遇,是否包吃住,社保,班次,福利\n"
    path = table(heading + "焊工,示例厂,三明,6000元/月,是,五险,长白班,有空调\n")
    report = await JobImport(postings, load_place_finder(), load_divisions(), clock).run(path)
    assert (report.added, report.unknown_columns) == (1, [])
    [posting] = await postings.find({}, 10)
    assert {benefit for benefit, given in posting.stated.items() if given} == {MEALS, LODGING, INSURANCE, COOL, DAYS}


def posting(**stated: bool) -> JobPosting:
    day = date(2026, 11, 28)
    said = {Benefit(name): given for name, given in stated.items()}
    return JobPosting("p1", "焊工", "示例厂", "350400", day, day, stated=said)


def test_of_two_postings_of_one_job_each_adds_what_only_it_says() -> None:
    earlier, later = posting(meals=True, lodging=True), posting(lodging=False)
    assert merged(earlier, later).stated == {MEALS: True, LODGING: False}


def test_a_search_keeps_its_benefits_as_plain_values_and_says_them_in_words() -> None:
    search = JobSearch("350400", "welder", benefits=(MEALS, LODGING, INSURANCE))
    assert to_values(search)["benefits"] == ["meals", "lodging", "insurance"]
    assert from_values(to_values(search)) == search
    assert from_values({"trade_id": "welder"}) == JobSearch(trade_id="welder")
    assert in_words(search, load_divisions()) == "三明，电焊工，包吃住，交社保"
    assert benefits_in_words([LODGING]) == ["包住"]
