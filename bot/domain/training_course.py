"""Courses that workers can sign up for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class TrainingCourse:
    """One course.

    Attributes:
        course_id: the same in every file.
        name: as announced.
        region_code: where, as exact as the announcement tells it.
        open_until: the last day on which somebody can sign up.
        trade_id: what is learned (`bot.language.trades`); "" where that is no trade.
        starts_on: the first day; None where the announcement does not say.
        campaign: what it belongs to, such as 马兰花; "" for nothing.
        place: school and street in the announcement's words.
        hours: how long and when, in its words.
        fee: what it costs, in its words; "" where it does not say.
        seats: how many can take part; 0 where the announcement does not say.
        certificate: what one gets, in its words.
        requirements: who may come, in its words.
        organiser: who teaches.
        contact: as announced.
        source: who published it.
        is_sample: made up for the demonstration.
    """

    course_id: str
    name: str
    region_code: str
    open_until: date
    trade_id: str = ""
    starts_on: date | None = None
    campaign: str = ""
    place: str = ""
    hours: str = ""
    fee: str = ""
    seats: int = 0
    certificate: str = ""
    requirements: str = ""
    organiser: str = ""
    contact: str = ""
    source: str = ""
    is_sample: bool = False


@dataclass(frozen=True, slots=True)
class CourseSignUp:
    """Somebody who signed up.

    Attributes:
        sign_up_id: made of course and worker.
        course_id: the course.
        course: its name then.
        worker_id: who.
        name: of the person. Personal data.
        phone: of the person. Personal data.
        signed_up_at: when, aware UTC.
    """

    sign_up_id: str
    course_id: str
    course: str
    worker_id: str
    name: str
    phone: str
    signed_up_at: datetime
