"""A demonstration's samples are loaded beside everything else: where that takes long, nobody waits for it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.domain.errors import StoreError
from bot.ports import Clock

logger = logging.getLogger("gongyou.assembly")

PATIENCE_S = 5.0
"""A start waits so long, so that whoever opens the chat page finds something in it."""
AGAIN_S = 10.0


class Seeding:
    """Loads the samples once, as soon as the store is there.

    Args:
        seed: does it; idempotent.
        clock: the time.
    """

    def __init__(self, seed: Callable[[], Awaitable[None]], clock: Clock) -> None:
        self._seed = seed
        self._clock = clock
        self._tried = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin, and wait for a while, but not for a store that is away.

        Raises:
            BotError: the samples cannot be used, and that came up meanwhile.
        """
        self._task = asyncio.create_task(self._until_done())
        alarm = asyncio.ensure_future(self._clock.sleep(PATIENCE_S))
        tried = asyncio.ensure_future(self._tried.wait())
        await asyncio.wait({self._task, alarm, tried}, return_when=asyncio.FIRST_COMPLETED)
        alarm.cancel()
        tried.cancel()
        if self._task.done():
            self._task.result()

    async def stop(self) -> None:
        """Leave the rest to the next start."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _until_done(self) -> None:
        while True:
            try:
                await self._seed()
            except StoreError as error:
                logger.warning("samples not loaded yet: %s", type(error).__name__)
                self._tried.set()
                await self._clock.sleep(AGAIN_S)
            else:
                return
