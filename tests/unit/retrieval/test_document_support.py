"""What a clause gains by its document."""

from __future__ import annotations

import numpy as np

from bot.retrieval.document_support import SUPPORTED, SUPPORTING, supported

DOCUMENTS = np.repeat(np.arange(60, dtype=np.int32), 1000)


def test_of_two_equal_clauses_the_one_whose_document_says_more_comes_first() -> None:
    scores = np.full(len(DOCUMENTS), 0.1)
    scores[[3, 1003]] = 0.6
    scores[1004:1010] = 0.5
    found = supported(scores, DOCUMENTS, 0.3)
    assert found[1003] > found[3]
    assert found.argmax() == 1003


def test_a_clearly_better_clause_stays_first() -> None:
    scores = np.full(len(DOCUMENTS), 0.1)
    scores[3] = 0.9
    scores[1000:1020] = 0.5
    assert supported(scores, DOCUMENTS, 0.3).argmax() == 3


def test_scores_stay_between_zero_and_one_and_in_order_without_support() -> None:
    scores = np.random.default_rng(0).random(len(DOCUMENTS))
    found = supported(scores, DOCUMENTS, 0.3)
    assert found.min() >= 0
    assert found.max() <= 1
    unsupported = np.argsort(-scores)[10 * SUPPORTED :]
    assert (np.diff(found[unsupported]) <= 0).all()
    assert np.allclose(supported(scores, DOCUMENTS, 0.0), scores)


def test_support_is_the_mean_excess_of_the_best_clauses() -> None:
    scores = np.zeros(len(DOCUMENTS))
    scores[:20] = np.linspace(0.2, 0.8, 20)
    excess = np.sort(scores[:20] - 0.2)[::-1][:SUPPORTING].mean()
    assert np.isclose(supported(scores, DOCUMENTS, 0.5)[19], (0.8 + 0.5 * excess) / 1.5)


def test_where_nothing_scores_nothing_is_supported() -> None:
    assert not supported(np.zeros(len(DOCUMENTS)), DOCUMENTS, 0.3).any()
