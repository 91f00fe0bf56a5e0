"""Tables of postings come into the store."""

from __future__ import annotations

from pathlib import Path

from bot.jobs.job_columns import JOB_COLUMNS
from bot.jobs.job_rows import JobRowReader
from bot.jobs.posting_documents import merged
from bot.jobs.postings import JobPostings
from bot.jobs.table_places import PlaceReader
from bot.ports import Clock
from bot.regions.divisions import Divisions
from bot.regions.place_names import PlaceFinder
from bot.tables.import_report import ImportReport
from bot.tables.table_import import Progress, TableImport, untold


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
        progress: Progress = untold,
    ) -> ImportReport:
        """Import a file; see `bot.tables.table_import.TableImport.run`.

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
        places = PlaceReader(self._finder, self._divisions, near)
        reader = JobRowReader(places, self._clock.today(), source or path.name, is_sample)
        return await TableImport(JOB_COLUMNS, reader.read, self._postings.keep, merged).run(path, progress)
