"""The sentences of a clause that answer a question.

A clause is quoted, never paraphrased: the worker reads one or two of its own sentences, without the number, the lead
phrase and the line of departments.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from bot.answering.asked_facts import FactKind, states
from bot.answering.subject_sense import Aboutness, SubjectSense
from bot.domain.policy import Clause
from bot.language.word_segmenter import search_tokens
from bot.ports import Encoder
from bot.retrieval.query_expansion import ExpandedQuery
from bot.retrieval.question_field import QuestionField

WHOLE_BODY_CHARS = 110
"""A body this short is quoted whole."""
QUOTED_CHARS = 230
"""Sentences are quoted together up to this length: with place and status an answer stays within 300 characters."""
QUOTED_SENTENCES = 3
GAP_CHARS = 2
FURTHER_SENTENCE_SHARE = 0.6
"""A further sentence is quoted when it scores at least this share of the first."""
GUIDED_SHARE = 1.0
"""Weight of what similar questions point at, beside the nearness of the question itself."""
LIKENESS_TEMPERATURE = 0.08
"""How much more a similar question counts the more it sounds like the one asked; cosines are divided by it."""
FACT_BONUS = 0.35
"""What stating an asked fact adds to a sentence's score."""
PREPARED_AT_START_MAX = 1000
PREPARED_KEPT = 64

_SENTENCE = re.compile(r"[^。！？!?\n]*[。！？!?]?[”」』）)]*\n?")
_DEPARTMENTS_TAIL = re.compile(
    r"\s*[（(][^（()）]*(?:[（(〈<][^（()）>〉]*[）)〉>][^（()）]*)*(?:负责|责任单位|牵头单位)[^（()）]*(?:[（(〈<][^（()）>〉]*[）)〉>][^（()）]*)*[）)]\s*[。]?\s*$"
)
_DEPARTMENTS_LINE = re.compile(r"^\s*(?:牵头单位|责任单位|配合单位|责任部门|牵头部门)[：:].*$", re.MULTILINE)


