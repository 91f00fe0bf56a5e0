"""What the intent model sees of a message: runs of characters, words, and which things are named."""

from __future__ import annotations

from collections.abc import Iterator

from bot.language.pay import Pay
from bot.language.word_segmenter import words
from bot.understanding.message_reading import MessageReading

RUN_LENGTHS = (1, 2, 3)
_BEGIN, _END = "^", "$"
_LENGTH_STEPS = (4, 7, 12, 25)


def features(reading: MessageReading) -> list[str]:
    """The features of a message, with their repeats.

    Returns:
        Runs of one to three characters of its shape (begin and end marked), its words with ``W:`` before them, and
        signs for a place, a trade, pay, a day and its length.
    """
    return [*_runs(f"{_BEGIN}{reading.shape}{_END}"), *(f"W:{word}" for word in words(reading.text)), *_signs(reading)]


def _runs(text: str) -> Iterator[str]:
    for length in RUN_LENGTHS:
        for start in range(len(text) - length + 1):
            yield text[start : start + length]


def _signs(reading: MessageReading) -> Iterator[str]:
    named = {
        "HAS:place": bool(reading.places),
        "HAS:trade": bool(reading.trades),
        "HAS:pay": reading.pay != Pay(),
        "HAS:date": bool(reading.dates),
    }
    yield from (sign for sign, is_there in named.items() if is_there)
    yield f"LENGTH:{sum(len(reading.text) >= step for step in _LENGTH_STEPS)}"
