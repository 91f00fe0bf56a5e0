"""The sentences of a clause that answer a question.

A clause is quoted, never paraphrased: the worker reads one or two of its own sentences, without the number, the lead
phrase and the line of departments.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.answering.asked_facts import FactKind, states
from bot.domain.policy import Clause
from bot.language.word_segmenter import search_tokens
from bot.ports import Encoder
from bot.retrieval.query_expansion import ExpandedQuery

WHOLE_BODY_CHARS = 110
"""A body this short is quoted whole."""
QUOTED_CHARS = 230
"""Two sentences are quoted together up to this length."""
SECOND_SENTENCE_SHARE = 0.6
"""The second sentence is quoted when it scores at least this share of the first."""
FACT_BONUS = 0.35
"""What stating an asked fact adds to a sentence's score."""

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
    """

    clause: Clause
    quote: str
    sentence: str
    score: float
    similarity: float
    coverage: float
    missing: frozenset[FactKind]


def body_sentences(clause: Clause) -> list[str]:
    """The sentences of a clause without lead phrase and departments, in order; empty for a mere heading."""
    text = _DEPARTMENTS_LINE.sub("", clause.text)
    text = _DEPARTMENTS_TAIL.sub("", text).strip()
    if clause.title and text.startswith(clause.title):
        text = text[len(clause.title) :].lstrip("。：:.． \n\u3000")
    return [sentence.strip() for sentence in _SENTENCE.findall(text) if sentence.strip()]


class EvidenceFinder:
    """Finds the answering sentences of a clause; sentences are cut and encoded once, at the start.

    Args:
        encoder: compares question and sentence by meaning.
        analyse: a question's words, official terms and vector.
        clauses: all clauses that will be asked about.
    """

    def __init__(self, encoder: Encoder, analyse: Analyse, clauses: Sequence[Clause]) -> None:
        self._analyse = analyse
        self._weights = word_weights(clauses)
        self._rarest = max(self._weights.values(), default=1.0)
        sentences = {clause.clause_id: body_sentences(clause) or [clause.text.strip()] for clause in clauses}
        vectors = encoder.encode(list(itertools.chain.from_iterable(sentences.values())))
        rows = itertools.accumulate((len(own) for own in sentences.values()), initial=0)
        self._sentences = {
            clause_id: (tuple(own), vectors[start : start + len(own)])
            for (clause_id, own), start in zip(sentences.items(), rows, strict=False)
        }

    def find(self, question: str, clauses: Sequence[Clause], asked: frozenset[FactKind]) -> list[Evidence]:
        """The best one or two sentences of each clause for the question."""
        expanded, question_vector = self._analyse(question)
        said, added = self._weighted(expanded.tokens), self._weighted(expanded.added)
        found = []
        for clause in clauses:
            sentences, vectors = self._sentences[clause.clause_id]
            found.append(_evidence(clause, sentences, (vectors @ question_vector).tolist(), said, added, asked))
        return found

    def _weighted(self, terms: Iterable[str]) -> dict[str, float]:
        return {word: self._weights.get(word, self._rarest) for word in terms if len(word) > 1}


def word_weights(clauses: Iterable[Clause]) -> dict[str, float]:
    """How telling each word is: ``ln(1 + n / df)`` over the clauses (inverse document frequency)."""
    documents = [set(search_tokens(f"{clause.title} {clause.text}")) for clause in clauses]
    frequency = Counter(itertools.chain.from_iterable(documents))
    return {word: math.log(1 + len(documents) / count) for word, count in frequency.items()}


def _evidence(
    clause: Clause,
    sentences: Sequence[str],
    similarities: Sequence[float],
    said: Mapping[str, float],
    added: Mapping[str, float],
    asked: frozenset[FactKind],
) -> Evidence:
    meant = {**said, **added}
    scores = [
        0.6 * max(similarity, 0.0) + 0.4 * math.sqrt(_coverage(meant, sentence)) + _fact_bonus(sentence, asked)
        for sentence, similarity in zip(sentences, similarities, strict=True)
    ]
    best = max(range(len(sentences)), key=lambda i: scores[i])
    quote = _quote(sentences, scores, best, asked)
    return Evidence(
        clause=clause,
        quote=quote,
        sentence=sentences[best],
        score=scores[best],
        similarity=similarities[best],
        coverage=max(_coverage(said, clause.text), _coverage(meant, clause.text)),
        missing=missing_facts(quote, asked),
    )


def _fact_bonus(sentence: str, asked: frozenset[FactKind]) -> float:
    return FACT_BONUS * sum(states(sentence, kind) for kind in asked) / len(asked) if asked else 0.0


def missing_facts(quote: str, asked: frozenset[FactKind]) -> frozenset[FactKind]:
    """Asked facts that a quote does not state; a percentage is an amount where both are asked."""
    missing = {kind for kind in asked if not states(quote, kind)}
    if FactKind.PERCENTAGE in asked and FactKind.PERCENTAGE not in missing:
        missing.discard(FactKind.AMOUNT)
    return frozenset(missing)


def _coverage(weights: Mapping[str, float], text: str) -> float:
    total = sum(weights.values())
    return sum(weight for word, weight in weights.items() if word in text) / total if total else 0.0


def _quote(sentences: Sequence[str], scores: Sequence[float], best: int, asked: frozenset[FactKind]) -> str:
    if sum(map(len, sentences)) <= WHOLE_BODY_CHARS:
        return "".join(sentences)
    others = [i for i in range(len(sentences)) if i != best]
    second = max(others, key=lambda i: _second_score(sentences, scores, best, i, asked), default=None)
    if second is None or len(sentences[best]) + len(sentences[second]) > QUOTED_CHARS:
        return sentences[best]
    if _second_score(sentences, scores, best, second, asked) < SECOND_SENTENCE_SHARE * scores[best]:
        return sentences[best]
    first, last = sorted((best, second))
    return sentences[first] + ("" if last == first + 1 else "……") + sentences[last]


def _second_score(
    sentences: Sequence[str], scores: Sequence[float], best: int, index: int, asked: frozenset[FactKind]
) -> float:
    adds_a_fact = missing_facts(sentences[best], asked) - missing_facts(sentences[index], asked)
    return scores[index] + (FACT_BONUS if adds_a_fact else 0.0)
