"""A first table of token vectors from nothing but which words share texts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from bot.retrieval.contrastive import TokenRows, token_counts

COMPONENT_SCALE = 0.02
"""Root mean square of the table's components: small beside Adam's steps, so that training moves them."""
_OVERSAMPLING = 32
_POWER_ITERATIONS = 3
_NOISE_SHARE = 0.1


def idf_weights(texts: Sequence[TokenRows], vocabulary_size: int) -> NDArray[np.float32]:
    """``float32[vocabulary_size]``: ``ln(1 + n / (1 + df))``, the rarer the heavier."""
    frequency = np.bincount(np.concatenate([np.unique(text) for text in texts]), minlength=vocabulary_size)
    weights: NDArray[np.float32] = np.log1p(len(texts) / (1 + frequency)).astype(np.float32)
    return weights


def latent_semantic_table(
    texts: Sequence[TokenRows], vocabulary_size: int, dimension: int, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Token vectors by latent semantic analysis (Deerwester et al. 1990): words of the same texts lie close.

    The right singular vectors of the tf-idf matrix (each token once, rows of length 1), each row times its idf, by a
    randomised decomposition (Halko et al. 2011, arXiv:0909.4061), and a little noise where there is less to learn
    from than dimensions.

    Args:
        texts: token rows of each text.
        vocabulary_size: rows of the table.
        dimension: columns of the table.
        rng: the source of chance.

    Returns:
        ``float32[vocabulary_size, dimension]``, scaled to a root mean square of `COMPONENT_SCALE`.
    """
    weights = idf_weights(texts, vocabulary_size)
    rank = min(dimension, len(texts), vocabulary_size)
    table = rng.standard_normal((vocabulary_size, dimension)).astype(np.float32) * _NOISE_SHARE * COMPONENT_SCALE
    directions = _right_singular_vectors(_tf_idf(texts, weights), rank, rng) * weights[:, None]
    table[:, :rank] += directions * (COMPONENT_SCALE / np.sqrt(np.square(directions).mean()))
    return table


def _tf_idf(texts: Sequence[TokenRows], weights: NDArray[np.float32]) -> sparse.csr_matrix:
    counts, rows = token_counts([np.unique(text) for text in texts])
    values = weights[rows[counts.indices]]
    lengths = np.sqrt(np.add.reduceat(np.append(values**2, 0), counts.indptr[:-1]))
    repeats = np.diff(counts.indptr)
    values = values / np.repeat(np.where(lengths > 0, lengths, 1), repeats)
    return sparse.csr_matrix((values, rows[counts.indices], counts.indptr), shape=(len(texts), len(weights)))


def _right_singular_vectors(matrix: sparse.csr_matrix, rank: int, rng: np.random.Generator) -> NDArray[np.float32]:
    # Only matrices as tall as the vocabulary are made orthogonal, never one as tall as the corpus.
    basis = rng.standard_normal((matrix.shape[1], min(rank + _OVERSAMPLING, *matrix.shape))).astype(np.float32)
    transposed = matrix.T.tocsr()
    for _ in range(_POWER_ITERATIONS):
        basis, _ = np.linalg.qr(transposed @ (matrix @ basis))
    projected = matrix @ basis
    _, rotation = np.linalg.eigh((projected.T @ projected).astype(np.float64))
    vectors: NDArray[np.float32] = (basis @ rotation[:, ::-1][:, :rank]).astype(np.float32)
    return vectors
