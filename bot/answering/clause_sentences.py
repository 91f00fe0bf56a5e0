"""A clause as the sentences that can be quoted from it, without the number, the lead phrase and the departments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.domain.policy import Clause

_SENTENCE = re.compile(r"[^。！？!?\n]*[。！？!?]?[”」』）)]*\n?")
_DEPARTMENTS_TAIL = re.compile(
    r"\s*[（(][^（()）]*(?:[（(〈<][^（()）>〉]*[）)〉>][^（()）]*)*(?:负责|责任单位|牵头单位)[^（()）]*(?:[（(〈<][^（()）>〉]*[）)〉>][^（()）]*)*[）)]\s*[。]?\s*$"
)
_DEPARTMENTS_LINE = re.compile(r"^\s*(?:牵头单位|责任单位|配合单位|责任部门|牵头部门)[：:].*$", re.MULTILINE)


LONG_SENTENCE_CHARS = 120
"""What is longer is cut at its semicolons."""
LONGEST_SENTENCE_CHARS = 220
"""What is longer still is cut at its commas, into pieces of this length at most: an answer holds 300 characters."""
_SEMICOLON, _COMMA = re.compile(r"(?<=[；;])"), re.compile(r"(?<=[，,])")


def body_sentences(clause: Clause) -> list[str]:
    """The sentences of a clause without lead phrase and departments, in order; empty for a mere heading."""
    text = _DEPARTMENTS_LINE.sub("", clause.text)
    text = _DEPARTMENTS_TAIL.sub("", text).strip()
    if clause.title and text.startswith(clause.title):
        text = text[len(clause.title) :].lstrip("。：:.． \n\u3000")
    sentences = (sentence.strip() for sentence in _SENTENCE.findall(text) if sentence.strip())
    return [piece for sentence in sentences for piece in _pieces(sentence)]


def _pieces(sentence: str) -> Iterator[str]:
    """The parts of a long sentence, which joined give it again."""
    for part in _SEMICOLON.split(sentence) if len(sentence) > LONG_SENTENCE_CHARS else [sentence]:
        if len(part) <= LONGEST_SENTENCE_CHARS:
            yield part
        else:
            yield from _filled(_COMMA.split(part))


def _filled(parts: Iterable[str]) -> Iterator[str]:
    piece = ""
    for part in parts:
        if piece and len(piece) + len(part) > LONGEST_SENTENCE_CHARS:
            yield piece
            piece = ""
        piece += part
    yield piece
