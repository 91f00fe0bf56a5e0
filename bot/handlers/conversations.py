"""What is remembered of each worker between two messages, on the document store.

A turn is one message with the state that it meets. Whatever its handlers remember is stored at its end in one
compare-and-set, together with the reply: a message that is worked on again after a crash gets the reply that it got,
and of two messages that meet the same state, the later one is worked out anew against what the earlier one left.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from typing import Any

from bot.domain.conversation import Conversation
from bot.domain.errors import DuplicateKeyError, StoreError
from bot.domain.message import Reply
from bot.handlers.conversation_document import ANSWERED, COLLECTION, ConversationDocuments
from bot.ports import Document, DocumentStore
from bot.privacy.cipher import FieldCipher
from bot.privacy.retention import needs_touch, touched
from bot.privacy.rotation import RotationStep
from bot.storage.change import change

LOST_RACES_MAX = 12
_FACTS = {fact.name for fact in fields(Conversation)} - {"worker_id"}


def _utc_now() -> datetime:
    return datetime.now(UTC)


async def _nothing(worker_id: str) -> Mapping[str, Any]:  # noqa: ARG001 - a recall's signature
    return {}


@dataclass(slots=True)
class _OpenTurn:
    """What one turn read, and what it wants to be remembered.

    Attributes:
        document: the conversation as it was read.
        before: the same, opened.
        news: fields of `Conversation` with their new values.
        is_settled: something was done elsewhere that cannot be undone: the turn's news count whatever came between.
        is_over: nothing can be added any more.
    """

    document: Document
    before: Conversation
    news: dict[str, Any] = field(default_factory=dict)
    is_settled: bool = False
    is_over: bool = False


_open_turn: ContextVar[_OpenTurn | None] = ContextVar("open_turn", default=None)


class Conversations:
    """Loads and changes conversations.

    A conversation exists from its first message on and is only ever changed afterwards, never written anew: work that
    ends after the worker unsubscribed cannot bring back what was erased.

    Args:
        store: where they lie.
        cipher: seals what workers wrote.
        now: the present moment, aware UTC; what nobody touches for 30 days expires (`bot.privacy.retention`).
        recall: gives what a new conversation begins with: fields of `Conversation` that its worker agreed to be kept.
    """

    def __init__(
        self,
        store: DocumentStore,
        cipher: FieldCipher,
        now: Callable[[], datetime] = _utc_now,
        recall: Callable[[str], Awaitable[Mapping[str, Any]]] = _nothing,
    ) -> None:
        self._store = store
        self._recall = recall
        self._documents = ConversationDocuments(cipher)
        self._now = now

    async def turn(
        self, worker_id: str, message_id: str, work_out: Callable[[Conversation], Awaitable[Reply]]
    ) -> Reply:
        """Work out the reply to a message and store it with everything that the turn remembers.

        Args:
            worker_id: whose message it is.
            message_id: names it, without personal data.
            work_out: takes the conversation and gives the reply; called again where another message of the worker was
                faster. It must bear that: what it does elsewhere happens once (`settle`).

        Returns:
            The reply; the stored one where this message changed the conversation already.

        Raises:
            StoreError: the worker's other messages were faster all the time, or the store is away.
        """
        for _ in range(LOST_RACES_MAX):
            document = await self._document(worker_id)
            if message_id in document.get(ANSWERED, ()):
                return Reply(dict(self._documents.replies(document))[message_id])
            begun = _OpenTurn(document, self.opened(document))
            token = _open_turn.set(begun)
            try:
                reply = await work_out(begun.before)
            finally:
                begun.is_over = True
                _open_turn.reset(token)
            if await self._kept(begun, message_id, reply):
                return reply
        raise StoreError("同一位工友的几条消息同时在改对话，这条没有改成；请稍后再试")

    async def open(self, worker_id: str) -> Conversation:
        """The worker's conversation, begun now if there is none."""
        return self._as_known(worker_id) or self.opened(await self._document(worker_id))

    async def find(self, worker_id: str) -> Conversation | None:
        """The worker's conversation, None where there is none."""
        known = self._as_known(worker_id)
        if known is not None:
            return known
        document = await self._store.find_one(COLLECTION, {"_id": worker_id})
        return None if document is None else self.opened(document)

    async def remember(self, worker_id: str, **facts: Any) -> None:  # noqa: ANN401 - fields of Conversation
        """Change some fields and leave the others as they are by then; nothing happens once it is erased.

        Within a turn of this worker they are stored at its end, else at once.

        Args:
            worker_id: whose.
            facts: fields of `Conversation` with their new values.
        """
        unknown = facts.keys() - _FACTS
        if unknown:
            msg = f"a conversation has no {sorted(unknown)}"
            raise TypeError(msg)
        begun = _turn_of(worker_id)
        if begun is not None:
            begun.news |= facts
            return
        await change(self._store, COLLECTION, worker_id, lambda document: self._learned(document, facts))

    def settle(self, worker_id: str) -> None:
        """Something was done that cannot be undone: the turn is stored as it is, not worked out anew."""
        begun = _turn_of(worker_id)
        if begun is not None:
            begun.is_settled = True

    async def erase(self, worker_id: str) -> None:
        """Forget a worker."""
        await self._store.delete(COLLECTION, {"_id": worker_id})

    def opened(self, document: Document) -> Conversation:
        """A conversation as it lies in the store.

        Raises:
            DecryptionError: it was changed, or the installation's key is another one.
        """
        return self._documents.opened(document)

    def replies(self, document: Document) -> list[str]:
        """The replies that lie in a conversation, oldest first."""
        return [text for _, text in self._documents.replies(document)]

    def rotation(self) -> RotationStep:
        """Brings what is sealed under the installation's current key."""
        return self._documents.rotation()

    async def _document(self, worker_id: str) -> Document:
        """The worker's document, touched today and begun now if there is none."""
        while True:
            document = await self._store.find_one(COLLECTION, {"_id": worker_id})
            if document is not None:
                return await self._touch(document)
            blank = Conversation(worker_id)
            begun = replace(blank, **await self._recall(worker_id))
            fresh = touched(self._documents.changed({"_id": worker_id}, blank, begun), self._now())
            try:
                return await self._store.insert(COLLECTION, fresh)
            except DuplicateKeyError:
                continue

    async def _touch(self, document: Document) -> Document:
        if not needs_touch(document, self._now()):
            return document
        changed = await change(self._store, COLLECTION, document["_id"], lambda current: touched(current, self._now()))
        return changed or document

    async def _kept(self, begun: _OpenTurn, message_id: str, reply: Reply) -> bool:
        """Whether nothing stands against the reply: no news, stored news, or nobody left to remember anything of."""
        if not begun.is_settled and replace(begun.before, **begun.news) == begun.before:
            return True

        def answered(document: Document) -> Document:
            before = begun.before if document is begun.document else self.opened(document)
            learned = self._documents.changed(document, before, replace(before, **begun.news))
            return touched(self._documents.with_reply(learned, message_id, reply.text), self._now())

        if await self._store.replace_if(COLLECTION, answered(begun.document)) is not None:
            return True
        if begun.is_settled:
            await change(self._store, COLLECTION, begun.before.worker_id, answered)
            return True
        return await self._store.find_one(COLLECTION, {"_id": begun.before.worker_id}) is None

    def _learned(self, document: Document, facts: dict[str, Any]) -> Document | None:
        before = self.opened(document)
        learned = self._documents.changed(document, before, replace(before, **facts))
        return touched(learned, self._now()) if learned != document else None

    def _as_known(self, worker_id: str) -> Conversation | None:
        begun = _turn_of(worker_id)
        return None if begun is None else replace(begun.before, **begun.news)


def _turn_of(worker_id: str) -> _OpenTurn | None:
    begun = _open_turn.get()
    return begun if begun is not None and not begun.is_over and begun.before.worker_id == worker_id else None
