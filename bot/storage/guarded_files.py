"""A file store behind a circuit breaker: while its server is away, calls fail at once instead of one by one."""

from __future__ import annotations

import asyncio

from bot.ports import FileStore, Sleep
from bot.storage.circuit_breaker import PATIENCE_S, CircuitBreaker

TRANSFER_PATIENCE_S = 30.0
"""For a whole file; the client notices by itself, and much sooner, that a server does not answer at all."""


class GuardedFileStore:
    """`bot.ports.FileStore` over another one whose server may go away and come back.

    Args:
        inner: the engine.
        name: what people call it, for messages.
        sleep: how to wait between probes.
        patience_s: how long a call may take that transfers no file.
    """

    def __init__(
        self, inner: FileStore, name: str, *, sleep: Sleep = asyncio.sleep, patience_s: float = PATIENCE_S
    ) -> None:
        self.inner = inner
        self._breaker = CircuitBreaker(name, lambda: inner.keys(limit=1), sleep=sleep, patience_s=patience_s)

    @property
    def is_away(self) -> bool:
        """Whether the server is taken to be away, so that every call fails at once."""
        return self._breaker.is_open

    async def put(self, content: bytes) -> str:
        """See `bot.ports.FileStore.put`."""
        async with self._breaker.guarding(TRANSFER_PATIENCE_S):
            return await self.inner.put(content)

    async def open(self, key: str) -> bytes:
        """See `bot.ports.FileStore.open`."""
        async with self._breaker.guarding(TRANSFER_PATIENCE_S):
            return await self.inner.open(key)

    async def delete(self, key: str) -> bool:
        """See `bot.ports.FileStore.delete`."""
        async with self._breaker.guarding():
            return await self.inner.delete(key)

    async def keys(self, *, after: str = "", limit: int = 1000) -> list[str]:
        """See `bot.ports.FileStore.keys`."""
        async with self._breaker.guarding():
            return await self.inner.keys(after=after, limit=limit)

    async def close(self) -> None:
        """Stop probing and close the engine."""
        await self._breaker.aclose()
        await self.inner.close()
