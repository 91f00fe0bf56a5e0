"""Text as the platform can carry it: legal characters only, and in pieces that fit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

PASSIVE_REPLY_MAX_BYTES = 2000
"""The platform cuts at 2047 bytes of UTF-8; the rest is margin."""

LONGEST_CODE_POINT_BYTES = 4

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Everything outside the Char production of XML 1.0, section 2.2: control characters, lone surrogates, U+FFFE."""

_UNITS = (
    "个工作日|个月|小时|分钟|公里|平方米|百分点|"
    "元|角|分|人|名|个|天|日|月|年|周|时|号|条|款|项|次|倍|岁|户|家|亩|米|级|档|期|届|部|类|省|市|县|成|折"
)
_UNBREAKABLE = re.compile(
    r"https?://[!-~]+"
    r"|〔[0-9]{2,4}〕[0-9]+号?"
    rf"|第?[¥￥$]?[0-9０-９]+(?:,[0-9]{{3}})*(?:[.:/~\-．：～—至到][0-9０-９]+)*\s?[%％‰]?[十百千万亿]*(?:{_UNITS})?"
    rf"|第?[零〇一二两三四五六七八九十百千万亿]+(?:点[零〇一二三四五六七八九]+)?(?:{_UNITS})?"
)
_BOUNDARIES = ("\n", "。！？；!?;…", "，、：, ")
_QUOTES = frozenset("”’」』》）)】")
_CLOSERS = _QUOTES | frozenset("。！？；，、：…")
_ZERO_WIDTH_JOINER = "\u200d"
_LOOK_AHEAD = 256
"""How far past the cut a figure or link may reach and still be seen whole."""


def clean_text(text: str) -> str:
    """Without the characters that XML cannot carry (W3C XML 1.0, section 2.2), lone surrogates included."""
    return _ILLEGAL.sub("", text)


def split_text(text: str, max_bytes: int = PASSIVE_REPLY_MAX_BYTES) -> list[str]:
    """Cut a text into pieces that the platform accepts, between lines or sentences where there are any.

    A figure with its unit, a document number, a link or an emoji is only torn where it alone exceeds a piece.

    Args:
        text: what is to be said; characters that XML cannot carry are removed.
        max_bytes: the most UTF-8 bytes of one piece, at least 4.

    Returns:
        The pieces in order, none of them empty; white space at the cuts is dropped. [] for an empty text.

    Raises:
        ValueError: ``max_bytes`` cannot hold one character.
    """
    if max_bytes < LONGEST_CODE_POINT_BYTES:
        msg = f"max_bytes must be at least {LONGEST_CODE_POINT_BYTES}"
        raise ValueError(msg)
    return list(iter_pieces(text, max_bytes))


def iter_pieces(text: str, max_bytes: int = PASSIVE_REPLY_MAX_BYTES) -> Iterator[str]:
    """The pieces of `split_text` one by one, for a caller that needs only the first."""
    rest = clean_text(text)
    while rest.strip():
        fits = _fitting_length(rest, max_bytes)
        end = fits if fits == len(rest) else _cut(rest, fits)
        if piece := rest[:end].rstrip():
            yield piece
        rest = rest[end:].lstrip("\r\n ") if end < len(rest) else ""


def _fitting_length(text: str, max_bytes: int) -> int:
    """How many leading code points fit into the bytes."""
    head = text[:max_bytes].encode()[:max_bytes]
    return len(head.decode("utf-8", "ignore"))


def _cut(text: str, fits: int) -> int:
    """The best place to cut at or before ``fits``: late, after a line, a sentence or a comma, never in a figure."""
    torn = _torn_places(text[: fits + _LOOK_AHEAD])
    for marks in _BOUNDARIES:
        for place in range(fits, fits // 2, -1):
            if _ends_with(text, place, marks) and text[place] not in _CLOSERS and _is_whole(text, place, torn):
                return place
    return next((place for place in range(fits, 0, -1) if _is_whole(text, place, torn)), fits)


def _ends_with(text: str, place: int, marks: str) -> bool:
    """Whether the text before this place ends with one of the marks, perhaps inside a closing quote."""
    last = place - 1
    while last > 0 and text[last] in _QUOTES:
        last -= 1
    return text[last] in marks


def _is_whole(text: str, place: int, torn: set[int]) -> bool:
    return place not in torn and not _splits_character(text, place)


def _torn_places(text: str) -> set[int]:
    """Every place inside a figure or link."""
    return {place for match in _UNBREAKABLE.finditer(text) for place in range(match.start() + 1, match.end())}


def _splits_character(text: str, place: int) -> bool:
    """Whether a cut here parts an emoji sequence or a combining mark from its base."""
    before, after = text[place - 1], text[place]
    return (
        _ZERO_WIDTH_JOINER in (before, after)
        or unicodedata.category(after).startswith("M")
        or "\U0001f3fb" <= after <= "\U0001f3ff"
        or ("\U0001f1e6" <= before <= "\U0001f1ff" and "\U0001f1e6" <= after <= "\U0001f1ff")
    )
