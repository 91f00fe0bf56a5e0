"""A file store behind a circuit breaker: while its server is away, calls fail at once instead of one by one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from bot.ports import FileStore, Sleep
from bot.storage.circuit_breaker import PATIENCE_S, CircuitBreaker

T = TypeVar("T")

TRANSFER_PATIENCE_S = 60.0
"""For a whole file, as long as the server answers something else meanwhile."""


class GuardedFileStore:
    """`bot.ports.FileStore` over another one whose server may go away and come back.

    Args:
        inner: the engine.
        name: what people call it, for messages.
        sleep: how to wait between probes.
        patience_s: how long a call may take that transfers no file, and how long the server may be silent.
    """

    def __init__(
        self, inner: FileStore, name: str, *, sleep: Sleep = asyncio.sleep, patience_s: float = PATIENCE_S
    ) -> None:
        self.inner = inner
        self._patience_s = patience_s
        self._breaker = CircuitBreaker(name, lambda: inner.keys(limit=1), sleep=sleep, patience_s=patience_s)

    @property
    def is_away(self) -> bool:
        """Whether the server is taken to be away, so that every call fails at once."""
        return self._breaker.is_open

    async def put(self, content: bytes) -> str:
        """See `bot.ports.FileStore.put`."""
        return await self._transferred(lambda: self.inner.put(content))

    async def open(self, key: str) -> bytes:
        """See `bot.ports.FileStore.open`."""
        return await self._transferred(lambda: self.inner.open(key))

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

    async def _transferred(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Run a transfer, which may rightly take long; a server that says nothing meanwhile is given up."""
        async with self._breaker.guarding(TRANSFER_PATIENCE_S):
            transfer = asyncio.create_task(work())
            try:
                while not (await asyncio.wait({transfer}, timeout=self._patience_s))[0]:
                    async with asyncio.timeout(self._patience_s):
                        await self.inner.keys(limit=1)
                return transfer.result()
            finally:
                if not transfer.done():
                    transfer.cancel()
                    await asyncio.gather(transfer, return_exceptions=True)
