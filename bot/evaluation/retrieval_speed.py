"""How fast retrieval is: BM25 beside bm25s, the whole `retrieve`, and how both grow with the corpus."""

from __future__ import annotations

import importlib.util
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from bot.domain.errors import MeasurementError
from bot.domain.policy import PolicyQuery
from bot.language.function_words import content_words
from bot.language.word_segmenter import search_tokens
from bot.ports import Retriever
from bot.retrieval.bm25 import CompiledBm25
from bot.retrieval.dense_channel import DenseChannel
from bot.retrieval.index_build import PolicyIndex
from bot.retrieval.posting_sums import best_of
from bot.retrieval.term_counts import TermCounts

TOP = 10
WARM_UPS = 5
_DROPPED_SHARE = 0.1
_NOISE = 0.02


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds a query over many queries."""

    median_ms: float
    p95_ms: float

    @classmethod
    def of(cls, took_ms: Sequence[float]) -> Timing:
        """The timing of single measurements, at least one."""
        return cls(statistics.median(took_ms), sorted(took_ms)[int(0.95 * (len(took_ms) - 1))])


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Two engines asked the same questions in turn, one thread each.

    Attributes:
        backend: what bm25s computed with: ``numba`` where it is installed, else ``numpy``.
        ours: `CompiledBm25.top_k` of ten.
        bm25s: ``bm25s.BM25.retrieve(k=10)``.
        ratio: median over the questions of bm25s's time by ours.
    """

    backend: str
    ours: Timing
    bm25s: Timing
    ratio: float


@dataclass(frozen=True, slots=True)
class Growth:
    """One size of corpus.

    Attributes:
        clauses: how many.
        bm25: the ten best by words.
        channels: all scores by words and by meaning, and the ten best of both.
        index_bytes: the arrays of both channels.
    """

    clauses: int
    bm25: Timing
    channels: Timing
    index_bytes: int


def query_tokens(questions: Sequence[str]) -> list[list[str]]:
    """The tokens that the retriever searches the words of each question with; questions without any are left out."""
    return [tokens for question in questions if (tokens := content_words(search_tokens(question)))]


def beside_bm25s(index: CompiledBm25, queries: Sequence[list[str]]) -> SideBySide:
    """Ask our BM25 and bm25s the same queries over the same documents in turn.

    Args:
        index: ours; bm25s gets the same tokens.
        queries: tokens of each.

    Raises:
        MeasurementError: bm25s is not installed.
    """
    theirs, backend = _bm25s_over(tokens_of(index.counts))
    pairs = []
    warm_ups = queries[:WARM_UPS]
    for number, tokens in enumerate([*warm_ups, *queries]):
        own_ms = _took_ms(lambda tokens=tokens: index.top_k(tokens, TOP))  # type: ignore[misc]
        their_ms = _took_ms(lambda tokens=tokens: theirs.retrieve([tokens], k=TOP, show_progress=False, n_threads=1))  # type: ignore[misc]
        if number >= len(warm_ups):
            pairs.append((own_ms, their_ms))
    ours, others = zip(*pairs, strict=True)
    ratio = statistics.median(their_ms / own_ms for own_ms, their_ms in pairs)
    return SideBySide(backend, Timing.of(ours), Timing.of(others), ratio)


def retrieve_timing(retriever: Retriever, questions: Sequence[str], as_of: date) -> Timing:
    """Time the whole `retrieve` of ten clauses, each question once, no region known."""
    took_ms = [
        _took_ms(lambda text=text: retriever.retrieve(PolicyQuery(text, None, None, as_of), TOP))  # type: ignore[misc]
        for text in questions
    ]
    return Timing.of(took_ms[min(WARM_UPS, len(took_ms) - 1) :])


