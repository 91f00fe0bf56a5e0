"""One score out of three channels."""

from __future__ import annotations

from math import log

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bot.retrieval.fusion import FusionWeights, fuse

WEIGHTS = FusionWeights(lexicon=0.5, embedding=0.4, half_score_per_ln=10.0 / log(2), unnumbered=0.8)


def fused(bm25: float, lexicon: float, embedding: float, *, is_numbered: bool = True) -> float:
    one = fuse(np.array([bm25]), np.array([lexicon]), np.array([embedding]), np.array([is_numbered]), WEIGHTS)
    return float(one[0])


def test_words_and_meaning_share_the_score() -> None:
    assert np.isclose(fused(10, 0, 0), 0.6 * 0.5)
    assert np.isclose(fused(0, 20, 0), 0.6 * 0.5)
    assert np.isclose(fused(10, 0, 0.5), 0.6 * 0.5 + 0.4 * 0.5)


def test_an_unnumbered_part_counts_less() -> None:
    assert np.isclose(fused(10, 0, 0.5, is_numbered=False), 0.8 * fused(10, 0, 0.5))


def test_unlike_meaning_and_negative_bm25_take_nothing_away() -> None:
    assert fused(0, 0, -0.9) == 0
    assert fused(-3, 0, 0) == 0


def test_in_a_larger_corpus_a_half_takes_a_higher_score() -> None:
    alone, among_many = (
        fuse(np.full(size, 10.0), np.zeros(size), np.zeros(size), np.ones(size, dtype=bool), WEIGHTS)[0]
        for size in (1, 1000)
    )
    assert among_many < alone


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.floats(-1, 1))
def test_the_score_stays_between_zero_and_one(bm25: float, lexicon: float, embedding: float) -> None:
    assert 0 <= fused(bm25, lexicon, embedding) <= 1
