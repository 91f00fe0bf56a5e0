"""Guessing gets slow, for names that exist and names that do not."""

import asyncio

import pytest

from bot.accounts.lockout import ACCOUNT_RULE, ADDRESS_RULE, ADDRESS_TRIES_A_MINUTE, Attempt, Lockout
from bot.domain.errors import AccountLockedError
from tests.fakes.fake_clock import FakeClock
from tests.fakes.memory_cache import MemoryCache


@pytest.fixture
def lockout(cache: MemoryCache, clock: FakeClock) -> Lockout:
    return Lockout(cache, clock)


async def fail(lockout: Lockout, name: str = "wangfang", address: str = "10.0.0.1") -> int:
    return await lockout.failed(await lockout.admit(name, address))


async def refusal_s(lockout: Lockout, name: str = "wangfang", address: str = "10.0.0.1") -> int:
    with pytest.raises(AccountLockedError) as locked:
        await lockout.admit(name, address)
    return locked.value.retry_after_s


async def test_five_tries_are_free_and_the_fifth_brings_a_wait(lockout: Lockout) -> None:
    assert [await fail(lockout) for _ in range(5)] == [0, 0, 0, 0, 60]
    assert await refusal_s(lockout) == 60


async def test_the_wait_ends_and_grows_up_to_a_quarter_of_an_hour(lockout: Lockout, clock: FakeClock) -> None:
    for _ in range(4):
        await fail(lockout)
    waits = []
    for _ in range(7):
        wait_s = await fail(lockout)
        waits.append(wait_s)
        await clock.advance(wait_s - 1)
        assert await refusal_s(lockout) == 1
        await clock.advance(1)
    assert waits == [60, 120, 240, 480, 900, 900, 900]


async def test_the_refusal_says_how_long_to_wait(lockout: Lockout, clock: FakeClock) -> None:
    for _ in range(5):
        await fail(lockout)
    await clock.advance(1)
    with pytest.raises(AccountLockedError, match="请过 1 分钟再试"):
        await lockout.admit("wangfang", "10.0.0.1")


async def test_a_right_password_begins_anew(lockout: Lockout) -> None:
    for _ in range(4):
        await fail(lockout)
    await lockout.succeeded(await lockout.admit("wangfang", "10.0.0.1"))
    assert (await lockout.admit("wangfang", "10.0.0.1")).number == 1


async def test_spellings_of_one_name_are_counted_together(lockout: Lockout) -> None:
    for name in ("wangfang", "WangFang", " wangfang ", "ＷＡＮＧＦＡＮＧ", "WANGFANG"):
        await fail(lockout, name)
    await refusal_s(lockout, "wangfang")


async def test_names_are_counted_from_all_addresses_together(lockout: Lockout) -> None:
    for number in range(5):
        await fail(lockout, address=f"10.0.0.{number}")
    await refusal_s(lockout, address="10.9.9.9")
    await lockout.admit("liqiang", "10.9.9.9")


async def test_parallel_tries_in_several_processes_get_no_more_than_one_after_the_other(
    cache: MemoryCache, clock: FakeClock
) -> None:
    processes = [Lockout(cache, clock) for _ in range(4)]
    outcomes = await asyncio.gather(
        *(process.admit("wangfang", f"10.0.{turn}.1") for turn in range(10) for process in processes),
        return_exceptions=True,
    )
    # The free five, and the one that would come after the first wait; it takes that wait with it.
    assert sum(isinstance(outcome, Attempt) for outcome in outcomes) == 6


async def test_after_the_wait_one_parallel_try_is_let_through(
    lockout: Lockout, cache: MemoryCache, clock: FakeClock
) -> None:
    for _ in range(5):
        await fail(lockout)
    await clock.advance(60)
    outcomes = await asyncio.gather(
        *(Lockout(cache, clock).admit("wangfang", "10.0.0.1") for _ in range(8)), return_exceptions=True
    )
    assert sum(isinstance(outcome, Attempt) for outcome in outcomes) == 1


async def test_an_address_that_tries_many_names_has_to_wait(lockout: Lockout, clock: FakeClock) -> None:
    for number in range(ADDRESS_RULE.free_tries):
        await fail(lockout, f"name{number}")
    assert await refusal_s(lockout, "another") == 60
    await lockout.admit("another", "10.0.0.2")
    await clock.advance(60)
    await lockout.admit("another", "10.0.0.1")


async def test_a_right_password_of_ones_own_buys_no_guesses_at_others(lockout: Lockout, clock: FakeClock) -> None:
    for number in range(ADDRESS_RULE.free_tries):
        await fail(lockout, f"name{number}")
        if number % 4 == 0:
            await clock.advance(20)
            await lockout.succeeded(await lockout.admit("mine", "10.0.0.1"))
    await refusal_s(lockout, "another")


async def test_a_flood_of_tries_from_one_address_is_held_back(lockout: Lockout) -> None:
    for number in range(ADDRESS_TRIES_A_MINUTE):
        await lockout.admit(f"name{number}", "10.0.0.1")
    await refusal_s(lockout, "another")


async def test_neighbours_in_one_ipv6_network_are_one_address(lockout: Lockout) -> None:
    for number in range(ADDRESS_RULE.free_tries):
        await fail(lockout, f"name{number}", f"2001:db8:1:2::{number:x}")
    await refusal_s(lockout, "another", "2001:db8:1:2:ffff::1")
    await lockout.admit("another", "2001:db8:1:3::1")


async def test_old_failures_are_forgotten(lockout: Lockout, clock: FakeClock) -> None:
    for _ in range(4):
        await fail(lockout)
    await clock.advance(ACCOUNT_RULE.remembered_s)
    assert await fail(lockout) == 0


async def test_names_and_addresses_do_not_stand_in_the_cache(lockout: Lockout, cache: MemoryCache) -> None:
    for _ in range(5):
        await fail(lockout)
    assert cache._values
    assert "wangfang" not in str(cache._values)
    assert "10.0.0.1" not in str(cache._values)
