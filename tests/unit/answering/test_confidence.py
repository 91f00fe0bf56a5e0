"""When a far question is refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.assembly.policy_desk import PolicyDesk
from bot.domain.policy import Outcome
from bot.evaluation.judgments import load_judgments

TODAY = date(2026, 11, 23)
FAR_OF_DEVELOPMENT = (
    "个人所得税年度汇算",
    "明天武汉下不下雨",
    "鸡和兔子",
    "火车票",
    "双瑟球",
    "微信转账",
    "火锅",
)


@pytest.mark.parametrize("words", FAR_OF_DEVELOPMENT)
def test_a_far_question_of_the_development_set_is_not_answered(desk: PolicyDesk, words: str) -> None:
    (question,) = [one for one in load_judgments(Path("tests/data/retrieval_dev.jsonl")) if words in one.text]
    assert not question.answerable
    assert desk.answer(question.text, question.region, TODAY).outcome is not Outcome.ANSWERED


@pytest.mark.parametrize("text", ["😀😀😀", "   ", "？？？", "。。。", "111", "哈哈哈哈哈", "谢谢你啊大兄弟"])
def test_what_asks_nothing_gets_none(desk: PolicyDesk, text: str) -> None:
    assert desk.answer(text, "350400", TODAY).outcome is Outcome.NONE


def test_three_of_four_unanswerable_questions_of_either_kind_are_not_answered(desk: PolicyDesk) -> None:
    refused: dict[str, list[bool]] = {}
    for one in load_judgments(Path("tests/data/unanswerable.jsonl")):
        outcome = desk.answer(one.text, one.region, TODAY).outcome
        refused.setdefault(one.kind, []).append(outcome is not Outcome.ANSWERED)
    assert {kind for kind, found in refused.items() if sum(found) >= 0.75 * len(found)} == {"far", "near"}
