"""What comes next in a form: the question that is still missing, or the thing itself."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.domain.conversation import Turn
from bot.domain.errors import FormReopenedError, ServiceError
from bot.domain.form import OpenForm, Question
from bot.domain.message import Reply
from bot.domain.moments import to_ms
from bot.gateway import form_steps as steps
from bot.gateway import phrasing_forms as phrasing
from bot.handlers.conversations import Conversations
from bot.handlers.forms import Form, Repeatable
from bot.ports import Clock

MISUNDERSTOOD_MAX = 2


@dataclass(frozen=True, slots=True)
class Filling:
    """A form and how far it is filled in.

    Attributes:
        form: the form.
        opened: its state.
    """

    form: Form
    opened: OpenForm

    def at(self, opened: OpenForm) -> Filling:
        """The same form in another state."""
        return Filling(self.form, opened)


class FormFiller:
    """Asks, or does what the form is for; the new state is remembered with the turn.

    Args:
        conversations: where the state lies.
        clock: forms time out.
    """

    def __init__(self, conversations: Conversations, clock: Clock) -> None:
        self._conversations = conversations
        self._clock = clock

    def now_ms(self) -> int:
        """The present moment, milliseconds since 1970."""
        return to_ms(self._clock.now())

    async def go_on(self, turn: Turn, filling: Filling, prefix: str = "", *, is_first: bool = False) -> Reply:
        """Ask what is still missing, or do the thing."""
        question = await filling.form.next_question(turn, filling.opened.values)
        if question is None:
            return await self.complete(turn, filling)
        return await self.ask(turn, filling, question, prefix, phrasing.how_to_steer(question) if is_first else "")

    async def ask(
        self,
        turn: Turn,
        filling: Filling,
        question: Question,
        prefix: str = "",
        suffix: str = "",
        *,
        is_again: bool = False,
    ) -> Reply:
        """Ask a question.

        Args:
            turn: the message.
            filling: the form.
            question: it.
            prefix: above it.
            suffix: below it.
            is_again: whether the worker has just read it.
        """
        opened = filling.opened
        is_same = opened.asked is not None and opened.asked.field == question.field
        asking = replace(
            opened,
            asked=question,
            misunderstood=opened.misunderstood if is_same else 0,
            touched_ms=self.now_ms(),
            told=phrasing.told(filling.form.title, steps.known_of(filling.form, opened)),
        )
        await self._conversations.remember(turn.conversation.worker_id, form=asking)
        return Reply(phrasing.lines(prefix, phrasing.question(question, is_again=is_again and is_same), suffix))

    async def not_understood(self, turn: Turn, filling: Filling, why: str) -> Reply:
        """Ask again; the second time in a row with the ways out."""
        stuck = steps.misunderstood(filling.opened)
        is_stuck = stuck.misunderstood >= MISUNDERSTOOD_MAX
        said = why or (phrasing.STILL_NOT_UNDERSTOOD if is_stuck else phrasing.NOT_UNDERSTOOD)
        question = await filling.form.next_question(turn, stuck.values)
        if question is None:
            return await self.complete(turn, filling.at(stuck))
        ways_out = phrasing.WAYS_OUT if is_stuck else ""
        return await self.ask(turn, filling.at(stuck), question, said, ways_out, is_again=True)

    async def complete(self, turn: Turn, filling: Filling) -> Reply:
        """Do the thing and close the form; one that was open before it is open again."""
        form, opened, before = filling.form, filling.opened, turn.conversation
        try:
            reply = await form.complete(opened.form_id, turn, opened.values)
        except FormReopenedError as error:
            reopened = steps.without(opened, error.field)
            question = await form.next_question(turn, reopened.values)
            if question is not None:
                return await self.ask(turn, filling.at(reopened), question, str(error))
            reply = Reply(str(error))
        except ServiceError as refused:
            reply = Reply(str(refused))
        self._conversations.settle(before.worker_id)
        is_beside = before.form is not None and before.form.form_id != opened.form_id
        await self._conversations.remember(
            before.worker_id,
            form=before.form if is_beside else None,
            paused_forms=tuple(one for one in before.paused_forms if one.form_id != opened.form_id),
            done_form=replace(opened, asked=None, touched_ms=self.now_ms()) if isinstance(form, Repeatable) else None,
        )
        return reply
