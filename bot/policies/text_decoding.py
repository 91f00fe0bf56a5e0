"""Bytes become text, or a message that says why they do not.

Order: byte order mark, UTF-8, the page's own label, GB 18030, Big5, then what `charset_normalizer` guesses. A label of
gb2312 or gbk means GB 18030: browsers read it so, and pages use characters that GB 2312 lacks. Nearly any bytes are
valid GB 18030, so a result counts only if it reads as Chinese.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from charset_normalizer import from_bytes

from bot.domain.errors import FileEncodingError

MIN_PLAUSIBLE_SHARE = 0.75
"""Of the characters beyond ASCII, how many must be common hanzi or CJK punctuation; wrong decodings stay below 0.5."""
LABEL_SEARCH_BYTES = 4096

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LABEL = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_:.\-]{2,24})""", re.IGNORECASE)
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "gb_2312-80": "gb18030", "big5": "big5hkscs"}
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufffd\ufffe\uffff\ue000-\uf8ff]")


def decode(content: bytes, file_name: str) -> str:
    """Decode the bytes of a text or HTML file; line breaks become LF.

    Args:
        content: the whole file.
        file_name: its name, for the message.

    Raises:
        FileEncodingError: no encoding gives readable Chinese.
    """
    text = _decoded(content)
    if text is None:
        position = _first_bad_byte(content)
        raise FileEncodingError(
            f"读不出《{file_name}》的文字：第 {position + 1} 个字节起不是 UTF-8，按 GB18030 或 Big5 读也不通顺。"
            "请用记事本或 WPS 打开原文件，另存为“UTF-8”编码的纯文本，再重新上传。"
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decoded(content: bytes) -> str | None:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return _strict(content, encoding)
    text = _strict(content, "utf-8")
    if text is not None:
        return text if _CONTROL.search(text) is None or is_plausible(text) else None
    guesses = (guess for encoding in _candidates(content) if (guess := _strict(content, encoding)) is not None)
    return next((guess for guess in guesses if is_plausible(guess)), None) or _guessed(content)


def _candidates(content: bytes) -> Iterator[str]:
    label = _LABEL.search(content[:LABEL_SEARCH_BYTES])
    if label:
        name = label[1].decode("ascii").lower()
        yield _WIDER.get(name, name)
    yield "gb18030"
    yield "big5hkscs"


def _strict(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except (UnicodeError, LookupError):
        return None


def _guessed(content: bytes) -> str | None:
    best = from_bytes(content).best()
    text = str(best) if best is not None else ""
    return text if is_plausible(text) else None


def is_plausible(text: str) -> bool:
    """Whether a decoded text reads as Chinese: no control or private characters, mostly common hanzi."""
    beyond_ascii = [character for character in text if character > "\xa0"]
    if not beyond_ascii or _CONTROL.search(text):
        return False
    return sum(map(_is_common, beyond_ascii)) >= MIN_PLAUSIBLE_SHARE * len(beyond_ascii)


def _is_common(character: str) -> bool:
    """Hanzi of the first level of GB 2312 or Big5, CJK punctuation, full-width forms."""
    if "\u3000" <= character <= "\u303f" or "\uff00" <= character <= "\uffef" or character in "“”‘’—…·×○●■□★":
        return True
    if not "\u4e00" <= character <= "\u9fff":
        return False
    simplified = character.encode("gb2312", errors="ignore")
    traditional = character.encode("big5", errors="ignore")
    return b"\xb0" <= simplified[:1] <= b"\xd7" or b"\xa4" <= traditional[:1] <= b"\xc6"


def _first_bad_byte(content: bytes) -> int:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start
    return 0
