"""What all forms share: one question at a time, and every way a worker may go on from it.

The state is a value in the worker's conversation; each step remembers the new one, which is stored with the reply at
the end of the turn (`bot.handlers.conversations`). Nothing is kept in this process.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.domain.conversation import Conversation, Turn
from bot.domain.errors import FormReopenedError, ServiceError
from bot.domain.form import OpenForm, Question
from bot.domain.message import MessageKind, Reply
from bot.domain.trace import note
from bot.gateway import form_steps as steps
from bot.gateway import phrasing_forms as phrasing
from bot.gateway.form_corrections import Corrector
from bot.gateway.milliseconds import milliseconds
from bot.gateway.topics import words_of
from bot.gateway.wishes import Wishes
from bot.handlers.choice_reading import choice_mentioned, choice_picked
from bot.handlers.conversations import Conversations
from bot.handlers.corrections import read_correction
from bot.handlers.form_commands import FormCommand, is_merely_seen, is_unknown, read_command
from bot.handlers.forms import Form, Reading, Summoned
from bot.handlers.numbered_choice import read_choice
from bot.handlers.small_talk import is_saying
from bot.ports import Clock
from bot.wechat.message_text import PASSIVE_REPLY_MAX_BYTES

ANSWERING = frozenset(
    {
        MessageKind.TEXT,
        MessageKind.VOICE,
        MessageKind.IMAGE,
        MessageKind.VIDEO,
        MessageKind.SHORTVIDEO,
        MessageKind.LOCATION,
        MessageKind.LINK,
    }
)
"""Kinds of messages that may answer a form's question; menu clicks and other events ask for something else."""
MISUNDERSTOOD_MAX = 2
BETWEEN = "\n\n"


