"""Cosines with every clause."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.retrieval.dense_channel import READ_WHOLE, DenseChannel

DIMENSION = 192
CLAUSES = 4 * READ_WHOLE


@pytest.fixture(scope="module")
def vectors() -> NDArray[np.float32]:
    rng = np.random.default_rng(0)
    themes = rng.standard_normal((40, DIMENSION))
    rows = themes[rng.integers(0, 40, CLAUSES)] + 0.6 * rng.standard_normal((CLAUSES, DIMENSION))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def test_a_small_index_gives_every_cosine(vectors: NDArray[np.float32]) -> None:
    scores = DenseChannel(vectors).scores(vectors[7], np.zeros(CLAUSES))
    np.testing.assert_allclose(scores, vectors @ vectors[7], atol=1e-6)


def test_in_two_steps_the_best_ten_are_those_of_every_cosine(vectors: NDArray[np.float32]) -> None:
    channel = DenseChannel(vectors, two_steps_from=CLAUSES)
    for row in range(0, CLAUSES, 500):
        exact = vectors @ vectors[row]
        best = np.argsort(-exact)[:10]
        scores = channel.scores(vectors[row], np.zeros(CLAUSES))
        assert set(np.argsort(-scores)[:10]) == set(best)
        np.testing.assert_allclose(scores[best], exact[best], atol=1e-6)


def test_what_is_best_by_its_words_gets_its_cosine_however_far_it_lies(vectors: NDArray[np.float32]) -> None:
    exact = vectors @ vectors[0]
    farthest = int(np.argmin(exact))
    by_words = np.zeros(CLAUSES)
    by_words[farthest] = 9.0
    scores = DenseChannel(vectors, two_steps_from=CLAUSES).scores(vectors[0], by_words)
    assert scores[farthest] == pytest.approx(exact[farthest], abs=1e-6)
