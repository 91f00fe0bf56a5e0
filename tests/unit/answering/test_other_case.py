"""Questions about another year or another group of people than a clause."""

from __future__ import annotations

from datetime import date

import pytest

from bot.answering.other_case import named_case
from bot.assembly.policy_desk import PolicyDesk
from bot.domain.policy import Outcome

TODAY = date(2026, 11, 23)


def test_years_and_their_spans_are_named() -> None:
    assert named_case("2021-2023年的方案，到2025年完成").years == {2021, 2022, 2023, 2025}
    assert not named_case("新政发〔2017〕4号，满3年，2000元").years


def test_groups_are_called_by_one_name() -> None:
    assert named_case("退伍兵和应届生").groups == named_case("退役军人、毕业生").groups
    assert not named_case("农民工、女工、孩子、老人").groups


@pytest.mark.parametrize(
    ("question", "clause", "excludes"),
    [
        ("2025年目标多少人", "2022年新增700人", True),
        ("2022年目标多少人", "2022年新增700人", False),
        ("2025年补多少", "给予1万元补贴", False),
        ("目标多少人", "2022年新增700人", False),
        ("大学生创业给不给补贴", "对农民工首次创业给予补贴", True),
        ("大学生创业给不给补贴", "鼓励农村青年和大学生创业", False),
        ("我创业给不给补贴", "鼓励农村青年和大学生创业", False),
    ],
)
def test_a_clause_about_another_case_is_told(question: str, clause: str, *, excludes: bool) -> None:
    assert named_case(clause).excludes(named_case(question)) is excludes


@pytest.mark.parametrize(
    ("question", "region"),
    [
        ("大学生头一回创业给一万不", "350400"),
        ("退伍兵迁户口有啥优待", "420117"),
        ("2025年返乡创业目标多少人", "510802"),
    ],
)
def test_a_rule_for_others_is_shown_as_the_nearest_only(desk: PolicyDesk, question: str, region: str) -> None:
    assert desk.answer(question, region, TODAY).outcome is Outcome.NEAREST
