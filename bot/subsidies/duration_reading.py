"""Which of the lengths of time in a sentence is the one that a fact asks for."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.subsidy import Span
from bot.subsidies.case_text import Segments
from bot.subsidies.cues import Closeness, closeness
from bot.subsidies.elapsed import Elapsed, find_elapsed
from bot.subsidies.fact_files import FactWords

_IN_ALL = re.compile(r"一共|总共|加起来|前前后后|前后|累计|合计|拢共|满打满算")

IsHere = Callable[[int, int, Segments], bool | None]
"""Whether what stands at a stretch of the text is about the rule's place; None where no place is said."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    elapsed: Elapsed
    closeness: Closeness
    segment: int
    is_in_all: bool
    is_placed: bool


def read_duration(words: FactWords, text: str, today: date, is_here: IsHere) -> Span | None:
    """How long a fact says something has gone on.

    Args:
        words: what stands beside the length that is meant, and beside others.
        text: made ready by `bot.subsidies.case_text.said_of_oneself`.
        today: the day up to which a beginning counts.
        is_here: tells whether a stretch is about the rule's place.

    Returns:
        Months; None where the text does not say.
    """
    segments = Segments(text)
    candidates = _candidates(words, words.near, segments, today, is_here)
    if not candidates and words.else_near:
        candidates = _candidates(words, words.else_near, segments, today, is_here)
    if candidates:
        return _chosen(candidates, words)
    if words.recent and re.search(words.recent, text):
        return Span(0.0, words.recent_at_most)
    return None


def _candidates(words: FactWords, near: str, segments: Segments, today: date, is_here: IsHere) -> list[_Candidate]:
    found = []
    for elapsed in find_elapsed(segments.text, today):
        measured = closeness(segments, elapsed.start, elapsed.end, near, words.not_near)
        placed = is_here(elapsed.start, elapsed.end, segments) if words.is_here else None
        if measured is None or placed is False:
            continue
        segment = segments.index(elapsed.start)
        start, end = segments.bounds(segment)
        is_in_all = _IN_ALL.search(segments.text, start, end) is not None
        found.append(_Candidate(elapsed, measured, segment, is_in_all, placed is True))
    return found


def _chosen(candidates: Sequence[_Candidate], words: FactWords) -> Span:
    """The whole where it is said; places within the same region add up; else the one that is named most clearly."""
    for candidate in candidates:
        if candidate.is_in_all:
            return candidate.elapsed.months
    placed = [candidate for candidate in candidates if candidate.is_placed and candidate.closeness.is_named]
    if words.is_here and len(placed) > 1:
        highs = [candidate.elapsed.months.high for candidate in placed]
        known = [high for high in highs if high is not None]
        low = sum(candidate.elapsed.months.low for candidate in placed)
        return Span(low, sum(known) if len(known) == len(highs) else None)
    best = max(candidates, key=lambda candidate: (candidate.closeness.is_named, candidate.elapsed.start))
    return best.elapsed.months
