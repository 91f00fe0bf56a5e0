"""What all forms share: one question at a time, and every way a worker may go on from it.

The state is a value in the worker's conversation; each step remembers the new one, which is stored with the reply at
the end of the turn (`bot.handlers.conversations`). Nothing is kept in this process.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.domain.conversation import Conversation, Turn
from bot.domain.form import OpenForm
from bot.domain.message import MessageKind, Reply
from bot.domain.trace import note
from bot.gateway import form_steps as steps
from bot.gateway import phrasing_forms as phrasing
from bot.gateway.form_answers import FormAnswers
from bot.gateway.form_filler import Filling, FormFiller
from bot.gateway.topics import words_of
from bot.gateway.wishes import Wishes
from bot.handlers.conversations import Conversations
from bot.handlers.form_commands import read_command
from bot.handlers.forms import Form, Summoned
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
BETWEEN = "\n\n"
PAUSED_MAX = 3
"""Who began more things than that in one day has hardly all of them in mind."""


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
        self._filler = FormFiller(conversations, clock)
        self._answers = FormAnswers(self._filler, conversations, wishes)

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
        conversation, now_ms = turn.conversation, self._filler.now_ms()
        form, paused = conversation.form, conversation.paused_forms
        if form is not None and (steps.is_timed_out(form, now_ms) or not self.has(form.name)):
            paused = (form, *paused)
            form = None
        paused = tuple(one for one in paused if not steps.is_forgotten(one, now_ms) and self.has(one.name))
        if (form, paused) == (conversation.form, conversation.paused_forms):
            return turn
        await self._conversations.remember(conversation.worker_id, form=form, paused_forms=paused)
        return replace(turn, conversation=replace(conversation, form=form, paused_forms=paused))

    async def begin(self, turn: Turn, name: str) -> Reply:
        """Open a form with what the message says already; those that are open or were left wait meanwhile.

        A form of the same name that is open, or was left, goes on instead. Where too many wait, the one that was left
        first is dropped, and the worker told.
        """
        form, conversation = self._forms[name], turn.conversation
        begun_before = [one for one in (conversation.form, *conversation.paused_forms) if one is not None]
        left = next((one for one in begun_before if one.name == name), None)
        waiting = [one for one in begun_before if one.name != name]
        reading = form.read(turn, left.values if left else {}, None)
        if left is None:
            opened = steps.new_form(name, turn.message.key, reading.values, self._filler.now_ms())
        else:
            opened = steps.filled_in(left, reading.values, reading.forgets)
        await self._conversations.remember(
            conversation.worker_id, form=opened, paused_forms=tuple(waiting[:PAUSED_MAX]), pending_places=()
        )
        if left is None:
            noted = phrasing.noted(steps.known_of(form, opened, list(reading.values)))
            begun = phrasing.lines(phrasing.BEGUN.format(title=form.title), noted, reading.refusal)
        else:
            begun = phrasing.lines(self._resumed(form, opened), reading.refusal)
        dropped = [phrasing.DROPPED.format(count=PAUSED_MAX, title=self.title(one)) for one in waiting[PAUSED_MAX:]]
        begun = phrasing.lines(*dropped, begun)
        return await self._filler.go_on(turn, Filling(form, opened), begun, is_first=True)

    async def resume(self, turn: Turn) -> Reply:
        """Go on with the form that was left last."""
        conversation = turn.conversation
        if not conversation.paused_forms:
            return Reply(phrasing.NOTHING_OPEN)
        paused, *others = conversation.paused_forms
        form = self._forms[paused.name]
        await self._conversations.remember(conversation.worker_id, form=paused, paused_forms=tuple(others))
        return await self._filler.go_on(turn, Filling(form, paused), self._resumed(form, paused))

    async def drop_paused(self, turn: Turn) -> Reply:
        """Forget the form that was left last."""
        if not turn.conversation.paused_forms:
            return Reply(phrasing.NOTHING_OPEN)
        paused, *others = turn.conversation.paused_forms
        await self._conversations.remember(turn.conversation.worker_id, paused_forms=tuple(others))
        return Reply(phrasing.CANCELLED.format(title=self.title(paused)))

    async def answer(self, turn: Turn) -> Reply | None:
        """Take a message for the form that is open; None where it is about something else."""
        opened = turn.conversation.form
        if opened is None or turn.message.kind not in ANSWERING:
            return None
        form = self._forms[opened.name]
        words = words_of(turn)
        # 取消预约 cancels a booking, but first of all the one that is being made.
        is_steering = read_command(words, form.title) is not None
        if not is_steering and self.summoned_by(words) not in {None, form.name}:
            return None
        note({"topic": "form", "form": form.name})
        return await self._answers.take(turn, Filling(form, opened))

    async def correct_done(self, turn: Turn) -> Reply | None:
        """Ask or do again, with another answer, what was done last; None where a message does not correct it."""
        done = turn.conversation.done_form
        if done is None or not self.has(done.name) or steps.is_timed_out(done, self._filler.now_ms()):
            return None
        again = steps.new_form(done.name, turn.message.key, done.values, self._filler.now_ms())
        return await self._answers.corrected(turn, Filling(self._forms[done.name], again))

    async def beside(self, turn: Turn, reply: Reply) -> Reply:
        """The reply to something else with the way back to the form that was open.

        Where the reply offers numbers itself, the form waits: a number belongs to what was offered last.
        """
        before = turn.conversation.form
        now = await self._conversations.open(turn.conversation.worker_id)
        if before is None or now.form is None or now.form.form_id != before.form_id or reply.is_silent:
            return reply
        if now.pending_places or now.listing != turn.conversation.listing:
            await self._conversations.remember(now.worker_id, form=None, paused_forms=(before, *now.paused_forms))
            return reply
        title = self.title(before)
        await self._conversations.remember(now.worker_id, form=replace(before, touched_ms=self._filler.now_ms()))
        if before.asked is not None:
            again = phrasing.lines(
                phrasing.BACK_TO_FORM.format(title=title), phrasing.question(before.asked, is_again=True)
            )
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
        if now.paused_forms and (before.form is not None or now.paused_forms != before.paused_forms):
            lines.append(phrasing.unfinished([self.title(one) for one in now.paused_forms]))
        is_offered_already = before.form is None and (now.also, now.also_text) == (before.also, before.also_text)
        if now.also is not None and not is_offered_already:
            lines.append(phrasing.second_wish(now.also, now.also_text))
        return _joined(reply, "\n".join(lines)) if lines else reply

    @staticmethod
    def _resumed(form: Form, opened: OpenForm) -> str:
        known = steps.known_of(form, opened)
        return phrasing.lines(phrasing.RESUMED.format(title=form.title), phrasing.known_so_far(known) if known else "")


def _joined(reply: Reply, text: str) -> Reply:
    return Reply(f"{reply.text}{BETWEEN}{text}")
