"""Clauses, courtesies and which of two wishes comes first."""

from __future__ import annotations

import pytest

from bot.domain.intent import Intent
from bot.understanding.clauses import clauses, without_courtesy
from bot.understanding.second_wish import ClauseIntent, said_second, wishes


def test_a_message_is_cut_at_pauses_and_joints() -> None:
    assert clauses("找个活，要包住的。以后有新的发我") == ["找个活", "要包住的", "以后有新的发我"]
    assert clauses("帮我查预约顺便找个活") == ["帮我查预约", "顺便找个活"]
    assert clauses(",,") == []


@pytest.mark.parametrize(
    ("text", "rest", "greets", "thanks"),
    [
        ("你好,想找个活", "想找个活", True, False),
        ("在吗想问下社保", "想问下社保", True, False),
        ("谢谢啊,那我约的律师是哪天", "那我约的律师是哪天", False, True),
        ("社保局在哪,谢谢", "社保局在哪", False, True),
        ("你好", "你好", False, False),
        ("谢谢", "谢谢", False, False),
        ("好活有没有", "好活有没有", False, False),
    ],
)
def test_courtesies_are_taken_off(text: str, rest: str, greets: bool, thanks: bool) -> None:  # noqa: FBT001
    assert without_courtesy(text) == (rest, greets, thanks)


def said(*parts: tuple[str, Intent]) -> list[ClauseIntent]:
    return [ClauseIntent(text, intent, 0.9) for text, intent in parts]


def test_a_person_comes_before_everything() -> None:
    heard = said(("老板欠钱不给", Intent.WAGE_CLAIM), ("转人工", Intent.HUMAN_OPERATOR))
    assert wishes(Intent.WAGE_CLAIM, heard) == [Intent.HUMAN_OPERATOR, Intent.WAGE_CLAIM]


def test_a_lawyer_comes_before_a_complaint() -> None:
    heard = said(("我要投诉他", Intent.WAGE_CLAIM), ("再帮我约个律师", Intent.LEGAL_AID_BOOKING))
    assert wishes(Intent.WAGE_CLAIM, heard) == [Intent.LEGAL_AID_BOOKING, Intent.WAGE_CLAIM]


def test_the_story_of_a_wish_is_no_second_one() -> None:
    heard = said(("老板拖着工资不给", Intent.WAGE_CLAIM), ("给我找个律师", Intent.LEGAL_AID_BOOKING))
    assert wishes(Intent.LEGAL_AID_BOOKING, heard) == [Intent.LEGAL_AID_BOOKING]


def test_what_is_asked_before_the_place_comes_first() -> None:
    heard = said(("公租房要啥条件", Intent.POLICY_QA), ("去哪里办", Intent.SERVICE_POINT))
    assert wishes(Intent.SERVICE_POINT, heard) == [Intent.POLICY_QA, Intent.SERVICE_POINT]


def test_a_second_wish_is_repeated_in_its_own_words_without_the_story() -> None:
    heard = said(
        ("刚开店三个月", Intent.POLICY_QA),
        ("创业补贴我符合不", Intent.SUBSIDY_ELIGIBILITY),
        ("还有公租房是啥条件", Intent.POLICY_QA),
    )
    assert said_second(heard, Intent.POLICY_QA) == "公租房是啥条件"


def test_an_unsure_clause_is_no_wish() -> None:
    heard = [ClauseIntent("还有那个", Intent.POLICY_QA, 0.3), *said(("找个活", Intent.JOB_SEARCH))]
    assert wishes(Intent.JOB_SEARCH, heard) == [Intent.JOB_SEARCH]


def test_one_breath_is_one_wish() -> None:
    assert wishes(Intent.GREETING, []) == [Intent.GREETING]
