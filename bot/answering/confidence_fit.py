"""Fitting the two logistic regressions of `bot.answering.confidence`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from bot.answering.confidence import LogisticWeights, Signals

REGULARISATION = 1e-5
FOLDS = 10


@dataclass(frozen=True, slots=True)
class ConfidenceExample:
    """A question with the numbers of the clause that would be shown.

    Attributes:
        signals: of that clause.
        is_right: whether that clause answers.
        is_related: whether the question is about the documents' subjects at all.
        lacks_fact: whether the clause lacks the kind of fact asked for, so that it never answers.
    """

    signals: Signals
    is_right: bool
    is_related: bool
    lacks_fact: bool


@dataclass(frozen=True, slots=True)
class ConfidenceFit:
    """What was fitted.

    Attributes:
        weights: of the regression.
        likelihoods: ``float64[n_examples]``, each from a fit without its own fold.
    """

    weights: LogisticWeights
    likelihoods: NDArray[np.float64]


def fit_answering(examples: Sequence[ConfidenceExample]) -> ConfidenceFit:
    """How likely a clause answers; learned from those that state the kind of fact asked for."""
    learnable = np.array([not example.lacks_fact for example in examples])
    return _cross_validated(_matrix(examples), np.array([example.is_right for example in examples]), learnable)


def fit_related(examples: Sequence[ConfidenceExample]) -> ConfidenceFit:
    """How likely a question is about the documents' subjects.

    Coverage and lead take no part: they tell the clause from other clauses, and an ordinary word or two that a far
    question shares with a clause says little.
    """
    features = _matrix([replace(one, signals=one.signals._replace(coverage=0.0, lead=0.0)) for one in examples])
    related = np.array([example.is_related for example in examples])
    return _cross_validated(features, related, np.ones(len(related), dtype=np.bool_))


def _matrix(examples: Sequence[ConfidenceExample]) -> NDArray[np.float64]:
    return np.array([example.signals for example in examples], dtype=np.float64)


def _cross_validated(
    features: NDArray[np.float64], labels: NDArray[np.bool_], learnable: NDArray[np.bool_]
) -> ConfidenceFit:
    with_bias = np.column_stack([np.ones(len(features)), features])
    likelihoods = np.zeros(len(labels))
    fold_of = np.random.default_rng(0).permutation(len(labels)) % FOLDS
    for fold in range(FOLDS):
        learned = _coefficients(with_bias[(fold_of != fold) & learnable], labels[(fold_of != fold) & learnable])
        likelihoods[fold_of == fold] = 1 / (1 + np.exp(-with_bias[fold_of == fold] @ learned))
    coefficients = _coefficients(with_bias[learnable], labels[learnable]).round(2).tolist()
    return ConfidenceFit(LogisticWeights(*coefficients), likelihoods)


def _coefficients(features: NDArray[np.float64], labels: NDArray[np.bool_]) -> NDArray[np.float64]:
    signs = np.where(labels, 1.0, -1.0)

    def loss(coefficients: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margins = signs * (features @ coefficients)
        penalty = coefficients[1:]
        value = np.logaddexp(0, -margins).mean() + REGULARISATION * (penalty**2).sum()
        slope = -(features * (signs / (1 + np.exp(margins)))[:, None]).mean(axis=0)
        slope[1:] += 2 * REGULARISATION * penalty
        return float(value), slope

    found = minimize(loss, np.zeros(features.shape[1]), jac=True, method="L-BFGS-B")
    coefficients: NDArray[np.float64] = found.x
    return coefficients
