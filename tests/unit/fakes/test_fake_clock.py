import asyncio
from datetime import UTC, date, datetime

import pytest

from bot.gateway.system_clock import SystemClock
from tests.fakes.fake_clock import FakeClock


async def test_sleepers_wake_in_order_each_at_its_own_moment() -> None:
    clock = FakeClock()
    woken: list[tuple[str, float]] = []

    async def sleeper(name: str, seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append((name, clock.monotonic_s()))

    tasks = [asyncio.create_task(sleeper(name, s)) for name, s in [("late", 4.1), ("early", 3.9), ("never", 9)]]
    await clock.advance(5)

    assert woken == [("early", 3.9), ("late", 4.1)]
    assert clock.sleeper_count == 1
    tasks[2].cancel()


async def test_a_sleeper_that_sleeps_again_within_the_step_wakes_again() -> None:
    clock = FakeClock()
    moments: list[float] = []

    async def ticking() -> None:
        for _ in range(3):
            await clock.sleep(2)
            moments.append(clock.monotonic_s())

    task = asyncio.create_task(ticking())
    await clock.advance(5)
    assert moments == [2, 4]
    await clock.advance(1)
    assert moments == [2, 4, 6]
    await task


async def test_wall_time_and_monotonic_time_move_together() -> None:
    clock = FakeClock(datetime(2024, 4, 25, 15, 59, 59, tzinfo=UTC))
    assert clock.today() == date(2024, 4, 25)
    await clock.advance(1)
    assert clock.now() == datetime(2024, 4, 25, 16, 0, tzinfo=UTC)
    assert clock.today() == date(2024, 4, 26)
    assert clock.monotonic_s() == 1


async def test_run_jumps_to_the_end_of_the_work() -> None:
    clock = FakeClock()

    async def work() -> str:
        await clock.sleep(3600)
        return await asyncio.to_thread(lambda: "done")

    assert await clock.run(work()) == "done"
    assert clock.monotonic_s() == 3600


async def test_a_cancelled_sleeper_does_not_hold_the_clock() -> None:
    clock = FakeClock()
    task = asyncio.create_task(clock.sleep(5))
    await clock.let_run()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert clock.sleeper_count == 0
    clock.set(datetime(2030, 1, 1, tzinfo=UTC))
    assert clock.now().year == 2030


async def test_the_clock_is_not_set_back_under_a_sleeper() -> None:
    clock = FakeClock()
    task = asyncio.create_task(clock.sleep(5))
    await clock.let_run()
    with pytest.raises(AssertionError):
        clock.set(datetime(2030, 1, 1, tzinfo=UTC))
    task.cancel()


def test_the_system_clock_is_aware_and_goes_forward() -> None:
    clock = SystemClock()
    assert clock.now().tzinfo is UTC
    assert clock.monotonic_s() <= clock.monotonic_s()
    assert abs((clock.now().date() - clock.today()).days) <= 1
