"""A worker's sentence made ready for reading facts from it: what is only asked or supposed is taken out."""

from __future__ import annotations

import re
from bisect import bisect_right

from bot.language.lexicon import fold

_BREAK = re.compile(r"[，,。.；;！!？?、\n]|(?<=[^\s])\s+(?=[^\s])")
_NOT_SAID = re.compile(
    r"(?:是不是|是否|算不算|能不能算|要不要(?:是|求)|不知道(?:我)?(?:算|是|符)|不晓得(?:我)?(?:算|是|符))[^，,。.；;！!？?]*"
    r"|(?:记不清|不记得|忘了|说不清|没算过|不确定)[^，,。.；;！!？?]*"
    r"|(?:如果|要是|假如|假使|万一|倘若|若是)[^，,。.；;！!？?]*"
    r"|(?:只有|只给|非得|必须(?:得)?(?:是)?|只限|光给|限定|专门给)[^，,。.；;！!？?]*(?:才|吗|么|不)[^，,。.；;！!？?]*"
)
"""是不是脱贫户才有, 要是脱贫户呢: asked or supposed, not said of oneself."""


def said_of_oneself(text: str) -> str:
    """The text folded, with blanks for what is only asked or supposed; positions stay."""
    return _NOT_SAID.sub(blank, fold(text))


def blank(match: re.Match[str]) -> str:
    """Blanks instead of a match, so that positions stay."""
    return "\u3000" * len(match.group())


class Segments:
    """The stretches of a text between its stops.

    Args:
        text: folded.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0]
        self._ends: list[int] = []
        for match in _BREAK.finditer(text):
            self._ends.append(match.start())
            self._starts.append(match.end())
        self._ends.append(len(text))

    def index(self, position: int) -> int:
        """Number of the stretch that a position lies in."""
        return bisect_right(self._starts, position) - 1

    def bounds(self, index: int) -> tuple[int, int]:
        """First character of a stretch, and one past its last."""
        return self._starts[index], self._ends[index]
