from collections.abc import Callable

import pytest

from bot.domain.errors import RegionError
from bot.regions import word_boundaries
from bot.regions.word_boundaries import NameSpan, WordBoundaries, load_word_boundaries

WORDS = {"合同": 900, "安全": 6000, "四川人": 500, "合": 900, "同": 900, "安": 900, "全": 900, "市场": 5000}


def seen(text: str, *names: str) -> list[NameSpan]:
    return sorted(NameSpan(text.index(name), text.index(name) + len(name), 60) for name in names)


@pytest.fixture
def boundaries() -> WordBoundaries:
    return WordBoundaries(WORDS)


def test_a_name_across_two_words_does_not_stand(boundaries: WordBoundaries) -> None:
    text = "合同安全"

    assert boundaries.standing(text, seen(text, "同安")) == []


def test_a_name_that_no_word_reaches_into_stands(boundaries: WordBoundaries) -> None:
    text = "我在同安打工"

    assert boundaries.standing(text, seen(text, "同安")) == seen(text, "同安")


def test_a_word_that_holds_a_name_whole_does_not_argue_against_it(boundaries: WordBoundaries) -> None:
    text = "四川人"

    assert boundaries.standing(text, seen(text, "四川")) == seen(text, "四川")


def test_the_longer_of_two_names_stands_unless_a_word_takes_its_end(boundaries: WordBoundaries) -> None:
    assert boundaries.standing("永安市", seen("永安市", "永安", "永安市")) == seen("永安市", "永安市")
    assert boundaries.standing("永安市场", seen("永安市场", "永安", "永安市")) == seen("永安市场", "永安")


def test_an_unknown_word_has_no_frequency(boundaries: WordBoundaries) -> None:
    assert boundaries.frequency("利州") == 0
    assert boundaries.frequency("安全") == 6000


def test_the_installed_word_list_is_read() -> None:
    assert load_word_boundaries().frequency("安全") > 1000


def test_a_missing_word_list_is_told_in_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    missing: Callable[[str], None] = lambda _name: None  # noqa: E731
    monkeypatch.setattr(word_boundaries, "find_spec", missing)

    with pytest.raises(RegionError, match="jieba"):
        word_boundaries.load_word_boundaries.__wrapped__()
