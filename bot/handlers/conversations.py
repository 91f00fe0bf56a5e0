"""What is remembered of each worker between two messages, on the document store."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import Any

from bot.domain.conversation import Conversation
from bot.domain.errors import DuplicateKeyError
from bot.domain.region import PlaceRole
from bot.ports import Document, DocumentStore
from bot.privacy.cipher import FieldCipher, FieldContext
from bot.privacy.retention import needs_touch, touched
from bot.privacy.rotation import RotationStep, sealed_fields
from bot.storage.change import change

COLLECTION = "conversations"
OPENED_KEPT = 1024
QUESTION = "pending_question"
SEALED_QUESTION = "sealed_question"
"""Workers write their names and numbers into their questions."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Conversations:
    """Loads and changes conversations.

    A conversation exists from its first message on and is only ever changed afterwards, never written anew: work that
    ends after the worker unsubscribed cannot bring back what was erased.

    Args:
        store: where they lie.
        cipher: seals the question that waits.
        now: the present moment, aware UTC; what nobody touches for 30 days expires (`bot.privacy.retention`).
    """

    def __init__(self, store: DocumentStore, cipher: FieldCipher, now: Callable[[], datetime] = _utc_now) -> None:
        self._store = store
        self._cipher = cipher
        self._now = now
        self._opened: OrderedDict[str, Document] = OrderedDict()

    async def open(self, worker_id: str) -> Conversation:
        """The worker's conversation, begun now if there is none."""
        while True:
            document = await self._store.find_one(COLLECTION, {"_id": worker_id})
            if document is not None:
                return self._noted(await self._touch(document))
            fresh = touched(self._new(worker_id), self._now())
            try:
                return self._noted(await self._store.insert(COLLECTION, fresh))
            except DuplicateKeyError:
                continue

    async def find(self, worker_id: str) -> Conversation | None:
        """The worker's conversation, None where there is none."""
        document = await self._store.find_one(COLLECTION, {"_id": worker_id})
        return None if document is None else self.opened(document)

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
        news = self._sealed(worker_id, _plain(facts))

        def learn(document: Document) -> Document | None:
            learned = {name: value for name, value in document.items() if name != QUESTION} | news
            return touched(learned, self._now()) if learned != document else None

        known = self._opened.pop(worker_id, None)
        if known is not None and learn(known) is None:
            return
        await change(self._store, COLLECTION, worker_id, learn, known=known)

    async def erase(self, worker_id: str) -> None:
        """Forget a worker."""
        await self._store.delete(COLLECTION, {"_id": worker_id})

    async def _touch(self, document: Document) -> Document:
        if not needs_touch(document, self._now()):
            return document
        changed = await change(self._store, COLLECTION, document["_id"], lambda current: touched(current, self._now()))
        return changed or document

    def _noted(self, document: Document) -> Conversation:
        """Keep a conversation as it was read, for the change that this turn may bring."""
        self._opened[document["_id"]] = document
        if len(self._opened) > OPENED_KEPT:
            self._opened.popitem(last=False)
        return self.opened(document)

    def rotation(self) -> RotationStep:
        """Brings the questions under the installation's current key."""
        return sealed_fields(self._cipher, COLLECTION, [SEALED_QUESTION])

    def _new(self, worker_id: str) -> Document:
        facts = _plain(asdict(Conversation(worker_id)))
        return {"_id": facts.pop("worker_id")} | self._sealed(worker_id, facts)

    def _sealed(self, worker_id: str, news: Document) -> Document:
        """The news with the question that is to wait as a token, "" where none is."""
        question = news.pop(QUESTION, None)
        if question is None:
            return news
        return news | {SEALED_QUESTION: self._cipher.encrypt(question, _context(worker_id)) if question else ""}

    def _question(self, document: Document) -> str:
        token = document.get(SEALED_QUESTION, "")
        return self._cipher.decrypt(token, _context(document["_id"])) if token else ""

    def opened(self, document: Document) -> Conversation:
        """A conversation as it lies in the store.

        Raises:
            DecryptionError: it was changed, or the installation's key is another one.
        """
        return Conversation(
            worker_id=document["_id"],
            work_region=document.get("work_region"),
            home_region=document.get("home_region"),
            region_asked=document.get("region_asked", False),
            pending_question=self._question(document),
            pending_places=tuple(document.get("pending_places", ())),
            pending_role=PlaceRole(document.get("pending_role", PlaceRole.WORK)),
            erasure_asked_ms=document.get("erasure_asked_ms", 0),
        )


def _context(worker_id: str) -> FieldContext:
    return FieldContext(COLLECTION, SEALED_QUESTION, worker_id)


def _plain(facts: dict[str, Any]) -> Document:
    return {name: list(value) if isinstance(value, tuple) else _text(value) for name, value in facts.items()}


def _text(value: Any) -> Any:  # noqa: ANN401 - any JSON scalar
    return value.value if isinstance(value, PlaceRole) else value
