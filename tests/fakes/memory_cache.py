"""`bot.ports.Cache` in memory: what several processes share, when a test runs several of them in one loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

from bot.ports import Clock


class MemoryCache:
    """Keys with a time to live by the injected clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._values: dict[str, tuple[str, float]] = {}
        self._subscribers: dict[str, set[asyncio.Queue[str]]] = {}

    async def claim(self, key: str, ttl_s: float) -> bool:
        if await self.get(key) is not None:
            return False
        await self.put(key, "claimed", ttl_s)
        return True

    async def get(self, key: str) -> str | None:
        value, ends_at_s = self._values.get(key, ("", float("-inf")))
        return value if ends_at_s > self._clock.monotonic_s() else None

    async def put(self, key: str, value: str, ttl_s: float) -> None:
        self._values[key] = (value, self._clock.monotonic_s() + ttl_s)

    async def increment(self, key: str, ttl_s: float) -> int:
        value, ends_at_s = self._values.get(key, ("0", float("-inf")))
        now_s = self._clock.monotonic_s()
        if ends_at_s <= now_s:
            value, ends_at_s = "0", now_s + ttl_s
        self._values[key] = (str(int(value) + 1), ends_at_s)
        return int(value) + 1

    async def release(self, key: str) -> None:
        self._values.pop(key, None)

    async def publish(self, channel: str, message: str) -> None:
        for queue in self._subscribers.get(channel, set()):
            queue.put_nowait(message)

    @asynccontextmanager
    async def subscribe(self, channel: str) -> AsyncGenerator[AsyncIterator[str], None]:
        queue: asyncio.Queue[str] = asyncio.Queue()
        subscribers = self._subscribers.setdefault(channel, set())
        subscribers.add(queue)

        async def messages() -> AsyncGenerator[str, None]:
            while True:
                yield await queue.get()

        try:
            yield messages()
        finally:
            subscribers.discard(queue)

    async def close(self) -> None:
        self._values.clear()
