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
def test_a_far_question_of_the_development_set_gets_none(desk: PolicyDesk, words: str) -> None:
    (question,) = [one for one in load_judgments(Path("tests/data/retrieval_dev.jsonl")) if words in one.text]
    assert not question.answerable
    assert desk.answer(question.text, question.region, TODAY).outcome is Outcome.NONE


@pytest.mark.parametrize("text", ["😀😀😀", "   ", "？？？", "。。。", "111", "哈哈哈哈哈", "谢谢你啊大兄弟"])
def test_what_asks_nothing_gets_none(desk: PolicyDesk, text: str) -> None:
    assert desk.answer(text, "350400", TODAY).outcome is Outcome.NONE


@pytest.mark.parametrize("text", ["电动车电瓶冬天跑不远咋回事", "电动车刹车老是响是啥毛病", "汽车电瓶没电了怎么搭火"])
def test_words_in_common_with_a_clause_make_no_answer_of_it(desk: PolicyDesk, text: str) -> None:
    assert desk.answer(text, "420117", TODAY).outcome is Outcome.NONE


def test_what_asks_nothing_gets_a_friendly_way_on(desk: PolicyDesk) -> None:
    text = desk.answer("😀😀😀", "350400", TODAY).text
    for told in ("不乱答", "我能查的是", "工钱被拖欠了找谁", "12333"):
        assert told in text


@pytest.mark.parametrize("questions", ["unanswerable", "unanswerable_held_out"])
def test_far_questions_get_none_and_near_ones_are_not_answered(desk: PolicyDesk, questions: str) -> None:
    outcomes: dict[str, list[Outcome]] = {}
    for one in load_judgments(Path(f"tests/data/{questions}.jsonl")):
        outcomes.setdefault(one.kind, []).append(desk.answer(one.text, one.region, TODAY).outcome)
    far, near = outcomes["far"], outcomes["near"]
    assert far.count(Outcome.NONE) >= 0.9 * len(far)
    assert far.count(Outcome.ANSWERED) <= 0.04 * len(far)
    assert near.count(Outcome.ANSWERED) <= 0.15 * len(near)


def test_questions_for_facts_are_answered_where_the_fact_stands_and_mostly_not_where_it_does_not(
    desk: PolicyDesk,
) -> None:
    judged = load_judgments(Path("tests/data/fact_questions.jsonl"))
    answered = {
        one.question_id for one in judged if desk.answer(one.text, one.region, TODAY).outcome is Outcome.ANSWERED
    }
    there, lacking = ([one for one in judged if one.answerable is stands] for stands in (True, False))
    assert min(len(there), len(lacking)) > 60
    assert sum(one.question_id in answered for one in there) >= 0.95 * len(there)
    assert sum(one.question_id in answered for one in lacking) <= 0.2 * len(lacking)


@pytest.mark.parametrize(
    "questions", ["retrieval_dev", "worker_questions", "fresh_questions", "noisy_questions", "long_stories"]
)
def test_hardly_any_answerable_question_gets_none(desk: PolicyDesk, questions: str) -> None:
    judged = [one for one in load_judgments(Path(f"tests/data/{questions}.jsonl")) if one.answerable]
    refused = [one for one in judged if desk.answer(one.text, one.region, TODAY).outcome is Outcome.NONE]
    assert len(refused) <= 0.05 * len(judged)
    assert not (refused and questions == "retrieval_dev")


@pytest.mark.parametrize("text", ["周末加班给几倍工资", "我在永安，周末加班给几倍工资", "产假工资发不发"])
def test_a_subject_of_ours_that_no_document_settles_gets_the_nearest_clause(desk: PolicyDesk, text: str) -> None:
    assert desk.answer(text, "350481", TODAY).outcome is Outcome.NEAREST


def test_a_place_whose_documents_say_less_than_other_places_ones_is_doubted(desk: PolicyDesk) -> None:
    answer = desk.answer("我在永安租房住，能不能把一家人户口都迁进城里", "350481", TODAY)
    assert answer.ranked[0].elsewhere > answer.ranked[0].score
    assert answer.outcome is Outcome.NEAREST
