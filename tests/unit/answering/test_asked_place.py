"""The place that a question asks about, beside where its writer is, comes from, goes to."""

from __future__ import annotations

import pytest

from bot.answering.asked_place import asked_place
from bot.assembly.policy_desk import PolicyDesk

SANMING, YONGAN, GUANGDONG, XINZHOU, XINGTAI = "350400", "350481", "440000", "420117", "130500"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("三明的创业补贴", SANMING),
        ("三明 公租房 条件", SANMING),
        ("三明永安的创业补贴有多少", YONGAN),
        ("广东那边公租房咋申请", GUANGDONG),
        ("请问在三明落户要什么条件", SANMING),
        ("我在广东，想问三明的创业补贴多少", SANMING),
        ("邢台打工的能落户吗", XINGTAI),
        ("我从新洲来，现在在厂里，广东居住证怎么办", GUANGDONG),
    ],
)
def test_a_place_whose_rule_is_asked_for_is_the_asked_one(desk: PolicyDesk, text: str, expected: str) -> None:
    assert asked_place(text, desk.places.find(text), desk.divisions) == expected


@pytest.mark.parametrize(
    "text",
    [
        "创业补贴有多少",
        "我在三明打工，创业补贴有多少",
        "我老家三明的，创业补贴多少",
        "从三明到武汉的火车票有补贴吗",
        "想去三明打工，路费补不补",
        "我有个三明的朋友说创业有补贴，给多少",
        "腊月里从北京回家买不上票，有没有车接",
        "我们有的在泉州有的在广东，凑不齐怎么申请法律援助",
        "三明和广东哪个创业补贴多",
    ],
)
def test_a_place_of_the_story_is_not_asked_about(desk: PolicyDesk, text: str) -> None:
    assert asked_place(text, desk.places.find(text), desk.divisions) is None


def test_what_a_long_story_tells_beside_its_question_is_not_asked_about(desk: PolicyDesk) -> None:
    story = (
        "今年活不好找，在劳务市场蹲了九天才找到这个厂，一个月四千二。广东的厂子工资高，可是房租也贵。跟一个湖北的"
        "合租了一间房，水电另算。我就想问一下，公租房要干满几年才能申请？"
    )
    assert asked_place(story, desk.places.find(story), desk.divisions) is None
