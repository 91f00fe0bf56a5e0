"""Finds which answer a correction means, and reads the right one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.domain.conversation import Turn
from bot.domain.form import OpenForm, Question
from bot.gateway import phrasing_forms as phrasing
from bot.gateway.form_steps import known_of, without
from bot.handlers.choice_reading import choice_mentioned, choice_picked
from bot.handlers.corrections import Correction
from bot.handlers.form_commands import plain
from bot.handlers.forms import Form, Reading

Understood = Callable[[Turn], Turn]


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a correction comes to.

    Attributes:
        reading: the right answers; empty where they are to be asked for.
        asking: how to ask for the right answer; None where it was said.
    """

    reading: Reading = field(default_factory=Reading)
    asking: Question | None = None


class Corrector:
    """Reads corrections of one form.

    Args:
        form: the form.
        understood: understands a turn's words.
    """

    def __init__(self, form: Form, understood: Understood) -> None:
        self._form = form
        self._understood = understood

    async def correct(self, turn: Turn, opened: OpenForm, said: Correction) -> Corrected | None:
        """What changes, None where no answer is found that the words could mean."""
        questions = await self._questions(turn, opened)
        meant = self._meant(turn, opened, said, questions)
        if said.named and not meant and not said.new:
            said = Correction(new=said.named)  # 改一下后天下午 names no answer, it gives the new one
        if not said.new:
            meant = meant or ("" if said.named or said.old else _last(opened))
            return Corrected(asking=questions.get(meant) or self._asking(opened, meant)) if meant else None
        likely = [meant] if meant else ["", "" if said.named or said.old else _last(opened)]
        for name in likely:
            reading = self._reading(turn, opened, said.new, questions.get(name))
            if _changes(reading, opened) or (reading.refusal and meant):
                return Corrected(reading)
        return None

    async def last_question(self, turn: Turn, opened: OpenForm) -> Question | None:
        """The question answered last, as far as the form would ask it now; None for none."""
        return next(iter((await self._questions(turn, opened, most=1)).values()), None)

    async def _questions(self, turn: Turn, opened: OpenForm, most: int | None = None) -> Mapping[str, Question]:
        """The question of each answered field, the last answered first, as far as the form would ask it now."""
        found: dict[str, Question] = {}
        for name in reversed(opened.filled):
            question = await self._form.next_question(turn, without(opened, name).values)
            if question is not None and question.field == name:
                found[name] = question
            if len(found) == most:
                break
        return found

    def _meant(self, turn: Turn, opened: OpenForm, said: Correction, questions: Mapping[str, Question]) -> str:
        """The field that a correction names, by what it is called or by its old answer; "" where it names none."""
        if said.named:
            return self._named(opened, said.named, questions)
        return self._holding(turn, opened, said.old, questions) if said.old else ""

    def _asking(self, opened: OpenForm, name: str) -> Question:
        """A question of our own for an answer that the form would ask for only later."""
        called = next((one.label for one in known_of(self._form, opened) if one.field == name), "")
        return Question(name, phrasing.change_into(called))

    def _named(self, opened: OpenForm, named: str, questions: Mapping[str, Question]) -> str:
        wanted = plain(named)
        called = [one.field for one in known_of(self._form, opened) if wanted in plain(one.label + one.text)]
        asking = [name for name, question in questions.items() if wanted in plain(question.text)]
        return next(iter([*called, *asking]), "")

    def _holding(self, turn: Turn, opened: OpenForm, old: str, questions: Mapping[str, Question]) -> str:
        for one in known_of(self._form, opened):
            if plain(old) in plain(one.text):
                return one.field
        for name in reversed(opened.filled):
            reading = self._reading(turn, opened, old, questions.get(name))
            if name in reading.values and reading.values[name] == opened.values[name]:
                return name
        return ""

    def _reading(self, turn: Turn, opened: OpenForm, words: str, asked: Question | None) -> Reading:
        """What words say, as the answer to a question or to none."""
        choice = None
        if asked is not None:
            choice = choice_picked(words, asked.choices) or choice_mentioned(words, asked.choices)
        if asked is not None and choice is not None:
            return Reading({asked.field: choice.value})
        spoken = self._understood(replace(turn, message=replace(turn.message, text=words), understanding=None))
        return self._form.read(spoken, opened.values, asked)


def _last(opened: OpenForm) -> str:
    return opened.filled[-1] if opened.filled else ""


def _changes(reading: Reading, opened: OpenForm) -> bool:
    """Whether it gives something else for what was answered before, or undoes it; anything else is no correction."""
    known: Mapping[str, Any] = opened.values
    is_other = any(name in known and known[name] != value for name, value in reading.values.items())
    return is_other or any(name in known for name in reading.forgets)
