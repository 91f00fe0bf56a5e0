"""Searching by impacts finds what whole sums find, to the last bit, or says that it can't."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.retrieval.bm25 import CompiledBm25
from bot.retrieval.posting_sums import best_of
from bot.retrieval.term_counts import TermCounts

DOCUMENTS = 3000
TERMS = [f"词{number}" for number in range(400)]
FREQUENT = TERMS[:8]


def made(seed: int) -> list[list[str]]:
    """Documents whose words are spread as in a language: few frequent ones, many rare ones."""
    random = np.random.default_rng(seed)
    shares = 1 / np.arange(1, len(TERMS) + 1)
    return [
        random.choice(TERMS, size=random.integers(1, 60), p=shares / shares.sum()).tolist() for _ in range(DOCUMENTS)
    ]


@pytest.fixture(scope="module")
def counts() -> TermCounts:
    return TermCounts.of(made(1))


@pytest.fixture(scope="module")
def index(counts: TermCounts) -> CompiledBm25:
    return CompiledBm25(counts, CompiledBm25.of_counts(counts).contributions, impacts_from=0)


def whole(index: CompiledBm25, query: list[str], k: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    return best_of(index.scores(query), k)


def is_found_by_impacts(index: CompiledBm25, query: list[str], k: int = 10) -> bool:
    return index.prepare_top_k().top_k(query, k) is not None


@pytest.mark.parametrize("k", [1, 10, 100])
def test_the_best_and_their_scores_are_those_of_whole_sums(index: CompiledBm25, k: int) -> None:
    random = np.random.default_rng(2)
    by_impacts = 0
    for _ in range(150):
        query = random.choice([*TERMS, "没见过的词"], size=random.integers(1, 30)).tolist()
        query += random.choice(FREQUENT, size=random.integers(0, 8)).tolist()
        by_impacts += is_found_by_impacts(index, query, k)
        chosen, scores = index.top_k(query, k)
        expected, expected_scores = whole(index, query, k)
        assert chosen.tolist() == expected.tolist()
        assert scores.tobytes() == expected_scores.tobytes()
    assert by_impacts > 100


@pytest.mark.parametrize(
    "query",
    [FREQUENT[:1], FREQUENT, FREQUENT[:1] * 5, TERMS[20:40], [*FREQUENT[:2], TERMS[30], TERMS[30], TERMS[30]]],
    ids=["one row", "rows alone", "a repeated row", "no row", "a repeated term"],
)
def test_rows_and_postings_add_up_alike(index: CompiledBm25, query: list[str]) -> None:
    assert is_found_by_impacts(index, query)
    chosen, scores = index.top_k(query, 10)
    expected, expected_scores = whole(index, query, 10)
    assert chosen.tolist() == expected.tolist()
    assert scores.tobytes() == expected_scores.tobytes()


def test_equal_documents_come_in_their_order() -> None:
    documents = [["工资", "拖欠"], ["户口"], ["学校"]] * 2000
    counts = TermCounts.of(documents)
    index = CompiledBm25(counts, CompiledBm25.of_counts(counts).contributions, impacts_from=0)
    assert is_found_by_impacts(index, ["工资"])
    assert index.top_k(["工资"], 10)[0].tolist() == list(range(0, 30, 3))


@pytest.mark.parametrize(
    ("query", "k"),
    [(TERMS[:10] * 12, 10), (["没见过的词"], 10), ([], 10), (TERMS[:10], 200), (TERMS[:10], 0)],
    ids=["too long", "unknown", "empty", "too many wanted", "none wanted"],
)
def test_what_impacts_do_not_tell_whole_sums_do(index: CompiledBm25, query: list[str], k: int) -> None:
    assert not is_found_by_impacts(index, query, k)
    assert index.top_k(query, k)[0].tolist() == whole(index, query, k)[0].tolist()


def test_few_matches_are_summed_whole(index: CompiledBm25) -> None:
    rare = next(term for term, held in zip(index.terms, np.diff(index.counts.starts), strict=True) if held < 100)
    assert not is_found_by_impacts(index, [rare], 100)
    assert index.top_k([rare], 100)[0].tolist() == whole(index, [rare], 100)[0].tolist()


def test_a_filter_is_kept(index: CompiledBm25) -> None:
    allowed = np.arange(DOCUMENTS) % 2 == 1
    chosen, _ = index.top_k(TERMS[:10], 10, allowed)
    assert len(chosen) == 10
    assert all(allowed[chosen])


def test_searches_side_by_side_do_not_disturb_each_other(index: CompiledBm25) -> None:
    random = np.random.default_rng(3)
    queries = [random.choice(TERMS, size=12).tolist() for _ in range(200)]
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda query: index.top_k(query, 10)[0].tolist(), queries))
    assert found == [whole(index, query, 10)[0].tolist() for query in queries]


def test_a_small_corpus_has_no_impacts(counts: TermCounts) -> None:
    small = CompiledBm25.of_counts(counts)
    chosen, _ = small.top_k(TERMS[:10], 10)
    assert chosen.tolist() == whole(small, TERMS[:10], 10)[0].tolist()
    assert not small.has_impacts
