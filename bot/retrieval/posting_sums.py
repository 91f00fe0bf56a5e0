"""Sums over postings, and the best of them.

A query's score of a document is a sum of what its terms contribute there: a matrix of few columns, one a term, times
the vector of their weights. All of them are added in one call of scipy's compiled loop.

Leaving out what cannot reach the best ten was tried over 58,724 articles, in numpy and compiled by numba: MaxScore
(Turtle and Flood, "Query evaluation: strategies and optimizations", 1995), the same by ranges of documents, and
block-max pruning (Mallia, Suel and Tonellotto, "Faster learned sparse retrieval with block-max pruning", 2024), exact
to the last bit. For questions of two dozen words and characters, deciding what to leave out takes as long as adding it.
What helps is to read less for each posting, see `bot.retrieval.impact_search`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

# The compiled loop behind scipy's `matrix @ vector`, without its checks, which would cost more than the few thousand
# additions of a term.
from scipy.sparse._sparsetools import csc_matvec

_COLUMNS = 1024

WeightedTerms = Sequence[tuple[int, float]]
"""Numbers and weights of a query's terms, in descending order of the numbers."""


class PostingSums:
    """Postings by term; safe to use from several threads.

    Args:
        starts: ``int64[n_terms + 1]``, where the postings of each term begin; fewer than 2^31 in all.
        document_ids: ``int32[n_postings]``, ascending within a term.
        contributions: ``float64[n_postings]``, what the term adds to the document's score.
        document_count: number of documents.
    """

    def __init__(
        self,
        starts: NDArray[np.int64],
        document_ids: NDArray[np.int32],
        contributions: NDArray[np.float64],
        document_count: int,
    ) -> None:
        self._ranges = np.stack((starts[:-1], starts[1:]), axis=1).astype(np.int32)
        self._document_ids = document_ids
        self._contributions = contributions
        self._document_count = document_count

    @property
    def size_bytes(self) -> int:
        """What a search reads."""
        return int(self._document_ids.nbytes + self._contributions.nbytes)

    def of(self, terms: WeightedTerms) -> NDArray[np.float64]:
        """``float64[n_documents]``: the weighted sum of every document.

        The columns of the call are the terms' postings and, between every two, the way from the end of one back to the
        beginning of the next, which stands further ahead: that column is empty.
        """
        sums = np.zeros(self._document_count)
        if terms:
            numbers, weights = zip(*terms, strict=True)
            factors = np.zeros(2 * len(terms) - 1)
            factors[::2] = weights
            bounds = self._ranges[list(numbers)].ravel()
            csc_matvec(len(sums), len(factors), bounds, self._document_ids, self._contributions, factors, sums)
        return sums


def best_of(
    scores: NDArray[np.float64], k: int, allowed: NDArray[np.bool_] | None = None
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The k highest positive scores, best first; equal scores by position."""
    if allowed is not None:
        scores = np.where(allowed, scores, 0.0)
    candidates = among_best(scores, k)
    found = scores[candidates]
    order = np.argsort(-found, kind="stable")[: max(k, 0)]
    return candidates[order], found[order]


def among_best(scores: NDArray[np.float64], k: int) -> NDArray[np.int64]:
    """The positions, ascending, of the k highest positive scores, and of few or no others.

    Many scores are dealt into columns: the k-th best of the columns' best is reached by k scores at least. A partition
    of all scores takes ten times as long.
    """
    rows = len(scores) // _COLUMNS
    reached = 0.0
    if rows and 0 < k <= _COLUMNS:
        best = scores[: rows * _COLUMNS].reshape(rows, _COLUMNS).max(axis=0)
        best.partition(_COLUMNS - k)
        reached = best[_COLUMNS - k]
    return np.flatnonzero(scores >= reached if reached > 0 else scores > 0)
