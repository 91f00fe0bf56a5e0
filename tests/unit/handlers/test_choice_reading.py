"""Which choice a worker's words pick."""

from __future__ import annotations

import pytest

from bot.domain.form import Choice
from bot.handlers.choice_reading import choice_mentioned, choice_picked

DAYS = (Choice("sat", "周六上午"), Choice("sun", "周日"))
WANTED = (Choice(value=True, label="同意"), Choice(value=False, label="不同意"))
SO = (Choice(value=True, label="外地来的"), Choice(value=False, label="本地人"))
ONLY = (Choice("here", "是，在永安"),)


@pytest.mark.parametrize(
    ("text", "choices", "value"),
    [
        ("1", DAYS, "sat"),
        ("第二个吧", DAYS, "sun"),
        ("看第2个", DAYS, "sun"),
        ("最后一个", DAYS, "sun"),
        ("周日", DAYS, "sun"),
        ("周六", DAYS, "sat"),
        ("3", DAYS, None),
        ("不是周日", DAYS, None),
        ("好", WANTED, True),
        ("同意", WANTED, True),
        ("不同意", WANTED, False),
        ("不行", WANTED, False),
        ("好", SO, None),
        ("是的", SO, True),
        ("不是", SO, False),
        ("本地人", SO, False),
        ("是的", ONLY, "here"),
        ("好", ONLY, None),
        ("不是", ONLY, None),
        ("好", (), None),
    ],
)
def test_numbers_words_and_assent_pick_a_choice(text: str, choices: tuple[Choice, ...], value: object) -> None:
    picked = choice_picked(text, choices)
    assert (picked.value if picked is not None else None) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("我看周日去好", "sun"), ("不要周日", None), ("周六上午或者周日", None), ("随便哪天", None)],
)
def test_a_longer_message_picks_the_only_choice_that_it_names_and_does_not_deny(text: str, value: object) -> None:
    mentioned = choice_mentioned(text, DAYS)
    assert (mentioned.value if mentioned is not None else None) == value
