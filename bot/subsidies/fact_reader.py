"""Everything that a worker's words say of the facts that a rule asks for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from bot.domain.subsidy import Fact, FactKind, FactValue
from bot.regions.divisions import Divisions
from bot.regions.place_names import PlaceFinder
from bot.subsidies.case_text import said_of_oneself
from bot.subsidies.confirmation_reading import read_confirmation
from bot.subsidies.count_reading import read_counts, read_share
from bot.subsidies.duration_reading import read_duration
from bot.subsidies.fact_files import Facts
from bot.subsidies.place_reading import PLACE_FACTS, NamedPlaces
from bot.subsidies.status_reading import read_status


class FactReader:
    """Reads facts from sentences.

    Args:
        facts: the declared facts and how they are said.
        finder: finds places in texts.
        divisions: which place lies in which.
    """

    def __init__(self, facts: Facts, finder: PlaceFinder, divisions: Divisions) -> None:
        self._facts = facts
        self._finder = finder
        self._divisions = divisions

    def read(self, text: str, names: Iterable[str], region: str, today: date) -> dict[str, FactValue]:
        """What a text says of some facts.

        Args:
            text: the worker's words.
            names: the facts that are asked for.
            region: code of the place whose rule it is.
            today: the day on which it is said.

        Returns:
            Values by name; only of what is said.
        """
        said = said_of_oneself(text)
        places = NamedPlaces.read(said, region, self._finder, self._divisions)
        asked = [self._facts.by_name[name] for name in names]
        counted = {fact.name: self._facts.words[fact.name] for fact in asked if fact.kind is FactKind.COUNT}
        read: dict[str, FactValue | None] = dict(read_counts(counted, said))
        read |= {fact.name: self._value(fact, said, places, today) for fact in asked if fact.name not in counted}
        return {name: value for name, value in read.items() if value is not None}

    def _value(self, fact: Fact, said: str, places: NamedPlaces, today: date) -> FactValue | None:
        words = self._facts.words[fact.name]
        if fact.kind is FactKind.CONFIRMATION:
            return read_confirmation(said)
        if fact.kind is FactKind.DURATION:
            return read_duration(words, said, today, places.is_here)
        if fact.kind is FactKind.SHARE:
            return read_share(said)
        by_place = PLACE_FACTS.get(fact.name)
        value = by_place(places) if by_place is not None else None
        return read_status(words, said) if value is None else value
