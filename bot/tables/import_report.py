"""What became of a table's rows, for whoever imported it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class Kept(StrEnum):
    """What became of something that was kept."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


class UnusableRowError(Exception):
    """Why a row cannot be used and what to change, in one sentence; never leaves an import."""


class RowNote(NamedTuple):
    """Something about one row.

    Attributes:
        number: of the row, as a person counts it in the file.
        reason: what it is and what to change, one sentence.
    """

    number: int
    reason: str


@dataclass(slots=True)
class ImportReport:
    """Counts and notes of one import; every row is counted once.

    Attributes:
        added: rows that are new.
        changed: rows that brought something known up to date.
        unchanged: rows that are stored as they are.
        merged: rows that say the same as another row of this file.
        dropped: rows that are over: an expired posting, a past event.
        problems: rows that could not be used.
        remarks: rows that were used though something in them could not be read.
        unknown_columns: columns that no field has, in the order in which they came.
    """

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    merged: int = 0
    dropped: int = 0
    problems: list[RowNote] = field(default_factory=list)
    remarks: list[RowNote] = field(default_factory=list)
    unknown_columns: list[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """All rows that were read."""
        return self.added + self.changed + self.unchanged + self.merged + self.dropped + len(self.problems)

    def note_columns(self, unknown: Iterable[str]) -> None:
        """Remember columns of a row that nobody asked for."""
        self.unknown_columns += [column for column in unknown if column not in self.unknown_columns]
