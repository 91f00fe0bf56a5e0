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

from bot.tables.columns import Columns
from bot.tables.import_report import ImportReport, Kept, RowNote, UnusableRowError
from bot.tables.table_reader import TableRow, read_table, row_count

T = TypeVar("T")

READING, STORING = "读表", "保存"

BATCH = 256
"""Rows that are read at once; the loop is free in between."""
STORED_AT_ONCE = 32
"""Commits are gathered, and a database server has some time left for workers' messages."""

Progress = Callable[[str, int, int], None]
"""Told a stage, how many rows are done, and how many there are."""


def untold(stage: str, done: int, total: int) -> None:
    """Nobody wants to know how far it is."""


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

    A file is read whole before anything is stored: rows that say the same are one by then, in whatever order they
    come, so that the same file once more changes nothing.

    Attributes:
        columns: the fields of a row.
        read: what a row's fields say; raises `UnusableRowError`.
        keep: stores it.
        merged: what two rows that say the same are together, the later row second; the later one where None.
    """

    columns: Columns
    read: Callable[[Mapping[str, str]], ReadRow[T]]
    keep: Callable[[T], Awaitable[Kept]]
    merged: Callable[[T, T], T] | None = None

    async def run(self, path: Path, progress: Progress = untold) -> ImportReport:
        """Import a file.

        Args:
            path: CSV, XLSX or JSONL.
            progress: told after every batch.

        Raises:
            ImportFileError: the file cannot be read at all.
            StoreError: the store is away; the import may be repeated.
        """
        report = ImportReport()
        items = await self._read_all(path, report, progress)
        stored = 0
        pending = iter(items)
        while batch := list(islice(pending, BATCH)):
            outcomes = await self._kept(batch)
            report.added += outcomes.count(Kept.ADDED)
            report.changed += outcomes.count(Kept.CHANGED)
            report.unchanged += outcomes.count(Kept.UNCHANGED)
            stored += len(batch)
            progress(STORING, stored, len(items))
        return report

    async def _kept(self, batch: list[T]) -> list[Kept]:
        turns = asyncio.Semaphore(STORED_AT_ONCE)

        async def keep(item: T) -> Kept:
            async with turns:
                return await self.keep(item)

        return await asyncio.gather(*map(keep, batch))

    async def _read_all(self, path: Path, report: ImportReport, progress: Progress) -> list[T]:
        """What is to be stored, each once, in the order of the file."""
        items: dict[str, T] = {}
        total, rows, count = row_count(path), read_table(path), 0
        while batch := await asyncio.to_thread(_next_batch, rows):
            for row in batch:
                read = self._read(row, report)
                if read is not None:
                    self._collect(items, read, report)
            count += len(batch)
            progress(READING, count, max(total, count))
        return list(items.values())

    def _collect(self, items: dict[str, T], read: ReadRow[T], report: ImportReport) -> None:
        known = items.get(read.item_id)
        if known is None:
            items[read.item_id] = read.item
            return
        items[read.item_id] = self.merged(known, read.item) if self.merged is not None else read.item
        report.merged += 1

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


def _next_batch(rows: Iterator[TableRow]) -> list[TableRow]:
    return list(islice(rows, BATCH))
