"""Learning the shares of the fusion."""

from __future__ import annotations

import numpy as np
import pytest

from bot.retrieval.fusion import FusionWeights
from bot.retrieval.fusion_fit import FusionExample, fit_fusion


def examples(telling: int, groups: tuple[str, ...] = ("甲", "乙", "丙"), number: int = 60) -> list[FusionExample]:
    """Questions whose clause is told by one feature; the others are chance."""
    rng = np.random.default_rng(7)
    made = []
    for place in range(number):
        gold = np.arange(12) == rng.integers(12)
        features = rng.random((12, 4))
        features[:, telling] = np.where(gold, 0.9, 0.3) + rng.normal(0, 0.1, 12)
        made.append(FusionExample(groups[place % len(groups)], features, gold))
    return made


@pytest.mark.parametrize(
    ("telling", "name"), list(enumerate(("words", "embedding", "question_words", "question_embedding")))
)
def test_the_channel_that_tells_gets_the_largest_share(telling: int, name: str) -> None:
    fit = fit_fusion(examples(telling), FusionWeights())
    shares = {one: getattr(fit.weights, one) for one in ("words", "embedding", "question_words", "question_embedding")}
    assert max(shares, key=shares.__getitem__) == name
    assert sum(shares.values()) == pytest.approx(1.0, abs=0.005)
    assert min(shares.values()) >= 0


def test_learned_shares_beat_wrong_ones_on_documents_they_were_not_learned_from() -> None:
    wrong = FusionWeights(words=1.0, embedding=0.0, question_words=0.0, question_embedding=0.0)
    fit = fit_fusion(examples(3), wrong)
    assert fit.learned[0] > fit.given[0] + 0.5
    assert fit.examples == 60


def test_what_is_not_learned_stays() -> None:
    fit = fit_fusion(examples(0), FusionWeights(lexicon=0.3, unnumbered=0.5))
    assert (fit.weights.lexicon, fit.weights.unnumbered) == (0.3, 0.5)


def test_one_document_alone_cannot_be_left_out() -> None:
    with pytest.raises(ValueError, match="two groups"):
        fit_fusion(examples(0, ("甲",)), FusionWeights())
