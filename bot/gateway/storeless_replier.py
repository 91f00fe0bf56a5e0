"""Replies that need nothing stored: the usual dialogue with handlers that keep nothing."""

from __future__ import annotations

from bot.domain.message import MessageKind, Reply, WorkerMessage
from bot.gateway.jobs import Replier
from bot.gateway.phrasing_forms import NOT_NOW
from bot.gateway.phrasing_gateway import is_nudge
from bot.gateway.wishes import FORMS_IN_MENU, Wishes
from bot.handlers.form_commands import read_command
from bot.handlers.numbered_choice import read_choice
from bot.handlers.phrasing_without_store import CANNOT_GO_ON
from bot.handlers.small_talk import is_small_talk


class StorelessReplier:
    """What continues something that is kept (a number, 上一步, 查到了吗) is put off; the rest goes to the dialogue.

    Args:
        dialogue: with handlers that keep nothing.
    """

    def __init__(self, dialogue: Replier) -> None:
        self._dialogue = dialogue

    async def next_turn(self, message: WorkerMessage) -> Reply:
        """The reply to a message whose conversation cannot be read."""
        if message.kind is MessageKind.TEXT and _goes_on(message.text):
            return Reply(CANNOT_GO_ON)
        if Wishes.clicked(message) in FORMS_IN_MENU.values():
            return Reply(NOT_NOW)
        return await self._dialogue.next_turn(message)

    async def expects_answer(self, message: WorkerMessage) -> bool:
        """Nothing was offered, as far as is known."""
        del message
        return False


def _goes_on(text: str) -> bool:
    if read_command(text) is not None:
        return True
    return read_choice(text) is not None or (is_nudge(text) and not is_small_talk(text))
