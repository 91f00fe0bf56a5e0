"""The first table of token vectors."""

from __future__ import annotations

import numpy as np

from bot.retrieval.contrastive import TokenRows, token_counts
from bot.retrieval.latent_semantics import COMPONENT_SCALE, _right_singular_vectors, idf_weights, latent_semantic_table


def rows(*numbers: int) -> TokenRows:
    return np.array(numbers, dtype=np.int32)


def cosine(table: np.ndarray, left: int, right: int) -> float:
    return float(table[left] @ table[right] / np.linalg.norm(table[left]) / np.linalg.norm(table[right]))


def test_tokens_of_the_same_texts_lie_closer_than_tokens_that_never_meet() -> None:
    texts = [rows(0, 1, 2), rows(1, 0), rows(2, 0, 1), rows(3, 4, 5), rows(4, 3), rows(5, 4, 3)] * 3
    table = latent_semantic_table(texts, 6, 2, np.random.default_rng(0))
    assert cosine(table, 0, 1) > 0.9
    assert abs(cosine(table, 0, 3)) < 0.5


def test_rare_tokens_weigh_more() -> None:
    weights = idf_weights([rows(0, 0, 1), rows(0), rows(0)], 3)
    np.testing.assert_allclose(weights, np.log1p(3 / np.array([4, 2, 1])), rtol=1e-6)


def test_the_table_has_the_scale_that_the_learning_rate_is_made_for() -> None:
    texts = [rows(*np.random.default_rng(seed).integers(0, 50, 12)) for seed in range(200)]
    table = latent_semantic_table(texts, 50, 16, np.random.default_rng(0))
    assert table.shape == (50, 16)
    assert table.dtype == np.float32
    assert 0.8 * COMPONENT_SCALE < np.sqrt(np.square(table).mean()) < 1.2 * COMPONENT_SCALE


def test_more_dimensions_than_texts_still_give_a_full_table() -> None:
    table = latent_semantic_table([rows(0, 1), rows(1, 2)], 3, 8, np.random.default_rng(0))
    assert table.shape == (3, 8)
    assert np.isfinite(table).all()
    assert table.any(axis=0).all()


def test_the_randomised_decomposition_finds_the_exact_directions() -> None:
    rng = np.random.default_rng(0)
    texts = [rows(*rng.choice(40, 6, p=np.arange(1, 41) / 820)) for _ in range(300)]
    matrix, _ = token_counts(texts)
    _, _, exact = np.linalg.svd(matrix.toarray())
    found = _right_singular_vectors(matrix, 4, np.random.default_rng(1))
    np.testing.assert_allclose(np.abs(np.diag(exact[:4] @ found)), 1.0, atol=1e-2)
