"""What of a reply can be tapped instead of typed: numbered choices, and words that it asks to send back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ENTRY = re.compile(r"(?P<number>\d{1,2})[.．、]\s*(?P<label>\S.*)")
_ASKED_FOR = re.compile(r"(?:回复|就回|回)“([^”]{1,8})”")
_FACT = re.compile(r"[\u4e00-\u9fff]{2,4}：")
LONGEST_LABEL = 40
"""Characters; a longer line is no choice, but an entry that is read."""
LONGEST_ENTRY = 120
_ASKS_FOR_NUMBER = "回复数字"
FEWEST, MOST = 1, 12
QUICK_MAX = 6


@dataclass(frozen=True, slots=True)
class Choice:
    """A numbered line that is sent back by its number."""

    number: str
    label: str


@dataclass(frozen=True, slots=True)
class Part:
    """Some lines of a reply: text, or choices that stand one below the other."""

    text: str = ""
    choices: tuple[Choice, ...] = ()


def parts_of(reply: str) -> tuple[Part, ...]:
    """A reply cut into text and lists of choices; nothing of it is lost.

    A list counts as choices where its lines follow each other directly and are numbered from 1 without a gap: entries
    with addresses below them are read, not tapped. Where the reply asks for a number, its long lines are choices, too,
    and a heading may stand between them.
    """
    lines = reply.split("\n")
    asks_for_number = _ASKS_FOR_NUMBER in reply
    parts: list[Part] = []
    text: list[str] = []
    position, wanted = 0, 1
    while position < len(lines):
        choices = tuple(_choices_from(lines[position:], wanted if asks_for_number else 1, is_long=asks_for_number))
        is_list = FEWEST <= len(choices) <= MOST
        if is_list and (asks_for_number or not _is_followed_by_details(lines, position + len(choices))):
            parts += [Part("\n".join(text))] if text else []
            parts.append(Part(choices=choices))
            text, wanted = [], wanted + len(choices)
            position += len(choices)
        else:
            text.append(lines[position])
            position += 1
    return (*parts, Part("\n".join(text))) if text else tuple(parts)


def quick_replies(reply: str) -> tuple[str, ...]:
    """The words that a reply asks to send back, in order, each once: 取消, 上一步, 继续, 下一页."""
    found = dict.fromkeys(_ASKED_FOR.findall(reply))
    return tuple(word for word in found if not word.isdigit())[:QUICK_MAX]


def _choices_from(lines: list[str], first: int, *, is_long: bool) -> Iterator[Choice]:
    for wanted, line in enumerate(lines, start=first):
        match = _ENTRY.fullmatch(line)
        longest = LONGEST_ENTRY if is_long else LONGEST_LABEL
        if match is None or int(match["number"]) != wanted or len(match["label"]) > longest:
            return
        yield Choice(match["number"], match["label"])


def _is_followed_by_details(lines: list[str], position: int) -> bool:
    """Whether the lines below belong to the last entry: they tell facts of it, or a further entry follows them."""
    if position < len(lines) and _FACT.match(lines[position]):
        return True
    return any(_ENTRY.fullmatch(line) and not line.startswith(("1.", "1．", "1、")) for line in lines[position:])
