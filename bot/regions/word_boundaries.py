"""Which of the names seen in a text are words of their own, and which only seem so.

同安 is no place in 合同安全, nor 西安 in 东西安排. The most probable division of the text into words (unigram model
over jieba's word frequencies, found by dynamic programming as in jieba's own cutter) tells them apart. jieba itself
cannot: it does not know 宁晋 or 利州. Only its word list is read, from the installed package and without importing it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from bot.domain.errors import RegionError

MAX_WORD_LENGTH = 4
CONTEXT_LENGTH = MAX_WORD_LENGTH
"""Characters on either side that can belong to a word reaching into a name."""

_COMMON_WORD = re.compile(r"\n(\S{1,4}) (\d{3,})")
"""A line of the word list whose word has a frequency of at least 100: rarer words do not tell."""


class NameSpan(NamedTuple):
    """A name seen in a text.

    Attributes:
        start: first character, 0-based.
        end: one past the last character.
        weight: how often it is a word, on the scale of jieba's frequencies; at least 1.
    """

    start: int
    end: int
    weight: int


class WordBoundaries:
    """Divides the surroundings of names into words.

    Args:
        frequencies: word → occurrences; characters too.
    """

    def __init__(self, frequencies: Mapping[str, int]) -> None:
        self._total = math.log(sum(frequencies.values()))
        self._costs = {word: self._total - math.log(max(count, 1)) for word, count in frequencies.items()}

    def frequency(self, word: str) -> int:
        """Occurrences of a word, 0 where it is rare or unknown."""
        cost = self._costs.get(word)
        return 0 if cost is None else round(math.exp(self._total - cost))

    def standing(self, text: str, spans: Sequence[NameSpan]) -> list[NameSpan]:
        """The names that are words in the most probable division of the text.

        Args:
            text: the sentence.
            spans: every name seen in it, by start.

        Returns:
            Names that do not overlap, by start.
        """
        kept: list[NameSpan] = []
        for group in _neighbours(spans):
            longest = _longest(group)
            if _are_apart(longest) and not any(self._is_contested(text, span) for span in longest):
                kept += longest
            else:
                start = max(0, group[0].start - CONTEXT_LENGTH)
                end = min(len(text), max(span.end for span in group) + CONTEXT_LENGTH)
                kept += self._best_division(text, start, end, group)
        return kept

    def _is_contested(self, text: str, span: NameSpan) -> bool:
        """Whether a known word reaches over one end of the name; mostly none does, and there is nothing to divide."""
        last = len(text)
        for begin in range(max(0, span.start - MAX_WORD_LENGTH + 1), span.end):
            first_stop, last_stop = (span.start + 1, span.end - 1) if begin < span.start else (span.end + 1, last)
            for stop in range(max(first_stop, begin + 2), min(last_stop, begin + MAX_WORD_LENGTH) + 1):
                if begin != span.start and text[begin:stop] in self._costs:
                    return True
        return False

    def _best_division(self, text: str, start: int, end: int, spans: Sequence[NameSpan]) -> list[NameSpan]:
        shortest_ends = {span.start: span.end for span in sorted(spans, reverse=True)}
        names_by_end: dict[int, list[NameSpan]] = {}
        for span in spans:
            names_by_end.setdefault(span.end, []).append(span)
        best: list[tuple[float, int, NameSpan | None]] = [(0.0, start, None)]
        for stop in range(start + 1, end + 1):
            step: tuple[float, int, NameSpan | None] = (math.inf, stop, None)
            for begin in range(max(start, stop - MAX_WORD_LENGTH), stop):
                cost = self._costs.get(text[begin:stop], math.inf if stop - begin > 1 else self._total)
                # 四川人 and 北京市 are words too, but hold the name whole: they do not argue against it.
                if best[begin - start][0] + cost < step[0] and not _holds_a_name(begin, stop, shortest_ends):
                    step = (best[begin - start][0] + cost, begin, None)
            for span in names_by_end.get(stop, ()):
                cost = best[span.start - start][0] + self._total - math.log(span.weight)
                if cost < step[0]:
                    step = (cost, span.start, span)
            best.append(step)
        return _names_on_path(best, start)


def _holds_a_name(begin: int, stop: int, shortest_ends: Mapping[int, int]) -> bool:
    return any(shortest_ends.get(start, stop + 1) <= stop for start in range(begin, stop - 1))


def _longest(spans: Sequence[NameSpan]) -> list[NameSpan]:
    """Without names that lie inside others: 南昌 in 南昌市."""
    longest: list[NameSpan] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if not longest or span.end > longest[-1].end:
            longest.append(span)
    return longest


def _are_apart(spans: Sequence[NameSpan]) -> bool:
    return all(left.end <= right.start for left, right in pairwise(spans))


def _names_on_path(best: Sequence[tuple[float, int, NameSpan | None]], start: int) -> list[NameSpan]:
    names: list[NameSpan] = []
    position = len(best) - 1
    while position > 0:
        _, begin, name = best[position]
        if name is not None:
            names.append(name)
        position = begin - start
    return names[::-1]


def _neighbours(spans: Sequence[NameSpan]) -> list[list[NameSpan]]:
    """Names near enough to share context, together."""
    groups: list[list[NameSpan]] = []
    reach = -1
    for span in spans:
        if span.start < reach:
            groups[-1].append(span)
        else:
            groups.append([span])
        reach = max(reach, span.end + CONTEXT_LENGTH)
    return groups


@lru_cache(maxsize=1)
def load_word_boundaries() -> WordBoundaries:
    """The boundaries by jieba's word list, read once per process.

    Raises:
        RegionError: jieba is not installed.
    """
    jieba = find_spec("jieba")
    if jieba is None or jieba.origin is None:
        raise RegionError("没有安装 jieba，无法读取词频，请先执行 pip install jieba")
    listed = Path(jieba.origin).with_name("dict.txt").read_text(encoding="utf-8")
    return WordBoundaries({word: int(count) for word, count in _COMMON_WORD.findall(listed)})
