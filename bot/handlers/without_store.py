"""The conversation while nothing can be stored: policy questions are answered, what must be kept is not begun."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from bot.domain.conversation import Conversation, Turn
from bot.domain.message import Reply
from bot.domain.policy import PolicyQuery
from bot.domain.trace import hop
from bot.handlers import phrasing_without_store as phrasing
from bot.handlers.conversations import Conversations
from bot.handlers.place_choice import MOST_CHOICES
from bot.handlers.place_statement import read_places
from bot.ports import Answerer, Clock
from bot.regions.divisions import Divisions
from bot.regions.place_names import PlaceFinder


class UnkeptConversations(Conversations):
    """Every worker is met as if for the first time, and forgotten at once; the store is left alone.

    Args:
        store: is not asked.
        cipher: is not used.
    """

    async def turn(
        self, worker_id: str, message_id: str, work_out: Callable[[Conversation], Awaitable[Reply]]
    ) -> Reply:
        """The reply to an empty conversation."""
        del message_id
        return await work_out(Conversation(worker_id))

    async def open(self, worker_id: str) -> Conversation:
        """An empty conversation."""
        return Conversation(worker_id)

    async def find(self, worker_id: str) -> Conversation | None:
        """None: what the store knows cannot be read now."""
        del worker_id
        return None

    async def remember(self, worker_id: str, **facts: Any) -> None:  # noqa: ANN401 - fields of Conversation
        """Nothing is kept, so that nothing is half kept."""

    async def erase(self, worker_id: str) -> None:
        """Nothing was kept."""


class UnkeptQuestionHandler:
    """Answers a policy question for the places that it names itself, else for all, as it would a stranger.

    Args:
        answerer: answers from the policy documents.
        finder: finds places in texts.
        divisions: names of places.
        clock: the day that answers are for.
    """

    def __init__(self, answerer: Answerer, finder: PlaceFinder, divisions: Divisions, clock: Clock) -> None:
        self._answerer = answerer
        self._finder = finder
        self._divisions = divisions
        self._clock = clock

    async def handle(self, turn: Turn) -> Reply:
        """The answer; where a name may be several places, a request to write it out, since no choice is remembered."""
        text = turn.message.text
        said = read_places(self._finder, text, None)
        if said.open is not None:
            mention, _ = said.open
            candidates = mention.candidates if len(mention.candidates) <= MOST_CHOICES else ()
            names = [self._divisions.full_name(code) for code in candidates]
            return Reply(phrasing.which_place(mention.text, names))
        work, home = (place.code if place else None for place in (said.work, said.home))
        mentioned = said.mentioned.code if said.mentioned else None
        is_told_broadly = mentioned is not None and work is not None and self._divisions.covers(mentioned, work)
        asked = work if is_told_broadly else mentioned or work
        query = PolicyQuery(text, asked, home, self._clock.today())
        with hop("answer"):
            answer = await self._answerer.answer(query)
        return Reply(answer.text)


class NotNowHandler:
    """Says that something cannot be done now.

    Args:
        text: what the worker reads.
    """

    def __init__(self, text: str) -> None:
        self._reply = Reply(text)

    async def handle(self, turn: Turn) -> Reply:
        """The one text."""
        del turn
        return self._reply
