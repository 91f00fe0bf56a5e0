"""One score out of five channels."""

from __future__ import annotations

from math import log

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bot.retrieval.fusion import FusionWeights, fuse

WEIGHTS = FusionWeights(
    words=0.3,
    embedding=0.2,
    question_words=0.1,
    question_embedding=0.4,
    lexicon=0.5,
    half_score_per_ln=10.0 / log(2),
    unnumbered=0.8,
    words_alone=0.25,
)


def fused(
    bm25: float = 0.0,
    lexicon: float = 0.0,
    embedding: float = 0.0,
    asked: tuple[float, float] | None = (0.0, 0.0),
    *,
    is_numbered: bool = True,
) -> float:
    """One clause's score; ``asked`` are the channels of its similar questions, None where it has none."""
    words, meaning = asked or (0.0, 0.0)
    names = ("bm25", "lexicon", "embedding", "question_words", "question_embedding")
    values = (bm25, lexicon, embedding, words, meaning)
    channels = {name: np.array([value]) for name, value in zip(names, values, strict=True)}
    return float(fuse(channels, np.array([is_numbered]), np.array([asked is not None]), WEIGHTS)[0])


def test_every_channel_has_its_share_of_the_score() -> None:
    assert np.isclose(fused(10), 0.3 * 0.5)
    assert np.isclose(fused(0, 20), 0.3 * 0.5)
    assert np.isclose(fused(embedding=0.5), 0.2 * 0.5)
    assert np.isclose(fused(asked=(10, 0)), 0.1 * 0.5)
    assert np.isclose(fused(asked=(0, 0.5)), 0.4 * 0.5)
    assert np.isclose(fused(10, 0, 0.5, (10, 0.5)), 0.5)


def test_a_clause_without_similar_questions_is_judged_by_what_it_has() -> None:
    assert np.isclose(fused(10, 0, 0.5, None), 0.5)
    assert fused(10, 0, 0.5, None) > fused(10, 0, 0.5, (0, 0))


def test_where_no_clause_has_similar_questions_words_and_vector_have_shares_of_their_own() -> None:
    assert np.isclose(fused(10, 0, 0.0, None), 0.25 * 0.5)
    assert np.isclose(fused(0, 0, 0.5, None), 0.75 * 0.5)


def test_an_unnumbered_part_counts_less() -> None:
    assert np.isclose(fused(10, 0, 0.5, is_numbered=False), 0.8 * fused(10, 0, 0.5))


def test_unlike_meaning_and_negative_bm25_take_nothing_away() -> None:
    assert fused(embedding=-0.9, asked=(-2, -0.5)) == 0
    assert fused(-3) == 0


def test_in_a_larger_corpus_a_half_takes_a_higher_score() -> None:
    names = ("bm25", "lexicon", "embedding", "question_words", "question_embedding")
    alone, among_many = (
        fuse(
            {name: np.full(size, 10.0 if name == "bm25" else 0.0) for name in names},
            np.ones(size, dtype=bool),
            np.ones(size, dtype=bool),
            WEIGHTS,
        )[0]
        for size in (1, 1000)
    )
    assert among_many < alone


def test_a_channel_may_be_switched_off_altogether() -> None:
    zeros = {
        name: np.array([10.0]) for name in ("bm25", "lexicon", "embedding", "question_words", "question_embedding")
    }
    nothing = FusionWeights(words=0, embedding=0, question_words=0, question_embedding=0)
    assert fuse(zeros, np.array([True]), np.array([True]), nothing)[0] == 0


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.floats(-1, 1), st.floats(0, 1e6), st.floats(-1, 1))
def test_the_score_stays_between_zero_and_one(
    bm25: float, lexicon: float, embedding: float, words: float, meaning: float
) -> None:
    assert 0 <= fused(bm25, lexicon, embedding, (words, meaning)) <= 1
    assert 0 <= fused(bm25, lexicon, embedding, None) <= 1
