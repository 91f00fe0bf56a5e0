"""Learning weights from lists in which some entries are right: a softmax over each list (Cao et al. 2007)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize


def listwise_weights(
    lists: Sequence[tuple[NDArray[np.float64], NDArray[np.bool_]]], regularisation: float
) -> NDArray[np.float64]:
    """The weights under which the right entries of each list are likeliest.

    Args:
        lists: features ``float64[n_entries, n_features]`` and which entries are right, at least one of each list.
        regularisation: of the squared weights: keeps a feature that happens to separate from growing without end.

    Returns:
        ``float64[n_features]``, none negative.
    """
    width = max(len(right) for _, right in lists)
    features = np.zeros((len(lists), width, lists[0][0].shape[1]))
    there, gold = np.zeros((2, len(lists), width), dtype=np.bool_)
    for row, (values, right) in enumerate(lists):
        features[row, : len(right)], there[row, : len(right)], gold[row, : len(right)] = values, True, right

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        logits = np.where(there, features @ weights, -np.inf)
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        likely = (odds * gold).sum(axis=1)
        gradient = odds / odds.sum(axis=1, keepdims=True) - odds * gold / likely[:, None]
        value = -np.log(likely / odds.sum(axis=1)).mean() + regularisation * (weights**2).sum()
        slope = np.einsum("ec,ecf->f", gradient, features) / len(lists) + 2 * regularisation * weights
        return float(value), slope

    size = features.shape[2]
    found = minimize(loss, np.ones(size), jac=True, method="L-BFGS-B", bounds=[(0.0, None)] * size)
    weights: NDArray[np.float64] = found.x
    return weights
