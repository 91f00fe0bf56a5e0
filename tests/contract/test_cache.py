"""What every cache engine promises (`bot.ports.Cache`)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Protocol

import pytest

from bot.domain.errors import StoreError
from bot.ports import Cache

OpenCache = Callable[[], Awaitable[Cache]]
PassTime = Callable[[float], Awaitable[None]]
StartProgram = Callable[..., Awaitable[asyncio.subprocess.Process]]

SHORT_S = 0.4
LONGER_S = 0.5
PATIENCE_S = 10.0


class Place(Protocol):
    url: str
    path: Path


async def take(messages: AsyncIterator[str], count: int) -> list[str]:
    """The next messages; a lost one fails the test instead of hanging it."""
    async with asyncio.timeout(PATIENCE_S):
        return [await anext(messages) for _ in range(count)]


async def test_a_key_is_claimed_by_exactly_one_of_fifty_callers(cache: Cache, another_cache: OpenCache) -> None:
    callers = [cache, await another_cache()]
    outcomes = await asyncio.gather(*[callers[n % 2].claim("message-1", 60) for n in range(50)])
    assert sum(outcomes) == 1
    assert await cache.claim("message-2", 60)


async def test_two_processes_claim_each_key_exactly_once(cache_place: Place, start_program: StartProgram) -> None:
    keys = 100
    processes = [await start_program("claim_keys.py", cache_place.url, cache_place.path, keys) for _ in range(2)]
    for process in processes:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"
    outputs = await asyncio.gather(*[process.communicate(b"go\n") for process in processes])
    claimed = [int(number) for output, _ in outputs for number in output.split()]
    assert sorted(claimed) == list(range(keys))


async def test_a_claim_can_be_made_again_when_its_time_is_over(cache: Cache, let_time_pass: PassTime) -> None:
    assert await cache.claim("message", SHORT_S)
    assert not await cache.claim("message", SHORT_S)
    await let_time_pass(LONGER_S)
    assert await cache.get("message") is None
    assert await cache.claim("message", 60)


async def test_a_refused_claim_does_not_prolong_the_first(cache: Cache, let_time_pass: PassTime) -> None:
    assert await cache.claim("message", SHORT_S)
    assert not await cache.claim("message", 60)
    await let_time_pass(LONGER_S)
    assert await cache.claim("message", 60)


async def test_a_released_key_can_be_claimed_again(cache: Cache) -> None:
    assert await cache.claim("message", 60)
    assert await cache.get("message") is not None
    await cache.release("message")
    await cache.release("message")
    assert await cache.claim("message", 60)


async def test_a_value_is_kept_for_its_time(cache: Cache, another_cache: OpenCache, let_time_pass: PassTime) -> None:
    other = await another_cache()
    await cache.put("token", "令牌😀\n", 60)
    await cache.put("短", "", SHORT_S)
    assert await other.get("token") == "令牌😀\n"
    assert await other.get("短") == ""
    await let_time_pass(LONGER_S)
    assert await cache.get("短") is None
    assert await cache.get("token") == "令牌😀\n"
    assert await cache.get("never") is None


async def test_putting_again_replaces_the_value_and_its_time(cache: Cache, let_time_pass: PassTime) -> None:
    await cache.put("token", "old", SHORT_S)
    await cache.put("token", "new", 60)
    await let_time_pass(LONGER_S)
    assert await cache.get("token") == "new"


async def test_increments_from_everywhere_are_all_counted(cache: Cache, another_cache: OpenCache) -> None:
    callers = [cache, await another_cache()]
    counts = await asyncio.gather(*[callers[n % 2].increment("calls", 60) for n in range(100)])
    assert sorted(counts) == list(range(1, 101))
    assert await cache.get("calls") == "100"


async def test_a_count_begins_anew_when_the_time_of_its_first_increment_is_over(
    cache: Cache, let_time_pass: PassTime
) -> None:
    assert await cache.increment("calls", SHORT_S) == 1
    assert await cache.increment("calls", 60) == 2
    await let_time_pass(LONGER_S)
    assert await cache.increment("calls", 60) == 1


async def test_a_count_goes_on_from_a_value_that_was_put(cache: Cache) -> None:
    await cache.put("calls", "41", 60)
    assert await cache.increment("calls", 60) == 42


async def test_counting_on_a_text_is_refused_and_leaves_it_alone(cache: Cache) -> None:
    await cache.put("token", "abc", 60)
    with pytest.raises(StoreError, match="不是计数"):
        await cache.increment("token", 60)
    assert await cache.get("token") == "abc"


@pytest.mark.parametrize("ttl_s", [0, -1, float("nan"), float("inf")])
async def test_a_lifetime_that_is_none_is_refused(cache: Cache, ttl_s: float) -> None:
    for attempt in (cache.claim("k", ttl_s), cache.put("k", "v", ttl_s), cache.increment("k", ttl_s)):
        with pytest.raises(ValueError, match="lifetime"):
            await attempt
    assert await cache.get("k") is None


async def test_a_subscriber_hears_another_connection_in_order(cache: Cache, another_cache: OpenCache) -> None:
    other = await another_cache()
    async with cache.subscribe("desk") as messages:
        for number in range(20):
            await other.publish("desk", f"消息{number}")
        assert await take(messages, 20) == [f"消息{number}" for number in range(20)]


async def test_a_subscriber_hears_its_own_connection_and_its_own_channel_only(cache: Cache) -> None:
    async with cache.subscribe("desk") as messages:
        await cache.publish("admin", "not for the desk")
        await cache.publish("desk", "for the desk")
        assert await take(messages, 1) == ["for the desk"]


async def test_every_subscriber_hears_every_message(cache: Cache, another_cache: OpenCache) -> None:
    other = await another_cache()
    async with cache.subscribe("desk") as first, other.subscribe("desk") as second, cache.subscribe("desk") as third:
        await cache.publish("desk", "a")
        await other.publish("desk", "b")
        heard = await asyncio.gather(*[take(messages, 2) for messages in (first, second, third)])
        assert [sorted(messages) for messages in heard] == [["a", "b"]] * 3


async def test_what_was_published_before_subscribing_is_not_heard(cache: Cache) -> None:
    await cache.publish("desk", "before")
    async with cache.subscribe("desk") as messages:
        await cache.publish("desk", "first")
        assert await take(messages, 1) == ["first"]
    await cache.publish("desk", "between")
    async with cache.subscribe("desk") as messages:
        await cache.publish("desk", "second")
        assert await take(messages, 1) == ["second"]


async def test_a_subscriber_hears_another_process(
    cache: Cache, cache_place: Place, start_program: StartProgram
) -> None:
    async with cache.subscribe("desk") as messages:
        publisher = await start_program("publish_message.py", cache_place.url, cache_place.path, "desk", "转人工")
        assert await take(messages, 1) == ["转人工"]
        assert await publisher.wait() == 0


async def test_an_error_inside_a_subscription_is_the_callers_own(cache: Cache) -> None:
    with pytest.raises(OSError, match="the caller's own"):
        async with cache.subscribe("desk"):
            raise OSError("the caller's own")


async def test_connections_that_broke_meanwhile_are_replaced(
    cache: Cache, break_connections: Callable[[], Awaitable[None]]
) -> None:
    await asyncio.gather(*[cache.put(f"{number}", "x", 60) for number in range(20)])
    await break_connections()
    assert await asyncio.gather(*[cache.get(f"{number}") for number in range(20)]) == ["x"] * 20
    await break_connections()
    assert await asyncio.gather(*[cache.claim(f"message-{number}", 60) for number in range(20)]) == [True] * 20
    await break_connections()
    counts = await asyncio.gather(*[cache.increment("calls", 60) for _ in range(20)])
    assert len(set(counts)) == 20


async def test_a_task_that_is_cancelled_while_it_uses_the_cache_ends(cache: Cache) -> None:
    async def use() -> None:
        while True:
            await cache.put("value", "x", 60)
            await cache.get("value")

    for turns in range(120):
        task = asyncio.create_task(use())
        for _ in range(turns % 40):
            await asyncio.sleep(0)
        task.cancel()
        done, _ = await asyncio.wait({task}, timeout=PATIENCE_S)
        assert done, "the cancellation was swallowed"
        assert task.cancelled()
