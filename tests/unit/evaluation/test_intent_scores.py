"""Scores of understood messages."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.errors import JudgmentsError
from bot.evaluation.intent_scores import score_intents


def row(name: str, intent: str, slots: dict[str, Any] | None = None, also: str | None = None) -> dict[str, Any]:
    return {"id": name, "utterance": name, "intent": intent, "slots": slots or {}, "also": also}


def test_intents_slots_and_second_wishes_are_counted() -> None:
    judged = [
        row("a", "job_search", {"city": "三明", "salary_min": 6000}),
        row("b", "greeting", also="job_search"),
        row("c", "wage_claim"),
        row("d", "job_search", {"occupation": "瓦工"}),
    ]
    told = [
        row("a", "job_search", {"city": "三明", "salary_min": 5000}),
        row("b", "greeting"),
        row("c", "policy_qa", {"scheme": "training"}),
        row("d", "job_search"),
    ]
    scores = score_intents(judged, told)
    assert (scores.accuracy, scores.also_accuracy) == (0.75, 0.75)
    assert (scores.slots.right, scores.slots.wrong, scores.slots.missed) == (1, 2, 2)
    assert scores.slots.f1 == pytest.approx(2 / 6)
    assert scores.by_slot["city"].f1 == 1.0
    assert scores.by_slot["salary_min"].f1 == 0.0
    assert scores.by_intent["wage_claim"].recall == 0.0
    assert scores.by_intent["policy_qa"].precision == 0.0
    assert scores.confusions == {("wage_claim", "policy_qa"): 1}
    assert scores.wrong_ids == ("c",)


def test_an_unknown_intent_is_named() -> None:
    with pytest.raises(JudgmentsError, match="bonjour"):
        score_intents([row("a", "bonjour")], [row("a", "greeting")])


def test_nothing_to_find_is_found_completely() -> None:
    scores = score_intents([row("a", "greeting")], [row("a", "greeting")])
    assert (scores.slots.f1, scores.slots.precision, scores.slots.recall) == (1.0, 1.0, 1.0)
