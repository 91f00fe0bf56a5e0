"""How retrieval grows with the corpus: its clauses repeated with variation, searched in every channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from bot.domain.policy import Clause
from bot.evaluation.retrieval_speed import TOP, Timing, WholeTiming, query_tokens, retrieve_timing, took_ms
from bot.language.lexicon import Lexicon
from bot.ports import Encoder
from bot.regions.divisions import Divisions
from bot.retrieval.bm25 import CompiledBm25
from bot.retrieval.clause_store import CLAUSES_KEPT, StoredClauses
from bot.retrieval.hybrid_retriever import HybridRetriever
from bot.retrieval.index_build import PolicyIndex
from bot.retrieval.question_field import QuestionField
from bot.retrieval.term_counts import TermCounts

_DROPPED_SHARE = 0.1
_NOISE = 0.02


@dataclass(frozen=True, slots=True)
class Growth:
    """One size of corpus.

    Attributes:
        clauses: how many.
        bm25: the ten best by words.
        retrieve: the ten best in every channel, as the service finds them.
        index_bytes: the arrays that a search reads.
    """

    clauses: int
    bm25: Timing
    retrieve: WholeTiming
    index_bytes: int


class RetrievalGrowth:
    """Measures corpora of any size.

    Each repetition of the clauses leaves out a tenth of their words at random and moves their vectors a little.

    Args:
        index: whose clauses are repeated.
        encoder: the one that the index was built with.
        lexicon: lay expressions.
        divisions: the lineage of regions.
    """

    def __init__(self, index: PolicyIndex, encoder: Encoder, lexicon: Lexicon, divisions: Divisions) -> None:
        self._index = index
        self._encoder = encoder
        self._lexicon = lexicon
        self._divisions = divisions

    def at(self, size: int, questions: Sequence[str], as_of: date) -> Growth:
        """Ask a corpus of so many clauses the questions, each once."""
        rng = np.random.default_rng(size)
        clauses = _RepeatedClauses(self._index.clauses, size)
        index = replace(
            self._index,
            clauses=clauses,
            bm25=CompiledBm25.of_counts(varied_counts(self._index.bm25.counts, size, rng)),
            embeddings=varied_vectors(self._index.embeddings, size, rng),
            questions=QuestionField(
                None, np.zeros(0, dtype=np.int64), np.zeros((0, self._encoder.dimension), dtype=np.float32), size
            ),
        )
        retriever = HybridRetriever(index, self._encoder, self._lexicon, self._divisions)
        if index.bm25.has_impacts:
            index.bm25.prepare_top_k()
        by_words = Timing.of(
            [took_ms(lambda tokens=tokens: index.bm25.top_k(tokens, TOP)) for tokens in query_tokens(questions)]  # type: ignore[misc]
        )
        return Growth(size, by_words, retrieve_timing(retriever, questions, as_of), retriever.size_bytes)


class _RepeatedClauses(StoredClauses):
    """The clauses of an index over and over."""

    def __init__(self, clauses: StoredClauses, size: int) -> None:
        self._clauses = clauses
        self._clause = lru_cache(CLAUSES_KEPT)(self._decoded)
        self.is_numbered = np.resize(clauses.is_numbered, size)
        self.document_numbers = np.resize(clauses.document_numbers, size)

    def _decoded(self, number: int) -> Clause:
        return self._clauses[number % len(self._clauses)]


def varied_counts(counts: TermCounts, size: int, rng: np.random.Generator) -> TermCounts:
    """The postings of ``size`` documents: those given, over and over, a tenth of each repetition's left out."""
    have, terms = len(counts.lengths), len(counts.terms)
    term_of = np.repeat(np.arange(terms, dtype=np.int32), np.diff(counts.starts))
    first_documents = range(0, size, have)
    stays = [counts.document_ids < size - first for first in first_documents]
    for kept in stays[1:]:
        np.logical_and(kept, rng.random(len(term_of), dtype=np.float32) >= _DROPPED_SHARE, out=kept)
    held = np.array([np.bincount(term_of[kept], minlength=terms) for kept in stays])
    starts = np.concatenate(([0], np.cumsum(held.sum(axis=0))))
    document_ids = np.empty(starts[-1], dtype=np.int32)
    frequencies = np.empty(starts[-1], dtype=counts.frequencies.dtype)
    lengths = []
    for number, (first, kept) in enumerate(zip(first_documents, stays, strict=True)):
        place_of_term = starts[:-1] + held[:number].sum(axis=0) - (np.cumsum(held[number]) - held[number])
        places = place_of_term[term_of[kept]] + np.arange(np.count_nonzero(kept))
        document_ids[places] = counts.document_ids[kept] + np.int32(first)
        frequencies[places] = counts.frequencies[kept]
        lengths.append(np.bincount(counts.document_ids[kept], counts.frequencies[kept], min(have, size - first)))
    is_held = np.diff(starts) > 0
    return TermCounts(
        terms=tuple(compress(counts.terms, is_held)),
        starts=np.concatenate((starts[:-1][is_held], starts[-1:])),
        document_ids=document_ids,
        frequencies=frequencies,
        lengths=np.concatenate(lengths).astype(np.int64),
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
