"""Redis first, the document store in its place while it is away, Redis again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.domain.errors import StoreUnavailableError
from bot.ports import RESYNC
from bot.storage.circuit_breaker import LONGEST_PROBE_S
from bot.storage.resilient_cache import MOST_MISSED, FallbackCache
from tests.fakes.fake_clock import FakeClock
from tests.fakes.memory_cache import MemoryCache


class LeavingCache(MemoryCache):
    """A cache whose server goes away and, having nothing on its disk, comes back empty."""

    is_away = False

    async def get(self, key: str) -> str | None:
        self._must_be_there()
        return await super().get(key)

    async def put(self, key: str, value: str, ttl_s: float) -> None:
        self._must_be_there()
        await super().put(key, value, ttl_s)

    async def increment(self, key: str, ttl_s: float) -> int:
        self._must_be_there()
        return await super().increment(key, ttl_s)

    async def release(self, key: str) -> None:
        self._must_be_there()
        await super().release(key)

    async def publish(self, channel: str, message: str) -> None:
        self._must_be_there()
        await super().publish(channel, message)

    def _must_be_there(self) -> None:
        if self.is_away:
            raise StoreUnavailableError("away")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def redis(clock: FakeClock) -> LeavingCache:
    return LeavingCache(clock)


@pytest.fixture
def documents(clock: FakeClock) -> LeavingCache:
    return LeavingCache(clock)


@pytest.fixture
async def cache(redis: LeavingCache, documents: LeavingCache, clock: FakeClock) -> AsyncIterator[FallbackCache]:
    cache = FallbackCache(redis, documents, clock)
    yield cache
    await cache.close()


async def goes_away(redis: LeavingCache, cache: FallbackCache) -> None:
    redis.is_away = True
    for _ in range(2):
        await cache.get("anything")
    assert cache.is_degraded


async def comes_back(redis: LeavingCache, cache: FallbackCache, clock: FakeClock) -> None:
    redis.is_away = False
    await clock.advance(LONGEST_PROBE_S)
    assert not cache.is_degraded


async def test_no_call_fails_because_redis_is_away(redis: LeavingCache, cache: FallbackCache) -> None:
    redis.is_away = True
    assert await cache.claim("message", 60)
    assert not await cache.claim("message", 60)
    await cache.put("token", "x", 60)
    assert await cache.get("token") == "x"
    assert [await cache.increment("calls", 60) for _ in range(3)] == [1, 2, 3]
    await cache.release("message")
    assert await cache.claim("message", 60)
    await cache.publish("desk", "转人工")
    assert cache.is_degraded


async def test_a_value_put_before_the_outage_is_there_in_it(redis: LeavingCache, cache: FallbackCache) -> None:
    await cache.put("token", "before", 60)
    await goes_away(redis, cache)
    assert await cache.get("token") == "before"


async def test_what_redis_missed_it_is_told_before_it_is_asked_again(
    redis: LeavingCache, cache: FallbackCache, clock: FakeClock
) -> None:
    await cache.put("token", "old", 600)
    await cache.put("gone", "old", 600)
    await goes_away(redis, cache)
    await cache.put("token", "new", 600)
    await cache.put("short", "x", 1.0)
    await cache.release("gone")
    await clock.advance(1.0)
    await comes_back(redis, cache, clock)
    assert await redis.get("token") == "new"
    assert [await cache.get(key) for key in ("token", "gone", "short")] == ["new", None, None]
    await clock.advance(600)
    assert await cache.get("token") is None, "with the lifetime that was left"


async def test_more_than_redis_can_be_told_at_once_is_told_in_turns(
    redis: LeavingCache, cache: FallbackCache, clock: FakeClock
) -> None:
    await goes_away(redis, cache)
    for number in range(MOST_MISSED + 5):
        await cache.put(f"{number}", "x", 600)
    redis.is_away = False
    await clock.advance(LONGEST_PROBE_S)
    async with asyncio.timeout(60):
        while cache.is_degraded:
            await clock.let_run()
    assert await redis.get(f"{MOST_MISSED + 4}") == "x"
    assert await redis.get("4") is None, "the oldest are left out, memory is bounded"
    assert await redis.get("5") == "x"


async def test_what_was_claimed_in_the_outage_is_not_granted_again_after_it(
    redis: LeavingCache, cache: FallbackCache, clock: FakeClock
) -> None:
    await goes_away(redis, cache)
    assert await cache.claim("message", 300)
    await comes_back(redis, cache, clock)
    assert not await cache.claim("message", 300)
    assert await cache.claim("another", 300)


async def test_at_the_switch_a_claim_may_be_granted_a_second_time_as_documented(
    redis: LeavingCache, documents: LeavingCache, clock: FakeClock
) -> None:
    noticed, unaware = (FallbackCache(redis, documents, clock) for _ in range(2))
    assert await unaware.claim("message", 60)
    await goes_away(redis, noticed)
    assert await noticed.claim("message", 60), "Redis alone knew of the first"
    assert not await noticed.claim("message", 60)
    for cache in (noticed, unaware):
        await cache.close()


async def test_with_both_away_it_is_said(redis: LeavingCache, documents: LeavingCache, cache: FallbackCache) -> None:
    redis.is_away = documents.is_away = True
    for attempt in (cache.get("k"), cache.put("k", "v", 1), cache.claim("k", 1), cache.release("k")):
        with pytest.raises(StoreUnavailableError):
            await attempt


async def test_with_the_documents_away_redis_alone_is_enough(documents: LeavingCache, cache: FallbackCache) -> None:
    documents.is_away = True
    await cache.put("token", "x", 60)
    await cache.release("other")
    assert await cache.get("token") == "x"
    assert await cache.claim("message", 60)
    assert not cache.is_degraded


async def test_a_subscription_outlasts_the_outage_and_says_when_to_read_afresh(
    redis: LeavingCache, cache: FallbackCache, clock: FakeClock
) -> None:
    async with cache.subscribe("desk") as messages:
        await cache.publish("desk", "before")
        assert await anext(messages) == "before"
        await goes_away(redis, cache)
        await clock.advance(0.1)
        assert await anext(messages) == RESYNC
        await cache.publish("desk", "meanwhile")
        assert await anext(messages) == "meanwhile"
        await comes_back(redis, cache, clock)
        await cache.publish("desk", "after")
        heard = [await asyncio.wait_for(anext(messages), 5)]
        while heard[-1] != "after":
            heard.append(await asyncio.wait_for(anext(messages), 5))
        assert heard[:-1] == [RESYNC]
