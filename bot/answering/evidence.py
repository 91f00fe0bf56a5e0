"""The sentences of a clause that answer a question.

A clause is quoted, never paraphrased: the worker reads one or a few of its own sentences, see `sentence_choice`.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from bot.answering.asked_facts import FactKind, states
from bot.answering.clause_sentences import body_sentences
from bot.answering.sentence_choice import QUOTED_CHARS, chosen_sentences, likelihoods, missing_facts, quoted
from bot.answering.subject_sense import Aboutness, SubjectSense
from bot.domain.policy import Clause
from bot.language.word_segmenter import search_tokens
from bot.ports import Encoder
from bot.retrieval.query_expansion import AnalysedQuery, ExpandedQuery
from bot.retrieval.question_field import QuestionField

CHARACTER_WEIGHT = 0.35
"""Of a single character beside a word as rare: workers shorten words (补办 / 办理)."""
POINTING_TEMPERATURE = 0.05
"""How much more a similar question points at the sentence nearest to it; cosines are divided by it."""
LIKENESS_TEMPERATURE = 0.04
"""How much more a similar question counts the more it sounds like the one asked."""
PREPARED_AT_START_MAX = 1000
PREPARED_KEPT = 64


Analyse = Callable[[str], AnalysedQuery]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a clause says to a question.

    Attributes:
        clause: the clause.
        sentences: its sentences, in order.
        likelihood: how likely each of them answers, beside the likeliest.
        facts: the kinds of fact that each of them states.
        asked: the kinds that are asked for.
        coverage: share of the question's word weight that the clause holds, in [0, 1].
        aboutness: how far the question is about the documents' subjects, whatever the clause.
    """

    clause: Clause
    sentences: tuple[str, ...]
    likelihood: tuple[float, ...]
    facts: tuple[frozenset[FactKind], ...]
    asked: frozenset[FactKind]
    coverage: float
    aboutness: Aboutness

    @property
    def quote(self) -> str:
        """The sentences to show, in the clause's order."""
        return self.quote_within(QUOTED_CHARS)

    @property
    def missing(self) -> frozenset[FactKind]:
        """Asked facts that the quote does not state."""
        return missing_facts(frozenset().union(*(self.facts[one] for one in self._chosen(QUOTED_CHARS))), self.asked)

    def quote_within(self, chars_max: int) -> str:
        """The sentences to show where space is short; the best one in any case."""
        return quoted(self.sentences, self._chosen(chars_max))

    def _chosen(self, chars_max: int) -> list[int]:
        return chosen_sentences(self.sentences, self.likelihood, self.facts, self.asked, chars_max)


