"""Dates and times of day as people say them, resolved to a day to come: 明天下午三点半, 下周三, 10月8号, 过完年."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time

from bot.language.calendar_days import said_days
from bot.language.lexicon import fold
from bot.language.times_of_day import CLOCK_PATTERN, PART_PATTERN, PartOfDay, clock_time, is_clear, part_of_day

__all__ = ["DateMention", "PartOfDay", "find_dates"]

_PART = re.compile(PART_PATTERN)
_CLOCK = re.compile(CLOCK_PATTERN)
_BETWEEN = re.compile(r"(?:的|那天|[\s,，])?")


@dataclass(frozen=True, slots=True)
class DateMention:
    """A day, a time of day or both, said in one breath.

    Attributes:
        start: first character, 0-based.
        end: one past the last character.
        text: as written.
        on: the day meant, never before today; None where only a time or a part of the day is said.
        time: the time of day; None where none is said.
        part_of_day: None where none is said.
    """

    start: int
    end: int
    text: str
    on: date | None
    time: time | None
    part_of_day: PartOfDay | None


@dataclass(frozen=True, slots=True)
class _Piece:
    """A day, a part of the day or a time, before they are joined."""

    start: int
    end: int
    is_day: bool = False
    on: date | None = None
    part: PartOfDay | None = None
    clock: str = ""


def find_dates(text: str, today: date) -> list[DateMention]:
    """The days and times of a text, in order.

    Args:
        text: what the worker wrote.
        today: the day on which it was written, in China.

    Returns:
        Mentions that do not overlap. A weekday without 这 or 下 is the next one to come, not today; a date without a
        year is the next of its kind, today included. What lies in the past (昨天, 上周三下午) is no mention.
    """
    folded = fold(text)
    groups: list[list[_Piece]] = []
    for piece in _pieces(folded, today):
        if groups and _continues(folded, groups[-1], piece):
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return [mention for group in groups if (mention := _mention(text, group)) is not None]


def _pieces(folded: str, today: date) -> list[_Piece]:
    days = [_Piece(day.start, day.end, is_day=True, on=day.on) for day in said_days(folded, today)]
    free = _without(folded, days)
    parts = [_Piece(*match.span(), part=part_of_day(match)) for match in _PART.finditer(folded)]
    clocks = [_Piece(*match.span(), clock=match.group()) for match in _CLOCK.finditer(free)]
    return sorted([*days, *parts, *clocks], key=lambda piece: piece.start)


def _without(folded: str, pieces: list[_Piece]) -> str:
    """The text with blanks for the pieces, so that 8 in 8号 is no hour."""
    for piece in pieces:
        folded = folded[: piece.start] + " " * (piece.end - piece.start) + folded[piece.end :]
    return folded


def _continues(folded: str, group: list[_Piece], piece: _Piece) -> bool:
    """Whether a piece goes on with what the group says: 明天 + 下午 + 三点半, 10月8号 + 星期三."""
    last = group[-1]
    if not _BETWEEN.fullmatch(folded, last.end, piece.start):
        return False
    if piece.is_day:
        return last.is_day and last.on == piece.on
    if piece.clock:
        return not last.clock
    return last.is_day


def _mention(text: str, group: list[_Piece]) -> DateMention | None:
    start, end = group[0].start, group[-1].end
    part = next((piece.part for piece in group if piece.part), None)
    clock = next((piece.clock for piece in group if piece.clock), "")
    on = group[0].on
    if (group[0].is_day and on is None) or (clock == text[start:end] and not is_clear(clock)):
        return None
    return DateMention(start, end, text[start:end], on, clock_time(clock, part) if clock else None, part)
