"""Which of the numbered choices below a question a message picks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.form import Choice
from bot.handlers.form_commands import is_no, is_yes, plain
from bot.handlers.numbered_choice import read_choice

_PICKING = re.compile(r"^(?:我?就?(?:要|选|是|选择|想要)|那?就)|(?:那个|这个|那种|吧|的)+$")
_LAST = re.compile(r"(?:我?选?要?)(?:最后|最下面|末尾)(?:一|那)?个?[\s。.!！吧]*")
_AFFIRMING = re.compile(r"(?:是的?|对的?|嗯+|没错|就是|是这样|是这里|就在这里?)[啊呀呢哦的\s,，。.!！]*")
"""Agrees to what was said; 好 only says that it was heard."""
_AGREED_TO = re.compile(r"[要好行可同愿需办]|没问题")
"""What 好 says yes to: something that is wanted, not something that is so."""
_DENYING = re.compile(r"不|没|别|非")
SHORTEST_PART = 2
DENIAL_REACH = 3
"""Characters before a word within which it is denied."""


def choice_picked(text: str, choices: Sequence[Choice]) -> Choice | None:
    """The choice that a message names and nothing else: its number, its words, or 是 where there is one to agree to.

    A number outside of the list is no choice.
    """
    number = len(choices) if choices and _LAST.fullmatch(text.strip()) else read_choice(text)
    if number is not None:
        return choices[number - 1] if 1 <= number <= len(choices) else None
    return _by_words(plain(text), choices) or _by_assent(text, choices)


def choice_mentioned(text: str, choices: Sequence[Choice]) -> Choice | None:
    """The only choice whose words occur in a longer message and are not denied there (不是周六)."""
    typed = plain(text)
    found = [choice for choice in choices if _is_said(plain(choice.label), typed)]
    return found[0] if len(found) == 1 else None


def _is_said(label: str, typed: str) -> bool:
    position = typed.find(label)
    if len(label) < SHORTEST_PART or position < 0:
        return False
    return _DENYING.search(typed[max(position - DENIAL_REACH, 0) : position]) is None


def _by_words(typed: str, choices: Sequence[Choice]) -> Choice | None:
    bare = _PICKING.sub("", typed)
    for said in (typed, bare):
        exact = [choice for choice in choices if plain(choice.label) == said]
        if exact:
            return exact[0]
    part = [choice for choice in choices if bare in plain(choice.label)] if len(bare) >= SHORTEST_PART else []
    return part[0] if len(part) == 1 and not _DENYING.search(bare) else None


def _by_assent(text: str, choices: Sequence[Choice]) -> Choice | None:
    if len(choices) == 1:
        return choices[0] if _AFFIRMING.fullmatch(text.strip()) else None
    values = {choice.value: choice for choice in choices if isinstance(choice.value, bool)}
    if values.keys() != {True, False} or len(values) != len(choices):
        return None
    if is_no(text):
        return values.get(False)
    agrees = is_yes if _AGREED_TO.match(plain(values[True].label)) else _AFFIRMING.fullmatch
    return values.get(True) if agrees(text.strip()) else None
