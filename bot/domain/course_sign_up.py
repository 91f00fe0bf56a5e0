"""Who takes part in a course."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


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
