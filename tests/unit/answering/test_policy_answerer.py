"""What workers read, from the real documents."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.answering.grounding import ungrounded_figures
from bot.assembly.policy_desk import PolicyDesk
from bot.domain.policy import Outcome, PolicyAnswer, PolicyQuery
from bot.evaluation.judgments import JudgedQuestion, load_judgments
from bot.evaluation.metrics import score_run

TODAY = date(2026, 11, 23)
PASSIVE_REPLY_MAX_BYTES = 2000
DEVELOPMENT = Path("tests/data/retrieval_dev.jsonl")
INDEPENDENT = Path("tests/data/worker_questions.jsonl")
QUESTION = "创业补贴有多少"


@pytest.fixture(scope="session")
def all_answers(desk: PolicyDesk) -> list[tuple[JudgedQuestion, PolicyAnswer]]:
    questions = [*load_judgments(DEVELOPMENT), *load_judgments(INDEPENDENT)]
    return [(question, desk.answer(question.text, question.region, TODAY)) for question in questions]


def test_a_worker_in_sanming_reads_the_amount_with_its_condition_clause_and_status(desk: PolicyDesk) -> None:
    answer = desk.answer(QUESTION, "350400", TODAY)
    assert answer.outcome is Outcome.ANSWERED
    assert "1万元" in answer.body
    assert "正常经营1年以上" in answer.body
    for told in ("福建省三明市", "征求意见稿", "还没有正式施行", "一、4. 加大创业扶持", "三明市人社局", "12333"):
        assert told in answer.text


@pytest.mark.parametrize("region", ["350404", "350403", "350481"])
def test_a_county_and_a_renamed_code_get_their_citys_policy(desk: PolicyDesk, region: str) -> None:
    assert "1万元" in desk.answer(QUESTION, region, TODAY).body


def test_a_worker_in_guangzhou_never_reads_sanmings_figure(desk: PolicyDesk) -> None:
    answer = desk.answer(QUESTION, "440100", TODAY)
    assert "1万元" not in answer.text
    assert "三明" not in answer.text
    assert answer.outcome is Outcome.NEAREST
    assert "没有写明" in answer.text
    assert "广东省" in answer.text


def test_without_a_place_the_statement_names_its_place_and_the_worker_is_asked(desk: PolicyDesk) -> None:
    answer = desk.answer(QUESTION, None, TODAY)
    assert "【福建省三明市】" in answer.text
    assert answer.asks_region
    assert "您在哪个省" in answer.text


def test_a_worker_who_was_asked_already_is_not_asked_again(desk: PolicyDesk) -> None:
    answer = desk.answerer.answer_now(PolicyQuery(QUESTION, None, None, TODAY), ask_region=False)
    assert not answer.asks_region
    assert "您在哪个省" not in answer.text
    assert "【福建省三明市】" in answer.text


def test_a_place_without_documents_gets_none_and_no_other_places_policy(desk: PolicyDesk) -> None:
    answer = desk.answer("去外省打工的路费补助一个人给多少", "510100", TODAY)
    assert answer.outcome is Outcome.NONE
    assert answer.ranked == ()
    assert "成都" in answer.text
    assert "利州" not in answer.text
    assert "12333" in answer.text


def test_home_counts_as_well_and_is_called_home(desk: PolicyDesk) -> None:
    query = PolicyQuery("脱贫户去外省打工，车费给补不", "440100", "510802", TODAY)
    answer = desk.answerer.answer_now(query)
    assert answer.cited[0].document.region_code == "510802"
    assert "您老家那边" in answer.text


def test_passed_targets_are_said(desk: PolicyDesk) -> None:
    answer = desk.answer("户口迁到新洲，没房子能落在哪", "420117", TODAY)
    assert "目标年份已过" in answer.text
    assert "新政发〔2017〕4号" in answer.text
    assert "2017年3月17日" in answer.text


@pytest.mark.parametrize(
    ("question", "region"),
    [
        ("周末加班加班费给几倍", "350400"),
        ("工伤鉴定十级能赔多少钱", "420117"),
        ("法律援助中心在哪条街几点开门", "510802"),
        ("办居住证要带几张照片", "420117"),
        ("公租房一个月租金多少", "350404"),
    ],
)
def test_a_clause_on_the_topic_without_the_asked_fact_does_not_answer(
    desk: PolicyDesk, question: str, region: str
) -> None:
    assert desk.answer(question, region, TODAY).outcome is not Outcome.ANSWERED


def test_every_figure_of_every_body_stands_in_a_cited_clause(
    all_answers: list[tuple[JudgedQuestion, PolicyAnswer]],
) -> None:
    loose = {
        question.question_id: figures
        for question, answer in all_answers
        if (figures := ungrounded_figures(answer.body, [cited.clause.text for cited in answer.cited]))
    }
    assert loose == {}
    assert sum(bool(answer.body) for _, answer in all_answers) > len(all_answers) / 2


def test_nobody_is_given_another_places_policy(
    desk: PolicyDesk, all_answers: list[tuple[JudgedQuestion, PolicyAnswer]]
) -> None:
    for question, answer in all_answers:
        if question.region is not None:
            lineage = desk.divisions.lineage(question.region)
            assert {scored.document.region_code for scored in answer.ranked} <= set(lineage), question.text


def test_every_draft_is_called_a_draft(all_answers: list[tuple[JudgedQuestion, PolicyAnswer]]) -> None:
    for _, answer in all_answers:
        if any(cited.document.status == "draft_for_comment" for cited in answer.cited):
            assert "征求意见稿，还没有正式施行" in answer.text


def test_every_answer_fits_one_reply(all_answers: list[tuple[JudgedQuestion, PolicyAnswer]]) -> None:
    assert max(len(answer.text.encode()) for _, answer in all_answers) <= PASSIVE_REPLY_MAX_BYTES


@pytest.mark.parametrize(
    ("questions", "recall_at_1", "recall_at_5", "mrr", "abstained"),
    [(DEVELOPMENT, 0.90, 0.97, 0.94, 0.85), (INDEPENDENT, 0.78, 0.93, 0.85, 0.75)],
)
def test_quality_does_not_fall(
    desk: PolicyDesk, questions: Path, recall_at_1: float, recall_at_5: float, mrr: float, abstained: float
) -> None:
    judged = load_judgments(questions)
    asked = [{"id": one.question_id, "question": one.text, "region": one.region} for one in judged]
    overall = score_run(judged, {row["id"]: row for row in desk.answer_rows(asked, TODAY)})[0]
    reached = {name: estimate.value for name, estimate in overall.measures.items()}
    assert reached["recall_at_1"] >= recall_at_1
    assert reached["recall_at_5"] >= recall_at_5
    assert reached["mrr_at_10"] >= mrr
    assert reached["abstention_recall"] >= abstained
