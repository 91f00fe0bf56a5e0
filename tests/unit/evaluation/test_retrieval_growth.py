"""Corpora of any size to measure retrieval with."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from bot.assembly import PolicyDesk
from bot.evaluation.retrieval_growth import RetrievalGrowth, varied_counts, varied_vectors
from bot.evaluation.retrieval_speed import tokens_of
from bot.retrieval.bm25 import CompiledBm25
from bot.retrieval.term_counts import TermCounts
from bot.settings import Settings

DOCUMENTS = [["工资", "拖欠", "工资"], ["工伤", "保险"], ["合同"], ["户口", "工资"]] * 5


def test_a_varied_corpus_has_the_size_asked_for_and_loses_some_words() -> None:
    counts = TermCounts.of(DOCUMENTS)
    varied = varied_counts(counts, 70, np.random.default_rng(0))
    assert len(varied.lengths) == 70
    assert tokens_of(varied)[:20] == tokens_of(counts)
    assert 2 * sum(counts.lengths) < sum(varied.lengths) < 70 / 20 * sum(counts.lengths)
    assert CompiledBm25.of_counts(varied).scores(["工资"]).shape == (70,)
    assert len(varied_counts(counts, 7, np.random.default_rng(0)).lengths) == 7


def test_varied_vectors_keep_their_length_and_stay_close() -> None:
    vectors = np.eye(8, 64, dtype=np.float32)
    varied = varied_vectors(vectors, 20, np.random.default_rng(0))
    np.testing.assert_allclose(np.linalg.norm(varied, axis=1), 1.0, atol=1e-5)
    assert float((varied[8:16] * vectors).sum(axis=1).min()) > 0.9


def test_a_repeated_corpus_is_asked_in_every_channel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGYOU_INDEX_DIR", str(tmp_path))
    desk = PolicyDesk.open(Settings())
    growth = RetrievalGrowth(desk.index, desk.encoder, desk.lexicon, desk.divisions)
    have = len(desk.index.clauses)
    small, large = (
        growth.at(size, ["拖欠工资怎么办", "创业补贴"] * 4, date(2026, 1, 1)) for size in (have // 2, 3 * have)
    )
    assert (small.clauses, large.clauses) == (have // 2, 3 * have)
    assert 4 * small.index_bytes < large.index_bytes < 8 * small.index_bytes
    assert min(large.bm25.median_ms, large.retrieve.cpu.median_ms) > 0
