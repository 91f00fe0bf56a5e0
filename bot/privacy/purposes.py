"""What a worker's data may be used for."""

from __future__ import annotations

from enum import StrEnum


class Purpose(StrEnum):
    """One use that a worker agrees to or not."""

    SERVICE = "service"
    JOB_PUSH = "job_push"
    PROFILE = "profile"
    STATISTICS = "statistics"
