"""The sentences of a clause that answer a question.

A clause is quoted, never paraphrased: the worker reads one or a few of its own sentences, see `sentence_choice`.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from bot.answering.asked_facts import FactKind, asks_several
from bot.answering.clause_sentences import body_sentences
from bot.answering.other_case import named_case
from bot.answering.prepared_clause import Asked, PreparedClause, Terms, figures_of, softmax, word_weights
from bot.answering.sentence_choice import QUOTED_CHARS, chosen_sentences, likelihoods, missing_facts, quoted
from bot.answering.stated_facts import states
from bot.answering.subject_sense import Aboutness, SubjectSense, words_meant
from bot.domain.policy import Clause
from bot.language.word_segmenter import search_tokens
from bot.ports import Encoder
from bot.retrieval.query_expansion import AnalysedQuery, ExpandedQuery
from bot.retrieval.question_field import QuestionField

CHARACTER_WEIGHT = 0.35
"""Of a single character beside a word as rare: workers shorten words (补办 / 办理)."""
POINTING_TEMPERATURE = 0.05
"""How much more a similar question points at the sentence nearest to it; cosines are divided by it."""
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
        asks_several: whether several things are asked.
        coverage: share of the question's word weight that the clause holds, in [0, 1].
        missed: share of it in words that other clauses hold, but neither this one nor who asks for it.
        is_other_case: whether the question names a year or a group of people that the clause is not about.
        aboutness: how far the question is about the documents' subjects, whatever the clause.
    """

    clause: Clause
    sentences: tuple[str, ...]
    likelihood: tuple[float, ...]
    facts: tuple[frozenset[FactKind], ...]
    asked: frozenset[FactKind]
    asks_several: bool
    coverage: float
    missed: float
    is_other_case: bool
    aboutness: Aboutness

    @property
    def quote(self) -> str:
        """The sentences to show, in the clause's order."""
        return self.quote_within(QUOTED_CHARS)

    @property
    def missing(self) -> frozenset[FactKind]:
        """Asked facts that the quote does not state."""
        if not self.asked:
            return self.asked
        return missing_facts(frozenset().union(*(self.facts[one] for one in self._chosen(QUOTED_CHARS))), self.asked)

    def quote_within(self, chars_max: int) -> str:
        """The sentences to show where space is short; the best one in any case."""
        return quoted(self.sentences, self._chosen(chars_max))

    def _chosen(self, chars_max: int) -> list[int]:
        return chosen_sentences(
            self.sentences, self.likelihood, self.facts, self.asked, chars_max, asks_several=self.asks_several
        )


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
        places: names of the documents' places: a clause that does not name its own lacks nothing.
    """

    def __init__(
        self,
        encoder: Encoder,
        analyse: Analyse,
        clauses: Sequence[Clause],
        weights: Mapping[str, float] | None = None,
        questions: QuestionField | None = None,
        sense: SubjectSense | None = None,
        places: Container[str] = (),
    ) -> None:
        self._encoder = encoder
        # One thread: see `bot.retrieval.dense_channel`.
        self._threads = ThreadpoolController()
        self._analyse = analyse
        self._weights = word_weights(clauses) if weights is None else weights
        self._rarest = max(self._weights.values(), default=1.0)
        self._column_of = {word: column for column, word in enumerate(self._weights)}
        self._places = places
        self._asked = _vectors_by_clause(clauses, questions) if questions else {}
        self._asked_words = _words_by_clause(clauses, questions) if questions else {}
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
        _, asked = self._read(question, facts)
        return prepared.sentences, prepared.signals(asked, prepared.held(asked))

    def _read(self, question: str, facts: frozenset[FactKind]) -> tuple[ExpandedQuery, Asked]:
        expanded, vector, as_said = self._analyse(question)
        own = [word for word in words_meant(expanded) if word not in self._places]
        said, of_words = (self._terms(dict.fromkeys(tokens, 1.0)) for tokens in (expanded.tokens, own))
        meant = self._terms(expanded.added)
        several = asks_several(expanded.text)
        return expanded, Asked(vector, as_said, said, meant, of_words, facts, several, named_case(expanded.text))

    def _terms(self, shares: Mapping[str, float]) -> Terms:
        weights = {token: share * self._weights.get(token, self._rarest) for token, share in shares.items()}
        weights = {token: weight if len(token) > 1 else CHARACTER_WEIGHT * weight for token, weight in weights.items()}
        known = [token for token in weights if token in self._column_of]
        return Terms(
            columns=np.array([self._column_of[token] for token in known], dtype=np.intp),
            weights=np.array([weights[token] for token in known], dtype=np.float32),
            total=sum(weights.values()),
        )

    def _prepared(self, clause: Clause) -> PreparedClause:
        return self._at_start.get(clause.clause_id) or self._prepare_late(clause)

    def _prepare(self, clause: Clause) -> PreparedClause:
        sentences = tuple(body_sentences(clause) or [clause.text.strip()])
        whole = f"{clause.title} {clause.text}"
        words = [set(search_tokens(text)) for text in (*sentences, whole)]
        words.append(words[-1].union(self._asked_words.get(clause.clause_id, ())))
        holds = np.zeros((len(words), len(self._column_of)), dtype=np.float32)
        for row, held in enumerate(words):
            holds[row, [self._column_of[token] for token in held if token in self._column_of]] = 1
        vectors = self._encoder.encode(sentences)
        asked = self._asked.get(clause.clause_id, self._never_asked)
        facts = tuple(frozenset(kind for kind in FactKind if states(sentence, kind)) for sentence in sentences)
        return PreparedClause(
            sentences=sentences,
            vectors=vectors,
            holds=holds,
            facts=facts,
            figures=figures_of(sentences, facts, self._column_of),
            asked=asked,
            points_at=softmax(asked @ vectors.T / POINTING_TEMPERATURE),
            case=named_case(whole),
        )


def _vectors_by_clause(clauses: Sequence[Clause], questions: QuestionField) -> dict[str, NDArray[np.float32]]:
    asked = np.flatnonzero(questions.has_questions).tolist()
    return {clauses[number].clause_id: questions.vectors_of(number) for number in asked}


def _words_by_clause(clauses: Sequence[Clause], questions: QuestionField) -> dict[str, list[str]]:
    return {clauses[number].clause_id: words for number, words in questions.words_by_clause().items()}


def _evidence(clause: Clause, prepared: PreparedClause, asked: Asked, aboutness: Aboutness) -> Evidence:
    held = prepared.held(asked)
    return Evidence(
        clause=clause,
        sentences=prepared.sentences,
        likelihood=tuple(likelihoods(prepared.signals(asked, held)).tolist()),
        facts=prepared.facts_beside(asked, held),
        asked=asked.facts,
        asks_several=asked.several,
        coverage=prepared.coverage(asked, held),
        missed=prepared.missed(asked),
        is_other_case=prepared.case.excludes(asked.case),
        aboutness=aboutness,
    )
