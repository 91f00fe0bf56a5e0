"""Which sentences of a clause are quoted.

A softmax over the sentences of a clause on five numbers of each (`SIGNALS`) tells how likely each one answers. The
weights were learned by ``gongyou fit-ranking`` from ``tests/data/learning_questions.jsonl``, whose gold quotes say
which sentence answers. No evaluation question took part.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bot.answering.asked_facts import FactKind

SIGNALS = ("vector", "pointed_at", "said", "meant", "states")
"""Of a sentence: cosine with the question; what similar questions that sound like it point at; square roots of the
shares of the question's own words and of its official terms that it holds; the share of asked facts that it states."""
SENTENCE_WEIGHTS = (1.53, 2.58, 2.5, 2.67, 1.4)

WHOLE_BODY_CHARS = 60
"""A body this short is quoted whole."""
QUOTED_CHARS = 230
"""Sentences are quoted together up to this length: with place and status an answer stays within 300 characters."""
USUAL_SENTENCES, MOST_SENTENCES = 2, 3
GAP_CHARS = 2
SECOND_SENTENCE_SHARE = 0.045
"""A second sentence is quoted when it is at least so likely to answer, beside the likeliest."""
THIRD_SENTENCE_SHARE = 0.2
"""The same for a third."""
SAME_FACT_SHARE = 0.25
"""The same for another sentence that states the asked fact, too; one that does not is left out."""
SEVERAL_SHARE = 0.03
"""The same where several things are asked."""
FACT_SENTENCE_SHARE = 0.1
"""A sentence that states all asked facts comes first when it is so likely."""


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
    *,
    asks_several: bool = False,
) -> list[int]:
    """The positions of the sentences to quote, in the clause's order.

    All of a very short body, else the one that answers, and as few others as may be needed: one that states an asked
    fact which is still lacking, one or two that may answer as well. Together they have ``chars_max`` characters at
    most, unless the first alone has more.
    """
    if sum(map(len, sentences)) <= min(WHOLE_BODY_CHARS, chars_max):
        return list(range(len(sentences)))
    best = _first_sentence(likelihood, facts, asked)
    chosen, length = [best], len(sentences[best])
    lacking = missing_facts(facts[best], asked)
    further = [one for one in range(len(sentences)) if one != best]
    for one in sorted(further, key=lambda one: (not lacking & facts[one], -likelihood[one], one)):
        if lacking & facts[one]:
            needed = 0.0
        elif asks_several:
            needed = SEVERAL_SHARE
        elif asked and not lacking:
            needed = SAME_FACT_SHARE if asked & facts[one] else math.inf
        else:
            needed = SECOND_SENTENCE_SHARE if len(chosen) < USUAL_SENTENCES else THIRD_SENTENCE_SHARE
        fits = len(chosen) < MOST_SENTENCES and length + len(sentences[one]) + GAP_CHARS <= chars_max
        if fits and likelihood[one] >= needed:
            chosen.append(one)
            length += len(sentences[one]) + GAP_CHARS
    return sorted(chosen)


def _first_sentence(
    likelihood: Sequence[float], facts: Sequence[frozenset[FactKind]], asked: frozenset[FactKind]
) -> int:
    """The likeliest of those that state all that is asked, else of all."""
    likely = [one for one, odds in enumerate(likelihood) if odds >= FACT_SENTENCE_SHARE]
    telling = [one for one in likely if not missing_facts(facts[one], asked)]
    return max(telling or likely, key=lambda one: likelihood[one])


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
