"""The rounds that let old data go and finish what was interrupted."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

from bot.domain.errors import StoreError
from bot.ports import Clock
from bot.scheduler.lease import Lease

logger = logging.getLogger("gongyou.housekeeping")

ROUND_S = 600.0
LEASE_S = 3 * ROUND_S

Duty = Callable[[], Awaitable[int]]
"""Does one thing and returns how many items it was done to."""


class Housekeeping:
    """Goes its rounds from `start` to `stop`; of several processes, the one with the lease does the work.

    Args:
        lease: who does it; longer than a round.
        duties: what is done, by name, in this order.
        clock: the time.
        round_s: seconds between two rounds.
    """

    def __init__(self, lease: Lease, duties: Mapping[str, Duty], clock: Clock, *, round_s: float = ROUND_S) -> None:
        self._lease = lease
        self._duties = dict(duties)
        self._clock = clock
        self._round_s = round_s
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin with a round."""
        if self._task is None:
            self._task = asyncio.create_task(self._go_rounds())

    async def stop(self) -> None:
        """End, and let another process take over at once."""
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._task = None
        try:
            await self._lease.give_back()
        except StoreError as error:
            logger.warning("lease not given back: %s", type(error).__name__)

    async def go_round(self) -> dict[str, int]:
        """Do every duty once, if this process is the one to do it.

        Returns:
            What was done, by name; duties that failed are left out, and the next round tries again.
        """
        try:
            if not await self._lease.take():
                return {}
        except StoreError as error:
            logger.warning("no round: %s", type(error).__name__)
            return {}
        done: dict[str, int] = {}
        for name, duty in self._duties.items():
            try:
                done[name] = await duty()
            except Exception as error:  # noqa: BLE001 - one duty must not keep the others from theirs
                logger.error("%s failed: %s", name, type(error).__name__)  # noqa: TRY400 - may quote a worker
        return done

    async def _go_rounds(self) -> None:
        while True:
            await self.go_round()
            await self._clock.sleep(self._round_s)
