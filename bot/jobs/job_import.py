"""Tables of postings come into the store: bad rows are told, doubles merged, what is over left out.

An import may be broken off and repeated: a posting has the same id in every file, and what is stored as it is stays.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from bot.domain.job import JobPosting
from bot.jobs import phrasing_import as phrasing
from bot.jobs.job_columns import JOB_COLUMNS
from bot.jobs.job_rows import RowReader
from bot.jobs.postings import JobPostings
from bot.jobs.table_places import PlaceReader
from bot.ports import Clock
from bot.regions.divisions import Divisions
from bot.regions.place_names import PlaceFinder
from bot.tables.import_report import ImportReport, RowNote, UnusableRowError
from bot.tables.table_reader import TableRow, read_table, row_count

BATCH = 256
"""Rows that are written at once: their commits are gathered, and the loop is free in between."""

Progress = Callable[[str, int, int], None]
"""Told a stage, how many rows are done, and how many there are (0 where that is not known)."""


class JobImport:
    """Imports postings.

    Args:
        postings: where they go.
        finder: finds places in texts.
        divisions: knows codes and lineage.
        clock: today, which postings end by.
    """

    def __init__(self, postings: JobPostings, finder: PlaceFinder, divisions: Divisions, clock: Clock) -> None:
        self._postings = postings
        self._finder = finder
        self._divisions = divisions
        self._clock = clock

    async def run(
        self,
        path: Path,
        *,
        source: str = "",
        near: str | None = None,
        is_sample: bool = False,
        progress: Progress | None = None,
    ) -> ImportReport:
        """Import a file.

        Args:
            path: CSV, XLSX or JSONL.
            source: who published it, for rows that do not say; the file's name where empty.
            near: code of the place for rows that name none; decides between places of one name.
            is_sample: mark the postings as made up.
            progress: told after every batch.

        Raises:
            ImportFileError: the file cannot be read at all.
            UnknownRegionError: ``near`` is not a code.
            StoreError: the store is away; the import may be repeated.
        """
        near = self._divisions.current_code(near) if near else None
        places = PlaceReader(self._finder, self._divisions, near)
        reader = RowReader(places, self._clock.today(), source or path.name, is_sample)
        report, seen = ImportReport(), set[str]()
        total, rows = row_count(path), read_table(path)
        while batch := await asyncio.to_thread(_next_batch, rows):
            postings = [posting for row in batch if (posting := self._read(reader, row, report)) is not None]
            await self._keep(postings, seen, report)
            if progress is not None:
                progress(phrasing.STAGE, report.rows, max(total, report.rows))
        return report

    def _read(self, reader: RowReader, row: TableRow, report: ImportReport) -> JobPosting | None:
        """A row's posting; what is wrong with it goes into the report."""
        report.note_columns(JOB_COLUMNS.unknown(row))
        if row.problem:
            report.problems.append(RowNote(row.number, row.problem))
            return None
        try:
            read = reader.read(JOB_COLUMNS.fields(row))
        except UnusableRowError as error:
            report.problems.append(RowNote(row.number, str(error)))
            return None
        if read.posting.expires_on < self._clock.today():
            report.dropped += 1
            return None
        report.remarks += [RowNote(row.number, remark) for remark in read.remarks]
        return read.posting

    async def _keep(self, postings: list[JobPosting], seen: set[str], report: ImportReport) -> None:
        fresh: list[JobPosting] = []
        doubles: list[JobPosting] = []
        for posting in postings:
            (doubles if posting.posting_id in seen else fresh).append(posting)
            seen.add(posting.posting_id)
        for kept in await asyncio.gather(*map(self._postings.keep, fresh)):
            setattr(report, kept.value, getattr(report, kept.value) + 1)
        for posting in doubles:
            await self._postings.keep(posting)
        report.merged += len(doubles)


def _next_batch(rows: Iterator[TableRow]) -> list[TableRow]:
    return list(islice(rows, BATCH))
