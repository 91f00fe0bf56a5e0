"""Made-up documents in the styles that the five seeds do not show."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.errors import NoClauseError
from bot.policies.clause_splitter import partition, split
from bot.policies.parts import PartRole

Titles = Callable[[str], list[str]]
Paths = Callable[[str], list[tuple[str, ...]]]

REGULATION = """某市农民工工资支付管理办法
（2020年5月1日市政府第10次常务会议通过）

目　录
第一章 总则
第二章 工资支付
第三章 附则

第一章 总则
第一条 为了规范农民工工资支付行为，根据有关条例，结合本市实际，制定本办法。
第二章  工资支付
第二条 用人单位应当履行下列义务：
（一）与农民工订立书面劳动合同；
（二）按月足额支付工资。
第三条【责任】县级以上人民政府对本行政区域内的工作负责。
第三章 附则
第四条　本办法自2020年7月1日起施行。
"""


def test_chapters_and_articles_are_levels_and_items_stay_in_their_article(paths: Paths) -> None:
    assert paths(REGULATION) == [
        ("第一章", "第一条"),
        ("第二章", "第二条"),
        ("第二章", "第三条"),
        ("第三章", "第四条"),
    ]
    second = split(REGULATION, "d").numbered_clauses[1]
    assert second.headings == ("工资支付",)
    assert second.text.endswith("\n（二）按月足额支付工资。")


def test_a_table_of_contents_gives_no_clauses() -> None:
    document = split(REGULATION, "d")
    contents = "".join(REGULATION[p.start : p.end] for p in document.parts if p.role is PartRole.CONTENTS)
    assert contents.split() == ["目", "录", "第一章", "总则", "第二章", "工资支付", "第三章", "附则"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("（一）", "（二）"),
        ("(一)", "(二)"),
        ("( 一 ) ", "( 二 ) "),
        ("　　（一）", "\xa0\xa0(二）"),
        ("〔一〕", "〔二〕"),
        ("【一】", "【二】"),
        ("㈠", "㈡"),
        ("1.", "2."),
        ("1．", "2．"),
        ("1、", "2、"),
        ("１．", "２．"),
        ("⒈", "⒉"),
        ("（1）", "（2）"),
        ("(１)", "(２)"),
        ("1）", "2)"),
        ("⑴", "⑵"),
        ("一、", "二、"),
        ("第一条　", "第二条 "),
    ],
)
def test_numbers_are_read_in_every_bracket_and_width(titles: Titles, first: str, second: str) -> None:
    assert titles(f"{first}发布岗位。每周一次。\n{second}组织培训。按需开班。") == ["发布岗位", "组织培训"]


def test_numbers_inside_sentences_open_nothing(paths: Paths) -> None:
    raw = (
        "一、加强服务\n（一）建设站点。覆盖农村二、三产业从业人员，符合\n（二）项条件的优先，补贴比例提高到\n"
        "1.5倍，并按照本方案\n三、四级岗位的要求执行，由各县落实到位并按期完成验收。\n（二）发布信息。每周发布。"
    )
    assert paths(raw) == [("一、", "（一）"), ("一、", "（二）")]


def test_a_sentence_torn_before_a_number_word_goes_on(titles: Titles) -> None:
    raw = (
        "一、健全网络。建立县、乡、村三级就业服务平台，覆盖农村\n二、三产业从业人员，提供政策咨询、岗位推荐服务。\n"
        "二、开展培训。按需开班。"
    )
    assert titles(raw) == ["健全网络", "开展培训"]
    assert "覆盖农村二、三产业从业人员" in split(raw, "d").numbered_clauses[0].text


def test_a_lost_number_is_bridged_but_a_jump_is_not(paths: Paths) -> None:
    raw = "一、宣传。广泛宣传。\n三、培训。按需开班。\n九、不可能的编号。\n四、督查。每年一次。"
    assert paths(raw) == [("一、",), ("三、",), ("四、",)]


def test_numbers_that_run_on_through_chapters_keep_their_chapter(paths: Paths) -> None:
    raw = "一、就业\n1.岗位。发布。\n2.招聘。组织。\n二、培训\n3.开班。按需。\n三、保障\n4.经费。落实。"
    assert paths(raw) == [("一、", "1."), ("一、", "2."), ("二、", "3."), ("三、", "4.")]


def test_a_number_printed_twice_keeps_both_clauses() -> None:
    clauses = split("一、甲项。内容。\n二、乙项。内容。\n二、丙项。内容。\n三、丁项。内容。", "d").clauses
    assert [clause.clause_id for clause in clauses] == ["d#一、", "d#二、", "d#二、~2", "d#三、"]


def test_the_words_before_sub_numbers_are_not_lost() -> None:
    raw = "一、申请材料\n申请人应当提供下列材料：\n1.身份证。原件。\n2.劳动合同。复印件。"
    lead, *items = split(raw, "d").clauses
    assert (lead.clause_id, lead.is_numbered, lead.title) == ("d#一、/lead", False, "申请材料")
    assert [item.path for item in items] == [("一、", "1."), ("一、", "2.")]


def test_a_notice_with_an_attached_plan_keeps_both_fronts_apart() -> None:
    raw = """某市人民政府办公室
