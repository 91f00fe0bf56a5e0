"""Personal data as pages and logs may show them: enough to recognise, too little to use."""

from __future__ import annotations

import re

HIDDEN_NAME = "**"
SHOWN_AT_START = 3
SHOWN_OF_PHONE_AT_END = 4
SHOWN_OF_LONG_NUMBER_AT_END = 2
LONG_NUMBER_DIGITS = 15
LEAST_HIDDEN = 4

_SPOKEN = "〇零一二三四五六七八九幺"
_OPENID = r"(?<![A-Za-z0-9_-])o[A-Za-z0-9_-]{27}(?![A-Za-z0-9_-])"
_LONG_RUN = r"\d{11,}[Xx]?"
_MOBILE = r"(?<!\d)1[3-9]\d[ -]\d{4}[ -]?\d{4}(?!\d)|(?<!\d)1[3-9]\d{5}[ -]\d{4}(?!\d)"
_LANDLINE = r"(?<!\d)[(（]?0\d{2,3}[)）]?[ -]?\d{7,8}(?!\d)"
_CARD = r"(?<!\d)\d{4}(?:[ -]\d{4}){3}(?:[ -]?\d{1,3})?(?!\d)"
_ID_IN_GROUPS = r"(?<!\d)\d{6}[ -]\d{8}[ -]\d{3}[\dXx](?!\d)"
_SPOKEN_NUMBER = rf"[{_SPOKEN}\d]{{11,}}"
_PERSONAL = re.compile(f"{_OPENID}|{_CARD}|{_ID_IN_GROUPS}|{_MOBILE}|{_LANDLINE}|{_LONG_RUN}|{_SPOKEN_NUMBER}")
_CHARACTER = re.compile(rf"[\d{_SPOKEN}Xx]")


def mask_phone(phone: str) -> str:
    """A telephone number with its middle hidden: ``138****1234``."""
    return _middle_hidden(phone, SHOWN_AT_START, SHOWN_OF_PHONE_AT_END)


def mask_id_number(id_number: str) -> str:
    """An ID number with its birthday and more hidden: ``420*************1X`` shows three and two."""
    return _middle_hidden(id_number, SHOWN_AT_START, SHOWN_OF_LONG_NUMBER_AT_END)


def mask_name(name: str) -> str:
    """A name with all but its first character hidden, and its length too: ``王**``; one character is hidden whole."""
    plain = name.strip()
    return plain[0] + HIDDEN_NAME if len(plain) > 1 else HIDDEN_NAME


def redact(text: str) -> str:
    """Free text with telephone, ID and card numbers masked, and openids.

    Every run of eleven or more digits is masked, written with half- or full-width digits or spoken (``一三八…``), and
    so are numbers in the usual groups (``138 1234 5678``, ``6222 0212 …``, ``027-85712345``). Hotlines (12333), dates,
    amounts and document numbers stay.
    """
    return _PERSONAL.sub(_redacted, text)


def _redacted(found: re.Match[str]) -> str:
    number = found[0]
    if number[0] == "o":
        return "o****"
    digits = "".join(_CHARACTER.findall(number))
    return mask_id_number(digits) if len(digits) >= LONG_NUMBER_DIGITS else mask_phone(digits)


def _middle_hidden(text: str, at_start: int, at_end: int) -> str:
    plain = text.strip()
    hidden = len(plain) - at_start - at_end
    if hidden < LEAST_HIDDEN:
        return "*" * len(plain)
    return plain[:at_start] + "*" * hidden + plain[-at_end:]
