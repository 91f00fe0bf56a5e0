"""Whether a question is about what the documents are about."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.answering.subject_sense import USUAL_NEARNESS, USUAL_WORDING, SubjectSense, word_odds
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


def test_words_of_one_side_speak_for_it_and_numbers_for_none() -> None:
    odds = word_odds({"工资": 30, "拖欠": 20, "三百": 1}, 40, ["今天天气怎么样", "天气预报说有雨", "充三百话费"])
    assert odds["工资"] > odds["拖欠"] > 1
    assert odds["天气"] < -1
    assert "三百" not in odds
    sense = SubjectSense(OWN, OTHERS, (), odds)
    assert sense.of(asked("拖欠", "工资"), OWN[0]).wording > 1
    assert sense.of(asked("天气"), OWN[0]).wording < -1
    assert sense.of(asked("闻所未闻"), OWN[0]).wording == 0


def test_without_odds_the_wording_is_usual() -> None:
    assert SubjectSense(OWN, OTHERS, ()).of(asked("天气"), OWN[0]).wording == USUAL_WORDING
