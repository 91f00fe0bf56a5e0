"""Employers on a published list of those who owe wages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class WageOffender:
    """One entry of such a list.

    Attributes:
        name: as the list has it.
        source: who published the list.
        listed_on: when it was put on the list; None where the list does not say.
        until_on: the last day on which it stands there; None where the list does not say.
        reason: why, in the list's words.
        is_sample: made up for the demonstration.
    """

    name: str
    source: str
    listed_on: date | None = None
    until_on: date | None = None
    reason: str = ""
    is_sample: bool = False
