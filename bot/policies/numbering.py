"""Numbers that open a chapter, a section or a clause, and whether they go on from what came before."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import IntEnum

LARGEST_GAP = 2
"""A lost number (一、 三、) is bridged; a larger jump is a number inside a sentence."""


class Style(IntEnum):
    """How a number is written; the smaller value encloses the larger."""

    PART = 1
    CHAPTER = 2
    SECTION = 3
    ARTICLE = 4
    COMMA = 5
    PAREN = 6
    DOT = 7
    ROUND = 8


@dataclass(frozen=True, slots=True)
class Marker:
    """A number at the start of a line.

    Attributes:
        style: how it is written.
        ordinal: its value.
        written: the number as written, without white space, e.g. ``(二十一)``.
        length: characters to skip from the start of the line to the words after it.
    """

    style: Style
    ordinal: int
    written: str
    length: int


_CHINESE = "[一二三四五六七八九十百零〇]{1,7}"
_DIGITS = "[0-9０-９]{1,3}"
_PATTERNS: tuple[tuple[Style | None, re.Pattern[str]], ...] = (
    (None, re.compile(rf"(?P<w>第\s*(?P<n>{_CHINESE}|{_DIGITS})\s*(?P<unit>[编章节条]))(?![、，,和至或])[：:]?\s*")),
    (Style.COMMA, re.compile(rf"(?P<w>(?P<n>{_CHINESE})\s*[、．.])\s*")),
    (
        Style.PAREN,
        re.compile(rf"(?P<w>[（(〔【\[﹙]\s*(?P<n>{_CHINESE})\s*[)）〕】\]﹚])\s*[、．.]?\s*"),
    ),
    (Style.PAREN, re.compile(r"(?P<w>(?P<n>[㈠-㈩]))\s*[、．.]?\s*")),
    (Style.DOT, re.compile(rf"(?P<w>(?P<n>{_DIGITS})\s*[.．、])(?![0-9０-９])\s*")),
    (Style.DOT, re.compile(r"(?P<w>(?P<n>[⒈-⒛]))\s*")),
    (Style.ROUND, re.compile(rf"(?P<w>[（(]\s*(?P<n>{_DIGITS})\s*[)）])\s*[、．.]?\s*")),
    (Style.ROUND, re.compile(rf"(?P<w>(?P<n>{_DIGITS})\s*[)）])\s*")),
    (Style.ROUND, re.compile(r"(?P<w>(?P<n>[⑴-⒇]))\s*")),
)
_UNITS = {"编": Style.PART, "章": Style.CHAPTER, "节": Style.SECTION, "条": Style.ARTICLE}
_VALUES = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0}
_ENCLOSED_FIRST = {"㈠": 0x3220, "⒈": 0x2488, "⑴": 0x2474}


def chinese_to_int(numeral: str) -> int | None:
    """``二十一`` → 21, up to 999; None for what is not a numeral (``一二三``)."""
    total, current = 0, None
    for character in numeral:
        if character in _VALUES:
            if current:
                return None
            current = _VALUES[character]
        else:
            total += (1 if current is None else current) * {"十": 10, "百": 100}[character]
            current = None
    value = total + (current or 0)
    return value or None


def _ordinal(numeral: str) -> int | None:
    for first in _ENCLOSED_FIRST.values():
        if len(numeral) == 1 and first <= ord(numeral) < first + 20:
            return ord(numeral) - first + 1
    if numeral.isdecimal():
        return int(numeral) or None
    return chinese_to_int(numeral)


def parse_marker(text: str) -> Marker | None:
    """The number that a line (without indentation) starts with, or None."""
    for style, pattern in _PATTERNS:
        match = pattern.match(text)
        if match is None:
            continue
        ordinal = _ordinal(match["n"])
        if ordinal is None:
            continue
        written = re.sub(r"\s", "", match["w"])
        return Marker(style or _UNITS[match["unit"]], ordinal, written, match.end())
    return None


@dataclass(slots=True)
class Numbering:
    """Follows the numbers through a document and says which ones go on in order.

    Attributes:
        stack: the markers of the open levels, outermost first.
        last: the last ordinal of each style in this sequence, for numbers that run on through chapters.
        is_closed: a signature, an attachment or a list of names ended the sequence.
        sequence: how many sequences have begun, less one.
    """

    stack: list[Marker] = field(default_factory=list)
    last: dict[Style, int] = field(default_factory=dict)
    is_closed: bool = False
    sequence: int = -1

    def place(self, marker: Marker) -> int | None:
        """Take a marker if it goes on in order.

        Returns:
            Its depth, 0 outermost; None where it is only a number at the start of a line.
        """
        depth = self._depth_of(marker)
        if depth is None:
            return None
        if depth < 0:
            self.sequence += 1
            self.stack, self.last, self.is_closed, depth = [], {}, False, 0
        self.stack[depth:] = [marker]
        self.last[marker.style] = marker.ordinal
        return depth

    def close(self) -> None:
        """The sequence is over: only a new one may begin."""
        self.is_closed = self.sequence >= 0

    def _depth_of(self, marker: Marker) -> int | None:
        """Where it belongs; -1 for a new sequence."""
        if self.is_closed:
            return -1 if marker.ordinal == 1 and marker.style <= Style.COMMA else None
        if not self.stack:
            return -1 if marker.ordinal == 1 else None
        styles = [open_marker.style for open_marker in self.stack]
        if marker.style in styles:
            return self._depth_beside(styles.index(marker.style), marker)
        return self._depth_below(sum(style < marker.style for style in styles), marker)

    def _depth_beside(self, depth: int, marker: Marker) -> int | None:
        step = marker.ordinal - self.stack[depth].ordinal
        if 0 <= step <= LARGEST_GAP and not (step == 0 and marker.ordinal == 1):
            return depth
        if marker.ordinal == 1:
            return depth or -1
        return None

    def _depth_below(self, depth: int, marker: Marker) -> int | None:
        if any(open_marker.style is Style.ARTICLE for open_marker in self.stack[:depth]):
            return None  # 第X条 is the unit that is cited; what it numbers inside belongs to its text
        if marker.ordinal == 1:
            return depth or -1
        step = marker.ordinal - self.last.get(marker.style, marker.ordinal)
        return depth if depth and 1 <= step <= LARGEST_GAP else None


def path_of(stack: list[Marker]) -> tuple[str, ...]:
    """The numbers as written, outermost first."""
    return tuple(marker.written for marker in stack)
