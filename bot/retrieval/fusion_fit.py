"""Learning the shares of the fusion from similar questions that are held out.

A question that stands at a clause must find that clause among the clauses of its document, while neither the index nor
the encoder has seen the question itself. The model is a softmax over the clauses of a document on the four features of
`bot.retrieval.fusion` (a listwise loss; Cao et al. 2007), its coefficients not negative; scaled to add up to one they
are the shares. Each document in turn is left out to tell how well the shares carry over to documents that they were not
learned from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bot.retrieval.fusion import FusionWeights
from bot.retrieval.listwise import listwise_weights

REGULARISATION = 1e-3
_MRR_DEPTH = 10


@dataclass(frozen=True, slots=True)
class FusionExample:
    """A held-out question among the clauses of its document.

    Attributes:
        group: what is left out as a whole, the document.
        features: ``float64[n_clauses, 4]``, see `bot.retrieval.fusion.fusion_features`.
        gold: ``bool[n_clauses]``, the clauses that answer.
    """

    group: str
    features: NDArray[np.float64]
    gold: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class FusionFit:
    """What was learned.

    Attributes:
        weights: the shares learned from all examples.
        examples: number of examples.
        learned: (recall@1, MRR@10) of shares learned without the document asked about.
        given: the same of the weights that the fit began from.
    """

    weights: FusionWeights
    examples: int
    learned: tuple[float, float]
    given: tuple[float, float]


def fit_fusion(examples: Sequence[FusionExample], weights: FusionWeights) -> FusionFit:
    """Learn the four shares; the other numbers of ``weights`` stay.

    Args:
        examples: at least two groups of them.
        weights: the start, and what the result is compared with.

    Raises:
        ValueError: there are fewer than two groups.
    """
    groups = sorted({example.group for example in examples})
    if len(groups) < 2:  # noqa: PLR2004 - one to learn from, one to measure
        raise ValueError("at least two groups are needed to leave one out")
    left_out: list[float] = []
    for group in groups:
        shares = _shares([example for example in examples if example.group != group])
        left_out += [_rank(example, shares) for example in examples if example.group == group]
    given = np.array([weights.words, weights.embedding, weights.question_words, weights.question_embedding])
    words, embedding, question_words, question_embedding = _shares(examples).round(3).tolist()
    return FusionFit(
        weights=replace(
            weights,
            words=words,
            embedding=embedding,
            question_words=question_words,
            question_embedding=question_embedding,
        ),
        examples=len(examples),
        learned=_quality(left_out),
        given=_quality([_rank(example, given) for example in examples]),
    )


def _shares(examples: Sequence[FusionExample]) -> NDArray[np.float64]:
    weights = listwise_weights([(example.features, example.gold) for example in examples], REGULARISATION)
    shares: NDArray[np.float64] = weights / weights.sum()
    return shares


def _rank(example: FusionExample, shares: NDArray[np.float64]) -> float:
    scores = example.features @ shares
    return 1.0 + float(np.count_nonzero(scores > scores[example.gold].max()))


def _quality(ranks: Sequence[float]) -> tuple[float, float]:
    found = np.array(ranks)
    return float((found == 1).mean()), float(np.where(found <= _MRR_DEPTH, 1 / found, 0.0).mean())
