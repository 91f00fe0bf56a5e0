"""One subscription that listens to two caches and lasts while either of them goes away and comes back."""

from __future__ import annotations

import asyncio
import logging
from typing import Self

from bot.domain.errors import StoreError
from bot.ports import RESYNC, Cache, Clock
from bot.storage.circuit_breaker import CircuitBreaker

logger = logging.getLogger("gongyou.storage")

SUBSCRIBE_AGAIN_S = 1.0


class TwoSourceSubscription:
    """Messages of a channel, published through either cache.

    `bot.ports.RESYNC` comes among them when a source was lost, and when it is listened to again: events may have been
    missed meanwhile, so whoever listens reads afresh.

    Args:
        channel: the channel.
        primary: a cache on a server, listened to while its breaker is closed.
        secondary: always listened to, because another process may publish there before this one notices an outage.
        breaker: the primary's.
        clock: times the attempts.
    """

    def __init__(self, channel: str, primary: Cache, secondary: Cache, breaker: CircuitBreaker, clock: Clock) -> None:
        self._channel = channel
        self._primary = primary
        self._secondary = secondary
        self._breaker = breaker
        self._clock = clock
        self._mailbox: asyncio.Queue[str | None] = asyncio.Queue()
        self._last = ""
        self._tasks: list[asyncio.Task[None]] = []

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> str:
        message = await self._mailbox.get()
        if message is None:
            self._mailbox.put_nowait(None)  # an ended subscription stays ended
            raise StopAsyncIteration
        return message

    async def begin(self) -> None:
        """Listen; returns when each source is listened to or known to be away."""
        known = [asyncio.Event(), asyncio.Event()]
        self._tasks = [
            asyncio.create_task(self._follow_primary(known[0])),
            asyncio.create_task(self._follow(self._secondary, known[1])),
        ]
        for event in known:
            await event.wait()

    async def end(self) -> None:
        """Stop listening."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._mailbox.put_nowait(None)

    async def _follow_primary(self, known: asyncio.Event) -> None:
        """Follow the primary while its breaker is closed: a server that hangs does not end a subscription itself."""
        while True:
            if self._breaker.is_open:
                known.set()
                await self._breaker.closed.wait()
            following = asyncio.create_task(self._follow(self._primary, known))
            opened = asyncio.create_task(self._breaker.opened.wait())
            try:
                await asyncio.wait({following, opened}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in (following, opened):
                    task.cancel()
                await asyncio.gather(following, opened, return_exceptions=True)
            self._resync()

    async def _follow(self, source: Cache, known: asyncio.Event) -> None:
        while True:
            try:
                await self._listen(source, known)
            except StoreError as error:
                logger.warning("subscription lost: %s", type(error).__name__)
                self._resync()
                if source is self._primary:
                    self._breaker.failed()
            known.set()
            await self._clock.sleep(SUBSCRIBE_AGAIN_S)

    async def _listen(self, source: Cache, known: asyncio.Event) -> None:
        async with source.subscribe(self._channel) as messages:
            if known.is_set():
                self._resync()
            known.set()
            async for message in messages:
                self._last = message
                self._mailbox.put_nowait(message)

    def _resync(self) -> None:
        """Say that events may have been missed, once where nobody has read that yet."""
        if self._last != RESYNC or self._mailbox.empty():
            self._last = RESYNC
            self._mailbox.put_nowait(RESYNC)
