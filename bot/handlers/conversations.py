"""What is remembered of each worker between two messages, on the document store."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from bot.domain.conversation import Conversation
from bot.domain.errors import DuplicateKeyError
from bot.domain.region import PlaceRole
from bot.ports import Document, DocumentStore
from bot.storage.change import change

COLLECTION = "conversations"


class Conversations:
    """Loads and changes conversations.

    A conversation exists from its first message on and is only ever changed afterwards, never written anew: work that
    ends after the worker unsubscribed cannot bring back what was erased.

    Args:
        store: where they lie.
    """

    def __init__(self, store: DocumentStore) -> None:
        self._store = store

    async def open(self, worker_id: str) -> Conversation:
        """The worker's conversation, begun now if there is none."""
        while True:
            document = await self._store.find_one(COLLECTION, {"_id": worker_id})
            if document is not None:
                return _conversation(document)
            try:
                return _conversation(await self._store.insert(COLLECTION, _document(Conversation(worker_id))))
            except DuplicateKeyError:
                continue

    async def find(self, worker_id: str) -> Conversation | None:
        """The worker's conversation, None where there is none."""
        document = await self._store.find_one(COLLECTION, {"_id": worker_id})
        return None if document is None else _conversation(document)

    async def remember(self, worker_id: str, **facts: Any) -> None:  # noqa: ANN401 - fields of Conversation
        """Change some fields and leave the others as they are by then; nothing happens once it is erased.

        Args:
            worker_id: whose.
            facts: fields of `Conversation` with their new values.
        """
        unknown = facts.keys() - {field.name for field in fields(Conversation)}
        if unknown:
            msg = f"a conversation has no {sorted(unknown)}"
            raise TypeError(msg)
        news = _plain(facts)

        def learn(document: Document) -> Document | None:
            learned = document | news
            return learned if learned != document else None

        await change(self._store, COLLECTION, worker_id, learn)

    async def erase(self, worker_id: str) -> None:
        """Forget a worker."""
        await self._store.delete(COLLECTION, {"_id": worker_id})


def _document(conversation: Conversation) -> Document:
    facts = _plain(asdict(conversation))
    return {"_id": facts.pop("worker_id"), **facts}


def _plain(facts: dict[str, Any]) -> Document:
    return {name: list(value) if isinstance(value, tuple) else _text(value) for name, value in facts.items()}


def _text(value: Any) -> Any:  # noqa: ANN401 - any JSON scalar
    return value.value if isinstance(value, PlaceRole) else value


def _conversation(document: Document) -> Conversation:
    return Conversation(
        worker_id=document["_id"],
        work_region=document.get("work_region"),
        home_region=document.get("home_region"),
        region_asked=document.get("region_asked", False),
        pending_question=document.get("pending_question", ""),
        pending_places=tuple(document.get("pending_places", ())),
        pending_role=PlaceRole(document.get("pending_role", PlaceRole.WORK)),
    )
