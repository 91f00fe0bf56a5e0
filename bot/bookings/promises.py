"""What may be promised to somebody who asks for legal aid in a place."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.booking import LegalAidPromise, Matter, PromiseKind
from bot.domain.legal_reference import SourceQuote
from bot.regions.divisions import Divisions


class Promises:
    """The promises of an installation's rules.

    Args:
        divisions: whose rules hold where.
        promises: all of them.
        group_size: from how many people on something counts as a group.
    """

    def __init__(self, divisions: Divisions, promises: Sequence[LegalAidPromise], group_size: int) -> None:
        self._divisions = divisions
        self._promises = tuple(promises)
        self._group_size = group_size

    def is_group(self, people: int) -> bool:
        """Whether so many people are a group."""
        return people >= self._group_size

    def quotes(self, kind: PromiseKind, code: str, matter: Matter, people: int = 1) -> list[SourceQuote]:
        """Where something is promised, the nearest place first; another place's promise is never among them.

        Behind the first one that binds nothing follows: a draft is backed by what is in force.

        Args:
            kind: what.
            code: where.
            matter: for what.
            people: for how many.
        """
        quotes: list[SourceQuote] = []
        for place in self._divisions.lineage(code):
            fitting = [one.quote for one in self._promises if self._fits(one, kind, matter, people)]
            quotes += [quote for quote in fitting if quote.region_code == place]
            if any(not quote.is_draft for quote in quotes):
                break
        return quotes

    def _fits(self, promise: LegalAidPromise, kind: PromiseKind, matter: Matter, people: int) -> bool:
        is_for_matter = not promise.matters or matter in promise.matters
        return promise.kind is kind and is_for_matter and (not promise.for_groups or self.is_group(people))
