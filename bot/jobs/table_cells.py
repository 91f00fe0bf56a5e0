"""Cells of tables as plain text: what is shown to workers holds neither mark-up nor endless stories."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

LONGEST_CELL = 20_000
LONGEST_TEXT = 400
_TAGS = re.compile(r"<[^<>]{1,200}>")
_SPACES = re.compile(r"\s+")


def plain_cells(cells: Mapping[str, str]) -> dict[str, str]:
    """Cells without mark-up, control characters and doubled spaces; empty ones are left out."""
    return {name: text for name, cell in cells.items() if (text := _plain(cell))}


def cut(text: str, length: int = LONGEST_TEXT) -> str:
    """A text cut where nobody would read on."""
    return text if len(text) <= length else text[: length - 1] + "…"


def _plain(cell: str) -> str:
    text = _TAGS.sub(" ", html.unescape(cell[:LONGEST_CELL]))
    text = "".join(character if character.isprintable() else " " for character in text)
    return _SPACES.sub(" ", text).strip()
