"""Places as lists of jobs name them: no more of them than is needed to know which."""

from __future__ import annotations

from bot.domain.job import JobSearch
from bot.domain.region import NATION_CODE
from bot.handlers.phrasing_job_search import SearchNames
from bot.language.trades import load_trades
from bot.regions.city_distances import CityDistances
from bot.regions.divisions import Divisions


class JobPlaces:
    """Names of places.

    Args:
        divisions: their names.
        distances: the city and province of a place.
    """

    def __init__(self, divisions: Divisions, distances: CityDistances) -> None:
        self._divisions = divisions
        self._distances = distances

    def names(self, search: JobSearch) -> SearchNames:
        """A search's place and work in words."""
        code = search.region_code
        around = [self._distances.city_of(code), self._distances.province_of(code)] if code else [None, None]
        city, province = (self._divisions.short_name(one) if one else "" for one in around)
        work = load_trades()[search.trade_id].name if search.trade_id else f"“{search.words}”" if search.words else ""
        return SearchNames(self._divisions.short_name(code) if code else "", city, province, work)

    def spot(self, code: str, asked: str | None) -> str:
        """Where something is: the county within the city that was asked about, else with city, or province and city."""
        steps = [step for step in reversed(self._divisions.lineage(code)) if step != NATION_CODE]
        if not steps:
            return ""
        known = {self._distances.province_of(asked), self._distances.city_of(asked)} if asked else set()
        said = [step for step in steps[:-1] if step not in known]
        return "".join([*map(self._divisions.short_name, said), self._divisions.name(steps[-1])])
