"""Fitting when to answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from bot.answering.confidence import Signals
from bot.answering.confidence_fit import ConfidenceExample, fit_answering, fit_related


def alike(value: float) -> Signals:
    return Signals(*[value] * len(Signals._fields))


def examples() -> list[ConfidenceExample]:
    """Right ones score high, far ones low; every tenth right-looking one lacks the fact asked for."""
    rng = np.random.default_rng(3)
    made = []
    for number in range(200):
        is_right = number % 2 == 0
        signals = Signals(*np.clip(rng.normal(0.7 if is_right else 0.35, 0.1, len(Signals._fields)), 0, 1).tolist())
        made.append(ConfidenceExample(signals, is_right, is_right or number % 4 == 1, lacks_fact=False))
    return [*made, *[ConfidenceExample(alike(0.9), is_right=False, is_related=True, lacks_fact=True)] * 60]


def test_what_scores_high_is_believed() -> None:
    fit = fit_answering(examples())
    assert fit.weights.probability(alike(0.75)) > 0.8
    assert fit.weights.probability(alike(0.3)) < 0.2


def test_clauses_without_the_fact_teach_nothing_about_scores() -> None:
    assert fit_answering(examples()).weights == fit_answering(examples()[:200] + examples()[200:201]).weights


def test_far_questions_teach_nothing_about_answering() -> None:
    far = ConfidenceExample(alike(0.9), is_right=False, is_related=False, lacks_fact=False)
    assert fit_answering([*examples(), *[far] * 50]).weights == fit_answering([*examples(), far]).weights


def test_an_example_of_twice_the_weight_counts_like_two() -> None:
    odd = ConfidenceExample(alike(0.5), is_right=True, is_related=True, lacks_fact=False)
    assert (
        fit_answering([*examples(), replace(odd, weight=2.0)]).weights == fit_answering([*examples(), odd, odd]).weights
    )


def test_every_likelihood_comes_from_a_fit_without_its_own_fold() -> None:
    fit = fit_answering(examples())
    known = np.array([fit.weights.probability(one.signals) for one in examples()])
    assert fit.likelihoods.shape == known.shape
    assert np.abs(fit.likelihoods - known).max() > 1e-4
    right = np.array([one.is_right for one in examples()[:200]])
    assert fit.likelihoods[:200][right].mean() > fit.likelihoods[:200][~right].mean() + 0.5


def test_being_related_does_not_hang_on_the_lead() -> None:
    assert fit_related(examples()).weights.lead == 0
