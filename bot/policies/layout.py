"""Physical lines of a document, and how torn lines are mended.

A page or a web editor breaks sentences wherever it likes (``到2020``, a blank line, ``年努力实现…``). Whether a line
break is the author's or the page's is told from the text alone: an open bracket, a trailing comma, or a long line
with punctuation but no end of sentence is torn.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff"
SENTENCE_END = "。！？；!?;：:…"
CLOSING_OF = {"）": "（(", ")": "（(", "》": "《"}
LABELLED = re.compile(r"[\u4e00-\u9fff][\u4e00-\u9fff\s]{1,9}[：:]")
DEPARTMENT_LABEL = re.compile(
    r"(?:牵头|责任|配合|参与|参加|协办|协助|主办|承办|主管|落实|实施)(?:责任)?(?:单位|部门|科室)(?:及责任单位)?\s*[：:]"
)
TORN_MIN_LENGTH = 25
"""Shorter lines without punctuation are headings or list entries, not halves of sentences."""
BINDS_FORWARD = "的和与及或对为在以第将把被向从"
SHORTEST_TORN = 4
OPEN_BRACKET_WINDOW = 80
"""A bracket opened longer ago was more likely never closed."""

_RESPONSIBLE = re.compile(r"(?:负责|牵头|配合|落实|参与)$")
_DEBRIS = re.compile(r"\s*\[bookmark:[^\]\n]*\]")
_ORGANISATION_END = re.compile(r"[局委办厅府会院部室心司位队行所站处社校组联门署团等区县市镇道。]$")
_LETTER_SPACED_LABEL = re.compile(r"(?m)^((?:[\u4e00-\u9fff][ \t\u3000\xa0]+)+[\u4e00-\u9fff])(?=\s*[：:])")


@dataclass(frozen=True, slots=True)
class Line:
    """One physical line, or the part of it that an editor's bookmark leaves.

    Attributes:
        start: offset of its first character in the raw text.
        end: one past its last character, the line break included.
        text: its words, without indentation, trailing white space and invisible characters.
        is_debris: an editor's mark such as ``[bookmark: _GoBack]``.
    """

    start: int
    end: int
    text: str
    is_debris: bool = False


def strip_indent(text: str) -> str:
    """Drop white space (ideographic and no-break spaces too) and invisible characters at both ends."""
    previous = None
    while previous != text:
        previous = text
        text = text.strip().strip(INVISIBLE)
    return text


def _line(raw: str, start: int, end: int, *, is_debris: bool = False) -> Line:
    text = strip_indent(raw[start:end])
    return Line(start, end, text, is_debris)


def read_lines(raw: str) -> list[Line]:
    """Cut a text into lines that together cover every character of it, in order."""
    lines: list[Line] = []
    start = 0
    for piece in raw.splitlines(keepends=True):
        end = start + len(piece)
        mark = _DEBRIS.match(raw, start, end)
        if mark:
            lines.append(_line(raw, start, mark.end(), is_debris=True))
            start = mark.end()
        if start < end:
            lines.append(_line(raw, start, end))
        start = end
    return lines


def has_open_bracket(text: str) -> bool:
    """Whether a round bracket or book title mark opened after the last full stop is still open.

    A closing bracket closes what was opened inside it too: document numbers lose theirs (``(鄂政发〔201567号)``).
    """
    open_brackets: list[str] = []
    for character in text[text.rfind("。") + 1 :]:
        if character in "（(《":
            open_brackets.append(character)
        elif character in CLOSING_OF:
            partner = max(
                (i for i, bracket in enumerate(open_brackets) if bracket in CLOSING_OF[character]), default=-1
            )
            if partner >= 0:
                del open_brackets[partner:]
    return bool(open_brackets)


def matching_open(text: str, end: int) -> int:
    """Index of the bracket that the closing round bracket at ``end`` closes (either width); -1 where there is none."""
    depth = 0
    for index in range(end, -1, -1):
        if text[index] in "）)":
            depth += 1
        elif text[index] in "（(":
            depth -= 1
            if depth == 0:
                return index
    return -1


def _ends_a_sentence(text: str) -> bool:
    if text[-1] in SENTENCE_END:
        return True
    if text[-1] in "”》】〕" and len(text) > 1:
        return text[-2] in SENTENCE_END
    if text[-1] not in "）)":
        return False
    opened = matching_open(text, len(text) - 1)
    inside = text[opened + 1 : -1]
    is_after_sentence = opened <= 0 or text[opened - 1] in SENTENCE_END
    return is_after_sentence or bool(_RESPONSIBLE.search(inside) or DEPARTMENT_LABEL.match(inside))


def is_torn(text: str) -> bool:
    """Whether a paragraph so far stops in the middle of a sentence."""
    if not text:
        return False
    if has_open_bracket(text[-OPEN_BRACKET_WINDOW:]) or text[-1] in ",，、":
        return True
    if _ends_a_sentence(text):
        return False
    return _lacks_its_end(text)


def _lacks_its_end(text: str) -> bool:
    """Torn or only unpunctuated, as headings, labels and list entries are."""
    if DEPARTMENT_LABEL.match(text[text.rfind("。") + 1 :]):
        return len(text) >= TORN_MIN_LENGTH and not _ORGANISATION_END.search(text)
    if text[-1] in BINDS_FORWARD and len(text) >= SHORTEST_TORN:
        return True
    if LABELLED.match(text):
        return False
    return len(text) >= TORN_MIN_LENGTH and bool(re.search(r"[，,。；;、]", text))


def join_lines(texts: Iterable[str]) -> str:
    """Join the lines of one clause: torn sentences with nothing, paragraphs with one line break.

    Spaces inside a line stay as written (``到 2022 年``).
    """
    paragraphs: list[str] = []
    for text in filter(None, texts):
        if paragraphs and _continues(paragraphs[-1], text):
            paragraphs[-1] += text
        else:
            paragraphs.append(text)
    return "\n".join(paragraphs)


def _continues(paragraph: str, text: str) -> bool:
    if has_open_bracket(paragraph):
        return True
    return is_torn(paragraph) and not LABELLED.match(text)


def close_spaced_labels(text: str) -> str:
    """``电   话:…`` becomes ``电话:…``: spacing that only justifies a label."""
    return _LETTER_SPACED_LABEL.sub(lambda match: re.sub(r"\s+", "", match[1]), text)


def texts_of(lines: Sequence[Line], indexes: Iterable[int]) -> list[str]:
    """The words of some lines."""
    return [lines[index].text for index in indexes]
