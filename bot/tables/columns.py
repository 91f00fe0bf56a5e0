"""Columns by any of the names that offices give them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from bot.tables.table_reader import TableRow

_BESIDE_THE_NAME = re.compile(r"[（(【\[].*?[)）】\]]|[\s*＊:：/、_-]")


class Columns:
    """Field names by column names.

    Args:
        names: for each field the names that its column may have, the most usual first.
    """

    def __init__(self, names: Mapping[str, Iterable[str]]) -> None:
        self._fields = {_plain(name): field for field, known in names.items() for name in (field, *known)}

    @classmethod
    def listed(cls, text: str) -> Columns:
        """The columns of a list: on each line a field, a tab, and the names of its column separated by spaces."""
        lines = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
        return cls({field: names.split() for field, names in lines})

    def field_of(self, column: str) -> str | None:
        """The field of a column, None for a column that nobody asked for."""
        return self._fields.get(_plain(column))

    def fields(self, row: TableRow) -> dict[str, str]:
        """A row's cells by field; of two columns for one field, the first counts."""
        found: dict[str, str] = {}
        for column, cell in row.cells.items():
            field = self.field_of(column)
            if field is not None:
                found.setdefault(field, cell)
        return found

    def unknown(self, row: TableRow) -> tuple[str, ...]:
        """Columns of a row that no field has."""
        return tuple(column for column in row.cells if self.field_of(column) is None)


def _plain(name: str) -> str:
    """A column's name without what is written beside it: 月薪（元）* is 月薪."""
    return _BESIDE_THE_NAME.sub("", unicodedata.normalize("NFKC", name)).casefold()