Analyse = Callable[[str], tuple[ExpandedQuery, NDArray[np.float32]]]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a clause says to a question.

    Attributes:
        clause: the clause.
        quote: the sentences to show, in the clause's order.
        sentence: the best one of them alone, for where space is short.
        score: how well the best sentence fits, in [0, 1 + FACT_BONUS].
        similarity: cosine of question and best sentence, in [-1, 1].
        coverage: share of the question's word weight that the clause holds, in [0, 1].
        missing: asked facts that the quote does not state.
        aboutness: how far the question is about the documents' subjects, whatever the clause.
    """

    clause: Clause
    quote: str
    sentence: str
    score: float
    similarity: float
    coverage: float
    missing: frozenset[FactKind]
    aboutness: Aboutness


def body_sentences(clause: Clause) -> list[str]:
    """The sentences of a clause without lead phrase and departments, in order; empty for a mere heading."""
    text = _DEPARTMENTS_LINE.sub("", clause.text)
    text = _DEPARTMENTS_TAIL.sub("", text).strip()
    if clause.title and text.startswith(clause.title):
        text = text[len(clause.title) :].lstrip("。：:.． \n\u3000")
    return [sentence.strip() for sentence in _SENTENCE.findall(text) if sentence.strip()]


@dataclass(frozen=True, slots=True)
class _Terms:
    """Words of a question: their columns, their weights, and the weight of all, unknown ones included."""

    columns: NDArray[np.intp]
    weights: NDArray[np.float32]
    total: float

    def coverage(self, holds: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
        """``float32[n_rows]``: share of the words' weight that each row of the matrices (rows by columns) has."""
        if not self.total:
            return np.zeros(sum(map(len, holds)), dtype=np.float32)
        held = np.concatenate([rows.take(self.columns, axis=1) for rows in holds])
        return np.asarray(held @ self.weights / self.total, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A clause cut into sentences.

    Attributes:
        sentences: the sentences, in order.
        vectors: ``float32[n_sentences, dimension]``.
        holds: ``float32[n_sentences + 1, n_words]``, 1 where a sentence holds a word; the last row is the clause.
        facts: the kinds of fact that each sentence states.
        is_short: whether the sentences are quoted whole.
        asked: ``float32[n_questions, dimension]``, how people ask for the clause.
        asked_for: ``float32[n_questions, n_sentences]``, how near each of those questions is to each sentence.
    """

    sentences: tuple[str, ...]
    vectors: NDArray[np.float32]
    holds: NDArray[np.float32]
    facts: tuple[frozenset[FactKind], ...]
    is_short: bool
    asked: NDArray[np.float32]
    asked_for: NDArray[np.float32]


class EvidenceFinder:
    """Finds the answering sentences of a clause; sentences are cut, encoded and read once.

    For a small corpus that happens at the start, for a large one when a clause is first asked about.

    Args:
        encoder: compares question and sentence by meaning.
        analyse: a question's words, official terms and vector.
        clauses: all clauses that will be asked about.
        weights: of words, where an index knows them already; by default `word_weights` of the clauses.
        questions: how people ask for them, by position; it guides to the sentence and is never quoted itself.
        other_subjects: what people write that has nothing to do with the documents.
        lay_words: words that are known though no clause holds them.
    """

    def __init__(
        self,
        encoder: Encoder,
        analyse: Analyse,
        clauses: Sequence[Clause],
        weights: Mapping[str, float] | None = None,
        questions: QuestionField | None = None,
        other_subjects: Sequence[str] = (),
        lay_words: Container[str] = (),
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
        own = questions.vectors if questions else self._never_asked
        others = encoder.encode(other_subjects) if other_subjects else self._never_asked
        self._sense = SubjectSense(own, others, (self._weights, questions.words if questions else (), lay_words))
        is_small = len(clauses) <= PREPARED_AT_START_MAX
        self._at_start = {clause.clause_id: self._prepare(clause) for clause in clauses} if is_small else {}
        self._prepare_late = lru_cache(PREPARED_KEPT)(self._prepare)

    def find(self, question: str, clauses: Sequence[Clause], asked: frozenset[FactKind]) -> list[Evidence]:
        """The best one or two sentences of each clause for the question."""
        expanded, vector = self._analyse(question)
        said = self._terms(expanded.tokens)
        meant = self._terms((*expanded.tokens, *expanded.added))
        prepared = [self._prepared(clause) for clause in clauses]
        if not prepared:
            return []
        with self._threads.limit(limits=1, user_api="blas"):
            fits = _fits(prepared, vector, said, meant)
            as_said = vector if expanded.embedding_text == question else self._encoder.encode([question])[0]
            aboutness = self._sense.of(expanded, as_said)
        return [_evidence(*one, asked, aboutness) for one in zip(clauses, prepared, fits, strict=True)]

    def _terms(self, tokens: Iterable[str]) -> _Terms:
        weights = {token: self._weights.get(token, self._rarest) for token in tokens if len(token) > 1}
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
        is_short = sum(map(len, sentences)) <= WHOLE_BODY_CHARS
        return _Prepared(sentences, vectors, holds, facts, is_short, asked, asked @ vectors.T)


def _vectors_by_clause(clauses: Sequence[Clause], questions: QuestionField) -> dict[str, NDArray[np.float32]]:
    asked = np.flatnonzero(questions.has_questions).tolist()
    return {clauses[number].clause_id: questions.vectors_of(number) for number in asked}


def word_weights(clauses: Iterable[Clause]) -> dict[str, float]:
    """How telling each word is: ``ln(1 + n / df)`` over the clauses (inverse document frequency)."""
    documents = [
        {token for token in search_tokens(f"{clause.title} {clause.text}") if len(token) > 1} for clause in clauses
    ]
    frequency = Counter(itertools.chain.from_iterable(documents))
    return {word: math.log(1 + len(documents) / count) for word, count in frequency.items()}


class _Fit(NamedTuple):
    """How a clause fits a question before asked facts are looked at.

    Attributes:
        scores: of each sentence, in [0, 1].
        similarities: cosine of the question and each sentence, in [-1, 1].
        coverage: share of the question's word weight that the whole clause holds, in [0, 1].
    """

    scores: list[float]
    similarities: list[float]
    coverage: float


def _fits(prepared: Sequence[_Prepared], vector: NDArray[np.float32], said: _Terms, meant: _Terms) -> list[_Fit]:
    """Each clause's fit; numbers of all clauses are worked out together, for most clauses have few of them."""
    ends = np.cumsum([len(one.sentences) for one in prepared]).tolist()
    cosines = np.concatenate([one.vectors for one in prepared] + [one.asked for one in prepared]) @ vector
    similarities = cosines[: ends[-1]]
    near = np.maximum(similarities, 0.0) + GUIDED_SHARE * np.maximum(_guided(prepared, cosines[ends[-1] :]), 0.0)
    lexical = meant.coverage([one.holds for one in prepared])
    whole = np.array(ends) + np.arange(len(ends))  # each clause's own row follows those of its sentences
    coverage = np.maximum(said.coverage([one.holds[-1:] for one in prepared]), lexical[whole]).tolist()
    scores = (0.6 * near / (1 + GUIDED_SHARE) + 0.4 * np.sqrt(np.delete(lexical, whole))).tolist()
    cosine_of = similarities.tolist()
    return [
        _Fit(scores[start:end], cosine_of[start:end], covered)
        for start, end, covered in zip([0, *ends], ends, coverage, strict=False)
    ]


def _guided(prepared: Sequence[_Prepared], likeness: NDArray[np.float32]) -> NDArray[np.float32]:
    """``float32[n_sentences]`` of all clauses: how near the clause's similar questions that sound like this one are.

    Args:
        prepared: the clauses.
        likeness: ``float32[n_questions]`` of all clauses: cosine of this question and each similar one.
    """
    guided = np.zeros(sum(len(one.sentences) for one in prepared), dtype=np.float32)
    counts = [len(one.asked) for one in prepared if len(one.asked)]
    if not counts:
        return guided
    starts = np.cumsum([0, *counts])[:-1]
    weights = np.exp((likeness - np.repeat(np.maximum.reduceat(likeness, starts), counts)) / LIKENESS_TEMPERATURE)
    weights /= np.repeat(np.add.reduceat(weights, starts), counts)
    sentence = question = 0
    for one in prepared:
        next_sentence, next_question = sentence + len(one.sentences), question + len(one.asked)
        if next_question > question:
            guided[sentence:next_sentence] = weights[question:next_question] @ one.asked_for
        sentence, question = next_sentence, next_question
    return guided


def _evidence(
    clause: Clause, prepared: _Prepared, fit: _Fit, asked: frozenset[FactKind], aboutness: Aboutness
) -> Evidence:
    scores = fit.scores
    if asked:
        stated = (FACT_BONUS * len(asked & facts) / len(asked) for facts in prepared.facts)
        scores = [score + bonus for score, bonus in zip(scores, stated, strict=True)]
    best = scores.index(max(scores))
    chosen = _chosen(prepared, scores, best, asked)
    return Evidence(
        clause=clause,
        quote=_joined(prepared.sentences, chosen),
        sentence=prepared.sentences[best],
        score=scores[best],
        similarity=fit.similarities[best],
        coverage=fit.coverage,
        missing=missing_facts(frozenset().union(*(prepared.facts[i] for i in chosen)), asked) if asked else asked,
        aboutness=aboutness,
    )


def missing_facts(stated: frozenset[FactKind], asked: frozenset[FactKind]) -> frozenset[FactKind]:
    """Asked facts that are not stated; a percentage is an amount where both are asked."""
    missing = asked - stated
    if FactKind.PERCENTAGE in asked & stated:
        missing -= {FactKind.AMOUNT}
    return missing


def _chosen(prepared: _Prepared, scores: Sequence[float], best: int, asked: frozenset[FactKind]) -> list[int]:
    """The sentences to quote: all of a short clause, else the best and up to two that are nearly as good."""
    sentences = prepared.sentences
    if prepared.is_short:
        return list(range(len(sentences)))
    lacking = missing_facts(prepared.facts[best], asked)
    worth = {
        i: scores[i] + (FACT_BONUS if lacking & prepared.facts[i] else 0.0) for i in range(len(sentences)) if i != best
    }
    chosen, length = [best], len(sentences[best])
    for i in sorted(worth, key=lambda one: (-worth[one], one)):
        if len(chosen) == QUOTED_SENTENCES or worth[i] < FURTHER_SENTENCE_SHARE * scores[best]:
            break
        if length + len(sentences[i]) + GAP_CHARS <= QUOTED_CHARS:
            chosen.append(i)
            length += len(sentences[i]) + GAP_CHARS
    return sorted(chosen)


def _joined(sentences: Sequence[str], chosen: Sequence[int]) -> str:
    """The chosen sentences; an ellipsis marks what was left out between two of them."""
    joined = sentences[chosen[0]]
    for before, after in itertools.pairwise(chosen):
        joined += ("" if after == before + 1 else "……") + sentences[after]
    return joined
