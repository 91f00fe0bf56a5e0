"""Redis first, the document store while Redis is away, Redis again when it is back; nobody restarts anything.

What holds across the switch, and what does not:

* ``claim`` is granted once by each of the two. Each process notices an outage by itself, so that for the moment of the
  switch one process may be granted a claim by Redis and another one by the document store: **at the switch a claim may
  be granted twice**. After the return both are asked until what was granted meanwhile is over. Where twice would do
  harm, do not claim here: the inbox claims messages by inserting a document with a unique id, and reads nothing from a
  cache, so no message is ever worked on twice because Redis went away.
* ``put`` and ``release`` go to both, so that a token that was kept before the outage is still there in it, and an old
  one does not come up again afterwards. What Redis missed is told to it before it is asked again.
* ``increment`` goes on from what the one in charge has counted: a limit may be used up once more after a switch.
* ``publish`` goes to the one in charge; subscriptions listen to both, and bring `bot.ports.RESYNC` wherever events may
  have been missed.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

from bot.domain.errors import StoreUnavailableError
from bot.ports import Cache, Clock
from bot.storage.cache_rules import checked_ttl_ms
from bot.storage.circuit_breaker import PATIENCE_S, CircuitBreaker
from bot.storage.two_source_subscription import TwoSourceSubscription

T = TypeVar("T")
Work = Callable[[Cache], Awaitable[T]]

PROBE_KEY = "probe"
SETTLING_S = 60.0
MOST_MISSED = 10_000
TOLD_AT_ONCE = 32


class FallbackCache:
    """`bot.ports.Cache` that outlives its server; owns both caches. Belongs to one event loop.

    Args:
        primary: the fast cache, on a server.
        secondary: goes on while the primary is away; shared by all processes.
        clock: the time.
        name: what people call the primary.
        patience_s: how long a call on the primary may take.
    """

    def __init__(
        self,
        primary: Cache,
        secondary: Cache,
        clock: Clock,
        *,
        name: str = "Redis",
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._primary = primary
        self._secondary = secondary
        self._clock = clock
        self._breaker = CircuitBreaker(
            name, lambda: primary.get(PROBE_KEY), restore=self._make_up, sleep=clock.sleep, patience_s=patience_s
        )
        self._missed: dict[str, tuple[str, float] | None] = {}
        self._settled_at_s = clock.monotonic_s()
        self._subscriptions: set[TwoSourceSubscription] = set()

    @property
    def is_degraded(self) -> bool:
        """Whether the secondary is in charge."""
        return self._breaker.is_open

    async def claim(self, key: str, ttl_s: float) -> bool:
        """True for one caller until the time is over; twice at worst at the moment of a switch, see above."""
        checked_ttl_ms(ttl_s)
        is_primary, granted = await self._either(lambda cache: cache.claim(key, ttl_s))
        if not is_primary:
            self._settled_at_s = max(self._settled_at_s, self._clock.monotonic_s() + max(ttl_s, SETTLING_S))
            return granted
        if granted and self._clock.monotonic_s() < self._settled_at_s:
            with contextlib.suppress(StoreUnavailableError):
                return await self._secondary.claim(key, ttl_s)
        return granted

    async def get(self, key: str) -> str | None:
        """The value, or None when absent or expired."""
        return (await self._either(lambda cache: cache.get(key)))[1]

    async def put(self, key: str, value: str, ttl_s: float) -> None:
        """Keep a value for a time, in both."""
        checked_ttl_ms(ttl_s)
        over_at_s = self._clock.monotonic_s() + ttl_s
        await self._both(key, (value, over_at_s), lambda cache: cache.put(key, value, ttl_s))

    async def increment(self, key: str, ttl_s: float) -> int:
        """Add one atomically and return the new count of the one in charge."""
        checked_ttl_ms(ttl_s)
        return (await self._either(lambda cache: cache.increment(key, ttl_s)))[1]

    async def release(self, key: str) -> None:
        """Forget a key, in both."""
        await self._both(key, None, lambda cache: cache.release(key))

    async def publish(self, channel: str, message: str) -> None:
        """Tell every present subscriber, in every process."""
        await self._either(lambda cache: cache.publish(channel, message))

    @contextlib.asynccontextmanager
    async def subscribe(self, channel: str) -> AsyncIterator[AsyncIterator[str]]:
        """Messages published from entering the context on, whoever is in charge; ends with the context."""
        subscription = TwoSourceSubscription(channel, self._primary, self._secondary, self._breaker, self._clock)
        self._subscriptions.add(subscription)
        try:
            await subscription.begin()
            yield subscription
        finally:
            self._subscriptions.discard(subscription)
            await subscription.end()

    async def close(self) -> None:
        """End the subscriptions and release both caches."""
        for subscription in list(self._subscriptions):
            await subscription.end()
        await self._breaker.aclose()
        await self._primary.close()
        await self._secondary.close()

    async def _either(self, work: Work[T]) -> tuple[bool, T]:
        """The primary's answer, or the secondary's while the primary is away; and whether it is the primary's."""
        with contextlib.suppress(StoreUnavailableError):
            async with self._breaker.guarding():
                return True, await work(self._primary)
        return False, await work(self._secondary)

    async def _both(self, key: str, missed: tuple[str, float] | None, work: Work[None]) -> None:
        """Do it in both; one is enough, and what the primary misses is made up for later."""
        is_done = True
        try:
            async with self._breaker.guarding():
                await work(self._primary)
            self._missed.pop(key, None)
        except StoreUnavailableError:
            is_done = False
            self._remember(key, missed)
        try:
            await work(self._secondary)
        except StoreUnavailableError:
            if not is_done:
                raise

    def _remember(self, key: str, missed: tuple[str, float] | None) -> None:
        self._missed.pop(key, None)
        self._missed[key] = missed
        if len(self._missed) > MOST_MISSED:
            del self._missed[next(iter(self._missed))]

    async def _make_up(self) -> None:
        """Tell the primary what it missed, also while it is being told."""
        while self._missed:
            some = list(itertools.islice(self._missed.items(), TOLD_AT_ONCE))
            await asyncio.gather(*[self._tell(key, missed) for key, missed in some])

    async def _tell(self, key: str, missed: tuple[str, float] | None) -> None:
        left_s = missed[1] - self._clock.monotonic_s() if missed else 0.0
        if missed is None or left_s <= 0:
            await self._primary.release(key)
        else:
            await self._primary.put(key, missed[0], left_s)
        if key in self._missed and self._missed[key] == missed:
            del self._missed[key]