class FormDialogue:
    """Fills in forms with workers.

    Args:
        forms: the forms of all capabilities.
        conversations: where the state lies.
        wishes: understands messages.
        clock: forms time out.
    """

    def __init__(self, forms: Sequence[Form], conversations: Conversations, wishes: Wishes, clock: Clock) -> None:
        self._forms: Mapping[str, Form] = {form.name: form for form in forms}
        self._summoned = [(form.name, form) for form in forms if isinstance(form, Summoned)]
        self._conversations = conversations
        self._wishes = wishes
        self._clock = clock

    def has(self, name: str) -> bool:
        """Whether there is a form of this name."""
        return name in self._forms

    def summoned_by(self, words: str) -> str | None:
        """The name of the form that a message asks for by its own words, None for none."""
        return next((name for name, form in self._summoned if form.is_summoned(words)), None)

    def title(self, opened: OpenForm) -> str:
        """What is being done in a form."""
        return self._forms[opened.name].title

    async def awake(self, turn: Turn) -> Turn:
        """The turn after its worker's silence: a form that timed out is put aside, one that is too old forgotten."""
        conversation, now_ms = turn.conversation, self._now_ms()
        form, paused = conversation.form, conversation.paused_form
        if form is not None and (steps.is_timed_out(form, now_ms) or not self.has(form.name)):
            form, paused = None, form
        if paused is not None and (steps.is_forgotten(paused, now_ms) or not self.has(paused.name)):
            paused = None
        if (form, paused) == (conversation.form, conversation.paused_form):
            return turn
        await self._conversations.remember(conversation.worker_id, form=form, paused_form=paused)
        return replace(turn, conversation=replace(conversation, form=form, paused_form=paused))

    async def begin(self, turn: Turn, name: str) -> Reply:
        """Open a form with what the message says already; another one that is open waits meanwhile.

        A form of the same name that is open, or was left, goes on instead.
        """
        form, conversation = self._forms[name], turn.conversation
        left = next((one for one in (conversation.form, conversation.paused_form) if one and one.name == name), None)
        reading = form.read(turn, left.values if left else {}, None)
        if left is None:
            opened = steps.new_form(name, turn.message.key, reading.values, self._now_ms())
        else:
            opened = steps.filled_in(left, reading.values, reading.forgets)
        waiting = [one for one in (conversation.form, conversation.paused_form) if one and one.name != name]
        await self._conversations.remember(
            conversation.worker_id,
            form=opened,
            paused_form=waiting[0] if waiting else None,
            pending_places=(),
        )
        if left is None:
            noted = phrasing.noted(steps.known_of(form, opened, list(reading.values)))
            begun = _lines(phrasing.BEGUN.format(title=form.title), noted, reading.refusal)
        else:
            begun = _lines(self._resumed(form, opened), reading.refusal)
        return await self._go_on(turn, form, opened, begun, is_first=True)

    async def resume(self, turn: Turn) -> Reply:
        """Go on with the form that was left."""
        conversation = turn.conversation
        paused = conversation.paused_form
        if paused is None:
            return Reply(phrasing.NOTHING_OPEN)
        form = self._forms[paused.name]
        await self._conversations.remember(conversation.worker_id, form=paused, paused_form=conversation.form)
        return await self._go_on(turn, form, paused, self._resumed(form, paused))

    async def drop_paused(self, turn: Turn) -> Reply:
        """Forget the form that was left."""
        paused = turn.conversation.paused_form
        if paused is None:
            return Reply(phrasing.NOTHING_OPEN)
        await self._conversations.remember(turn.conversation.worker_id, paused_form=None)
        return Reply(phrasing.CANCELLED.format(title=self.title(paused)))

    async def answer(self, turn: Turn) -> Reply | None:
        """Take a message for the form that is open; None where it is about something else."""
        opened = turn.conversation.form
        if opened is None or turn.message.kind not in ANSWERING:
            return None
        form, words = self._forms[opened.name], words_of(turn)
        note({"topic": "form", "form": form.name})
        asked = opened.asked
        choice = choice_picked(words, asked.choices) if words and asked is not None else None
        if asked is not None and choice is not None:
            return await self._filled(turn, form, opened, Reading({asked.field: choice.value}))
        command = read_command(words, form.title) if words else None
        if command is not None:
            return await self._steered(turn, form, opened, command)
        is_said_anywhere = is_saying(words) and not is_merely_seen(words)
        if is_said_anywhere or self.summoned_by(words) not in {None, form.name}:
            return None
        return await self._corrected(turn, form, opened) or await self._read(turn, form, opened)

    async def beside(self, turn: Turn, reply: Reply) -> Reply:
        """The reply to something else with the way back to the form that was open.

        Where the reply offers numbers itself, the form waits: a number belongs to what was offered last.
        """
        before = turn.conversation.form
        now = await self._conversations.open(turn.conversation.worker_id)
        if before is None or now.form is None or now.form.form_id != before.form_id or reply.is_silent:
            return reply
        if now.pending_places or now.listing != turn.conversation.listing:
            await self._conversations.remember(now.worker_id, form=None, paused_form=before)
            return reply
        title = self.title(before)
        await self._conversations.remember(now.worker_id, form=replace(before, touched_ms=self._now_ms()))
        if before.asked is not None:
            again = _lines(phrasing.BACK_TO_FORM.format(title=title), phrasing.question(before.asked, is_again=True))
            whole = _joined(reply, again)
            if len(whole.text.encode("utf-8", "replace")) <= PASSIVE_REPLY_MAX_BYTES:
                return whole
        return _joined(reply, phrasing.UNFINISHED.format(title=title))

    async def offers(self, before: Conversation, reply: Reply) -> Reply:
        """The reply with what can be gone on with now that nothing is open: a form that waits, a second wish.

        Args:
            before: the conversation as the message met it.
            reply: to the message.
        """
        now = await self._conversations.open(before.worker_id)
        if now.form is not None or reply.is_silent:
            return reply
        lines = []
        if now.paused_form is not None and (before.form is not None or now.paused_form != before.paused_form):
            lines.append(phrasing.UNFINISHED.format(title=self.title(now.paused_form)))
        is_offered_already = before.form is None and (now.also, now.also_text) == (before.also, before.also_text)
        if now.also is not None and not is_offered_already:
            lines.append(phrasing.second_wish(now.also, now.also_text))
        return _joined(reply, "\n".join(lines)) if lines else reply

    async def _steered(self, turn: Turn, form: Form, opened: OpenForm, command: FormCommand) -> Reply:
        match command:
            case FormCommand.CANCEL:
                await self._conversations.remember(turn.conversation.worker_id, form=None)
                return Reply(phrasing.CANCELLED.format(title=form.title))
            case FormCommand.BACK:
                return await self._back(turn, form, opened)
            case FormCommand.SKIP:
                return await self._skipped(turn, form, opened)
            case FormCommand.RESTART:
                return await self._go_on(turn, form, steps.emptied(opened), phrasing.FROM_THE_BEGINNING)
            case FormCommand.PROGRESS:
                known = phrasing.known_so_far(steps.known_of(form, opened))
                return await self._go_on(turn, form, opened, known)
            case FormCommand.RESUME:
                return await self._go_on(turn, form, opened)

    async def _back(self, turn: Turn, form: Form, opened: OpenForm) -> Reply:
        question = await Corrector(form, self._wishes.understood).last_question(turn, opened)
        if question is None:
            return await self._go_on(turn, form, opened, phrasing.FIRST_STEP)
        return await self._ask(turn, steps.without(opened, question.field), question)

    async def _skipped(self, turn: Turn, form: Form, opened: OpenForm) -> Reply:
        asked = opened.asked
        if asked is None or not asked.is_optional:
            return await self._not_understood(turn, form, opened, phrasing.CANNOT_SKIP)
        return await self._go_on(turn, form, steps.filled_in(opened, {asked.field: None}))

    async def _corrected(self, turn: Turn, form: Form, opened: OpenForm) -> Reply | None:
        said = read_correction(words_of(turn)) if opened.filled else None
        corrected = await Corrector(form, self._wishes.understood).correct(turn, opened, said) if said else None
        if corrected is None:
            return None
        if corrected.asking is not None:
            return await self._ask(turn, steps.without(opened, corrected.asking.field), corrected.asking)
        reading = corrected.reading
        changed = steps.filled_in(opened, reading.values, reading.forgets)
        confirmed = phrasing.changed(steps.known_of(form, changed, list(reading.values))) if reading.values else ""
        return await self._go_on(turn, form, changed, _lines(confirmed, reading.refusal))

    async def _read(self, turn: Turn, form: Form, opened: OpenForm) -> Reply | None:
        """What the form itself takes from a message; None where the message is about something else."""
        turn, asked = self._wishes.understood(turn), opened.asked
        if asked is not None and asked.takes_any and self._wishes.is_elsewhere(turn, form.name, takes_any=True):
            return None
        reading = self._with_mentioned_choice(form.read(turn, opened.values, asked), asked, words_of(turn))
        is_answer = asked is not None and (asked.field in reading.values or bool(reading.refusal))
        if not is_answer and self._wishes.is_policy_question(turn):
            return None
        if reading.values or reading.refusal:
            return await self._filled(turn, form, opened, reading)
        return await self._unread(turn, form, opened)

    async def _unread(self, turn: Turn, form: Form, opened: OpenForm) -> Reply | None:
        """What follows where the form took nothing; None where the message is about something else."""
        asked, words = opened.asked, words_of(turn)
        if asked is not None and asked.is_optional and is_unknown(words):
            return await self._skipped(turn, form, opened)
        if asked is not None and asked.choices and read_choice(words) is not None:
            return await self._not_understood(turn, form, opened, phrasing.no_such_choice(len(asked.choices)))
        if is_merely_seen(words):
            return await self._go_on(turn, form, opened)
        if not words or self._wishes.is_elsewhere(turn, form.name):
            return None
        if turn.understanding is not None and turn.understanding.intent.value == form.name:
            return await self._go_on(turn, form, opened)
        return await self._not_understood(turn, form, opened, "")

    @staticmethod
    def _with_mentioned_choice(reading: Reading, asked: Question | None, words: str) -> Reading:
        """The reading with the choice that a longer message names, where the form did not read it itself."""
        if asked is None or asked.field in reading.values or reading.refusal:
            return reading
        choice = choice_mentioned(words, asked.choices)
        return reading if choice is None else replace(reading, values={asked.field: choice.value, **reading.values})

    async def _filled(self, turn: Turn, form: Form, opened: OpenForm, reading: Reading) -> Reply:
        """Take the answers; several at once, or one to what was not asked, are said back."""
        told = steps.news(opened, dict(reading.values))
        filled = steps.filled_in(opened, reading.values, reading.forgets)
        shown = steps.known_of(form, filled, told) if told else []
        is_plain_answer = opened.asked is not None and [one.field for one in shown] == [opened.asked.field]
        noted = "" if is_plain_answer else phrasing.noted(shown)
        if reading.refusal:
            return await self._not_understood(turn, form, filled, _lines(noted, reading.refusal))
        return await self._go_on(turn, form, filled, noted)

    async def _not_understood(self, turn: Turn, form: Form, opened: OpenForm, why: str) -> Reply:
        """Ask again; the second time in a row with the ways out."""
        stuck = steps.misunderstood(opened, self._now_ms())
        is_stuck = stuck.misunderstood >= MISUNDERSTOOD_MAX
        said = why or (phrasing.STILL_NOT_UNDERSTOOD if is_stuck else phrasing.NOT_UNDERSTOOD)
        question = await form.next_question(turn, stuck.values)
        if question is None:
            return await self._complete(turn, form, stuck)
        await self._conversations.remember(turn.conversation.worker_id, form=replace(stuck, asked=question))
        is_again = opened.asked is not None and opened.asked.field == question.field
        asking = phrasing.question(question, is_again=is_again)
        return Reply(_lines(said, asking, phrasing.WAYS_OUT if is_stuck else ""))

    async def _go_on(
        self, turn: Turn, form: Form, opened: OpenForm, prefix: str = "", *, is_first: bool = False
    ) -> Reply:
        """Ask what is still missing, or do the thing."""
        question = await form.next_question(turn, opened.values)
        if question is None:
            return await self._complete(turn, form, opened)
        return await self._ask(turn, opened, question, prefix, phrasing.HOW_TO_STEER if is_first else "")

    async def _ask(self, turn: Turn, opened: OpenForm, question: Question, prefix: str = "", suffix: str = "") -> Reply:
        form = self._forms[opened.name]
        is_same = opened.asked is not None and opened.asked.field == question.field
        asking = replace(
            opened,
            asked=question,
            misunderstood=opened.misunderstood if is_same else 0,
            touched_ms=self._now_ms(),
            told=phrasing.told(form.title, steps.known_of(form, opened)),
        )
        await self._conversations.remember(turn.conversation.worker_id, form=asking)
        return Reply(_lines(prefix, phrasing.question(question), suffix))

    async def _complete(self, turn: Turn, form: Form, opened: OpenForm) -> Reply:
        worker_id = turn.conversation.worker_id
        try:
            reply = await form.complete(opened.form_id, turn, opened.values)
        except FormReopenedError as error:
            reopened = steps.without(opened, error.field)
            question = await form.next_question(turn, reopened.values)
            if question is not None:
                return await self._ask(turn, reopened, question, str(error))
            reply = Reply(str(error))
        except ServiceError as refused:
            reply = Reply(str(refused))
        self._conversations.settle(worker_id)
        await self._conversations.remember(worker_id, form=None)
        return reply

    @staticmethod
    def _resumed(form: Form, opened: OpenForm) -> str:
        known = steps.known_of(form, opened)
        return _lines(phrasing.RESUMED.format(title=form.title), phrasing.known_so_far(known) if known else "")

    def _now_ms(self) -> int:
        return milliseconds(self._clock.now())


def _lines(*texts: str) -> str:
    return "\n".join(text for text in texts if text)


def _joined(reply: Reply, text: str) -> Reply:
    return Reply(f"{reply.text}{BETWEEN}{text}")
