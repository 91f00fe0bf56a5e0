"""The examples of what has nothing to do with policy."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.errors import CorpusError
from bot.evaluation.judgments import load_judgments
from bot.language.other_subjects import load_other_subjects

SHIPPED = Path("corpus/vocabulary/other_subjects.txt")


def test_each_question_comes_once_without_comments(tmp_path: Path) -> None:
    path = tmp_path / "others.txt"
    path.write_text("# weather\n下雨吗\n\n 下雨吗 \n😀\n", encoding="utf-8")
    assert load_other_subjects(path) == ("下雨吗", "😀")


def test_a_missing_file_is_a_corpus_error(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="无关问题"):
        load_other_subjects(tmp_path / "none.txt")


def test_no_evaluation_question_stands_among_the_shipped_ones() -> None:
    shipped = set(load_other_subjects(SHIPPED))
    assert len(shipped) > 750
    for name in ("retrieval_dev", "worker_questions", "fact_questions", "unanswerable", "unanswerable_held_out"):
        assert shipped.isdisjoint(one.text.strip() for one in load_judgments(Path(f"tests/data/{name}.jsonl")))
