"""Vectors as bits."""

from __future__ import annotations

import numpy as np
import pytest

from bot.retrieval.sign_codes import SignCodes


@pytest.mark.parametrize("dimension", [32, 33, 256])
def test_a_vector_differs_from_itself_in_no_bit_and_from_its_opposite_in_all(dimension: int) -> None:
    vectors = np.random.default_rng(1).standard_normal((200, dimension)).astype(np.float32)
    codes = SignCodes(np.concatenate([vectors, -vectors]))  # their middle is 0
    distances = codes.distances(vectors[7])
    assert distances[7] == 0
    np.testing.assert_array_equal(codes.cosines(distances)[[7, 207]], [1.0, -1.0])


def test_the_estimate_is_near_the_cosine() -> None:
    rng = np.random.default_rng(2)
    one = rng.standard_normal(256)
    others = rng.uniform(-2, 2, (9000, 1)) * one + rng.standard_normal((9000, 256))
    vectors = (others / np.linalg.norm(others, axis=1, keepdims=True)).astype(np.float32)
    question = (one / np.linalg.norm(one)).astype(np.float32)
    codes = SignCodes(vectors)
    errors = codes.cosines(codes.distances(question)) - vectors @ question
    assert float(np.abs(errors).mean()) < 0.06
    assert codes.size_bytes == 9000 * 512 / 8
