"""Whom wage claims go to: the department that the region's document names, else the one that the law names."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.claim import Referral
from bot.regions.divisions import Divisions


class Referrals:
    """Finds whom a claim goes to.

    Args:
        by_region: what each document says, and the law for the nation.
        divisions: lineages.
    """

    def __init__(self, by_region: Mapping[str, Referral], divisions: Divisions) -> None:
        self._by_region = by_region
        self._divisions = divisions

    def find(self, region_code: str) -> Referral:
        """The nearest document's department along the lineage, never another place's; else the law's."""
        return next(self._by_region[code] for code in self._divisions.lineage(region_code) if code in self._by_region)
