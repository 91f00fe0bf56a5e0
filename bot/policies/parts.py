"""What every character of a document is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PartRole(StrEnum):
    """What a stretch of a document is."""

    SITE_CHROME = "site_chrome"
    DEBRIS = "debris"
    LETTERHEAD = "letterhead"
    DOCUMENT_NUMBER = "document_number"
    TITLE = "title"
    SALUTATION = "salutation"
    PREAMBLE = "preamble"
    NOTICE = "notice"
    CONTENTS = "contents"
    HEADING = "heading"
    LEAD = "lead"
    CLAUSE = "clause"
    CLOSING = "closing"
    SIGNATURE = "signature"
    NAME_LIST = "name_list"
    ATTACHMENT = "attachment"
    DUPLICATE = "duplicate"
    OTHER = "other"
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the raw text; the parts of a document cover it without gap or overlap.

    Attributes:
        role: what it is. ``debris`` is what page breaks and editors leave, ``lead`` the words of a numbered level
            before its own sub-numbers, ``blank`` the whole of a text without words.
        start: first character.
        end: one past the last character.
        clause_id: the clause whose words it holds; None where it gives none. A clause torn by debris has several parts.
    """

    role: PartRole
    start: int
    end: int
    clause_id: str | None = None
