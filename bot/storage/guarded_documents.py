"""A document store behind a circuit breaker: while its server is away, calls fail at once instead of one by one.

It is wrapped around the engines that have a server. Nothing is answered from memory: what cannot be stored or read now
is said so, and works again by itself when the server does.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from bot.domain.errors import BotError, StoreUnavailableError
from bot.ports import Document, DocumentStore, Sleep, Sort, Where
from bot.storage.circuit_breaker import PATIENCE_S, CircuitBreaker

logger = logging.getLogger("gongyou.storage")

PROBE_COLLECTION = "health_probe"
LONG_PATIENCE_S = 60.0

Preparation = Callable[[], Awaitable[object]]
"""Brings a store into the state that the product needs, say creates indexes; may be done any number of times."""


class GuardedDocumentStore:
    """`bot.ports.DocumentStore` over another one whose server may go away and come back.

    Args:
        inner: the engine.
        name: what people call it, for messages.
        sleep: how to wait between probes.
        patience_s: how long a call may take; building an index and deleting may take `LONG_PATIENCE_S`.
    """

    def __init__(
        self, inner: DocumentStore, name: str, *, sleep: Sleep = asyncio.sleep, patience_s: float = PATIENCE_S
    ) -> None:
        self.inner = inner
        self._name = name
        self._waiting: list[Preparation] = []
        self._breaker = CircuitBreaker(
            name,
            lambda: inner.find_one(PROBE_COLLECTION, {"_id": "probe"}),
            restore=self._catch_up,
            sleep=sleep,
            patience_s=patience_s,
        )

    @property
    def is_away(self) -> bool:
        """Whether the server is taken to be away, so that every call fails at once."""
        return self._breaker.is_open

    async def prepare(self, work: Preparation) -> bool:
        """Do what the store needs before it is used: now, or, while the server is away, before anything else then.

        Returns:
            Whether it is done.

        Raises:
            BotError: what the work raises while the server is there. Where that comes up later, the store stays shut:
                say, data that were encrypted with other keys than the installation's are not written to.
        """
        try:
            await work()
        except StoreUnavailableError:
            logger.warning("%s is away: what it needs before it is used will be done when it answers", self._name)
            self._waiting.append(work)
            self._breaker.give_up()
            return False
        return True

    async def ensure_index(self, collection: str, keys: Sequence[str], *, unique: bool = False) -> None:
        """See `bot.ports.DocumentStore.ensure_index`."""
        async with self._breaker.guarding(LONG_PATIENCE_S):
            await self.inner.ensure_index(collection, keys, unique=unique)

    async def insert(self, collection: str, document: Document) -> Document:
        """See `bot.ports.DocumentStore.insert`."""
        async with self._breaker.guarding():
            return await self.inner.insert(collection, document)

    async def find_one(self, collection: str, where: Where) -> Document | None:
        """See `bot.ports.DocumentStore.find_one`."""
        async with self._breaker.guarding():
            return await self.inner.find_one(collection, where)

    async def find(
        self, collection: str, where: Where, *, sort: Sort = (), skip: int = 0, limit: int | None = None
    ) -> list[Document]:
        """See `bot.ports.DocumentStore.find`."""
        async with self._breaker.guarding():
            return await self.inner.find(collection, where, sort=sort, skip=skip, limit=limit)

    async def count(self, collection: str, where: Where) -> int:
        """See `bot.ports.DocumentStore.count`."""
        async with self._breaker.guarding():
            return await self.inner.count(collection, where)

    async def replace_if(self, collection: str, document: Document) -> Document | None:
        """See `bot.ports.DocumentStore.replace_if`."""
        async with self._breaker.guarding():
            return await self.inner.replace_if(collection, document)

    async def delete(self, collection: str, where: Where) -> int:
        """See `bot.ports.DocumentStore.delete`."""
        async with self._breaker.guarding(LONG_PATIENCE_S):
            return await self.inner.delete(collection, where)

    async def collections(self) -> list[str]:
        """See `bot.ports.DocumentStore.collections`."""
        async with self._breaker.guarding():
            return await self.inner.collections()

    async def restore(self, collection: str, document: Document) -> None:
        """See `bot.ports.DocumentStore.restore`."""
        async with self._breaker.guarding():
            await self.inner.restore(collection, document)

    async def close(self) -> None:
        """Stop probing and close the engine."""
        await self._breaker.aclose()
        await self.inner.close()

    async def _catch_up(self) -> None:
        while self._waiting:
            try:
                await self._waiting[0]()
            except StoreUnavailableError:
                raise
            except BotError as error:
                logger.error("%s answers, but cannot be used: %s", self._name, type(error).__name__)  # noqa: TRY400
                raise
            del self._waiting[0]


async def prepare(store: DocumentStore, work: Preparation) -> None:
    """Do what a store needs before it is used; where its server is away, as soon as it answers.

    Raises:
        StoreUnavailableError: the store is one without a server, and cannot be used.
        BotError: what the work raises.
    """
    if isinstance(store, GuardedDocumentStore):
        await store.prepare(work)
    else:
        await work()
