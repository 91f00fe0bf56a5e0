"""Words beside a number that tell what it counts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.subsidies.case_text import Segments


@dataclass(frozen=True, slots=True)
class Closeness:
    """How clearly something is meant.

    Attributes:
        is_named: whether a word that speaks for it stands in its stretch of the sentence or the one before.
        characters: how far away that word is.
    """

    is_named: bool
    characters: int


def closeness(segments: Segments, start: int, end: int, near: str, not_near: str) -> Closeness | None:
    """How clearly what stands at a place of the text is meant.

    Args:
        segments: the text in stretches.
        start: first character of the number.
        end: one past its last.
        near: regular expression of what speaks for it; "" for nothing.
        not_near: of what speaks against it; "" for nothing.

    Returns:
        None where something else is meant: a word against it is nearer than any for it.
    """
    index = segments.index(start)
    for looked_at in (index, index - 1):
        if looked_at < 0:
            break
        first, last = segments.bounds(looked_at)
        for_it = _distance(near, segments.text, first, last, start, end)
        against = _distance(not_near, segments.text, first, last, start, end)
        if against is not None and (for_it is None or against < for_it):
            return None
        if for_it is not None:
            return Closeness(is_named=True, characters=for_it)
    return Closeness(is_named=False, characters=len(segments.text))


def _distance(pattern: str, text: str, first: int, last: int, start: int, end: int) -> int | None:
    """Characters between a number and the nearest match; None where there is none."""
    if not pattern:
        return None
    found = [
        max(match.start() - end, start - match.end(), 0) for match in re.compile(pattern).finditer(text, first, last)
    ]
    return min(found, default=None)
