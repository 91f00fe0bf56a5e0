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
        lacks_fact: whether the clause lacks the kind of fact asked for, or is about another case, so that it never
            answers.
        weight: how much it counts.
    """

    signals: Signals
    is_right: bool
    is_related: bool
    lacks_fact: bool
    weight: float = 1.0


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
    """How likely a clause answers; learned from related questions whose clause states the kind of fact asked for.

    Far questions are told by the other regression: here they would teach that any related question is answered.
    """
    learnable = np.array([example.is_related and not example.lacks_fact for example in examples])
    return _cross_validated(examples, np.array([example.is_right for example in examples]), learnable)


def fit_related(examples: Sequence[ConfidenceExample]) -> ConfidenceFit:
    """How likely a question is about the documents' subjects.

    Coverage, lead and missed words take no part: they tell the clause from other clauses, and an ordinary word or two
    that a far question shares with a clause says little.
    """
    of_the_clause = {"coverage": 0.0, "lead": 0.0, "missed": 0.0}
    without = [replace(one, signals=one.signals._replace(**of_the_clause)) for one in examples]
    related = np.array([example.is_related for example in examples])
    return _cross_validated(without, related, np.ones(len(related), dtype=np.bool_))


def _cross_validated(
    examples: Sequence[ConfidenceExample], labels: NDArray[np.bool_], learnable: NDArray[np.bool_]
) -> ConfidenceFit:
    features = np.array([[1.0, *example.signals] for example in examples])
    weights = np.array([example.weight for example in examples])
    likelihoods = np.zeros(len(labels))
    fold_of = np.random.default_rng(0).permutation(len(labels)) % FOLDS
    for fold in range(FOLDS):
        others = (fold_of != fold) & learnable
        learned = _coefficients(features[others], labels[others], weights[others])
        likelihoods[fold_of == fold] = 1 / (1 + np.exp(-features[fold_of == fold] @ learned))
    coefficients = _coefficients(features[learnable], labels[learnable], weights[learnable]).round(2).tolist()
    return ConfidenceFit(LogisticWeights(*coefficients), likelihoods)


def _coefficients(
    features: NDArray[np.float64], labels: NDArray[np.bool_], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    shares = weights / weights.sum()
    signs = np.where(labels, 1.0, -1.0)

    def loss(coefficients: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margins = signs * (features @ coefficients)
        penalty = coefficients[1:]
        value = shares @ np.logaddexp(0, -margins) + REGULARISATION * (penalty**2).sum()
        slope = -features.T @ (shares * signs / (1 + np.exp(margins)))
        slope[1:] += 2 * REGULARISATION * penalty
        return float(value), slope

    found = minimize(loss, np.zeros(features.shape[1]), jac=True, method="L-BFGS-B")
    coefficients: NDArray[np.float64] = found.x
    return coefficients
