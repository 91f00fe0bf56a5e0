"""Tables come into the store: bad rows are told, doubles merged, what is over left out.

An import may be broken off and repeated: the same thing has the same id in every file, and what is stored as it is
stays.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Generic, TypeVar

from bot.jobs import phrasing_import as phrasing
from bot.jobs.keeping import Kept
from bot.tables.columns import Columns
from bot.tables.import_report import ImportReport, RowNote, UnusableRowError
from bot.tables.table_reader import TableRow, read_table, row_count

T = TypeVar("T")

BATCH = 256
"""Rows that are written at once: their commits are gathered, and the loop is free in between."""

Progress = Callable[[str, int, int], None]
"""Told a stage, how many rows are done, and how many there are."""


@dataclass(slots=True)
class ReadRow(Generic[T]):
    """What a row says.

    Attributes:
        item: what it is about.
        item_id: the same for rows that say the same.
        is_over: whether it is past and need not be kept.
        remarks: what of it could not be read, one sentence each.
    """

    item: T
    item_id: str
    is_over: bool = False
    remarks: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class TableImport(Generic[T]):
    """Imports tables of one kind.

    Attributes:
        columns: the fields of a row.
        read: what a row's fields say; raises `UnusableRowError`.
        keep: stores it.
    """

    columns: Columns
    read: Callable[[Mapping[str, str]], ReadRow[T]]
    keep: Callable[[T], Awaitable[Kept]]

    async def run(self, path: Path, progress: Progress | None = None) -> ImportReport:
        """Import a file.

        Args:
            path: CSV, XLSX or JSONL.
            progress: told after every batch.

        Raises:
            ImportFileError: the file cannot be read at all.
            StoreError: the store is away; the import may be repeated.
        """
        report, seen = ImportReport(), set[str]()
        total, rows = row_count(path), read_table(path)
        while batch := await asyncio.to_thread(_next_batch, rows):
            read = [one for row in batch if (one := self._read(row, report)) is not None]
            await self._keep(read, seen, report)
            if progress is not None:
                progress(phrasing.STAGE, report.rows, max(total, report.rows))
        return report

    def _read(self, row: TableRow, report: ImportReport) -> ReadRow[T] | None:
        """What a row says; what is wrong with it goes into the report."""
        report.note_columns(self.columns.unknown(row))
        if row.problem:
            report.problems.append(RowNote(row.number, row.problem))
            return None
        try:
            read = self.read(self.columns.fields(row))
        except UnusableRowError as error:
            report.problems.append(RowNote(row.number, str(error)))
            return None
        if read.is_over:
            report.dropped += 1
            return None
        report.remarks += [RowNote(row.number, remark) for remark in read.remarks]
        return read

    async def _keep(self, rows: list[ReadRow[T]], seen: set[str], report: ImportReport) -> None:
        fresh: list[T] = []
        doubles: list[T] = []
        for row in rows:
            (doubles if row.item_id in seen else fresh).append(row.item)
            seen.add(row.item_id)
        outcomes = await asyncio.gather(*map(self.keep, fresh))
        report.added += outcomes.count(Kept.ADDED)
        report.changed += outcomes.count(Kept.CHANGED)
        report.unchanged += outcomes.count(Kept.UNCHANGED)
        for double in doubles:
            await self.keep(double)
        report.merged += len(doubles)


def _next_batch(rows: Iterator[TableRow]) -> list[TableRow]:
    return list(islice(rows, BATCH))
