"""Questions as phones and people garble them: misspelt, in one word, inside a long story."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.assembly.policy_desk import PolicyDesk
from bot.evaluation.judgments import JudgedQuestion, load_judgments
from bot.evaluation.metrics import score_run

TODAY = date(2026, 11, 23)
NOISY = Path("tests/data/noisy_questions.jsonl")


def reached(desk: PolicyDesk, questions: list[JudgedQuestion]) -> dict[str, float]:
    asked = [{"id": one.question_id, "question": one.text, "region": one.region} for one in questions]
    overall = score_run(questions, {row["id"]: row for row in desk.answer_rows(asked, TODAY)})[0]
    return {name: estimate.value for name, estimate in overall.measures.items()}


@pytest.mark.parametrize(
    ("questions", "at_least", "recall_at_1", "answered"),
    [("noisy_questions", 70, 0.95, 0.9), ("one_word_messages", 40, 0.95, 0.95), ("long_stories", 30, 0.85, 0.85)],
)
def test_they_find_their_clause_and_are_answered(
    desk: PolicyDesk, questions: str, at_least: int, recall_at_1: float, answered: float
) -> None:
    judged = load_judgments(Path(f"tests/data/{questions}.jsonl"))
    scores = reached(desk, judged)
    assert len(judged) >= at_least
    assert scores["recall_at_1"] >= recall_at_1
    assert scores["answered"] >= answered


def test_misspelt_questions_find_their_clause_as_often_as_the_same_questions_spelt_right(desk: PolicyDesk) -> None:
    misspelt = load_judgments(NOISY)
    spelt = [replace(one, text=one.clean) for one in misspelt]
    assert all(one.text != other.text for one, other in zip(misspelt, spelt, strict=True))
    assert reached(desk, misspelt)["recall_at_1"] >= reached(desk, spelt)["recall_at_1"] - 0.03
