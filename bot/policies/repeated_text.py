"""Finds the second copy of a body: some pages print a document twice."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from bot.policies.layout import Line
from bot.policies.numbering import parse_marker

MIN_REPEATED_LENGTH = 150
MIN_REPEATED_MARKERS = 2
MIN_SIMILARITY = 0.9


def _is_same(first: str, second: str) -> bool:
    if first == second:
        return True
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    return matcher.real_quick_ratio() >= MIN_SIMILARITY and matcher.ratio() >= MIN_SIMILARITY


def repeated_lines(lines: Sequence[Line]) -> frozenset[int]:
    """Indexes of the lines of second copies.

    A copy is a run of lines that repeats an earlier run in order, holds at least two numbers and 150 characters; within
    it a line may differ a little, as hand-made copies do.
    """
    filled = [index for index, line in enumerate(lines) if line.text and not line.is_debris]
    words = {index: re.sub(r"\s", "", lines[index].text) for index in filled}
    first_seen: dict[str, int] = {}
    repeated: set[int] = set()
    position = 0
    while position < len(filled):
        word = words[filled[position]]
        earlier = first_seen.setdefault(word, position)
        length = _run_length(filled, words, earlier, position) if earlier < position else 0
        run = filled[position : position + length]
        if _is_copy([words[index] for index in run]):
            repeated.update(run)
        position += max(1, length)
    return frozenset(repeated)


def _run_length(filled: Sequence[int], words: dict[int, str], earlier: int, later: int) -> int:
    length = 0
    while later + length < len(filled) and earlier + length < later:
        if not _is_same(words[filled[earlier + length]], words[filled[later + length]]):
            break
        length += 1
    return length


def _is_copy(run: Sequence[str]) -> bool:
    markers = sum(parse_marker(word) is not None for word in run)
    return markers >= MIN_REPEATED_MARKERS and sum(map(len, run)) >= MIN_REPEATED_LENGTH
