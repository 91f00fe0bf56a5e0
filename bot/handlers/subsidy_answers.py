"""Answers to a question about one fact, and facts as the conversation keeps them."""

from __future__ import annotations

import re

from bot.domain.subsidy import Fact, FactKind, FactValue, Span
from bot.handlers.form_commands import is_no, is_yes
from bot.language.numbers import find_durations, find_numbers
from bot.subsidies.fact_files import UNITS

_FIRST_WORDS = re.compile(r"^(?P<first>[^，,。.；;！!？?\s]{1,4})[，,。.；;！!？?\s]")


def kept(value: FactValue) -> bool | list[float | None]:
    """A fact as JSON: true, false, or the two ends of a quantity."""
    return [value.low, value.high] if isinstance(value, Span) else value


def unkept(fact: Fact, value: object) -> FactValue | None:
    """A fact read back; None for a skipped one, or for what is no value of it."""
    if fact.kind not in UNITS:
        return value if isinstance(value, bool) else None
    if isinstance(value, list) and value and isinstance(value[0], int | float):
        return Span(value[0], value[1])
    return None


def direct_answer(fact: Fact, text: str) -> FactValue | None:
    """What a message says as the answer to the question about one fact: 是的, 40, 一百来号.

    Only what the words by which the fact is said (`bot.subsidies.fact_reader`) do not tell already.
    """
    if fact.kind not in UNITS:
        first = _FIRST_WORDS.match(text)
        words = first["first"] if first else text
        return True if is_yes(words) else False if is_no(words) else None
    numbers = find_numbers(text)
    if fact.kind is FactKind.DURATION or len(numbers) != 1:
        return None
    number = numbers[0]
    return Span(number.low, number.low if number.high is None else number.high)


def lacks_unit(fact: Fact, text: str) -> bool:
    """Whether a length of time was answered by a bare number: 14."""
    return fact.kind is FactKind.DURATION and bool(find_numbers(text)) and not find_durations(text)
