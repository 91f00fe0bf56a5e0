"""Words that say nothing about the subject of a question."""

from __future__ import annotations

from bot.language.function_words import content_words


def test_pronouns_and_particles_of_dialects_are_dropped() -> None:
    assert content_words(["俺", "工资", "冇", "出粮", "咧"]) == ["工资", "出粮"]


def test_repeats_and_order_stay() -> None:
    assert content_words(["户口", "的", "学校", "户口"]) == ["户口", "学校", "户口"]


def test_a_question_of_function_words_alone_stays_whole() -> None:
    assert content_words(["怎么办", "呢"]) == ["怎么办", "呢"]
