"""The background work on late answers: push and recover."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.domain.errors import StoreUnavailableError
from bot.gateway.outbox import DocumentOutbox
from bot.gateway.outbox_pusher import OutboxPusher
from bot.gateway.recovery import Recovery
from bot.ports import Clock

logger = logging.getLogger("gongyou.outbox")

ROUND_S = 2.0
STOPPING_PATIENCE_S = 3.0
"""For calls to the platform when the process stops; most are answered within a second."""


class LateAnswerRounds:
    """Goes its rounds from `start` to `stop`: at once when an answer becomes ready here, else every `ROUND_S`.

    Args:
        outbox: wakes the rounds.
        recovery: brings forward what crashes left behind.
        pusher: sends; None where the account has passive replies only.
        clock: the time.
    """

    def __init__(self, outbox: DocumentOutbox, recovery: Recovery, pusher: OutboxPusher | None, clock: Clock) -> None:
        self._outbox = outbox
        self._recovery = recovery
        self._pusher = pusher
        self._clock = clock
        self._task: asyncio.Task[None] | None = None
        self._pushes: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Begin, first with what an earlier process left behind."""
        if self._task is None:
            self._task = asyncio.create_task(self._go_rounds())

    async def stop(self, patience_s: float = 0.0) -> None:
        """End; a call to the platform that is still under way when the patience is over counts as unknown.

        Args:
            patience_s: how long calls may take to end.
        """
        if self._task is not None:
            self._task.cancel()
        if self._pushes and patience_s:
            await asyncio.wait(self._pushes, timeout=patience_s)
        ending = [*self._pushes, *([self._task] if self._task else [])]
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)
        self._task = None

    async def go_round(self) -> None:
        """Recover, and begin to push; a platform that hangs holds up nobody else."""
        self._outbox.has_ready.clear()
        await self._unharmed(self._recovery.recover)
        if self._pusher is not None:
            await self._unharmed(self._pusher.expire)
            push = asyncio.create_task(self._unharmed(self._pusher.push_ready))
            self._pushes.add(push)
            push.add_done_callback(self._pushes.discard)

    async def _go_rounds(self) -> None:
        while True:
            await self.go_round()
            await self._next_occasion()

    async def _next_occasion(self) -> None:
        alarm = asyncio.ensure_future(self._clock.sleep(ROUND_S))
        ready = asyncio.ensure_future(self._outbox.has_ready.wait())
        try:
            await asyncio.wait({alarm, ready}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            alarm.cancel()
            ready.cancel()

    async def _unharmed(self, work: Callable[[], Awaitable[object]]) -> None:
        """A failing round must not end the rounds."""
        try:
            await work()
        except StoreUnavailableError:  # which its breaker has said already
            logger.info("round put off: the store is away")
        except Exception as error:  # noqa: BLE001 - whatever it is, the next round tries again
            logger.error("round failed: %s", type(error).__name__)  # noqa: TRY400 - may quote a worker
