"""What a clause holds of a question: its sentences, their words, vectors and facts, and how people ask for it."""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.answering.asked_facts import FactKind
from bot.answering.other_case import NamedCase
from bot.answering.stated_facts import states
from bot.domain.policy import Clause
from bot.language.word_segmenter import search_tokens

LIKENESS_TEMPERATURE = 0.04
"""How much more a similar question counts the more it sounds like the one asked."""
FIGURES = frozenset(
    {
        FactKind.AMOUNT,
        FactKind.PRICE,
        FactKind.PERCENTAGE,
        FactKind.MULTIPLE,
        FactKind.DURATION,
        FactKind.TIMES,
        FactKind.FREQUENCY,
        FactKind.PEOPLE,
        FactKind.COUNT,
        FactKind.PIECES,
        FactKind.FIGURE,
    }
)
"""Kinds that a clause may state of several things: that of another thing misleads."""
BESIDE_SHARE = 0.22
"""Of the words that a clause shares with the question, so much must stand beside a figure that is to answer it."""
_PART = re.compile(r"[^，,；;。：:]+[，,；;。：:]?")


@dataclass(frozen=True, slots=True)
class Terms:
    """Words and characters of a question: columns, weights, and the weight of all, unknown ones included."""

    columns: NDArray[np.intp]
    weights: NDArray[np.float32]
    total: float

    def held(self, holds: NDArray[np.float32]) -> NDArray[np.float32]:
        """``float32[n_rows]``: how much of the weight each row of a matrix (rows by columns) has."""
        return np.asarray(holds.take(self.columns, axis=1) @ self.weights, dtype=np.float32)

    def held_among(self, columns: NDArray[np.intp]) -> float:
        """How much of the weight some columns have."""
        return float(self.weights[np.isin(self.columns, columns)].sum())


class Asked(NamedTuple):
    """A question.

    Attributes:
        vector: with official terms.
        as_said: without them.
        said: its own words and characters.
        meant: the official terms.
        own: its words of two characters and more that name no place of the documents.
        facts: the kinds of fact that it asks for.
        several: whether it asks for several things.
        case: the years and groups that it names.
    """

    vector: NDArray[np.float32]
    as_said: NDArray[np.float32]
    said: Terms
    meant: Terms
    own: Terms
    facts: frozenset[FactKind]
    several: bool
    case: NamedCase


class Held(NamedTuple):
    """How much of a question's weight the sentences hold, in order, and last the clause.

    Attributes:
        said: of its own words, ``float32[n_sentences + 1]``.
        meant: of the official terms, the same.
    """

    said: NDArray[np.float32]
    meant: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure in a clause: its sentence, its kind, and the columns of the words that stand beside it."""

    sentence: int
    kind: FactKind
    columns: NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class PreparedClause:
    """A clause cut into sentences.

    Attributes:
        sentences: the sentences, in order.
        vectors: ``float32[n_sentences, dimension]``.
        holds: ``float32[n_sentences + 2, n_words]``, 1 where a sentence holds a word; the last but one row is the
            clause, the last the clause together with the questions that people ask for it.
        facts: the kinds of fact that each sentence states.
        figures: where the figures among them stand.
        asked: ``float32[n_questions, dimension]``, how people ask for the clause.
        points_at: ``float32[n_questions, n_sentences]``, rows adding up to 1: which sentence each of them means.
        case: the years and groups that it names.
    """

    sentences: tuple[str, ...]
    vectors: NDArray[np.float32]
    holds: NDArray[np.float32]
    facts: tuple[frozenset[FactKind], ...]
    figures: tuple[Figure, ...]
    asked: NDArray[np.float32]
    points_at: NDArray[np.float32]
    case: NamedCase

    def held(self, asked: Asked) -> Held:
        """What it holds of the question's own words and of the official terms."""
        return Held(asked.said.held(self.holds[:-1]), asked.meant.held(self.holds[:-1]))

    def signals(self, asked: Asked, held: Held) -> NDArray[np.float32]:
        """``float32[n_sentences, len(SIGNALS)]``, see `bot.answering.sentence_choice`."""
        said, meant = held.said[:-1] / (asked.said.total or 1.0), held.meant[:-1] / (asked.meant.total or 1.0)
        stated = [len(asked.facts & facts) / len(asked.facts) if asked.facts else 0.0 for facts in self.facts]
        pointed_at = np.zeros(len(self.sentences), dtype=np.float32)
        if len(self.asked):
            pointed_at = softmax(self.asked @ asked.as_said / LIKENESS_TEMPERATURE) @ self.points_at
        columns = [self.vectors @ asked.vector, pointed_at, np.sqrt(said), np.sqrt(meant), stated]
        return np.column_stack(columns).astype(np.float32)

    def coverage(self, asked: Asked, held: Held) -> float:
        """The share of the question that the clause holds, by the worker's own words or with the official terms."""
        said, meant = float(held.said[-1]), float(held.meant[-1])
        return max(said / (asked.said.total or 1.0), (said + meant) / (asked.said.total + asked.meant.total or 1.0))

    def missed(self, asked: Asked) -> float:
        """The share of the question in words of the documents that neither this clause nor who asks for it says."""
        known = float(asked.own.weights.sum())
        return (known - float(asked.own.held(self.holds[-1:])[0])) / (asked.own.total or 1.0)

    def facts_beside(self, asked: Asked, held: Held) -> tuple[frozenset[FactKind], ...]:
        """The facts of each sentence without the figures that stand beside nothing that the question is about."""
        wanted = asked.facts & FIGURES
        if not wanted:
            return self.facts
        share = BESIDE_SHARE * float(held.said[-1] + held.meant[-1])
        near = {
            (one.sentence, one.kind)
            for one in self.figures
            if one.kind in wanted and sum(terms.held_among(one.columns) for terms in (asked.said, asked.meant)) >= share
        }
        return tuple(
            frozenset(kind for kind in facts if kind not in wanted or (number, kind) in near)
            for number, facts in enumerate(self.facts)
        )


def figures_of(
    sentences: Sequence[str], facts: Sequence[frozenset[FactKind]], column_of: Mapping[str, int]
) -> tuple[Figure, ...]:
    """The figures of sentences that state these facts; beside one stand the words between its commas and the next."""
    return tuple(
        Figure(number, kind, _columns("".join(parts[max(one - 1, 0) : one + 2]), column_of))
        for number, stated in enumerate(facts)
        if stated & FIGURES
        for parts in [_PART.findall(sentences[number])]
        for one, part in enumerate(parts)
        for kind in sorted(stated & FIGURES)
        if states(part, kind)
    )


def word_weights(clauses: Iterable[Clause]) -> dict[str, float]:
    """How telling each word and character is: ``ln(1 + n / df)`` over the clauses (inverse document frequency)."""
    documents = [set(search_tokens(f"{clause.title} {clause.text}")) for clause in clauses]
    frequency = Counter(itertools.chain.from_iterable(documents))
    return {word: math.log(1 + len(documents) / count) for word, count in frequency.items()}


def softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Along the last axis."""
    odds = np.exp(logits - logits.max(axis=-1, keepdims=True, initial=-np.inf))
    shares: NDArray[np.float32] = odds / odds.sum(axis=-1, keepdims=True)
    return shares


def _columns(text: str, column_of: Mapping[str, int]) -> NDArray[np.intp]:
    tokens = set(search_tokens(text))
    return np.array(sorted(column_of[token] for token in tokens if token in column_of), dtype=np.intp)
