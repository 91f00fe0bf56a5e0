"""Cosines of a question with every clause, in two steps where there are many clauses.

Reading all vectors is what takes time: 60 MB for 58,724 clauses. So a large index is first read as bits (see
`bot.retrieval.sign_codes`), and the clauses that come out best there, or are best by their words, are read whole. Over
those 58,724 articles the ten highest cosines are always among them, for each of STARD's 1,235 questions.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from bot.retrieval.posting_sums import among_best
from bot.retrieval.sign_codes import SignCodes

TWO_STEPS_FROM = 20_000
READ_WHOLE = 1500
READ_WHOLE_BY_WORDS = 200


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
        self._codes = SignCodes(vectors) if len(vectors) >= max(two_steps_from, READ_WHOLE) else None

    @property
    def size_bytes(self) -> int:
        """The vectors, and their codes where there are any."""
        return int(self._vectors.nbytes + (self._codes.size_bytes if self._codes else 0))

    def scores(self, vector: NDArray[np.float32], by_words: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        """The cosine of every clause; in a large index an estimate for what is far away, below what was read whole.

        Args:
            vector: ``float32[dimension]``, L2-normalised.
            by_words: ``float64[n_clauses]``, another channel's scores, whose best clauses get their cosines too.

        Returns:
            ``float64[n_clauses]`` in [-1, 1].
        """
        with self._threads.limit(limits=1, user_api="blas"):
            if self._codes is None:
                return (self._vectors @ vector).astype(np.float64)
            distances = self._codes.distances(vector)
            near = np.flatnonzero(distances <= np.partition(distances, READ_WHOLE - 1)[READ_WHOLE - 1])
            cosines = self._vectors[near] @ vector
            scores = self._codes.cosines(distances, at_most=float(cosines.min()))
            scores[near] = cosines
            if by_words is not None:
                telling = among_best(by_words, READ_WHOLE_BY_WORDS)
                scores[telling] = self._vectors[telling] @ vector
            return scores
