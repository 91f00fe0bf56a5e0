"""Searches as plain values, for conversations and the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from bot.domain.job import Benefit, JobSearch, JobType


def to_values(search: JobSearch) -> dict[str, Any]:
    """JSON-able; what may be anything is left out."""
    values = asdict(search) | {
        "job_type": search.job_type.value if search.job_type else None,
        "benefits": [benefit.value for benefit in search.benefits],
    }
    return {name: value for name, value in values.items() if value}


def from_values(values: Mapping[str, Any]) -> JobSearch:
    """The search of such values."""
    job_type = values.get("job_type")
    benefits = tuple(map(Benefit, values.get("benefits", ())))
    return JobSearch(**{**values, "job_type": JobType(job_type) if job_type else None, "benefits": benefits})
