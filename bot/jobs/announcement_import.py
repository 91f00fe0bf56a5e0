"""Tables of fairs and courses come into the store."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.domain.announcement import Announcement
from bot.jobs import phrasing_import as phrasing
from bot.jobs.announcement_kinds import AnnouncementKind
from bot.jobs.announcements import Announcements
from bot.jobs.campaigns import campaign_in
from bot.jobs.table_cells import cut, plain_cells
from bot.jobs.table_places import PlaceReader
from bot.language.trades import find_trades
from bot.ports import Clock
from bot.tables.import_report import ImportReport, UnusableRowError
from bot.tables.table_import import Progress, ReadRow, TableImport, untold

LONGEST_NAME, LONGEST_CAMPAIGN, LONGEST_COUNT, LONGEST_TEXT = 60, 20, 60, 120
_TEXTS = ("hours", "organiser", "contact")
_SEATS_DIGITS = 5
"""A hall of a million is a typo."""


@dataclass(frozen=True, slots=True)
class AnnouncementImport:
    """Imports fairs or courses.

    Attributes:
        announcements: where they go.
        clock: today.
    """

    announcements: Announcements
    clock: Clock

    async def run(
        self,
        path: Path,
        places: PlaceReader,
        *,
        source: str = "",
        is_sample: bool = False,
        progress: Progress = untold,
    ) -> ImportReport:
        """Import a file; see `bot.tables.table_import.TableImport.run`.

        Args:
            path: CSV, XLSX or JSONL.
            places: finds where they are.
            source: who published it, for rows that do not say.
            is_sample: mark them as made up.
            progress: told after every batch.

        Raises:
            ImportFileError: the file cannot be read at all.
            StoreError: the store is away; the import may be repeated.
        """
        kind, today = self.announcements.kind, self.clock.today()
        reader = _RowReader(kind, places, today, source or path.name, is_sample)
        return await TableImport(kind.columns, reader.read, self.announcements.keep).run(path, progress)


@dataclass(frozen=True, slots=True)
class _RowReader:
    """Reads rows of one file."""

    kind: AnnouncementKind
    places: PlaceReader
    today: date
    source: str
    is_sample: bool

    def read(self, cells: Mapping[str, str]) -> ReadRow[Announcement]:
        """The announcement of one row.

        Raises:
            UnusableRowError: it has no name, or no place or day that can be read.
        """
        plain = plain_cells(cells)
        name = plain.get("name", "")
        if not name:
            raise UnusableRowError(phrasing.NO_NAME)
        days = self.kind.days(plain, self.today)
        if days is None:
            raise UnusableRowError(phrasing.NO_DAY)
        region, (starts_on, last_on) = self.places.region_of(plain), days
        written = plain.get("campaign", "")
        item = Announcement(
            announcement_id=self._identity(plain, region, starts_on),
            name=cut(name, LONGEST_NAME),
            region_code=region,
            last_on=last_on,
            starts_on=starts_on,
            campaign=campaign_in(written, name) or cut(written, LONGEST_CAMPAIGN),
            place=cut(self.places.words(plain), LONGEST_TEXT),
            source=plain.get("source") or self.source,
            trade_id=_trade(name) if self.kind.has_sign_up else "",
            seats=_seats(plain.get("seats", "")),
            facts=self._facts(plain),
            is_sample=self.is_sample,
            **{column: cut(plain.get(column, ""), LONGEST_TEXT) for column in _TEXTS},
        )
        return ReadRow(item, item.announcement_id, is_over=last_on < self.today)

    def _identity(self, plain: Mapping[str, str], region: str, starts_on: date | None) -> str:
        """Made of what makes two announcements the same, in whatever file they come."""
        differing = (plain.get(column) for column in self.kind.identified_by)
        parts = (plain["name"], region, starts_on, *differing, self.is_sample)
        return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:16]

    def _facts(self, plain: Mapping[str, str]) -> dict[str, str]:
        facts = {name: cut(plain[name], longest) for name, longest in self.kind.facts.items() if name in plain}
        counts = [_counted(plain[name], unit) for name, unit in self.kind.counted.items() if name in plain]
        return facts | ({"offer": "，".join(counts)} if counts else {})


def _counted(text: str, unit: str) -> str:
    return f"{text}{unit}" if text.isdecimal() else cut(text, LONGEST_COUNT)


def _seats(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) <= _SEATS_DIGITS else 0


def _trade(name: str) -> str:
    trades = find_trades(name)
    return trades[0].trade_id if trades else ""
