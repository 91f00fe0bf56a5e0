"""The kinds of announcements: what their tables hold, what a row's days mean, in which order they are told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

from bot.domain.announcement import Announcement
from bot.jobs.table_dates import LONG_DAYS, first_day, last_day, span_of_days
from bot.tables.columns import Columns

Days = tuple[date | None, date]
"""The first day, as far as it is said, and the last one on which an announcement is of use."""


@dataclass(frozen=True, slots=True)
class AnnouncementKind:
    """One kind.

    Attributes:
        collection: where it lies.
        columns: the fields of a row.
        last_field: the stored field that holds the last day.
        days: the days of a row's fields; None where they cannot do without one that is not said.
        order: those of one place are told by it.
        facts: further texts that are kept, with their longest length in characters.
        counted: figures of a row that together are the ``offer``, with their units.
        identified_by: fields by which two of one name, place and day differ.
        has_sign_up: whether one signs up beforehand: it has seats then, and its name tells what is learned.
    """

    collection: str
    columns: Columns
    last_field: str
    days: Callable[[Mapping[str, str], date], Days | None]
    order: Callable[[Announcement], Any]
    facts: Mapping[str, int] = field(default_factory=dict)
    counted: Mapping[str, str] = field(default_factory=dict)
    identified_by: tuple[str, ...] = ()
    has_sign_up: bool = False


def _columns(name: str) -> Columns:
    return Columns.listed(files("bot.jobs").joinpath(name).read_text(encoding="utf-8"))


def _fair_days(cells: Mapping[str, str], today: date) -> Days | None:
    days = span_of_days(cells.get("starts", ""), today)
    if days is None:
        return None
    starts_on, named_last = days
    return starts_on, max(starts_on, last_day(cells.get("ends", ""), starts_on, today) or named_last)


def _course_days(cells: Mapping[str, str], today: date) -> Days:
    starts_on, until = first_day(cells.get("starts", ""), today), last_day(cells.get("until", ""), today, today)
    return starts_on, until or starts_on or today + timedelta(days=LONG_DAYS)


FAIRS = AnnouncementKind(
    collection="recruitment_events",
    columns=_columns("event_columns.tsv"),
    last_field="ends_on",
    days=_fair_days,
    order=lambda fair: (fair.starts_on, fair.announcement_id),
    counted={"employers": "家单位", "openings": "个岗位"},
)
COURSES = AnnouncementKind(
    collection="training_courses",
    columns=_columns("course_columns.tsv"),
    last_field="open_until",
    days=_course_days,
    order=lambda course: course.last_on,
    facts={"fee": 60, "certificate": 120, "requirements": 120},
    identified_by=("organiser",),
    has_sign_up=True,
)
