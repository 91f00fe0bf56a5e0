"""Groups of people that a text names: a rule for one of them is not a rule for another."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources

PERSON_GROUPS_FILE = "person_groups.txt"


def person_groups(text: str) -> frozenset[str]:
    """The groups that a text names, each by its first name; migrant workers, women and the young are none of them."""
    pattern, group_of = _groups()
    return frozenset(group_of[name] for name in pattern.findall(text))


@lru_cache(maxsize=1)
def _groups() -> tuple[re.Pattern[str], dict[str, str]]:
    listed = resources.files("bot.language").joinpath(PERSON_GROUPS_FILE).read_text(encoding="utf-8")
    lines = [line.split() for line in listed.splitlines() if line and not line.startswith("#")]
    group_of = {name: names[0] for names in lines for name in names}
    longest_first = sorted(group_of, key=lambda name: (-len(name), name))
    return re.compile("|".join(map(re.escape, longest_first))), group_of
