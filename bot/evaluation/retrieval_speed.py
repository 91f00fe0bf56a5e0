"""How fast retrieval is: BM25 beside bm25s, and the whole `retrieve`."""

from __future__ import annotations

import importlib.util
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from scipy import sparse

from bot.domain.errors import MeasurementError
from bot.domain.policy import PolicyQuery
from bot.language.function_words import content_words
from bot.language.word_segmenter import search_tokens
from bot.ports import Retriever
from bot.retrieval.bm25 import CompiledBm25
from bot.retrieval.term_counts import TermCounts

TOP = 10
WARM_UPS = 5


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds a query over many queries."""

    median_ms: float
    p95_ms: float

    @classmethod
    def of(cls, times_ms: Sequence[float]) -> Timing:
        """The timing of single measurements, at least one."""
        return cls(statistics.median(times_ms), sorted(times_ms)[int(0.95 * (len(times_ms) - 1))])


class WholeTiming(NamedTuple):
    """The whole `retrieve`: by the clock, and without what other processes on the machine took."""

    wall: Timing
    cpu: Timing


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
        own_ms = took_ms(lambda tokens=tokens: index.top_k(tokens, TOP))  # type: ignore[misc]
        their_ms = took_ms(lambda tokens=tokens: theirs.retrieve([tokens], k=TOP, show_progress=False, n_threads=1))  # type: ignore[misc]
        if number >= len(warm_ups):
            pairs.append((own_ms, their_ms))
    ours, others = zip(*pairs, strict=True)
    ratio = statistics.median(their_ms / own_ms for own_ms, their_ms in pairs)
    return SideBySide(backend, Timing.of(ours), Timing.of(others), ratio)


def retrieve_timing(retriever: Retriever, questions: Sequence[str], as_of: date) -> WholeTiming:
    """Time the whole `retrieve` of ten clauses, each question once, no region known.

    Args:
        retriever: the retriever.
        questions: different ones; the first few only warm up.
        as_of: the day of the questions.
    """
    wall_ms, cpu_ms = [], []
    for text in questions:
        query = PolicyQuery(text, None, None, as_of)
        started_s = time.thread_time()
        wall_ms.append(took_ms(lambda query=query: retriever.retrieve(query, TOP)))  # type: ignore[misc]
        cpu_ms.append((time.thread_time() - started_s) * 1000)
    warm_ups = min(WARM_UPS, len(questions) - 1)
    return WholeTiming(Timing.of(wall_ms[warm_ups:]), Timing.of(cpu_ms[warm_ups:]))


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


def _bm25s_over(documents: list[list[str]]) -> tuple[Any, str]:
    if importlib.util.find_spec("bm25s") is None:
        raise MeasurementError("没有装 bm25s，比不了：请先 pip install bm25s numba（或 make test 会装上）。")
    import bm25s  # noqa: PLC0415 - only measured against, never served with

    backend = "numba" if importlib.util.find_spec("numba") else "numpy"
    engine = bm25s.BM25(k1=1.5, b=0.75, backend=backend)
    engine.index(documents, show_progress=False)
    return engine, backend


def took_ms(ask: Callable[[], object]) -> float:
    """How long a call takes."""
    started_s = time.perf_counter()
    ask()
    return (time.perf_counter() - started_s) * 1000
