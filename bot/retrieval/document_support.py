"""What a clause gains by its document: a law that has much to say to a question is rather the right one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bot.retrieval.posting_sums import among_best

DOCUMENTS_MIN = 50
"""Among fewer documents the share of each says little."""
SUPPORTED = 1000
"""Clauses among which support is counted: further down it is noise."""
SUPPORTING = 10
"""The best clauses of a document support it; fewer leave places empty."""


def supported(scores: NDArray[np.float64], document_numbers: NDArray[np.int32], weight: float) -> NDArray[np.float64]:
    """Scores with the support of each clause's document.

    Args:
        scores: ``float64[n_clauses]`` in [0, 1].
        document_numbers: ``int32[n_clauses]``, the position of each clause's document.
        weight: of the support beside the score.

    Returns:
        ``float64[n_clauses]`` in [0, 1]: the weighted mean of a score and its support, which is the mean excess of the
        document's `SUPPORTING` best clauses over the last of the `SUPPORTED` best of all, 0 below those.
    """
    best = among_best(scores, SUPPORTED)
    if not len(best):
        return scores
    best = best[np.lexsort((-scores[best], document_numbers[best]))]
    excess, documents = scores[best] - scores[best].min(), document_numbers[best]
    starts = np.flatnonzero(np.concatenate(([True], documents[1:] != documents[:-1])))
    counts = np.diff(np.append(starts, len(best)))
    sums = np.concatenate(([0.0], np.cumsum(excess)))
    support = (sums[starts + np.minimum(counts, SUPPORTING)] - sums[starts]) / SUPPORTING
    result: NDArray[np.float64] = scores / (1 + weight)
    result[best] += np.repeat(support, counts) * (weight / (1 + weight))
    return result
