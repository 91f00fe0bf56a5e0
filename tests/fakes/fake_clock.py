"""A clock that only moves when a test says so, so that nothing ever sleeps for real.

::

    clock = FakeClock()
    task = asyncio.create_task(something_that_sleeps(clock))
    await clock.advance(5)            # everything due within 5 s wakes, in order, each at its own moment
    result = await clock.run(other()) # or: jump from wake-up to wake-up until this is done
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Coroutine
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, TypeVar

T = TypeVar("T")

CHINA = timezone(timedelta(hours=8))
ROUNDS = 50
STUCK_S = 10.0
THREAD_SLICE_S = 0.002


class FakeClock:
    """`bot.ports.Clock` under a test's hand; wall time and monotonic time move together.

    Args:
        start_at: the first moment, aware UTC.
        rounds: how often the loop runs between two wake-ups; raise it where work passes through many tasks.
        thread_grace_s: real seconds given to worker threads (SQLite, encoder) before time moves on; 0 where the
            work under test stays on the loop.
    """

    def __init__(
        self,
        start_at: datetime = datetime(2024, 4, 25, 9, 0, tzinfo=UTC),
        *,
        rounds: int = ROUNDS,
        thread_grace_s: float = 0.0,
    ) -> None:
        self._start_at = start_at
        self._elapsed_s = 0.0
        self._rounds = rounds
        self._thread_grace_s = thread_grace_s
        self._order = itertools.count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return self._start_at + timedelta(seconds=self._elapsed_s)

    def today(self) -> date:
        return self.now().astimezone(CHINA).date()

    def monotonic_s(self) -> float:
        return self._elapsed_s

    @property
    def sleeper_count(self) -> int:
        """How many coroutines wait for time to pass."""
        return sum(not future.done() for _, _, future in self._sleepers)

    async def sleep(self, seconds: float) -> None:
        """Park until `advance` reaches the moment; a zero sleep only lets others run."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._elapsed_s + seconds, next(self._order), future))
        await future

    async def advance(self, seconds: float) -> None:
        """Move time forward, waking every sleeper at its own moment and letting the loop run after each.

        Sleepers with the same moment wake in the order in which they fell asleep.
        """
        target_s = self._elapsed_s + seconds
        await self.let_run()
        while (due_s := self._next_due_s()) is not None and due_s <= target_s:
            self._wake(due_s)
            await self.let_run()
        self._elapsed_s = target_s
        await self.let_run()

    async def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine to its end, jumping from wake-up to wake-up while it waits.

        Where nobody sleeps, the work waits for a thread or a socket: that is awaited for real, and a test that hangs
        fails after `STUCK_S` real seconds.
        """
        task = asyncio.ensure_future(work)
        patience_s = STUCK_S
        try:
            while not task.done():
                await self.let_run()
                if task.done():
                    break
                if (due_s := self._next_due_s()) is not None:
                    self._wake(due_s)
                    continue
                await asyncio.wait({task}, timeout=THREAD_SLICE_S)
                patience_s -= THREAD_SLICE_S
                if patience_s <= 0:
                    raise AssertionError("nothing sleeps on the clock, and the work does not end")
            return await task
        finally:
            task.cancel()

    async def let_run(self) -> None:
        """Let everything that is ready run, without moving time."""
        for _ in range(self._rounds):
            await asyncio.sleep(0)
        if self._thread_grace_s:
            await asyncio.sleep(self._thread_grace_s)
            for _ in range(self._rounds):
                await asyncio.sleep(0)

    def set(self, moment: datetime) -> None:
        """Begin at another moment; only while nobody sleeps."""
        if self.sleeper_count:
            raise AssertionError("somebody sleeps: use advance")
        self._start_at = moment - timedelta(seconds=self._elapsed_s)

    def _next_due_s(self) -> float | None:
        while self._sleepers and self._sleepers[0][2].done():
            heapq.heappop(self._sleepers)
        return self._sleepers[0][0] if self._sleepers else None

    def _wake(self, due_s: float) -> None:
        self._elapsed_s = max(self._elapsed_s, due_s)
        while self._sleepers and self._sleepers[0][0] <= self._elapsed_s:
            future = heapq.heappop(self._sleepers)[2]
            if not future.done():
                future.set_result(None)
