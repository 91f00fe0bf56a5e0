"""Stops asking an engine that is away, so that not every call pays its time-out.

::

    closed ── 2 failures in a row ──▶ open ── a probe in the background succeeds ──▶ closed

While it is open, calls fail at once; those under way when it opens are cut short, because they wait for the same dead
server. Nobody's call is spent on finding out whether the engine is back. What has to be put right before calls are let
through again is done between the probe and the closing, by the one task that may call meanwhile.

Source: M. Nygard, "Release It!", 2nd ed. 2018, ch. 5.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable

from bot.domain.errors import StoreError, StoreUnavailableError
from bot.ports import Sleep

logger = logging.getLogger("gongyou.storage")

FAILURES_TO_OPEN = 2
FIRST_PROBE_S = 0.2
LONGEST_PROBE_S = 2.0
PATIENCE_S = 1.8
RESTORING_S = 120.0
"""For what is put right before the engine is used again, say building indexes."""


class CircuitBreaker:
    """Watches one engine; belongs to one event loop.

    Args:
        name: the engine, as people call it.
        probe: asks the engine something and raises while it is away.
        restore: puts right what calls will need before they are let through again; its own calls are let through. While
            it raises, the engine counts as away.
        sleep: how to wait between probes.
        patience_s: how long a call may take before it counts as failed.
    """

    def __init__(
        self,
        name: str,
        probe: Callable[[], Awaitable[object]],
        *,
        restore: Callable[[], Awaitable[None]] | None = None,
        sleep: Sleep = asyncio.sleep,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._name = name
        self._probe = probe
        self._restore = restore
        self._sleep = sleep
        self._patience_s = patience_s
        self._failures = 0
        self._under_way: set[asyncio.Timeout] = set()
        self._probing: asyncio.Task[None] | None = None
        self.opened = asyncio.Event()
        self.closed = asyncio.Event()
        self.closed.set()

    @property
    def is_open(self) -> bool:
        """Whether the engine is taken to be away."""
        return self.opened.is_set()

    @contextlib.asynccontextmanager
    async def guarding(self, patience_s: float | None = None) -> AsyncIterator[None]:
        """Run one call on the engine inside.

        Args:
            patience_s: instead of the usual patience, for what may rightly take long.

        Raises:
            StoreUnavailableError: the engine is away, took too long, or was given up meanwhile; whether the call was
                carried out is then unknown.
        """
        if self.is_open and asyncio.current_task() is not self._probing:
            raise self._away()
        limit = asyncio.timeout(patience_s or self._patience_s)
        try:
            async with limit:
                self._under_way.add(limit)
                try:
                    yield
                finally:
                    self._under_way.discard(limit)
        except TimeoutError as error:
            self.failed()
            raise self._away() from error
        except StoreUnavailableError:
            self.failed()
            raise
        except StoreError:  # refused, hence there
            self._failures = 0
            raise
        self._failures = 0

    def failed(self) -> None:
        """Count a failure; with enough of them in a row the engine is given up until a probe succeeds."""
        self._failures += 1
        if self._failures >= FAILURES_TO_OPEN:
            self.give_up()

    def give_up(self) -> None:
        """Take the engine to be away until a probe succeeds."""
        if not self.is_open:
            self._open()

    async def aclose(self) -> None:
        """Stop probing."""
        probing, self._probing = self._probing, None
        if probing is not None:
            probing.cancel()
            await asyncio.wait({probing})

    def _open(self) -> None:
        logger.warning("%s is away; asking it again in the background", self._name)
        self.closed.clear()
        self.opened.set()
        now_s = asyncio.get_running_loop().time()
        for limit in self._under_way:
            if not limit.expired():
                limit.reschedule(now_s)
        self._probing = asyncio.create_task(self._probe_until_it_answers())

    async def _probe_until_it_answers(self) -> None:
        pause_s = FIRST_PROBE_S
        while True:
            await self._sleep(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PROBE_S)
            if await self._answers():
                break
        logger.warning("%s answers again", self._name)
        self._failures = 0
        self._probing = None
        self.opened.clear()
        self.closed.set()

    async def _answers(self) -> bool:
        try:
            async with asyncio.timeout(self._patience_s):
                await self._probe()
            if self._restore is not None:
                async with asyncio.timeout(RESTORING_S):
                    await self._restore()
        except Exception as error:  # noqa: BLE001 - whatever it is, the engine is not well yet
            logger.info("%s is not back yet: %s", self._name, type(error).__name__)
            return False
        return True

    def _away(self) -> StoreUnavailableError:
        return StoreUnavailableError(
            f"连不上 {self._name}，恢复后会自动接着用；请稍后再试，并检查 {self._name} 服务是否正常"
        )
