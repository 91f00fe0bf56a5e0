"""Homophone repair."""

from __future__ import annotations

import pytest

from bot.language.pinyin import HomophoneRepairer, Repair, repaired_text

TERMS = (
    "拖欠工资",
    "公积金",
    "契税",
    "零工",
    "门诊",
    "尘肺病",
    "粤居码",
    "失业保险",
    "仲裁",
    "工伤",
    "工商登记",
    "绿色通道",
    "带薪年假",
    "农民工",
    "居住证",
)


def repairs(text: str, terms: tuple[str, ...] = TERMS, sayings: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    return [(one.written, one.term) for one in HomophoneRepairer(terms, sayings).repair(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("老板拖前工资怎么办", ("拖前工资", "拖欠工资")),
        ("能不能交公鸡金", ("公鸡金", "公积金")),
        ("器税有没有优惠", ("器税", "契税")),
        ("我是打另工的", ("另工", "零工")),
        ("门枕能报吗", ("门枕", "门诊")),
        ("得了陈肺病", ("陈肺病", "尘肺病")),
        ("粤居马怎么办", ("粤居马", "粤居码")),
        ("事业保险怎么领", ("事业保险", "失业保险")),
        ("代薪年假有几天", ("代薪年假", "带薪年假")),
    ],
)
def test_a_homophone_of_a_term_is_repaired(text: str, expected: tuple[str, str]) -> None:
    assert repairs(text) == [expected]


def test_sounds_that_dialects_merge_are_heard_alike() -> None:
    assert repairs("拖欠工之怎么办") == [("拖欠工之", "拖欠工资")]
    assert repairs("得了层肺病") == [("层肺病", "尘肺病")]
    assert repairs("我是龙民工") == [("龙民工", "农民工")]


@pytest.mark.parametrize(
    "text", ["我们的工资还没发", "我要去仲裁", "公积金怎么取", "工伤等级怎么定", "我想问一下", "", "12333"]
)
def test_right_writing_is_left_alone(text: str) -> None:
    assert repairs(text) == []


@pytest.mark.parametrize("asked", ["拖欠公资", "公祖房", "农名工"])
def test_a_message_of_one_misspelt_word_is_repaired(asked: str) -> None:
    terms = {"拖欠公资": "拖欠工资", "公祖房": "公租房", "农名工": "农民工"}
    assert repairs(asked, (*TERMS, "公租房")) == [(asked, terms[asked])]


@pytest.mark.parametrize(
    ("text", "term"), [("从普工做到车间主任", "工作"), ("打磨的工人身上有灰", "人身"), ("用工奖补有多少", "工匠")]
)
def test_two_words_that_meet_are_no_slip_for_a_term_that_sounds_like_the_seam(text: str, term: str) -> None:
    assert repairs(text, (*TERMS, term)) == []


def test_characters_that_only_dialects_write_are_meant() -> None:
    assert repairs("辞咗工", (*TERMS, "做工")) == []
    assert repairs("唔系话取消", (*TERMS, "无息")) == []


def test_a_saying_is_believed_only_where_it_sounds_exactly_alike() -> None:
    assert repairs("这个能陪多少钱", (), ("赔多少",)) == [("陪多少", "赔多少")]
    assert repairs("这个能盆多少钱", (), ("赔多少",)) == []


def test_positions_and_gain_belong_to_the_written_characters() -> None:
    repair = HomophoneRepairer(TERMS).repair("请问,公鸡金怎么交")[0]
    assert (repair.start, repair.end) == (3, 6)
    assert repair.gain > 0


def test_the_repaired_text_keeps_everything_else() -> None:
    both = [Repair("另工", "零工", 1, 3, 1.0), Repair("器税", "契税", 4, 6, 1.0)]
    assert repaired_text("打另工交器税吗", both) == "打零工交契税吗"


def test_repairs_never_overlap() -> None:
    taken = [
        position for one in HomophoneRepairer(TERMS).repair("拖前工资去中才") for position in range(one.start, one.end)
    ]
    assert len(taken) == len(set(taken))
    assert taken