def growth_at(index: PolicyIndex, size: int, questions: Sequence[str], vectors: NDArray[np.float32]) -> Growth:
    """Measure a corpus of some size, made of an index's clauses repeated with variation.

    Each repetition leaves out a tenth of the words at random and moves the vectors a little.

    Args:
        index: whose clauses are repeated.
        size: number of clauses wanted.
        questions: asked of it.
        vectors: ``float32[n_questions, dimension]``, of the questions.
    """
    rng = np.random.default_rng(size)
    bm25 = CompiledBm25.of_counts(varied_counts(index.bm25.counts, size, rng))
    dense = DenseChannel(varied_vectors(index.embeddings, size, rng))
    tokens = [content_words(search_tokens(question)) for question in questions]
    words_ms = [_took_ms(lambda query=query: bm25.top_k(query, TOP)) for query in tokens]  # type: ignore[misc]
    all_ms = [
        _took_ms(lambda query=query, vector=vector: _both(bm25, dense, query, vector))  # type: ignore[misc]
        for query, vector in zip(tokens, vectors, strict=True)
    ]
    return Growth(size, Timing.of(words_ms[1:]), Timing.of(all_ms[1:]), bm25.size_bytes + dense.size_bytes)


def tokens_of(counts: TermCounts) -> list[list[str]]:
    """The tokens of each counted document, in the order of the vocabulary."""
    by_term = sparse.csc_matrix(
        (counts.frequencies, counts.document_ids, counts.starts), shape=(len(counts.lengths), len(counts.terms))
    )
    rows = by_term.tocsr()
    numbers = np.repeat(rows.indices, rows.data)
    bounds = np.concatenate(([0], np.cumsum(counts.lengths)))
    return [
        [counts.terms[number] for number in numbers[start:stop].tolist()]
        for start, stop in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)
    ]


def varied_counts(counts: TermCounts, size: int, rng: np.random.Generator) -> TermCounts:
    """The postings of ``size`` documents: those given, over and over, a tenth of each repetition's left out."""
    have = len(counts.lengths)
    matrix = sparse.csc_matrix(
        (counts.frequencies, counts.document_ids, counts.starts), shape=(have, len(counts.terms))
    )
    parts = [matrix.tocsr()[: min(have, size)]]
    for start in range(have, size, have):
        part = parts[0][: min(have, size - start)].copy()
        part.data[rng.random(part.nnz) < _DROPPED_SHARE] = 0
        part.eliminate_zeros()
        parts.append(part)
    whole = sparse.vstack(parts, format="csc")
    held = np.flatnonzero(np.diff(whole.indptr))
    lengths = np.asarray(whole.sum(axis=1), dtype=np.int64).ravel()
    return TermCounts(
        terms=tuple(counts.terms[number] for number in held.tolist()),
        starts=np.concatenate(([0], whole.indptr[held + 1])).astype(np.int64),
        document_ids=whole.indices.astype(np.int32),
        frequencies=whole.data.astype(np.int32),
        lengths=lengths,
    )


def varied_vectors(vectors: NDArray[np.float32], size: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """``float32[size, dimension]``: the vectors given, over and over, each repetition moved a little."""
    result = np.empty((size, vectors.shape[1]), dtype=np.float32)
    for start in range(0, size, len(vectors)):
        part = result[start : start + len(vectors)]
        part[:] = vectors[: len(part)]
        if start:
            part += rng.standard_normal(part.shape, dtype=np.float32) * np.float32(_NOISE)
            part /= np.linalg.norm(part, axis=1, keepdims=True)
    return result


def _both(bm25: CompiledBm25, dense: DenseChannel, tokens: Sequence[str], vector: NDArray[np.float32]) -> None:
    by_words = bm25.scores(tokens)
    best_of(by_words + dense.scores(vector, by_words), TOP)


def _bm25s_over(documents: list[list[str]]) -> tuple[Any, str]:
    if importlib.util.find_spec("bm25s") is None:
        raise MeasurementError("没有装 bm25s，比不了：请先 pip install bm25s numba（或 make test 会装上）。")
    import bm25s  # noqa: PLC0415 - only measured against, never served with

    backend = "numba" if importlib.util.find_spec("numba") else "numpy"
    engine = bm25s.BM25(k1=1.5, b=0.75, backend=backend)
    engine.index(documents, show_progress=False)
    return engine, backend


def _took_ms(ask: Callable[[], object]) -> float:
    started_s = time.perf_counter()
    ask()
    return (time.perf_counter() - started_s) * 1000
