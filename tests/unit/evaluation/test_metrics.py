"""What a run scores."""

from __future__ import annotations

from typing import Any

import pytest

from bot.evaluation.judgments import JudgedQuestion
from bot.evaluation.metrics import GroupScores, estimate, first_gold_rank, score_run


def question(number: int, *, answerable: bool = True, kind: str = "lay", golds: int = 1) -> JudgedQuestion:
    gold = tuple(("a.txt", f"标准{number}之{one}") for one in range(golds)) if answerable else ()
    must = ("1万元",) if answerable else ()
    return JudgedQuestion(f"q{number}", "补贴多少", "350400" if number % 2 else None, kind, answerable, gold, must)


def row(texts: list[str], outcome: str = "answered", answer: str = "不超过 1 万元") -> dict[str, Any]:
    return {
        "outcome": outcome,
        "answer": answer,
        "clauses": [{"document": "a.txt", "text": text, "score": 0.5} for text in texts],
    }


def of(scores: list[GroupScores], grouping: str, group: str) -> GroupScores:
    return next(one for one in scores if (one.grouping, one.group) == (grouping, group))


def test_ranks_count_from_the_first_gold_clause() -> None:
    questions = [question(1), question(2), question(3)]
    rows = {
        "q1": row(["有 标准1之0 在里面", "别的"]),
        "q2": row(["别的", "别的", "标准2之0"]),
        "q3": row([]),
    }
    found = of(score_run(questions, rows), "all", "all").measures
    assert found["recall_at_1"].value == pytest.approx(1 / 3)
    assert found["recall_at_5"].value == found["recall_at_10"].value == pytest.approx(2 / 3)
    assert found["mrr_at_10"].value == pytest.approx((1 + 1 / 3) / 3)
    assert [first_gold_rank(one, rows[one.question_id]) for one in questions] == [1, 3, None]


def test_ndcg_misses_the_gold_clauses_that_were_not_found() -> None:
    rows = {"q1": row(["标准1之0", "别的"])}
    whole = of(score_run([question(1)], rows), "all", "all").measures["ndcg_at_10"].value
    half = of(score_run([question(1, golds=2)], rows), "all", "all").measures["ndcg_at_10"].value
    assert whole == pytest.approx(1.0)
    assert half == pytest.approx(1 / (1 + 1 / 1.5849625007), abs=1e-6)


def test_a_clause_of_another_document_does_not_answer() -> None:
    other = row(["标准1之0"])
    other["clauses"][0]["document"] = "b.txt"
    assert of(score_run([question(1)], {"q1": other}), "all", "all").measures["recall_at_10"].value == 0


def test_abstaining_has_precision_and_recall() -> None:
    questions = [question(1), question(2), question(3, answerable=False), question(4, answerable=False)]
    rows = {
        "q1": row(["标准1之0"]),
        "q2": row(["标准2之0"], outcome="nearest"),
        "q3": row(["别的"], outcome="none"),
        "q4": row(["别的"]),
    }
    found = of(score_run(questions, rows), "all", "all")
    assert (found.answerable, found.unanswerable) == (2, 2)
    assert found.measures["answered"].value == 0.5
    assert found.measures["abstention_precision"].value == 0.5
    assert found.measures["abstention_recall"].value == 0.5


def test_being_turned_away_and_turning_far_questions_away_are_measured() -> None:
    questions = [question(1), question(2), *[question(n, answerable=False, kind="far") for n in (3, 4)]]
    outcomes = ("nearest", "none", "none", "nearest")
    rows = {one.question_id: row(["别的"], outcome=its) for one, its in zip(questions, outcomes, strict=True)}
    found = of(score_run(questions, rows), "all", "all").measures
    assert found["shown"].value == 0.5
    assert found["far_none"].value == 0.5


def test_must_haves_are_found_across_white_space_and_missed_where_absent() -> None:
    rows = {"q1": row(["标准1之0"]), "q2": row(["标准2之0"], answer="有补贴")}
    assert of(score_run([question(1), question(2)], rows), "all", "all").measures["must_include"].value == 0.5


def test_groups_are_kinds_provinces_and_gold_documents() -> None:
    questions = [question(1), question(2, kind="typo"), question(3, answerable=False)]
    rows = {one.question_id: row([]) for one in questions}
    groups = {(one.grouping, one.group) for one in score_run(questions, rows)}
    assert groups == {
        ("all", "all"),
        ("kind", "lay"),
        ("kind", "typo"),
        ("region", ""),
        ("region", "350000"),
        ("document", "a.txt"),
    }


def test_a_measure_without_questions_is_left_out() -> None:
    only = of(score_run([question(1)], {"q1": row(["标准1之0"])}), "all", "all").measures
    assert "abstention_recall" not in only
    assert "abstention_precision" not in only


def test_an_interval_surrounds_the_mean_and_is_the_same_every_time() -> None:
    sample = [1.0] * 70 + [0.0] * 30
    found = estimate(sample)
    assert found == estimate(sample)
    assert found.value == pytest.approx(0.7)
    assert found.low < found.value < found.high
    # The normal approximation of a share of 0.7 over 100 questions.
    assert found.low == pytest.approx(0.7 - 1.96 * 0.0458, abs=0.03)
    assert found.high == pytest.approx(0.7 + 1.96 * 0.0458, abs=0.03)


def test_where_all_questions_agree_the_interval_is_a_point() -> None:
    found = estimate([1.0, 1.0])
    assert (found.value, found.low, found.high, found.questions) == (1.0, 1.0, 1.0, 2)
