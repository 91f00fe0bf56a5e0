"""Cosines of a question with every clause, in two steps where there are many clauses.

Reading all vectors is what takes time: 60 MB for 58,724 clauses. So a large index is first read in the 96 directions
in which its vectors differ most (principal components, Pearson 1901), and the clauses that come out best there, or are
best by their words, are read whole. Over those 58,724 articles the first ten by full cosine are always among them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from bot.retrieval.posting_sums import best_of

TWO_STEPS_FROM = 20_000
DIRECTIONS = 96
READ_WHOLE = 2000
READ_WHOLE_BY_WORDS = 200
_SAMPLE = 8192
_CHUNK = 65_536


class DenseChannel:
    """Cosines with the vectors of an index; safe to use from several threads.

    Args:
        vectors: ``float32[n_clauses, dimension]``, L2-normalised; may lie in a file.
        two_steps_from: so many clauses are read in two steps.
    """

    def __init__(self, vectors: NDArray[np.float32], *, two_steps_from: int = TWO_STEPS_FROM) -> None:
        self._vectors = vectors
        # One thread: waiting for a second one that the machine has given to somebody else costs milliseconds.
        self._threads = ThreadpoolController()
        is_small = len(vectors) < two_steps_from or vectors.shape[1] <= DIRECTIONS
        self._directions = None if is_small else _main_directions(vectors)
        self._short = vectors if self._directions is None else _projected(vectors, self._directions)

    @property
    def size_bytes(self) -> int:
        """The vectors, and the short ones where there are any."""
        return int(self._vectors.nbytes + (self._short.nbytes if self._directions is not None else 0))

    def scores(self, vector: NDArray[np.float32], by_words: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        """The cosine of every clause; in a large index an estimate for clauses far from the best ones.

        Args:
            vector: ``float32[dimension]``, L2-normalised.
            by_words: ``float64[n_clauses]``, another channel's scores, whose best clauses get their cosines too.

        Returns:
            ``float64[n_clauses]`` in [-1, 1].
        """
        with self._threads.limit(limits=1, user_api="blas"):
            if self._directions is None:
                return (self._vectors @ vector).astype(np.float64)
            estimates = self._short @ (vector @ self._directions)
            first = len(estimates) - min(READ_WHOLE, len(estimates))
            is_read = np.zeros(len(estimates), dtype=np.bool_)
            is_read[np.argpartition(estimates, first)[first:]] = True
            if by_words is not None:
                is_read[best_of(by_words, READ_WHOLE_BY_WORDS)[0]] = True
            places = np.flatnonzero(is_read)
            scores = estimates.astype(np.float64)
            scores[places] = self._vectors[places] @ vector
            return scores


def _main_directions(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """``float32[dimension, DIRECTIONS]``, orthonormal: where a sample of the vectors has most of its length."""
    sample = np.asarray(vectors[:: max(1, len(vectors) // _SAMPLE)], dtype=np.float64)
    _, directions = np.linalg.eigh(sample.T @ sample)
    return np.ascontiguousarray(directions[:, ::-1][:, :DIRECTIONS], dtype=np.float32)


def _projected(vectors: NDArray[np.float32], directions: NDArray[np.float32]) -> NDArray[np.float32]:
    short = np.empty((len(vectors), directions.shape[1]), dtype=np.float32)
    for start in range(0, len(vectors), _CHUNK):
        np.matmul(vectors[start : start + _CHUNK], directions, out=short[start : start + _CHUNK])
    return short