关于印发某市零工市场建设方案的通知
某政办〔2023〕12号

各县（区）人民政府：
《某市零工市场建设方案》已经市政府同意，现印发给你们，请认真贯彻执行。

某市人民政府办公室
2023年3月5日
（此件公开发布）

某市零工市场建设方案

为促进灵活就业，制定本方案。
1．工作目标。到2025年，建成零工市场30家以上。
２、建设站点。每个街道建1个零工驿站。
附件：1.零工市场名单
2.任务分工表
"""
    document = split(raw, "d")
    assert [clause.path for clause in document.numbered_clauses] == [("1．",), ("２、",)]
    assert [clause.text[:8] for clause in document.clauses if not clause.is_numbered] == [
        "《某市零工市场建",
        "为促进灵活就业，",
    ]
    roles = [part.role for part in document.parts]
    assert roles[-1] is PartRole.ATTACHMENT
    assert roles.count(PartRole.TITLE) == 2
    assert roles.count(PartRole.DOCUMENT_NUMBER) == 1


def test_closing_signature_and_imprint_follow_the_last_clause() -> None:
    raw = """一、补贴对象
在我县就业的农民工。
二、补贴标准：每人每年500元。
本通知自2024年1月1日起施行，有效期至2026年12月31日。
特此通知。
某县人力资源和社会保障局
二〇二四年一月一日
抄送：县委办公室
"""
    document = split(raw, "d")
    assert [part.role for part in document.parts[-2:]] == [PartRole.CLOSING, PartRole.SIGNATURE]
    assert document.clauses[-1].text == "本通知自2024年1月1日起施行，有效期至2026年12月31日。\n特此通知。"
    assert document.numbered_clauses[-1].text == "补贴标准：每人每年500元。"


def test_a_page_number_in_the_middle_of_a_clause_is_cut_out() -> None:
    raw = "一、开展培训。每人补贴1500元，由各县（市、\n— 2 —\n区）人社局发放。\n二、督查。每年一次。"
    document = split(raw, "d")
    assert document.numbered_clauses[0].text == "开展培训。每人补贴1500元，由各县（市、区）人社局发放。"
    assert [part.role for part in document.parts[:3]] == [PartRole.CLAUSE, PartRole.DEBRIS, PartRole.CLAUSE]
    assert document.parts[0].clause_id == document.parts[2].clause_id == "d#一、"


def test_a_second_copy_with_small_differences_is_still_a_copy() -> None:
    body = "".join(
        f"{number}、第{number}项任务。各县（市、区）要在年底前建成零工驿站并配齐休息、饮水、充电等设施，由人社部门牵头负责。\n"
        for number in "一二三四"
    )
    raw = f"某市实施方案\n{body}附件：\n{body.replace('二项任务。各县', '二项任务。各个县')}"
    assert [clause.path for clause in split(raw, "d").numbered_clauses] == [("一、",), ("二、",), ("三、",), ("四、",)]


def test_equal_department_lines_are_no_second_copy(paths: Paths) -> None:
    lines = "牵头单位：市人社局\n责任单位：市财政局\n"
    raw = "".join(f"{number}.任务{number}。做好工作。\n{lines}" for number in range(1, 6))
    assert paths(raw) == [(f"{number}.",) for number in range(1, 6)]


@pytest.mark.parametrize("raw", ["今天天气很好。", "到2025年，建成30家。\n2.5倍以上。", "二、三产业发展情况"])
def test_a_text_without_clauses_says_what_a_clause_looks_like(raw: str) -> None:
    with pytest.raises(NoClauseError, match=r"“一、”“（一）”“1\.”或“第一条”") as caught:
        split(raw, "d")
    assert "请检查" in str(caught.value)


LINES = st.sampled_from(
    """一、总体要求|二、主要任务|（一）加强服务。发布岗位，|(二) 开展培训|1.补贴标准：500元。|2．申请。
第一章 总则|第一条 目的
附件:|组 长:王振|某区领导小组组成人员名单|某市人民政府|2020年1月1日|2017317|当前位置:首页 > 政策|回到顶部|各区人民政府:
关于就业的通知|（征求意见稿）|公示时间:|（责任单位：市人社局|、市财政局）||　　|— 3 —|[bookmark: _GoBack]正文开始。
为了做好工作，现提出如下意见：|本办法自发布之日起施行。""".replace("\n", "|").split("|")
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(LINES, max_size=40).map("\n".join) | st.text(max_size=200))
def test_the_parts_of_any_text_partition_it(raw: str) -> None:
    parts = partition(raw)
    assert "".join(raw[part.start : part.end] for part in parts) == raw
    assert all(a.end == b.start for a, b in pairwise(parts))
    try:
        clauses = split(raw, "d").clauses
    except NoClauseError:
        return
    assert len({clause.clause_id for clause in clauses}) == len(clauses)
    assert all(clause.text and clause.title for clause in clauses)
