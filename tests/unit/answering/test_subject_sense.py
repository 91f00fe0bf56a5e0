"""Whether a question is about what the documents are about."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.answering.subject_sense import USUAL_NEARNESS, SubjectSense
from bot.retrieval.query_expansion import ExpandedQuery

OWN: NDArray[np.float32] = np.array([[1, 0, 0], [0.8, 0.6, 0], [0.9, 0, 0.43]], dtype=np.float32)
OTHERS: NDArray[np.float32] = np.array([[-1, 0, 0], [-0.8, 0.6, 0]], dtype=np.float32)
NOTHING: NDArray[np.float32] = np.zeros((0, 3), dtype=np.float32)


def asked(*tokens: str) -> ExpandedQuery:
    return ExpandedQuery("".join(tokens), "".join(tokens), tokens, {}, (), (), "")


def test_a_question_like_the_similar_ones_lies_on_their_side() -> None:
    sense = SubjectSense(OWN, OTHERS, ())
    assert sense.of(asked("工资"), OWN[1]).nearness > 0.5
    assert sense.of(asked("天气"), OTHERS[0]).nearness < -0.5


@pytest.mark.parametrize(("own", "others"), [(OWN, NOTHING), (NOTHING, OTHERS)])
def test_without_examples_of_both_sides_nothing_is_held_against_a_question(
    own: NDArray[np.float32], others: NDArray[np.float32]
) -> None:
    assert SubjectSense(own, others, ()).of(asked("天气"), OTHERS[0]).nearness == USUAL_NEARNESS


def test_words_are_known_that_any_vocabulary_holds() -> None:
    sense = SubjectSense(OWN, OTHERS, ({"工资"}, {"拖欠"}))
    assert sense.of(asked("工资", "拖欠", "彩票", "工"), OWN[0]).known_words == pytest.approx(2 / 3)
    assert sense.of(asked("😀"), OWN[0]).known_words == 0
