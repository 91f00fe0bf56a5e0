"""How Chinese text is read: its syllables without tones, as `pypinyin.lazy_pinyin` gives them.

pypinyin's own dictionaries, and its way of cutting a text into phrases (the longest one first, from left to right),
but without what its interface does besides: reading a question takes a tenth of the time, and so does the start of a
process that reads ten thousand terms. A test holds both equal.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import chain

from pypinyin.constants import PHRASES_DICT, PINYIN_DICT
from pypinyin.contrib.tone_convert import to_normal
from pypinyin.seg.mmseg import p_set

PIECES_KEPT = 16384
_BEGINNINGS: set[str] = p_set._set  # noqa: SLF001 - its method costs a call for each character
"""Of all phrases, whole phrases too."""


def read_aloud(text: str) -> tuple[str, ...]:
    """The syllables of Chinese characters, one each; what nobody knows how to read stands for itself.

    Args:
        text: Chinese characters, nothing else.
    """
    return tuple(chain.from_iterable(map(_read, _phrases(text))))


def _phrases(text: str) -> Iterator[str]:
    start, end = 0, len(text)
    while start < end:
        stop, longest = start + 1, 0
        while stop <= end and text[start:stop] in _BEGINNINGS:
            if text[start:stop] in PHRASES_DICT:
                longest = stop
            stop += 1
        if not longest and stop > end:  # the text ends inside a phrase: pypinyin reads what is left one by one
            yield from text[start:]
            return
        longest = longest or start + 1
        yield text[start:longest]
        start = longest


@lru_cache(maxsize=PIECES_KEPT)
def _read(phrase: str) -> tuple[str, ...]:
    known = PHRASES_DICT.get(phrase)
    if known is not None:
        return tuple(_without_tone(readings[0]) for readings in known)
    return tuple(_without_tone(PINYIN_DICT.get(ord(character), character).split(",")[0]) for character in phrase)


@lru_cache(maxsize=2048)
def _without_tone(syllable: str) -> str:
    return str(to_normal(syllable))
