"""The place that fairs and courses are told for: said, remembered, or asked for."""

from __future__ import annotations

from typing import Any

from bot.domain.conversation import Turn
from bot.domain.form import Question, Values
from bot.handlers.job_search import place_question
from bot.handlers.job_wish import PLACE, SEVERAL, place_of, read_wish
from bot.regions.divisions import Divisions
from bot.regions.place_names import PlaceFinder


class ListedPlaces:
    """The part of a form that settles the place.

    Args:
        finder: finds places in texts.
        divisions: names of places.
    """

    def __init__(self, finder: PlaceFinder, divisions: Divisions) -> None:
        self._finder = finder
        self._divisions = divisions

    def read(self, turn: Turn, asked: Question | None) -> dict[str, Any]:
        """The place of a message, and what else it says about work."""
        return read_wish(turn, self._finder, asked.field if asked is not None and asked.field == PLACE else "")

    def question(self, turn: Turn, values: Values, text: str) -> Question | None:
        """Asks for the place; None where it is known."""
        return place_question(turn, values, self._divisions, text)

    def code(self, turn: Turn, values: Values) -> str | None:
        """The place's code; None for anywhere."""
        return place_of(turn, values)

    def only_place(self, values: dict[str, Any]) -> dict[str, Any]:
        """What of a reading is about the place."""
        return {name: value for name, value in values.items() if name in {PLACE, SEVERAL}}

    def name(self, code: str) -> str:
        """A place's name."""
        return self._divisions.short_name(code)
