"""Job fairs: kept by import, told by place and day."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path

from bot.domain.recruitment_event import RecruitmentEvent
from bot.jobs import phrasing_import as phrasing
from bot.jobs.campaigns import campaign_in
from bot.jobs.listings import Listed, Listings
from bot.jobs.table_cells import cut, plain_cells
from bot.jobs.table_dates import last_day, span_of_days
from bot.jobs.table_places import PlaceReader
from bot.ports import Clock, DocumentStore
from bot.regions.city_distances import CityDistances
from bot.tables.columns import Columns
from bot.tables.import_report import ImportReport, UnusableRowError
from bot.tables.table_import import Progress, ReadRow, TableImport, untold

COLLECTION = "recruitment_events"
COLUMNS = Columns.listed(files("bot.jobs").joinpath("event_columns.tsv").read_text(encoding="utf-8"))

EVENTS = Listed(COLLECTION, RecruitmentEvent, identity="event_id", last_day="ends_on")


class RecruitmentEvents(Listings[RecruitmentEvent]):
    """The fairs of an installation; see `bot.jobs.listings.Listings`."""

    def __init__(
        self, store: DocumentStore, distances: CityDistances, clock: Clock, *, shows_samples: bool = False
    ) -> None:
        super().__init__(store, EVENTS, distances, clock, shows_samples=shows_samples)

    async def upcoming(self, region_code: str | None) -> list[RecruitmentEvent]:
        """Fairs that are not over, those near a place first, the earliest of equally near ones first."""
        by_day = sorted(await self.ahead(), key=lambda event: (event.starts_on, event.event_id))
        return self.outward(by_day, region_code)


@dataclass(frozen=True, slots=True)
class EventImport:
    """Imports fairs.

    Attributes:
        events: where they go.
        clock: today.
    """

    events: RecruitmentEvents
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
        today = self.clock.today()

        def read(cells: Mapping[str, str]) -> ReadRow[RecruitmentEvent]:
            event = _event(plain_cells(cells), places, today, source or path.name, is_sample=is_sample)
            return ReadRow(event, event.event_id, is_over=event.ends_on < today)

        return await TableImport(COLUMNS, read, self.events.keep).run(path, progress)


def _event(
    cells: Mapping[str, str], places: PlaceReader, today: date, source: str, *, is_sample: bool
) -> RecruitmentEvent:
    name = cells.get("name", "")
    if not name:
        raise UnusableRowError(phrasing.NO_NAME)
    days = span_of_days(cells.get("starts", ""), today)
    if days is None:
        raise UnusableRowError(phrasing.NO_DAY)
    starts_on, ends_on = days[0], last_day(cells.get("ends", ""), days[0], today) or days[1]
    region = places.region_of(cells)
    identity = hashlib.sha256(f"{name}|{region}|{starts_on}|{is_sample}".encode()).hexdigest()[:16]
    counted = {"employers": "家单位", "openings": "个岗位"}
    offer = "，".join(_counted(cells[column], unit) for column, unit in counted.items() if column in cells)
    texts = {column: cut(cells.get(column, ""), 120) for column in ("hours", "organiser", "contact")}
    return RecruitmentEvent(
        event_id=identity,
        name=cut(name, 60),
        region_code=region,
        starts_on=starts_on,
        ends_on=max(starts_on, ends_on),
        campaign=campaign_in(cells.get("campaign", ""), name) or cut(cells.get("campaign", ""), 20),
        place=cut(places.words(cells), 120),
        offer=offer,
        source=cells.get("source") or source,
        is_sample=is_sample,
        **texts,
    )


def _counted(text: str, unit: str) -> str:
    return f"{text}{unit}" if text.isdecimal() else cut(text, 60)
