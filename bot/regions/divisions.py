"""Administrative divisions of China: today's codes, their lineage, and where codes of the past lead.

The table is the `gb2260` package's (GB/T 2260, revisions 2002 to 2013 and one later; BSD licence) brought to the
2023 edition of the statistics bureau by ``changes_since_2013.tsv`` beside this file, whose head names its sources.
Codes that only say 市辖区 or 省直辖县级行政区划 stand for the division above them and are never returned.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from importlib.resources import files
from itertools import islice, product, takewhile
from typing import NamedTuple

from gb2260.data import data as revisions

from bot.domain.errors import RegionError, UnknownRegionError
from bot.domain.region import NATION_CODE, Region, RegionLevel
from bot.regions.official_names import short_form

PLACEHOLDER_NAMES = frozenset(
    {
        "市辖区", "县", "市", "省直辖行政单位", "省直辖县级行政单位", "省直辖县级行政区划",
        "自治区直辖县级行政单位", "自治区直辖县级行政区划",
    }
)  # fmt: skip
"""Rows of GB/T 2260 that name no place of their own."""

NATION_NAME = "中华人民共和国"
CHANGES_FILE = "changes_since_2013.tsv"
LEVEL_ORDER = {RegionLevel.NATION: 0, RegionLevel.PROVINCE: 1, RegionLevel.CITY: 2, RegionLevel.COUNTY: 3}


class DivisionChange(NamedTuple):
    """One line of the overlay.

    Attributes:
        change: ``added``, ``renamed`` or ``replaced``.
        code: six digits.
        name: the new name where added or renamed, the old one where replaced.
        to: the code that replaces it, ``-`` otherwise.
        year: when it took effect, ``-`` where unknown.
    """

    change: str
    code: str
    name: str
    to: str
    year: str


class FormerName(NamedTuple):
    """A name out of use and the division of today that it leads to."""

    name: str
    code: str


class Divisions:
    """Every division that GB/T 2260 knows today, and what became of those that it knew since 2002.

    Args:
        base: code → name of the latest revision that the `gb2260` package has.
        earlier: its older revisions, code → name.
        changes: the overlay's lines.

    Raises:
        RegionError: the overlay contradicts itself: it leads to a code that is not in force.
    """

    def __init__(
        self,
        base: Mapping[str, str],
        earlier: Sequence[Mapping[str, str]],
        changes: Sequence[DivisionChange],
    ) -> None:
        self._names = _names_in_force(base, changes)
        self._successors = {change.code: change.to for change in changes if change.change == "replaced"}
        self._placeholders = _placeholder_codes([base, *earlier]) - self._names.keys() - self._successors.keys()
        for old, new in self._successors.items():
            if new not in self._names or old in self._names:
                raise RegionError(f"行政区划变更表有误：{old} 指向 {new}，请检查 {CHANGES_FILE}")
        self._lineages = {code: self._lineage_of(code) for code in self._names}
        self._regions = {code: self._describe(code) for code in self._names}
        self._short_names = {code: short_form(name) for code, name in self._names.items()}
        self._children = self._group_by_parent()
        self.former_names = self._find_former_names([base, *earlier], changes)

    def __iter__(self) -> Iterator[Region]:
        """Every division in force, by code, the nation first."""
        return iter(sorted(self._regions.values(), key=lambda region: region.code))

    def __contains__(self, code: object) -> bool:
        return code in self._names or code in self._successors or code in self._placeholders

    def get(self, code: str) -> Region:
        """The division that a code means today.

        Args:
            code: six digits, in force or out of use.

        Raises:
            UnknownRegionError: not a code that GB/T 2260 has or had.
        """
        return self._regions[self.current_code(code)]

    def current_code(self, code: str) -> str:
        """The code in force for a code of any edition; a code in force is returned as it is.

        A number that was given to another place since (410307: 洛龙区, today 偃师区) means the place of today.

        Raises:
            UnknownRegionError: not a code that GB/T 2260 has or had.
        """
        if code in self._names:
            return code
        if code in self._successors:
            return self._successors[code]
        if code in self._placeholders:
            return self._nearest_above(code)
        raise UnknownRegionError(f"没有行政区划代码“{code}”，请填写六位数字的代码，例如 350404（三元区）")

    def lineage(self, code: str) -> tuple[str, ...]:
        """The place and everything above it, nearest first: ``("350404", "350400", "350000", "000000")``.

        Whoever is there stands under the rules of exactly these.

        Raises:
            UnknownRegionError: not a code that GB/T 2260 has or had.
        """
        return self._lineages[self.current_code(code)]

    def parent(self, code: str) -> str | None:
        """The code of the division directly above, None for the nation."""
        lineage = self.lineage(code)
        return lineage[1] if len(lineage) > 1 else None

    def covers(self, ancestor: str, descendant: str) -> bool:
        """Whether the rules of one place hold in another: it is the same place or above it.

        Raises:
            UnknownRegionError: one of them is not a code that GB/T 2260 has or had.
        """
        return self.current_code(ancestor) in self._lineages[self.current_code(descendant)]

    def name(self, code: str) -> str:
        """The official name, e.g. ``三元区``."""
        return self.get(code).name

    def full_name(self, code: str) -> str:
        """The name with its lineage, e.g. ``福建省三明市三元区``."""
        return self.get(code).full_name

    def short_name(self, code: str) -> str:
        """The name as spoken: ``三元``, ``内蒙古``, ``恩施``; names of two characters stay whole (``威县``)."""
        return self._short_names[self.current_code(code)]

    def children(self, code: str) -> tuple[Region, ...]:
        """The divisions directly below, by code: a province's cities and its own counties, a city's counties."""
        return tuple(self._regions[child] for child in self._children[self.current_code(code)])

    def search(self, text: str, limit: int = 20) -> list[Region]:
        """Divisions for a place picker, by the beginning of any of their names.

        ``三明``, ``福建三明``, ``福建省三明市`` and former names such as ``梅列`` all lead there.

        Args:
            text: what was typed so far; white space is ignored.
            limit: how many at most.

        Returns:
            Whole names before beginnings, large divisions before small ones; nothing for an empty text.
        """
        typed = "".join(text.split())
        if not typed:
            return []
        ranks: dict[str, int] = {}
        for name, code in self._spellings_from(typed):
            rank = 0 if name == typed else 1
            ranks[code] = min(rank, ranks.get(code, rank))
        ordered = sorted(ranks, key=lambda code: (ranks[code], LEVEL_ORDER[self._regions[code].level], code))
        return [self._regions[code] for code in ordered[:limit]]

    def _nearest_above(self, code: str) -> str:
        city, province = f"{code[:4]}00", f"{code[:2]}0000"
        return next((step for step in (city, province) if step != code and step in self._names), NATION_CODE)

    def _lineage_of(self, code: str) -> tuple[str, ...]:
        steps = [code]
        while steps[-1] != NATION_CODE:
            steps.append(self._nearest_above(steps[-1]))
        return tuple(steps)

    def _describe(self, code: str) -> Region:
        return Region(code, self._names[code], self._name_with_lineage(code), level_of(code))

    def _name_with_lineage(self, code: str) -> str:
        steps = [self._names[step] for step in reversed(self.lineage(code)) if step != NATION_CODE]
        kept = [name for name, above in zip(steps, ["", *steps], strict=False) if name != above]
        return "".join(kept) or NATION_NAME

    def _group_by_parent(self) -> defaultdict[str, list[str]]:
        children: defaultdict[str, list[str]] = defaultdict(list)
        for code in sorted(self._names):
            if code != NATION_CODE:
                children[self._lineages[code][1]].append(code)
        return children

    def _find_former_names(
        self, tables: Sequence[Mapping[str, str]], changes: Sequence[DivisionChange]
    ) -> tuple[FormerName, ...]:
        """Names of older revisions and of replaced divisions that no division of the same province bears today."""
        in_use = {(code[:2], name) for code, name in self._names.items()}
        worn = [(change.name, change.code) for change in changes if change.change == "replaced"]
        worn += [(name, code) for table in tables for code, name in table.items()]
        return tuple(
            FormerName(name, self.current_code(code))
            for name, code in dict.fromkeys(worn)
            if name not in PLACEHOLDER_NAMES and (code[:2], name) not in in_use
        )

    def _spellings_from(self, typed: str) -> Iterator[tuple[str, str]]:
        first = bisect_left(self._search_index, (typed, ""))
        return takewhile(lambda entry: entry[0].startswith(typed), islice(self._search_index, first, None))

    @cached_property
    def _search_index(self) -> list[tuple[str, str]]:
        """Every way to write every division, sorted; built with the first search, since only place pickers need it."""
        entries = {(spelling, code) for code in self._names for spelling in self._spellings(code)}
        entries |= set(self.former_names)
        return sorted(entries)

    def _spellings(self, code: str) -> Iterator[str]:
        """利州, 利州区, 广元利州, 四川省利州区, 四川广元利州 and so on."""
        steps = [
            (
                (self._names[step], self._short_names[step])
                if step == code
                else ("", self._names[step], self._short_names[step])
            )
            for step in reversed(self.lineage(code))
            if step != NATION_CODE or step == code
        ]
        return map("".join, product(*steps))


def level_of(code: str) -> RegionLevel:
    """The level that the zeros of a six-digit code tell."""
    if code == NATION_CODE:
        return RegionLevel.NATION
    if code.endswith("0000"):
        return RegionLevel.PROVINCE
    return RegionLevel.CITY if code.endswith("00") else RegionLevel.COUNTY


@lru_cache(maxsize=1)
def load_divisions() -> Divisions:
    """The divisions of today, read once per process.

    Raises:
        RegionError: the overlay beside this module contradicts itself.
    """
    tables = [{str(code): name for code, name in revision.items()} for key, revision in revisions.items() if key]
    latest = {str(code): name for code, name in revisions[None].items()}
    return Divisions(latest, tables, read_changes())


def read_changes() -> list[DivisionChange]:
    """The lines of the overlay, in the order of the file."""
    text = files("bot.regions").joinpath(CHANGES_FILE).read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return [DivisionChange(*row) for row in rows[1:]]


def _names_in_force(base: Mapping[str, str], changes: Sequence[DivisionChange]) -> dict[str, str]:
    replaced = {change.code for change in changes if change.change == "replaced"}
    names = {NATION_CODE: NATION_NAME}
    names |= {code: name for code, name in base.items() if name not in PLACEHOLDER_NAMES and code not in replaced}
    return names | {change.code: change.name for change in changes if change.change != "replaced"}


def _placeholder_codes(tables: Sequence[Mapping[str, str]]) -> set[str]:
    return {code for table in tables for code, name in table.items() if name in PLACEHOLDER_NAMES}
