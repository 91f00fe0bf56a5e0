"""Figures once reached are not lost unnoticed."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.errors import MeasurementError
from bot.evaluation.baseline import drops_from, refuse_drops, save_baseline


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    path = tmp_path / "questions.jsonl"
    path.write_text("{}\n", encoding="utf-8")
    return path


def test_two_points_less_pass_and_more_are_named(tmp_path: Path, questions: Path) -> None:
    baseline = tmp_path / "baseline.json"
    save_baseline(baseline, questions, {"recall_at_1": 0.9, "answered": 0.8})
    assert drops_from(baseline, questions, {"recall_at_1": 0.885, "answered": 0.95}) == []
    dropped = drops_from(baseline, questions, {"recall_at_1": 0.87, "answered": 0.8})
    assert [(one.measure, one.before, one.now) for one in dropped] == [("recall_at_1", 0.9, 0.87)]


def test_a_figure_that_is_gone_has_dropped(tmp_path: Path, questions: Path) -> None:
    baseline = tmp_path / "baseline.json"
    save_baseline(baseline, questions, {"recall_at_1": 0.9, "answered": 0.8})
    assert [one.measure for one in drops_from(baseline, questions, {"recall_at_1": 0.9})] == ["answered"]


def test_a_drop_is_told_in_words(tmp_path: Path, questions: Path) -> None:
    baseline = tmp_path / "baseline.json"
    save_baseline(baseline, questions, {"recall_at_1": 0.9})
    refuse_drops(baseline, questions, {"recall_at_1": 0.9}, {})
    with pytest.raises(MeasurementError, match=r"第一条就对 0\.900 → 0\.800"):
        refuse_drops(baseline, questions, {"recall_at_1": 0.8}, {"recall_at_1": "第一条就对"})


def test_a_baseline_of_other_questions_is_refused(tmp_path: Path, questions: Path) -> None:
    baseline = tmp_path / "baseline.json"
    save_baseline(baseline, questions, {"recall_at_1": 0.9})
    questions.write_text("{}\n{}\n", encoding="utf-8")
    with pytest.raises(MeasurementError, match="--save-baseline"):
        drops_from(baseline, questions, {"recall_at_1": 0.9})


@pytest.mark.parametrize("content", ["", "[]", '{"figures": {"a": "x"}}'])
def test_a_damaged_baseline_says_what_to_do(tmp_path: Path, questions: Path, content: str) -> None:
    baseline = tmp_path / "baseline.json"
    baseline.write_text(content, encoding="utf-8")
    with pytest.raises(MeasurementError, match="--save-baseline"):
        drops_from(baseline, questions, {"recall_at_1": 0.9})
