"""Which sentences of a clause are quoted.

A softmax over the sentences of a clause on five numbers of each (`SIGNALS`) tells how likely each one answers. The
weights were learned by ``gongyou fit-ranking`` from ``tests/data/learning_questions.jsonl``, whose gold quotes say
which sentence answers. No evaluation question took part.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bot.answering.asked_facts import FactKind

SIGNALS = ("vector", "pointed_at", "said", "meant", "states")
"""Of a sentence: cosine with the question; what similar questions that sound like it point at; square roots of the
shares of the question's own words and of its official terms that it holds; the share of asked facts that it states."""
SENTENCE_WEIGHTS = (1.53, 2.58, 2.5, 2.67, 1.4)

WHOLE_BODY_CHARS = 110
"""A body this short is quoted whole."""
QUOTED_CHARS = 230
"""Sentences are quoted together up to this length: with place and status an answer stays within 300 characters."""
QUOTED_SENTENCES = 3
GAP_CHARS = 2
FURTHER_SENTENCE_SHARE = 0.03
"""A further sentence is quoted when it is at least so likely to answer, beside the likeliest."""


def likelihoods(signals: NDArray[np.float32]) -> NDArray[np.float64]:
    """How likely each sentence of a clause answers, beside the likeliest: in (0, 1].

    Args:
        signals: ``float32[n_sentences, len(SIGNALS)]``.
    """
    logits = signals.astype(np.float64) @ np.array(SENTENCE_WEIGHTS)
    odds: NDArray[np.float64] = np.exp(logits - logits.max())
    return odds


def chosen_sentences(
    sentences: Sequence[str],
    likelihood: Sequence[float],
    facts: Sequence[frozenset[FactKind]],
    asked: frozenset[FactKind],
    chars_max: int = QUOTED_CHARS,
) -> list[int]:
    """The positions of the sentences to quote, in the clause's order.

    All of a short body, else the likeliest and up to two that may answer too; one that states an asked fact which is
    still lacking comes before the others. Together they have ``chars_max`` characters at most, unless the likeliest
    alone has more.
    """
    if sum(map(len, sentences)) <= min(WHOLE_BODY_CHARS, chars_max):
        return list(range(len(sentences)))
    best = max(range(len(sentences)), key=lambda one: likelihood[one])
    chosen, length = [best], len(sentences[best])
    lacking = missing_facts(facts[best], asked)
    further = [one for one in range(len(sentences)) if one != best]
    for one in sorted(further, key=lambda one: (not lacking & facts[one], -likelihood[one], one)):
        may_answer = likelihood[one] >= FURTHER_SENTENCE_SHARE or lacking & facts[one]
        if may_answer and len(chosen) < QUOTED_SENTENCES and length + len(sentences[one]) + GAP_CHARS <= chars_max:
            chosen.append(one)
            length += len(sentences[one]) + GAP_CHARS
    return sorted(chosen)


def missing_facts(stated: frozenset[FactKind], asked: frozenset[FactKind]) -> frozenset[FactKind]:
    """Asked facts that are not stated; a percentage is an amount where both are asked."""
    missing = asked - stated
    if FactKind.PERCENTAGE in asked & stated:
        missing -= {FactKind.AMOUNT, FactKind.PRICE}
    return missing


def quoted(sentences: Sequence[str], chosen: Sequence[int]) -> str:
    """The chosen sentences; an ellipsis marks what was left out between two of them."""
    joined = sentences[chosen[0]]
    for before, after in itertools.pairwise(chosen):
        joined += ("" if after == before + 1 else "……") + sentences[after]
    return joined
