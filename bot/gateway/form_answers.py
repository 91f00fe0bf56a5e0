"""What a message is to the form that is open: an answer, a correction, a step back, or nothing of it."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.conversation import Turn
from bot.domain.form import Question
from bot.domain.message import Reply
from bot.gateway import form_steps as steps
from bot.gateway import phrasing_forms as phrasing
from bot.gateway.form_corrections import Corrector
from bot.gateway.form_filler import Filling, FormFiller
from bot.gateway.topics import words_of
from bot.gateway.wishes import Wishes
from bot.handlers.choice_reading import choice_mentioned, choice_picked
from bot.handlers.conversations import Conversations
from bot.handlers.corrections import read_correction
from bot.handlers.form_commands import FormCommand, is_merely_seen, is_unknown, read_command
from bot.handlers.forms import Reading
from bot.handlers.numbered_choice import read_choice
from bot.handlers.small_talk import is_saying

LONGEST_ASIDE = 20
"""Characters of a question that is asked in the middle; where a tale is expected, what is longer is one."""
KINDS_MIN = 2
"""Choices; a single one beside a question offers what is likely, such as the place that is known."""


class FormAnswers:
    """Takes messages for an open form; everything here gives None where a message is about something else.

    Args:
        filler: asks what comes next.
        conversations: where the state lies.
        wishes: understands messages.
    """

    def __init__(self, filler: FormFiller, conversations: Conversations, wishes: Wishes) -> None:
        self._filler = filler
        self._conversations = conversations
        self._wishes = wishes

    async def take(self, turn: Turn, filling: Filling) -> Reply | None:
        """What follows from a message: first what any form understands, then what this one does."""
        words, asked = words_of(turn), filling.opened.asked
        choice = choice_picked(words, asked.choices) if words and asked is not None else None
        if asked is not None and choice is not None:
            return await self._filled(turn, filling, Reading({asked.field: choice.value}))
        command = read_command(words, filling.form.title) if words else None
        if command is not None:
            return await self._steered(turn, filling, command)
        if is_saying(words) and not is_merely_seen(words):
            return None
        return await self.corrected(turn, filling) or await self._read(turn, filling)

    async def corrected(self, turn: Turn, filling: Filling) -> Reply | None:
        """What follows from 不是三明,是永安."""
        form, opened = filling.form, filling.opened
        said = read_correction(words_of(turn)) if opened.filled else None
        corrected = await Corrector(form, self._wishes.understood).correct(turn, opened, said) if said else None
        if corrected is None:
            return None
        if corrected.asking is not None:
            reopened = steps.without(opened, corrected.asking.field)
            return await self._filler.ask(turn, filling.at(reopened), corrected.asking)
        reading = corrected.reading
        changed = steps.filled_in(opened, reading.values, reading.forgets)
        confirmed = phrasing.changed(steps.known_of(form, changed, list(reading.values))) if reading.values else ""
        return await self._filler.go_on(turn, filling.at(changed), phrasing.lines(confirmed, reading.refusal))

    async def _steered(self, turn: Turn, filling: Filling, command: FormCommand) -> Reply:
        form, opened = filling.form, filling.opened
        match command:
            case FormCommand.CANCEL:
                await self._conversations.remember(turn.conversation.worker_id, form=None)
                return Reply(phrasing.CANCELLED.format(title=form.title))
            case FormCommand.BACK:
                return await self._back(turn, filling)
            case FormCommand.SKIP:
                return await self._skipped(turn, filling)
            case FormCommand.RESTART:
                return await self._filler.go_on(turn, filling.at(steps.emptied(opened)), phrasing.FROM_THE_BEGINNING)
            case FormCommand.PROGRESS:
                known = phrasing.known_so_far(steps.known_of(form, opened))
                return await self._filler.go_on(turn, filling, known)
            case FormCommand.RESUME | FormCommand.REPEAT:
                return await self._filler.go_on(turn, filling)

    async def _back(self, turn: Turn, filling: Filling) -> Reply:
        question = await Corrector(filling.form, self._wishes.understood).last_question(turn, filling.opened)
        if question is None:
            return await self._filler.go_on(turn, filling, phrasing.FIRST_STEP)
        return await self._filler.ask(turn, filling.at(steps.without(filling.opened, question.field)), question)

    async def _skipped(self, turn: Turn, filling: Filling) -> Reply:
        asked = filling.opened.asked
        if asked is None or not asked.is_optional:
            return await self._filler.not_understood(turn, filling, phrasing.CANNOT_SKIP)
        return await self._filler.go_on(turn, filling.at(steps.filled_in(filling.opened, {asked.field: None})))

    async def _read(self, turn: Turn, filling: Filling) -> Reply | None:
        form, opened = filling.form, filling.opened
        turn, asked, words = self._wishes.understood(turn), opened.asked, words_of(turn)
        may_be_elsewhere = not is_unknown(words) and not _is_tale(words, asked)
        takes_any = may_be_elsewhere and asked is not None and asked.takes_any
        if takes_any and self._wishes.is_elsewhere(turn, form.name, takes_any=True):
            return None
        reading = _with_mentioned_choice(form.read(turn, opened.values, asked), asked, words)
        is_answer = asked is not None and (asked.field in reading.values or bool(reading.refusal))
        may_be_elsewhere &= not _is_kind(reading, asked)
        if may_be_elsewhere and self._wishes.is_surely_elsewhere(turn, form.name, is_answer=is_answer):
            return None
        if reading.values or reading.refusal:
            return await self._filled(turn, filling, reading)
        return await self._unread(turn, filling)

    async def _unread(self, turn: Turn, filling: Filling) -> Reply | None:
        """What follows where the form took nothing."""
        asked, words = filling.opened.asked, words_of(turn)
        if asked is not None and asked.is_optional and is_unknown(words):
            return await self._skipped(turn, filling)
        if asked is not None and asked.choices and read_choice(words) is not None:
            return await self._filler.not_understood(turn, filling, phrasing.no_such_choice(len(asked.choices)))
        if is_merely_seen(words):
            return await self._filler.go_on(turn, filling)
        if not words or self._wishes.is_elsewhere(turn, filling.form.name):
            return None
        if turn.understanding is not None and turn.understanding.intent.value == filling.form.name:
            return await self._filler.go_on(turn, filling)
        return await self._filler.not_understood(turn, filling, "")

    async def _filled(self, turn: Turn, filling: Filling, reading: Reading) -> Reply:
        """Take the answers; several at once, or one to what was not asked, are said back."""
        form, opened = filling.form, filling.opened
        told = steps.news(opened, dict(reading.values))
        filled = filling.at(steps.filled_in(opened, reading.values, reading.forgets))
        shown = steps.known_of(form, filled.opened, told) if told else []
        is_plain_answer = opened.asked is not None and [one.field for one in shown] == [opened.asked.field]
        noted = "" if is_plain_answer else phrasing.noted(shown)
        if reading.refusal:
            return await self._filler.not_understood(turn, filled, phrasing.lines(noted, reading.refusal))
        return await self._filler.go_on(turn, filled, noted)


def _with_mentioned_choice(reading: Reading, asked: Question | None, words: str) -> Reading:
    """The reading with the choice that a longer message names, where the form did not read it itself."""
    if asked is None or asked.field in reading.values or reading.refusal:
        return reading
    choice = choice_mentioned(words, asked.choices)
    return reading if choice is None else replace(reading, values={asked.field: choice.value, **reading.values})


def _is_kind(reading: Reading, asked: Question | None) -> bool:
    """Whether a message names one of several kinds that were offered: 老板不给钱怎么办 tells what to book help for."""
    if asked is None or len(asked.choices) < KINDS_MIN or asked.field not in reading.values:
        return False
    return any(choice.value == reading.values[asked.field] for choice in asked.choices)


def _is_tale(words: str, asked: Question | None) -> bool:
    """Whether a message is the tale that was asked for, though it may end with asking what to do."""
    return asked is not None and asked.is_story and len(words) > LONGEST_ASIDE
