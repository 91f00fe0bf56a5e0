"""Learning which sentence of a clause answers, from questions whose gold quotes say it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.retrieval.listwise import listwise_weights

REGULARISATION = 4e-3
FOLDS = 10


@dataclass(frozen=True, slots=True)
class SentenceExample:
    """A question over the sentences of a clause that answers it.

    Attributes:
        signals: ``float32[n_sentences, len(SIGNALS)]``, see `bot.answering.sentence_choice`.
        gold: ``bool[n_sentences]``, those that answer; at least one does, and one does not.
    """

    signals: NDArray[np.float32]
    gold: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class SentenceFit:
    """What was learned.

    Attributes:
        weights: of the signals, in their order.
        first: the share of examples whose likeliest sentence answers, by weights learned without their fold.
    """

    weights: tuple[float, ...]
    first: float


def fit_sentences(examples: Sequence[SentenceExample]) -> SentenceFit:
    """Learn the weights; there must be at least two examples."""
    fold_of = np.random.default_rng(0).permutation(len(examples)) % min(FOLDS, len(examples))
    hits = []
    for fold in np.unique(fold_of):
        learned = _weights([one for one, its in zip(examples, fold_of, strict=True) if its != fold])
        left_out = [one for one, its in zip(examples, fold_of, strict=True) if its == fold]
        hits += [bool(one.gold[(one.signals @ learned).argmax()]) for one in left_out]
    return SentenceFit(tuple(_weights(examples).round(2).tolist()), float(np.mean(hits)))


def _weights(examples: Sequence[SentenceExample]) -> NDArray[np.float64]:
    return listwise_weights([(one.signals.astype(np.float64), one.gold) for one in examples], REGULARISATION)
