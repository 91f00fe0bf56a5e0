"""Whether a question is about a case that a clause is not about: another year, another group of people.

The documents' own words decide: who asks about graduates or veterans gets a clause as an answer only where it names
them, who asks about 2025 gets no target of 2022.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from bot.language.person_groups import person_groups

_YEAR = re.compile(r"(?<![0-9])(20[0-9]{2})(?:\s*[-—~至到]\s*(20[0-9]{2}))?(?=\s*年)")


class NamedCase(NamedTuple):
    """What a text is about.

    Attributes:
        years: calendar years, those of a span included.
        groups: groups of people, see `bot.language.person_groups`.
    """

    years: frozenset[int]
    groups: frozenset[str]

    def excludes(self, other: NamedCase) -> bool:
        """Whether this clause is about something else than a question: no year, no group of the question's is here."""
        is_of_other_years = bool(other.years and self.years) and self.years.isdisjoint(other.years)
        return is_of_other_years or (bool(other.groups) and self.groups.isdisjoint(other.groups))


def named_case(text: str) -> NamedCase:
    """The years and groups that a text names."""
    spans = ((int(first), int(last or first)) for first, last in _YEAR.findall(text))
    years = frozenset(year for first, last in spans for year in range(first, last + 1))
    return NamedCase(years, person_groups(text))
