"""The lists of employers who owe wages, in the store, found by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from importlib.resources import files
from pathlib import Path

from bot.domain.wage_offender import WageOffender
from bot.jobs import phrasing_import as phrasing
from bot.jobs.employer_names import name_key, name_keys
from bot.jobs.table_cells import cut, plain_cells
from bot.jobs.table_dates import first_day, last_day
from bot.ports import Clock, Document, DocumentStore
from bot.storage.keeping import keep
from bot.tables.columns import Columns
from bot.tables.import_report import ImportReport, Kept, UnusableRowError
from bot.tables.table_import import Progress, ReadRow, TableImport, untold

COLLECTION = "wage_offenders"
COLUMNS = Columns.listed(files("bot.jobs").joinpath("offender_columns.tsv").read_text(encoding="utf-8"))
_FACTS = {"amount": "拖欠金额", "people": "涉及人数"}


class WageOffenders:
    """See `bot.ports.OffenderLookup`; lists come by `import_list`.

    Args:
        store: where they lie.
        clock: entries end by it.
        shows_samples: whether made-up entries count; never in production.
    """

    def __init__(self, store: DocumentStore, clock: Clock, *, shows_samples: bool = False) -> None:
        self._store = store
        self._clock = clock
        self._shows_samples = shows_samples

    async def prepare(self) -> None:
        """Create the index; made-up entries that may not be shown are deleted."""
        await self._store.ensure_index(COLLECTION, ["is_sample"])
        if not self._shows_samples:
            await self._store.delete(COLLECTION, {"is_sample": True})

    async def find(self, employers: Iterable[str]) -> Mapping[str, WageOffender]:
        """The entries of employers by the names asked for; those that are on no list are left out."""
        keys = {employer: name_keys(employer) for employer in employers if employer}
        wanted = sorted({key for known in keys.values() for key in known})
        if not wanted:
            return {}
        rows = await self._store.find(COLLECTION, {"_id": {"$in": wanted}})
        listed = {row["_id"]: entry for row in rows if self._holds(entry := _from_document(row))}
        found = {
            employer: next((listed[key] for key in known if key in listed), None) for employer, known in keys.items()
        }
        return {employer: entry for employer, entry in found.items() if entry is not None}

    async def import_list(
        self, path: Path, *, source: str = "", is_sample: bool = False, progress: Progress = untold
    ) -> ImportReport:
        """Import a list; an employer that is on it already is brought up to date.

        Raises:
            ImportFileError: the file cannot be read at all.
            StoreError: the store is away; the import may be repeated.
        """
        today = self._clock.today()

        def read(cells: Mapping[str, str]) -> ReadRow[WageOffender]:
            entry = _entry(plain_cells(cells), source or path.name, today, is_sample=is_sample)
            is_over = entry.until_on is not None and entry.until_on < today
            return ReadRow(entry, name_key(entry.name), is_over)

        return await TableImport(COLUMNS, read, self._keep).run(path, progress)

    async def count(self) -> int:
        """How many employers are listed."""
        return await self._store.count(COLLECTION, {})

    async def _keep(self, entry: WageOffender) -> Kept:
        return await keep(self._store, COLLECTION, _to_document(entry))

    def _holds(self, entry: WageOffender) -> bool:
        is_over = entry.until_on is not None and entry.until_on < self._clock.today()
        return not is_over and (self._shows_samples or not entry.is_sample)


def _entry(cells: Mapping[str, str], source: str, today: date, *, is_sample: bool) -> WageOffender:
    name = cells.get("name", "")
    if not name_key(name):
        raise UnusableRowError(phrasing.NO_EMPLOYER)
    listed_on = first_day(cells.get("listed", ""), today)
    facts = [f"{label}{cells[column]}" for column, label in _FACTS.items() if column in cells]
    return WageOffender(
        name=cut(name, 80),
        source=cut(cells.get("source") or source, 60),
        listed_on=listed_on,
        until_on=last_day(cells.get("until", ""), listed_on or today, today),
        reason=cut("，".join([*([cells["reason"]] if "reason" in cells else []), *facts]), 120),
        is_sample=is_sample,
    )


def _to_document(entry: WageOffender) -> Document:
    days = {"listed_on": entry.listed_on, "until_on": entry.until_on}
    return {
        "_id": name_key(entry.name),
        "name": entry.name,
        "source": entry.source,
        "reason": entry.reason,
        "is_sample": entry.is_sample,
        **{field: day.isoformat() for field, day in days.items() if day is not None},
    }


def _from_document(row: Document) -> WageOffender:
    days = {field: date.fromisoformat(row[field]) for field in ("listed_on", "until_on") if field in row}
    return WageOffender(row["name"], row["source"], reason=row["reason"], is_sample=row["is_sample"], **days)
