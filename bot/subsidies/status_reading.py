"""Yes and no out of a sentence, by the words that a fact declares for them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from bot.subsidies.case_text import blank
from bot.subsidies.fact_files import FactWords

_ASKED = re.compile(r"([\u4e00-\u9fff]{1,2})(?:没|不|没有)\1|[\u4e00-\u9fff]{1,3}了没(?:有)?(?=$|[,，。.;；!！?？])")
"""合格没合格, 是不是, 考过了没: asked."""


class _Hit(NamedTuple):
    start: int
    end: int
    says: bool


def read_status(words: FactWords, text: str) -> bool | None:
    """What a text says of a yes-no fact.

    Args:
        words: how it is said.
        text: made ready by `bot.subsidies.case_text.said_of_oneself`.

    Returns:
        None where it says nothing.
    """
    text = _ASKED.sub(blank, text)
    if words.ignore:
        text = _compiled(words.ignore).sub(blank, text)
    hits = _hits(words.yes, text, says=True) + _hits(words.no, text, says=False)
    said = _decided(hits, changes=words.changes)
    if said is None and (words.else_yes or words.else_no):
        hits = _hits(words.else_yes, text, says=True) + _hits(words.else_no, text, says=False)
        said = _decided(hits, changes=words.changes)
    return said


def _hits(patterns: Iterable[str], text: str, *, says: bool) -> list[_Hit]:
    return [_Hit(*match.span(), says) for pattern in patterns for match in _compiled(pattern).finditer(text)]


def _decided(hits: list[_Hit], *, changes: bool) -> bool | None:
    """不是脱贫户 says no, whatever is asked about 脱贫户 afterwards; 第一次没过，补考过了 says yes: that changes."""
    kept = [hit for hit in hits if not any(_outweighs(other, hit) for other in hits)]
    if not kept:
        return None
    if changes:
        return max(kept, key=lambda hit: (hit.end, not hit.says)).says
    return all(hit.says for hit in kept)


def _outweighs(other: _Hit, hit: _Hit) -> bool:
    is_opposite = other.says is not hit.says and other.start < hit.end and hit.start < other.end
    lengths = other.end - other.start, hit.end - hit.start
    return is_opposite and (lengths[0] > lengths[1] or (lengths[0] == lengths[1] and not other.says))


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
