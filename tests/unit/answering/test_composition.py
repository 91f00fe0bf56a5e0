"""What stands in an answer: how much, of which places, of which day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.answering.composition import SAID_CHARS_MAX
from bot.answering.phrasing import (
    ASK_REGION,
    ASK_WHOM_LABEL,
    HOTLINES,
    NEXT_LABEL,
    NOT_ONLY_YOURS,
    SOURCE_LABEL,
)
from bot.assembly.policy_desk import PolicyDesk
from bot.domain.policy import Outcome, PolicyAnswer, PolicyQuery
from bot.evaluation.judgments import load_judgments

TODAY = date(2026, 11, 23)
QUESTION_SETS = (
    "retrieval_dev",
    "worker_questions",
    "fresh_questions",
    "learning_questions",
    "fact_questions",
    "unanswerable",
    "unanswerable_held_out",
    "noisy_questions",
    "one_word_messages",
    "long_stories",
)
BESIDES = (SOURCE_LABEL, ASK_WHOM_LABEL, NEXT_LABEL, HOTLINES, ASK_REGION, NOT_ONLY_YOURS, "另外")


def said(answer: PolicyAnswer) -> str:
    """The lines that are read for the answer itself: places, marks, quotes."""
    return "".join(line for line in answer.text.split("\n") if not line.startswith(BESIDES))


@pytest.mark.parametrize("questions", QUESTION_SETS)
def test_at_most_three_hundred_characters_stand_before_the_sources(desk: PolicyDesk, questions: str) -> None:
    judged = load_judgments(Path(f"tests/data/{questions}.jsonl"))
    for question in judged:
        for region in {question.region, None}:
            answer = desk.answer(question.text, region, TODAY)
            assert len(said(answer)) <= SAID_CHARS_MAX, question.text
            assert all(len(part) <= SAID_CHARS_MAX for part in answer.text.split(SOURCE_LABEL)[:1]), question.text
    assert len(judged) >= 30


def test_a_place_without_documents_of_its_own_falls_back_and_says_so(desk: PolicyDesk) -> None:
    answer = desk.answer("头次创业补贴多少", "350481", TODAY)
    assert "【福建省三明市的规定，永安市没有收录自己的文件】" in answer.text
    assert "没有收录自己的文件" not in desk.answer("头次创业补贴多少", "350400", TODAY).text


@pytest.mark.parametrize("question", ["我在永安打工，头次创业补贴多少", "三明永安的创业补贴多少"])
def test_a_place_named_in_the_text_is_the_place_of_the_answer(desk: PolicyDesk, question: str) -> None:
    answer = desk.answer(question, None, TODAY)
    assert "【福建省三明市的规定，永安市没有收录自己的文件】" in answer.text
    assert {scored.document.region_code for scored in answer.ranked} == {"350400"}


def test_two_places_that_are_asked_about_get_a_statement_each(desk: PolicyDesk) -> None:
    answer = desk.answer("三明和广东创业都有啥补贴", None, TODAY)
    assert answer.outcome is Outcome.ANSWERED
    assert "【福建省三明市】" in answer.text
    assert "【广东省】" in answer.text
    assert [scored.document.region_code for scored in answer.cited] == ["350400", "440000"]
    assert "1万元" in answer.body
    assert "一次性创业资助" in answer.body
    assert not answer.asks_region


def test_work_and_home_are_compared_where_the_text_asks_for_both(desk: PolicyDesk) -> None:
    both = desk.answer("我在新洲打工老家在三明，两边公租房都咋规定的", None, TODAY)
    assert [scored.document.region_code for scored in both.cited] == ["420117", "350400"]
    assert "满3年" in both.body
    one = desk.answer("我在新洲打工老家在三明，公租房咋规定的", None, TODAY)
    assert len(one.cited) == 1


def test_a_compared_place_whose_documents_do_not_say_it_is_told_so(desk: PolicyDesk) -> None:
    answer = desk.answer("三明和邢台首次创业一次性补贴分别是多少", None, TODAY)
    assert "1万元" in answer.body
    assert "【河北省邢台市】收录的文件里没有写这个" in answer.text


def test_without_a_place_other_places_with_a_rule_are_named_and_the_place_is_asked(desk: PolicyDesk) -> None:
    answer = desk.answer("农民工子女上学有什么政策", None, TODAY)
    assert answer.text.startswith(NOT_ONLY_YOURS)
    assert "的文件也有这方面的规定" in answer.text
    assert answer.text.endswith(ASK_REGION)


def test_a_second_clause_states_what_the_first_lacks(desk: PolicyDesk) -> None:
    answer = desk.answer("对工作要点征求意见稿提意见，截止日期与联系电话分别是？", "510802", TODAY)
    assert answer.outcome is Outcome.ANSWERED
    assert "6月14日" in answer.body
    assert "0839-6068276" in answer.body
    assert answer.text.count(SOURCE_LABEL) == 2
    assert answer.text.count("【四川省广元市利州区】") == 1


def test_a_figure_of_another_subject_is_no_second_clause(desk: PolicyDesk) -> None:
    answer = desk.answer("利州返乡创业一次性补贴多少", "510802", TODAY)
    assert answer.outcome is not Outcome.ANSWERED
    assert "亿元" not in answer.body


@pytest.mark.parametrize(
    ("as_of", "told"),
    [
        (date(2016, 1, 1), "收录的政策文件里没有说"),
        (date(2018, 5, 1), "【湖北省武汉市新洲区】\n"),
        (date(2021, 1, 1), "目标年份已过"),
    ],
)
def test_a_day_in_the_past_is_answered_as_of_then(desk: PolicyDesk, as_of: date, told: str) -> None:
    query = PolicyQuery("户口迁到新洲，没房子能落在哪", "420117", None, as_of)
    assert told in desk.answerer.answer_now(query).text


def test_a_named_place_without_any_documents_gets_the_own_places_rule_called_so(desk: PolicyDesk) -> None:
    question = "身份证在石家庄弄丢了，能在外地补办吗"
    answer = desk.answerer.answer_now(PolicyQuery(question, "130100", None, TODAY, usual_region="130500"))
    assert answer.text.startswith("河北省石家庄市的政策文件还没有收录，查不了。下面是您所在的河北省邢台市的规定：")
    assert "异地办理身份证" in answer.body
    elsewhere = desk.answerer.answer_now(PolicyQuery(question, "130100", None, TODAY, usual_region="110000"))
    assert elsewhere.outcome is Outcome.NONE
    assert "石家庄" in elsewhere.text