@dataclass(frozen=True, slots=True)
class _Terms:
    """Words and characters of a question: columns, weights, and the weight of all, unknown ones included."""

    columns: NDArray[np.intp]
    weights: NDArray[np.float32]
    total: float

    def held(self, holds: NDArray[np.float32]) -> NDArray[np.float32]:
        """``float32[n_rows]``: how much of the weight each row of a matrix (rows by columns) has."""
        return np.asarray(holds.take(self.columns, axis=1) @ self.weights, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A clause cut into sentences.

    Attributes:
        sentences: the sentences, in order.
        vectors: ``float32[n_sentences, dimension]``.
        holds: ``float32[n_sentences + 1, n_words]``, 1 where a sentence holds a word; the last row is the clause.
        facts: the kinds of fact that each sentence states.
        asked: ``float32[n_questions, dimension]``, how people ask for the clause.
        points_at: ``float32[n_questions, n_sentences]``, rows adding up to 1: which sentence each of them means.
    """

    sentences: tuple[str, ...]
    vectors: NDArray[np.float32]
    holds: NDArray[np.float32]
    facts: tuple[frozenset[FactKind], ...]
    asked: NDArray[np.float32]
    points_at: NDArray[np.float32]


class _Asked(NamedTuple):
    """A question: its vectors with and without official terms, its own words and the official terms, asked facts."""

    vector: NDArray[np.float32]
    as_said: NDArray[np.float32]
    said: _Terms
    meant: _Terms
    facts: frozenset[FactKind]


class EvidenceFinder:
    """Finds the answering sentences of a clause; sentences are cut, encoded and read once.

    For a small corpus that happens at the start, for a large one when a clause is first asked about.

    Args:
        encoder: compares question and sentence by meaning.
        analyse: a question's words, official terms and vector.
        clauses: all clauses that will be asked about.
        weights: of words, where an index knows them already; by default `word_weights` of the clauses.
        questions: how people ask for them, by position; it points at the sentence and is never quoted itself.
        sense: tells what the documents are about; by default every question may be about it.
    """

    def __init__(
        self,
        encoder: Encoder,
        analyse: Analyse,
        clauses: Sequence[Clause],
        weights: Mapping[str, float] | None = None,
        questions: QuestionField | None = None,
        sense: SubjectSense | None = None,
    ) -> None:
        self._encoder = encoder
        # One thread: see `bot.retrieval.dense_channel`.
        self._threads = ThreadpoolController()
        self._analyse = analyse
        self._weights = word_weights(clauses) if weights is None else weights
        self._rarest = max(self._weights.values(), default=1.0)
        self._column_of = {word: column for column, word in enumerate(self._weights)}
        self._asked = _vectors_by_clause(clauses, questions) if questions else {}
        self._never_asked = np.zeros((0, encoder.dimension), dtype=np.float32)
        self._sense = sense or SubjectSense(self._never_asked, self._never_asked, (self._weights,))
        is_small = len(clauses) <= PREPARED_AT_START_MAX
        self._at_start = {clause.clause_id: self._prepare(clause) for clause in clauses} if is_small else {}
        self._prepare_late = lru_cache(PREPARED_KEPT)(self._prepare)

    def find(self, question: str, clauses: Sequence[Clause], facts: frozenset[FactKind]) -> list[Evidence]:
        """The best sentences of each clause for the question, which asks for facts of these kinds."""
        with self._threads.limit(limits=1, user_api="blas"):
            expanded, asked = self._read(question, facts)
            aboutness = self._sense.of(expanded, asked.as_said)
            return [_evidence(clause, self._prepared(clause), asked, aboutness) for clause in clauses]

    def sentence_signals(
        self, question: str, clause: Clause, facts: frozenset[FactKind]
    ) -> tuple[tuple[str, ...], NDArray[np.float32]]:
        """The sentences of a clause and their numbers to learn from, ``float32[n_sentences, len(SIGNALS)]``."""
        prepared = self._prepared(clause)
        return prepared.sentences, _signals(prepared, self._read(question, facts)[1])

    def _read(self, question: str, facts: frozenset[FactKind]) -> tuple[ExpandedQuery, _Asked]:
        expanded, vector, as_said = self._analyse(question)
        said = self._terms(dict.fromkeys(expanded.tokens, 1.0))
        return expanded, _Asked(vector, as_said, said, self._terms(expanded.added), facts)

    def _terms(self, shares: Mapping[str, float]) -> _Terms:
        weights = {token: share * self._weights.get(token, self._rarest) for token, share in shares.items()}
        weights = {token: weight if len(token) > 1 else CHARACTER_WEIGHT * weight for token, weight in weights.items()}
        known = [token for token in weights if token in self._column_of]
        return _Terms(
            columns=np.array([self._column_of[token] for token in known], dtype=np.intp),
            weights=np.array([weights[token] for token in known], dtype=np.float32),
            total=sum(weights.values()),
        )

    def _prepared(self, clause: Clause) -> _Prepared:
        return self._at_start.get(clause.clause_id) or self._prepare_late(clause)

    def _prepare(self, clause: Clause) -> _Prepared:
        sentences = tuple(body_sentences(clause) or [clause.text.strip()])
        holds = np.zeros((len(sentences) + 1, len(self._column_of)), dtype=np.float32)
        for row, text in enumerate((*sentences, f"{clause.title} {clause.text}")):
            holds[row, [self._column_of[token] for token in set(search_tokens(text)) if token in self._column_of]] = 1
        facts = tuple(frozenset(kind for kind in FactKind if states(sentence, kind)) for sentence in sentences)
        vectors = self._encoder.encode(sentences)
        asked = self._asked.get(clause.clause_id, self._never_asked)
        points_at = _softmax(asked @ vectors.T / POINTING_TEMPERATURE)
        return _Prepared(sentences, vectors, holds, facts, asked, points_at)


def _vectors_by_clause(clauses: Sequence[Clause], questions: QuestionField) -> dict[str, NDArray[np.float32]]:
    asked = np.flatnonzero(questions.has_questions).tolist()
    return {clauses[number].clause_id: questions.vectors_of(number) for number in asked}


def word_weights(clauses: Iterable[Clause]) -> dict[str, float]:
    """How telling each word and character is: ``ln(1 + n / df)`` over the clauses (inverse document frequency)."""
    documents = [set(search_tokens(f"{clause.title} {clause.text}")) for clause in clauses]
    frequency = Counter(itertools.chain.from_iterable(documents))
    return {word: math.log(1 + len(documents) / count) for word, count in frequency.items()}


def _signals(prepared: _Prepared, asked: _Asked) -> NDArray[np.float32]:
    """``float32[n_sentences, len(SIGNALS)]``."""
    said, meant = (terms.held(prepared.holds[:-1]) / (terms.total or 1.0) for terms in (asked.said, asked.meant))
    stated = [len(asked.facts & facts) / len(asked.facts) if asked.facts else 0.0 for facts in prepared.facts]
    pointed_at = np.zeros(len(prepared.sentences), dtype=np.float32)
    if len(prepared.asked):
        pointed_at = _softmax(prepared.asked @ asked.as_said / LIKENESS_TEMPERATURE) @ prepared.points_at
    return np.column_stack([prepared.vectors @ asked.vector, pointed_at, np.sqrt(said), np.sqrt(meant), stated]).astype(
        np.float32
    )


def _coverage(prepared: _Prepared, asked: _Asked) -> float:
    """The share of the question that the clause holds, by the worker's own words or with the official terms."""
    said, meant = (float(terms.held(prepared.holds[-1:])[0]) for terms in (asked.said, asked.meant))
    return max(said / (asked.said.total or 1.0), (said + meant) / (asked.said.total + asked.meant.total or 1.0))


def _evidence(clause: Clause, prepared: _Prepared, asked: _Asked, aboutness: Aboutness) -> Evidence:
    return Evidence(
        clause=clause,
        sentences=prepared.sentences,
        likelihood=tuple(likelihoods(_signals(prepared, asked)).tolist()),
        facts=prepared.facts,
        asked=asked.facts,
        coverage=_coverage(prepared, asked),
        aboutness=aboutness,
    )


def _softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Along the last axis."""
    odds = np.exp(logits - logits.max(axis=-1, keepdims=True, initial=-np.inf))
    shares: NDArray[np.float32] = odds / odds.sum(axis=-1, keepdims=True)
    return shares
