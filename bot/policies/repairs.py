"""Document numbers and dates that lost their brackets or separators."""

from __future__ import annotations

import re
from datetime import date

FIRST_YEAR, LAST_YEAR = 1949, 2099
BARE_DATE_LENGTHS = range(6, 9)

NUMBER_PREFIX = r"[\u4e00-\u9fff]{1,14}?"
_NUMBER = re.compile(
    rf"(?P<prefix>{NUMBER_PREFIX})\s*[〔（(\[［【{{]?\s*(?P<year>[12]\d{{3}})\s*[〕）)\]］】}}]?\s*(?:第\s*)?(?P<serial>\d{{1,5}})\s*号"
)
_WRITTEN_DATE = re.compile(r"(\d{4})\s*[年.\-/—]\s*(\d{1,2})\s*[月.\-/—]\s*(\d{1,2})\s*日?")
_CHINESE_DATE = re.compile(
    r"([一二][〇○零Ｏ一二三四五六七八九]{3})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)
_DIGIT = {character: str(value) for value, character in enumerate("〇一二三四五六七八九")} | {
    "○": "0",
    "零": "0",
    "Ｏ": "0",
}


def repair_document_number(written: str) -> str | None:
    """A 文号 as it should read: ``鄂政发〔201567号`` → ``鄂政发〔2015〕67号``.

    Args:
        written: the number as printed, in any brackets or none.

    Returns:
        Prefix, year in 〔〕 and serial without leading zeros; None where it cannot be told.
    """
    match = _NUMBER.fullmatch(re.sub(r"\s", "", written).strip("（）()《》。，,"))
    if match is None or not FIRST_YEAR <= int(match["year"]) <= LAST_YEAR or not int(match["serial"]):
        return None
    return f"{match['prefix']}〔{match['year']}〕{int(match['serial'])}号"


def repair_date(written: str) -> date | None:
    """A date as printed, also without separators: ``2017317`` → 17 March 2017.

    Args:
        written: ``2017年3月17日``, ``2017-03-17``, ``二〇一七年三月十七日`` or bare digits.

    Returns:
        None where it is no date, or where the digits could be cut in two ways (``2017111``).
    """
    text = re.sub(r"\s", "", written)
    match = _WRITTEN_DATE.fullmatch(text)
    if match:
        return _date(*map(int, match.groups()))
    match = _CHINESE_DATE.fullmatch(text)
    if match:
        year = int("".join(_DIGIT[character] for character in match[1]))
        return _date(year, _small_number(match[2]), _small_number(match[3]))
    return _bare_date(text)


def _bare_date(digits: str) -> date | None:
    if not (digits.isascii() and digits.isdigit()) or len(digits) not in BARE_DATE_LENGTHS:
        return None
    rest = digits[4:]
    cuts = [cut for cut in (1, 2) if 1 <= len(rest) - cut <= 2]  # noqa: PLR2004 - a month and a day have one or two digits
    found = {
        day
        for cut in cuts
        if not rest[cut:].startswith("0") or len(rest) == 4  # noqa: PLR2004 - only MMDD pads with zeros
        if (day := _date(int(digits[:4]), int(rest[:cut]), int(rest[cut:]))) is not None
    }
    return found.pop() if len(found) == 1 else None


def _date(year: int, month: int, day: int) -> date | None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _small_number(numeral: str) -> int:
    """一 to 三十一."""
    if "十" not in numeral:
        return int(_DIGIT[numeral]) if len(numeral) == 1 else 0
    tens, _, ones = numeral.partition("十")
    return 10 * int(_DIGIT.get(tens, "1")) + int(_DIGIT.get(ones, "0"))
