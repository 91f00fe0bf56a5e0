"""What the speed of retrieval is measured with."""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain.policy import PolicyQuery, ScoredClause
from bot.evaluation.retrieval_speed import (
    Timing,
    beside_bm25s,
    query_tokens,
    retrieve_timing,
    tokens_of,
)
from bot.retrieval.bm25 import CompiledBm25
from bot.retrieval.term_counts import TermCounts

DOCUMENTS = [["工资", "拖欠", "工资"], ["工伤", "保险"], ["合同"], ["户口", "工资"]] * 5


class AskedRetriever:
    def __init__(self) -> None:
        self.asked: list[str] = []

    document_regions: frozenset[str] = frozenset()

    def retrieve(self, query: PolicyQuery, top_k: int) -> list[ScoredClause]:
        self.asked.append(f"{query.text} {top_k}")
        return []


def test_the_tokens_of_a_corpus_come_back_from_its_counts() -> None:
    assert [sorted(tokens) for tokens in tokens_of(TermCounts.of(DOCUMENTS))] == [sorted(d) for d in DOCUMENTS]


def test_questions_without_content_words_are_not_searched() -> None:
    assert len(query_tokens(["拖欠工资", "？？"])) == 1


def test_both_engines_are_asked_every_question() -> None:
    found = beside_bm25s(CompiledBm25.fit(DOCUMENTS), [["工资"], ["工伤", "保险"]])
    assert found.backend in {"numba", "numpy"}
    assert min(found.ours.median_ms, found.bm25s.median_ms, found.ratio) > 0


def test_the_whole_retrieve_is_asked_for_ten() -> None:
    retriever = AskedRetriever()
    assert retrieve_timing(retriever, ["工资", "户口"], date(2026, 1, 1)).wall.median_ms >= 0
    assert retriever.asked == ["工资 10", "户口 10"]


def test_a_timing_is_the_median_and_the_nineteenth_of_twenty() -> None:
    assert Timing.of([float(one) for one in range(1, 21)]) == Timing(10.5, pytest.approx(19.0))
