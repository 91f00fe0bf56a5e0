"""One score out of five channels.

``bm25`` over the worker's own content words and ``lexicon`` (BM25 over the words that expansion and repair added) make
one: they add up as one query with weighted words would. Beside it stand ``embedding`` (cosine of question and clause),
``question_words`` (BM25 over the clause's similar questions) and ``question_embedding`` (cosine of the most similar
one). BM25 scores are squeezed into [0, 1) by ``s / (s + half)``, which keeps their absolute size: a question that
nothing answers has a low score everywhere, where scaling to the best clause would make its best one perfect. ``half``
grows with the logarithm of the number of clauses, as idf does.

In a corpus without similar questions, as the laws are, clauses are judged by the two channels that they have, with a
share of their own; a clause gains by what its document holds besides, for a law that has much to say to a question
is rather the right one; and an article of law gains by the questions that it answered before. The three numbers were
chosen by cross-validation over the questions that the encoder learns from, encoder and counts learned from four fifths
of them each time.

The defaults were learned by ``gongyou fit-ranking`` (see `bot.retrieval.fusion_fit`) from similar questions that stood
neither in the index nor in the encoder's training; no evaluation question took part.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log1p
from typing import Any

import numpy as np
from numpy.typing import NDArray

BM25_CHANNEL = "bm25"
LEXICON_CHANNEL = "lexicon"
EMBEDDING_CHANNEL = "embedding"
QUESTION_WORDS_CHANNEL = "question_words"
QUESTION_EMBEDDING_CHANNEL = "question_embedding"

Channels = Mapping[str, NDArray[np.floating[Any]]]
"""``float[n_clauses]`` by the name of the channel, all five of them."""


@dataclass(frozen=True, slots=True)
class FusionWeights:
    """The few numbers of the fusion.

    Attributes:
        words: share of the clause's words in the fused score; the four shares are scaled to add up to one.
        embedding: share of the clause's vector.
        question_words: share of the similar questions' words.
        question_embedding: share of the similar questions' vectors.
        lexicon: weight of an added word beside a written one.
        half_score_per_ln: the BM25 score that counts as one half, per natural logarithm of 1 + the number of clauses.
        unnumbered: factor for preambles, notices and closing parts.
        words_alone: share of the clause's words where no clause has similar questions, beside its vector.
        document: weight of what a clause's document holds besides, where no clause has similar questions.
        asked: weight of how often an article of law answered questions before (see `bot.retrieval.asked_articles`), in
            the same corpora.
    """

    words: float = 0.312
    embedding: float = 0.264
    question_words: float = 0.13
    question_embedding: float = 0.294
    lexicon: float = 0.7
    half_score_per_ln: float = 5.0
    unnumbered: float = 0.9
    words_alone: float = 0.4
    document: float = 0.2
    asked: float = 0.03


def fuse(
    channels: Channels,
    is_numbered: NDArray[np.bool_],
    has_questions: NDArray[np.bool_],
    weights: FusionWeights,
) -> NDArray[np.float64]:
    """Fuse the channels.

    Args:
        channels: BM25 scores and cosines of every clause.
        is_numbered: ``bool[n_clauses]``.
        has_questions: ``bool[n_clauses]``, whether a clause has similar questions.
        weights: see `FusionWeights`.

    Returns:
        ``float64[n_clauses]`` in [0, 1].
    """
    own = _clause_features(channels, weights)
    if not has_questions.any():
        fused = _mixed(own, (weights.words_alone, 1 - weights.words_alone))
    else:
        shares = (weights.words, weights.embedding)
        asked = (*own, *_question_features(channels, weights))
        fused = np.where(
            has_questions,
            _mixed(asked, (*shares, weights.question_words, weights.question_embedding)),
            _mixed(own, shares),
        )
    return np.where(is_numbered, fused, fused * weights.unnumbered)


def fusion_features(channels: Channels, weights: FusionWeights) -> NDArray[np.float64]:
    """``float64[n_clauses, 4]`` in [0, 1]: words, embedding, question words, question embedding."""
    return np.stack([*_clause_features(channels, weights), *_question_features(channels, weights)], axis=1)


def _clause_features(channels: Channels, weights: FusionWeights) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    words = weights.lexicon * channels[LEXICON_CHANNEL] + channels[BM25_CHANNEL]
    return _squeezed(words, weights), _clipped(channels[EMBEDDING_CHANNEL])


def _question_features(channels: Channels, weights: FusionWeights) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return _squeezed(channels[QUESTION_WORDS_CHANNEL], weights), _clipped(channels[QUESTION_EMBEDDING_CHANNEL])


def _mixed(features: Sequence[NDArray[np.float64]], shares: Sequence[float]) -> NDArray[np.float64]:
    """The features' mean, each weighing its share."""
    total = sum(shares) or 1.0
    mixed = features[0] * (shares[0] / total)
    for feature, share in zip(features[1:], shares[1:], strict=True):
        mixed += feature * (share / total)
    return mixed


def _squeezed(scores: NDArray[np.floating[Any]], weights: FusionWeights) -> NDArray[np.float64]:
    positive: NDArray[np.float64] = np.maximum(scores, 0.0, dtype=np.float64)
    squeezed: NDArray[np.float64] = positive / (positive + weights.half_score_per_ln * log1p(len(scores)))
    return squeezed


def _clipped(cosines: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    clipped: NDArray[np.float64] = np.clip(cosines, 0.0, 1.0, dtype=np.float64)
    return clipped
