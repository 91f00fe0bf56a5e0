"""Follows ``indexes/CURRENT``: a switch made by anybody reaches this process within two seconds, without a restart.

A look is one ``stat``; change notifications of the kernel would not tell of switches on a file system that several
hosts share.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from bot.domain.errors import BotError
from bot.ports import Clock
from bot.retrieval.index_store import CURRENT_FILE

logger = logging.getLogger("gongyou.retrieval")

LOOK_EVERY_S = 0.5
TRY_AGAIN_S = 30.0
"""A build that was refused may be repaired in its place, without another switch."""

Pointer = tuple[int, int]
"""Inode and modification time in ns: every switch puts another file in place."""


class IndexWatch:
    """Looks from `start` to `stop`.

    Args:
        index_dir: the folder of all builds.
        renew: takes the current build into use, in a worker thread; what it raises leaves the former one in use.
        clock: the time.
    """

    def __init__(self, index_dir: Path, renew: Callable[[], str], clock: Clock) -> None:
        self._path = index_dir / CURRENT_FILE
        self._renew = renew
        self._clock = clock
        self._seen: Pointer | None = None
        self._refused_at_s: float | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin; the first look takes up a switch that was made while the process started."""
        if self._task is None:
            self._task = asyncio.create_task(self._go_on_looking())

    async def stop(self) -> None:
        """End."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def look(self) -> bool:
        """Take a new build into use if there is one.

        Returns:
            Whether one was taken into use.
        """
        pointer = await asyncio.to_thread(self._pointer)
        if pointer is None or (pointer == self._seen and not self._is_to_be_tried_again()):
            return False
        self._seen = pointer
        try:
            build_id = await asyncio.to_thread(self._renew)
        except (BotError, OSError) as error:
            if self._refused_at_s is None:
                logger.error("the new index is refused, the former one stays in use: %s", error)  # noqa: TRY400 - said whole
            self._refused_at_s = self._clock.monotonic_s()
            return False
        self._refused_at_s = None
        logger.info("index %s is in use", build_id)
        return True

    def _pointer(self) -> Pointer | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns

    def _is_to_be_tried_again(self) -> bool:
        return self._refused_at_s is not None and self._clock.monotonic_s() - self._refused_at_s >= TRY_AGAIN_S

    async def _go_on_looking(self) -> None:
        while True:
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 - whatever it is, the next look tries again
                logger.error("look at the index failed: %s", type(error).__name__)  # noqa: TRY400 - may quote a clause
            await self._clock.sleep(LOOK_EVERY_S)
