"""Courses: kept by import, told by place and trade."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path

from bot.domain.training_course import TrainingCourse
from bot.jobs import phrasing_import as phrasing
from bot.jobs.campaigns import campaign_in
from bot.jobs.listings import Listed, Listings
from bot.jobs.neighbouring_trades import neighbours_of
from bot.jobs.table_cells import cut, plain_cells
from bot.jobs.table_dates import LONG_DAYS, first_day, last_day
from bot.jobs.table_places import PlaceReader
from bot.language.trades import find_trades
from bot.ports import Clock, DocumentStore
from bot.regions.city_distances import CityDistances
from bot.tables.columns import Columns
from bot.tables.import_report import ImportReport, UnusableRowError
from bot.tables.table_import import Progress, ReadRow, TableImport, untold

COLLECTION = "training_courses"
COLUMNS = Columns.listed(files("bot.jobs").joinpath("course_columns.tsv").read_text(encoding="utf-8"))
_TEXTS = ("hours", "certificate", "requirements", "organiser", "contact")

COURSES = Listed(COLLECTION, TrainingCourse, identity="course_id", last_day="open_until")


class TrainingCourses(Listings[TrainingCourse]):
    """The courses of an installation; see `bot.jobs.listings.Listings`."""

    def __init__(
        self, store: DocumentStore, distances: CityDistances, clock: Clock, *, shows_samples: bool = False
    ) -> None:
        super().__init__(store, COURSES, distances, clock, shows_samples=shows_samples)

    async def open_ones(self, region_code: str | None, trade_id: str = "") -> list[TrainingCourse]:
        """Courses that one can still sign up for.

        Args:
            region_code: those near it come first; None for no place.
            trade_id: only courses for this trade, those for neighbouring ones behind; "" for all.
        """
        near = self.outward(await self.ahead(), region_code)
        if not trade_id:
            return near
        own = [course for course in near if course.trade_id == trade_id]
        return own + [course for course in near if course.trade_id in neighbours_of(trade_id)]


@dataclass(frozen=True, slots=True)
class CourseImport:
    """Imports courses.

    Attributes:
        courses: where they go.
        clock: today.
    """

    courses: TrainingCourses
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
        """Import a file; see `bot.jobs.recruitment_events.EventImport.run`.

        Raises:
            ImportFileError: the file cannot be read at all.
            StoreError: the store is away; the import may be repeated.
        """
        today = self.clock.today()

        def read(cells: Mapping[str, str]) -> ReadRow[TrainingCourse]:
            course = _course(plain_cells(cells), places, today, source or path.name, is_sample=is_sample)
            return ReadRow(course, course.course_id, is_over=course.open_until < today)

        return await TableImport(COLUMNS, read, self.courses.keep).run(path, progress)


def _course(
    cells: Mapping[str, str], places: PlaceReader, today: date, source: str, *, is_sample: bool
) -> TrainingCourse:
    name = cells.get("name", "")
    if not name:
        raise UnusableRowError(phrasing.NO_NAME)
    region, starts_on = places.region_of(cells), first_day(cells.get("starts", ""), today)
    until = last_day(cells.get("until", ""), today, today)
    identity = hashlib.sha256(f"{name}|{region}|{starts_on}|{cells.get('organiser')}|{is_sample}".encode()).hexdigest()
    seats, trades = cells.get("seats", ""), find_trades(name)
    return TrainingCourse(
        course_id=identity[:16],
        name=cut(name, 60),
        region_code=region,
        open_until=until or starts_on or today + timedelta(days=LONG_DAYS),
        trade_id=trades[0].trade_id if trades else "",
        starts_on=starts_on,
        campaign=campaign_in(cells.get("campaign", ""), name) or cut(cells.get("campaign", ""), 20),
        place=cut(places.words(cells), 120),
        fee=cut(cells.get("fee", ""), 60),
        seats=int(seats) if seats.isdecimal() and len(seats) < 6 else 0,  # noqa: PLR2004 - a hall of a million is a typo
        source=cells.get("source") or source,
        is_sample=is_sample,
        **{column: cut(cells.get(column, ""), 120) for column in _TEXTS},
    )
