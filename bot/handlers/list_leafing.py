"""Leafing through a list: 下一页, 上一页, or the number of an entry."""

from __future__ import annotations

import re
from enum import StrEnum

from bot.domain.conversation import Turn
from bot.handlers.numbered_choice import read_choice

_ENDING = r"(?:吧|呢|啊|看看|看一下|的)*[\s,，。.!！?？~]*"
_PLEASE = r"(?:我?要?再?(?:看看?|翻|换)?)"


class Leaf(StrEnum):
    """A page of a list."""

    NEXT = "next"
    PREVIOUS = "previous"


_LEAVES = {
    Leaf.NEXT: re.compile(
        rf"{_PLEASE}(?:下一?页|后一页|往后翻?|往下翻?|更多|还有吗|还有别的吗|还有其他的吗|换一批){_ENDING}"
    ),
    Leaf.PREVIOUS: re.compile(rf"{_PLEASE}(?:上一?页|前一页|往前翻?|往上翻?){_ENDING}"),
}


def read_leaf(turn: Turn) -> Leaf | int | None:
    """What a message does with the list that its worker is leafing through.

    Returns:
        A page, the number of an entry as typed (it may stand outside of the list), or None: no list is open, or the
        message is about something else.
    """
    if turn.conversation.listing is None:
        return None
    typed = turn.message.text.strip()
    leaf = next((leaf for leaf, pattern in _LEAVES.items() if pattern.fullmatch(typed)), None)
    return leaf or read_choice(typed)
