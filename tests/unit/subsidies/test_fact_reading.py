"""What is said of oneself, by whom it is confirmed, how many there are, where."""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain.subsidy import FactValue, Span
from bot.subsidies.case_text import said_of_oneself
from bot.subsidies.confirmation_reading import read_confirmation
from bot.subsidies.count_reading import read_share
from bot.subsidies.fact_reader import FactReader
from bot.subsidies.subsidy_desk import SubsidyDesk

SANMING, LIZHOU = "350400", "510802"


@pytest.fixture(scope="session")
def reader(desk: SubsidyDesk) -> FactReader:
    return FactReader(desk.book.facts, desk.places, desk.divisions)


@pytest.mark.parametrize(
    ("text", "confirmed"),
    [
        ("县人社局说我符合条件", True),
        ("银行那边审过了，说我符合申请条件", True),
        ("街道已经认定我符合住房保障条件", True),
        ("审核通过了", True),
        ("就业中心确认我可以申领", True),
        ("12333说我够条件", True),
        ("公示完了，都批了", True),
        ("资格审查已经过了", True),
        ("人社局说我不符合", False),
        ("审核没通过", False),
        ("申请被退回来了", False),
        ("窗口的人说我这种不能领", False),
        ("邻居说我符合", None),
        ("房东说我符合", None),
        ("听说我这样的都符合", None),
        ("我觉得我符合条件", None),
        ("我符合条件", None),
        ("材料交上去了，还没批", None),
        ("人社局还没认定", None),
        ("资格没批下来", False),
        ("资格还没批下来", None),
        ("等街道审核呢", None),
        ("人社局会不会说我符合", None),
        ("不知道社区认定没有", None),
        ("想去人社局问问", None),
        ("要是人社局说我符合呢", None),
    ],
)
def test_only_an_offices_word_confirms(text: str, confirmed: bool | None) -> None:  # noqa: FBT001
    assert read_confirmation(said_of_oneself(text)) is confirmed


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("is_lifted_from_poverty", "我是脱贫户", True),
        ("is_lifted_from_poverty", "我不是脱贫户，脱贫户的路费补贴我能领吗", False),
        ("is_lifted_from_poverty", "是不是脱贫户才有", None),
        ("is_lifted_from_poverty", "要是脱贫户呢", None),
        ("passed_appraisal", "第一次没过，后来补考过了", True),
        ("passed_appraisal", "考过了没", None),
        ("passed_appraisal", "合格没合格还不知道", None),
        ("is_first_business", "从来没自己开过店", True),
        ("is_first_business", "以前开过一家，倒闭了", False),
        ("is_small_business", "不是小微企业", False),
        ("is_unemployed", "没有失业，还在上班", False),
        ("is_from_outside", "我湖南人", True),
        ("is_from_outside", "我三明人", False),
        ("is_from_outside", "来三明打工四年了", True),
        ("is_from_outside", "在三明打工", None),
        ("placed_here", "送到永安的厂", True),
        ("placed_here", "送到厦门的厂", False),
        ("placed_here", "从云南招来的", None),
    ],
)
def test_a_status_is_what_is_said_of_oneself(reader: FactReader, name: str, text: str, value: FactValue | None) -> None:
    assert reader.read(text, [name], SANMING, date(2026, 12, 1)).get(name) is value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("从利州去上海打工", True),
        ("在绵阳打工", False),
        ("在重庆上班", True),
        ("就在利州干活", False),
        ("我甘肃人，在利州打工", True),
        ("出省打工", True),
        ("没出省", False),
        ("去省城干活", False),
        ("在外头打工", None),
    ],
)
def test_another_province_is_worked_out_from_the_places(
    reader: FactReader,
    text: str,
    value: bool | None,  # noqa: FBT001
) -> None:
    read = reader.read(text, ["works_across_provinces"], LIZHOU, date(2026, 12, 1))
    assert read.get("works_across_provinces") is value


@pytest.mark.parametrize(
    ("text", "staff", "hires"),
    [
        ("现有职工40人，今年新招6个", 40, 6),
        ("一百零五个员工招了9个", 105, 9),
        ("职工总数是101，今年招了8名", 101, 8),
        ("小微企业，20个人，招了3个", 20, 3),
        ("全厂100人，今年新招20人，其中14个符合条件", 100, 14),
        ("今年新招6人，厂里在职的一共40人", 40, 6),
    ],
)
def test_each_number_of_people_goes_to_the_fact_whose_words_stand_nearest(
    reader: FactReader, text: str, staff: int, hires: int
) -> None:
    read = reader.read(text, ["staff", "new_hires"], SANMING, date(2026, 12, 1))
    assert read == {"staff": Span.exactly(staff), "new_hires": Span.exactly(hires)}


def test_a_single_number_is_not_counted_twice(reader: FactReader) -> None:
    read = reader.read("职工60个，三百万贷款能申请不", ["staff", "new_hires"], SANMING, date(2026, 12, 1))
    assert read == {"staff": Span.exactly(60)}


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("新招的占15%", 15, 15),
        ("百分之十五", 15, 15),
        ("占百分之七点五", 7.5, 7.5),
        ("一成半", 15, 15),
        ("两成", 20, 20),
        ("不到15%", 0, 14.999),
        ("超过8%", 8.001, None),
    ],
)
def test_a_share_is_read_with_its_bound(text: str, low: float, high: float | None) -> None:
    share = read_share(said_of_oneself(text))
    assert share is not None
    assert share.low == pytest.approx(low)
    assert share.high == (None if high is None else pytest.approx(high))


def test_time_elsewhere_does_not_count_and_times_in_one_city_add_up(reader: FactReader) -> None:
    name = "months_worked_here"
    elsewhere = reader.read("在福州干了五年，来三明才两年", [name], SANMING, date(2026, 12, 1))
    both = reader.read("在三元干了两年，又在永安干了一年半", [name], SANMING, date(2026, 12, 1))
    assert elsewhere[name] == Span.exactly(24)
    assert both[name] == Span.exactly(42)


@pytest.mark.parametrize(
    ("text", "scheme"),
    [
        ("三百万的贷款能不能给我们厂", "small_biz_loan"),
        ("创业担保贷款怎么贷", "startup_loan"),
        ("车票钱给补不", "transport"),
        ("考了证有补贴吗", "skill_certificate"),
        ("公租房有我的份没", "public_rental"),
        ("租房能补点不", "rent_subsidy"),
        ("带动就业的补贴", "startup_jobs_subsidy"),
        ("两癌筛查免费吗", "cancer_screening"),
        ("契税能减不", "deed_tax_relief"),
    ],
)
def test_a_scheme_is_found_by_how_it_is_said(desk: SubsidyDesk, text: str, scheme: str) -> None:
    assert desk.schemes_named(text)[0] == scheme


def test_what_names_no_scheme_finds_none(desk: SubsidyDesk) -> None:
    assert desk.schemes_named("今天天气怎么样") == ()
