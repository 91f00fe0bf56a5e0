"""Places as GB/T 2260 numbers them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

NATION_CODE = "000000"


class RegionLevel(StrEnum):
    """Levels of the administrative hierarchy."""

    NATION = "nation"
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"


@dataclass(frozen=True, slots=True)
class Region:
    """A division of the country.

    Attributes:
        code: six digits; ``000000`` is the nation.
        name: the official short name, e.g. ``三元区``.
        full_name: with its lineage, e.g. ``福建省三明市三元区``.
        level: its level.
    """

    code: str
    name: str
    full_name: str
    level: RegionLevel


class PlaceRole(StrEnum):
    """What a place named in a sentence is to the worker."""

    WORK = "work"
    HOME = "home"
    MENTIONED = "mentioned"


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A place named in a text.

    Attributes:
        start: first character, 0-based.
        end: one past the last character.
        text: as written.
        candidates: codes that the words may mean, best first; one where the context decides.
        role: what the place is to the worker.
    """

    start: int
    end: int
    text: str
    candidates: tuple[str, ...]
    role: PlaceRole

    @property
    def code(self) -> str | None:
        """The code where only one is possible, else None."""
        return self.candidates[0] if len(self.candidates) == 1 else None
