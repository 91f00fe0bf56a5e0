"""The batches that the encoder learns from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.retrieval.contrastive import PairBatch, TokenRows
from bot.retrieval.training_corpus import Pair, TrainingCorpus

_SPLIT_SHARES = (0.10, 0.35)
_SPLIT_TOKENS_MIN = 6


@dataclass(frozen=True, slots=True)
class BatchSizes:
    """How many pairs of each kind a batch holds.

    Attributes:
        questions: question pairs.
        splits: articles cut in two.
        headed: texts with their headings.
        terms: lay expressions with their official terms.
        policy: similar questions with their clauses or with each other.
    """

    questions: int
    splits: int
    headed: int
    terms: int
    policy: int


class BatchMaker:
    """Draws batches at random, the same ones for the same seed.

    Args:
        corpus: the texts.
        seed: of every draw.
    """

    def __init__(self, corpus: TrainingCorpus, seed: int) -> None:
        self._rng = np.random.default_rng(seed)
        self._texts = [text for text in (*corpus.articles, *corpus.background) if len(text) >= _SPLIT_TOKENS_MIN]
        self._headed = corpus.headed
        self._terms = corpus.terms

    def background(self, splits: int, headed: int) -> PairBatch:
        """A batch without questions: articles cut in two, texts with their headings."""
        return _batch([*self._splits(splits), *self._some(self._headed, headed)])

    def epoch(self, pairs: Sequence[Pair], policy: Sequence[Sequence[Pair]], sizes: BatchSizes) -> Iterator[PairBatch]:
        """Every question pair once in random order, each batch filled up with the rest.

        Args:
            pairs: the question pairs.
            policy: pairs of similar questions and clauses, by document. A batch draws from one document: its clauses
                are told apart, while clauses of two places that say the same are never held against each other.
            sizes: how many pairs of each kind.
        """
        order = self._rng.permutation(len(pairs))
        for start in range(0, len(order), sizes.questions):
            asked = [pairs[place] for place in order[start : start + sizes.questions]]
            others = [
                *self._splits(sizes.splits),
                *self._some(self._headed, sizes.headed),
                *self._some(self._terms, sizes.terms),
            ]
            if policy and sizes.policy:
                others += self._some(policy[int(self._rng.integers(len(policy)))], sizes.policy)
            yield _batch([*asked, *others])

    def _some(self, pairs: Sequence[Pair], number: int) -> list[Pair]:
        return [pairs[place] for place in self._places(len(pairs), number)]

    def _splits(self, number: int) -> list[Pair]:
        places = self._places(len(self._texts), number)
        return [self._split(self._texts[place], -1 - order) for order, place in enumerate(places)]

    def _places(self, available: int, number: int) -> NDArray[np.int64]:
        return self._rng.choice(available, size=min(number, available), replace=False)

    def _split(self, text: TokenRows, answer: int) -> Pair:
        taken = self._rng.random(len(text)) < self._rng.uniform(*_SPLIT_SHARES)
        if taken.all() or not taken.any():
            taken = np.arange(len(text)) == 0
        return Pair(text[taken], text[~taken], answer)


def _batch(pairs: Sequence[Pair]) -> PairBatch:
    return PairBatch(
        left=[pair.left for pair in pairs],
        right=[pair.right for pair in pairs],
        same=np.array([pair.answer for pair in pairs], dtype=np.int64),
    )
