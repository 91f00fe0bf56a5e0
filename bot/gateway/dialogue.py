"""Which handler a message goes to."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from bot.domain.conversation import Turn
from bot.domain.message import MessageKind, Reply, WorkerMessage
from bot.domain.pseudonym import WorkerPseudonyms
from bot.domain.trace import hop, note
from bot.gateway.counters import Counters
from bot.gateway.erasure import WorkerErasure
from bot.handlers.conversations import Conversations
from bot.handlers.numbered_choice import read_choice
from bot.handlers.personal_data import read_wish
from bot.handlers.place_statement import looks_like_unknown_place, read_places
from bot.handlers.small_talk import is_region_click, is_small_talk
from bot.ports import IntentHandler
from bot.regions.place_names import PlaceFinder


class Topic(StrEnum):
    """What a message is about, one handler each."""

    POLICY_QUESTION = "policy_question"
    WORKER_REGION = "worker_region"
    SMALL_TALK = "small_talk"
    PERSONAL_DATA = "personal_data"


SPOKEN = frozenset({MessageKind.TEXT, MessageKind.VOICE})


class Dialogue:
    """Takes one message after the other to the handler of its topic.

    Args:
        handlers: one for each topic.
        conversations: what is remembered of each worker.
        pseudonyms: the ids under which it is remembered.
        erasure: forgets a worker who unsubscribes.
        finder: tells whether a text is only a place.
        counters: counts messages of a type that is not known yet.
    """

    def __init__(
        self,
        *,
        handlers: Mapping[Topic, IntentHandler],
        conversations: Conversations,
        pseudonyms: WorkerPseudonyms,
        erasure: WorkerErasure,
        finder: PlaceFinder,
        counters: Counters,
    ) -> None:
        self._handlers = handlers
        self._conversations = conversations
        self._pseudonyms = pseudonyms
        self._erasure = erasure
        self._finder = finder
        self._counters = counters

    async def next_turn(self, message: WorkerMessage) -> Reply:
        """The reply to a message in its conversation; silent where nothing is to be said."""
        if message.kind is MessageKind.EVENT_UNSUBSCRIBE:
            await self._erasure.erase(message.openid)
            return Reply("")
        if message.kind is MessageKind.UNKNOWN:
            self._counters.add("dialogue.unknown_kind")
        turn = Turn(message, await self._conversations.open(self._pseudonyms.of(message.openid)))
        topic = self._topic(turn)
        note({"topic": topic.value})
        with hop("handler"):
            return await self._handlers[topic].handle(turn)

    async def expects_number(self, message: WorkerMessage) -> bool:
        """Whether the worker was offered numbered choices and replies with a number."""
        if read_choice(message.text) is None:
            return False
        conversation = await self._conversations.find(self._pseudonyms.of(message.openid))
        return conversation is not None and bool(conversation.pending_places)

    def _topic(self, turn: Turn) -> Topic:
        message, conversation = turn.message, turn.conversation
        is_choice = bool(conversation.pending_places) and read_choice(message.text) is not None
        if message.kind is MessageKind.LOCATION or is_region_click(message) or (is_choice and message.kind in SPOKEN):
            return Topic.WORKER_REGION
        if message.kind not in SPOKEN or not message.text.strip():
            return Topic.SMALL_TALK
        if read_wish(message.text) is not None:
            return Topic.PERSONAL_DATA
        if is_small_talk(message.text):
            return Topic.SMALL_TALK
        said = read_places(self._finder, message.text, conversation.work_region)
        if said.is_only_place:
            return Topic.WORKER_REGION
        is_lost = said.work is said.home is said.mentioned is None and looks_like_unknown_place(message.text)
        return Topic.WORKER_REGION if is_lost else Topic.POLICY_QUESTION
