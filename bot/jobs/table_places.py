"""Where a job, a fair or a course is, from the columns of a table."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.errors import UnknownRegionError
from bot.jobs import phrasing_import as phrasing
from bot.regions.divisions import Divisions
from bot.regions.place_names import PlaceFinder
from bot.tables.import_report import UnusableRowError

PARTS = ("province", "city", "county", "street")


class PlaceReader:
    """Reads places; the same words are looked up once.

    Args:
        finder: finds places in texts.
        divisions: knows codes and lineage.
        near: code of the place that a table without places is about, and that decides between places of one name.

    Raises:
        UnknownRegionError: ``near`` is not a code.
    """

    def __init__(self, finder: PlaceFinder, divisions: Divisions, near: str | None = None) -> None:
        self._finder = finder
        self._divisions = divisions
        self._near = divisions.current_code(near) if near else None
        self._read: dict[str, str | None] = {}

    def words(self, cells: Mapping[str, str]) -> str:
        """The place in the table's words; "" where it names none."""
        parts = "".join(dict.fromkeys(cells[name] for name in PARTS if name in cells))
        region = cells.get("region", "")
        place = cells.get("place") or ("" if region.isdecimal() else region)
        return place if parts in place else parts + place if place not in parts else parts

    def region_of(self, cells: Mapping[str, str]) -> str:
        """The code of the place, as exact as the table tells it.

        Raises:
            UnusableRowError: it names none that is known, or one of several.
        """
        code = cells.get("region", "")
        if code.isdecimal():
            try:
                return self._divisions.current_code(code)
            except UnknownRegionError:
                raise UnusableRowError(phrasing.no_such_code(code)) from None
        words = self.words(cells)
        if not words:
            if self._near is None:
                raise UnusableRowError(phrasing.NO_PLACE)
            return self._near
        if words not in self._read:
            self._read[words] = self._find(words)
        found = self._read[words]
        if found is None:
            raise UnusableRowError(phrasing.unknown_place(words))
        return found

    def _find(self, words: str) -> str | None:
        """The first place that is certain, or the smallest one inside it that the words go on to name."""
        found: str | None = None
        for mention in self._finder.find(words, near=self._near):
            if mention.code is None:
                continue
            if found is None or self._divisions.covers(found, mention.code):
                found = mention.code
        return found
