"""A worker who wants to talk to a person."""

from __future__ import annotations

from bot.desk.handoffs import Handoffs
from bot.domain.conversation import Turn
from bot.domain.handoff import HandoffReason
from bot.domain.message import Reply
from bot.handlers import phrasing_person as phrasing


class OperatorHandoffHandler:
    """Puts a worker into the queue and says how many wait before.

    Args:
        handoffs: the queue.
    """

    def __init__(self, handoffs: Handoffs) -> None:
        self._handoffs = handoffs

    async def handle(self, turn: Turn) -> Reply:
        """A person is told; the worker may go on asking."""
        handoff = await self._handoffs.ask(turn.message.openid, HandoffReason.ASKED, turn.message.text)
        return Reply(phrasing.in_line(await self._handoffs.ahead_of(handoff)))
