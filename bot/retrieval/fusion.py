"""One score out of three channels.

Channels: ``bm25`` over the worker's own content words, ``lexicon`` (BM25 over the words that expansion and repair
added), ``embedding`` (cosine). The two BM25 scores add up as one query with weighted words would, and are squeezed into
[0, 1) by ``s / (s + half)``, which keeps their absolute size: a question that nothing answers has a low score
everywhere, where scaling to the best clause would make its best one perfect. ``half`` grows with the logarithm of the
number of clauses, as idf does.

The defaults come from a small grid over the 95 answerable development questions, each searched without the lexicon
entries that no other question uses (the lexicon was written with those questions known). Recall and MRR are flat for
lexicon 0.5 to 0.8, embedding 0 to 0.3 and any half; within that, the middle of the region that best parts answerable
from unanswerable questions was taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log1p
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class FusionWeights:
    """The few numbers of the fusion.

    Attributes:
        lexicon: weight of an added word beside a written one.
        embedding: share of the embedding in the fused score, in [0, 1]; the rest is the words'.
        half_score_per_ln: the BM25 score that counts as one half, per natural logarithm of 1 + the number of clauses.
        unnumbered: factor for preambles, notices and closing parts.
    """

    lexicon: float = 0.7
    embedding: float = 0.25
    half_score_per_ln: float = 5.0
    unnumbered: float = 0.85


def fuse(
    bm25: NDArray[np.float64],
    lexicon: NDArray[np.float64],
    embedding: NDArray[np.floating[Any]],
    is_numbered: NDArray[np.bool_],
    weights: FusionWeights,
) -> NDArray[np.float64]:
    """Fuse the channels.

    Args:
        bm25: ``float64[n_clauses]``, BM25 of the worker's words.
        lexicon: ``float64[n_clauses]``, BM25 of the added words.
        embedding: ``float[n_clauses]``, cosines in [-1, 1].
        is_numbered: ``bool[n_clauses]``.
        weights: see `FusionWeights`.

    Returns:
        ``float64[n_clauses]`` in [0, 1].
    """
    said = np.maximum(bm25 + weights.lexicon * lexicon, 0.0)
    lexical = said / (said + weights.half_score_per_ln * log1p(said.size))
    meant = np.clip(embedding.astype(np.float64), 0.0, 1.0)
    fused = (1 - weights.embedding) * lexical + weights.embedding * meant
    return np.where(is_numbered, fused, fused * weights.unnumbered)
