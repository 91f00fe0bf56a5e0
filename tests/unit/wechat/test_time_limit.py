import asyncio

import pytest

from bot.wechat.time_limit import within
from tests.fakes.fake_clock import FakeClock


async def test_work_within_its_limit_returns_what_it_found(clock: FakeClock) -> None:
    async def work() -> str:
        await clock.sleep(4.9)
        return "done"

    assert await clock.run(within(clock, 5, work())) == "done"
    assert clock.sleeper_count == 0


async def test_work_over_its_limit_is_cancelled(clock: FakeClock) -> None:
    cancelled = asyncio.Event()

    async def work() -> None:
        try:
            await clock.sleep(6)
        except asyncio.CancelledError:
            cancelled.set()
            raise

    with pytest.raises(TimeoutError):
        await clock.run(within(clock, 5, work()))
    await clock.let_run()
    assert cancelled.is_set()
    assert clock.monotonic_s() == 5


async def test_a_failure_of_the_work_is_the_callers(clock: FakeClock) -> None:
    async def work() -> None:
        raise LookupError("inside")

    with pytest.raises(LookupError, match="inside"):
        await within(clock, 5, work())


async def test_a_caller_that_leaves_takes_the_work_along(clock: FakeClock) -> None:
    async def work() -> None:
        await clock.sleep(100)

    waiting = asyncio.create_task(within(clock, 50, work()))
    await clock.let_run()
    assert clock.sleeper_count == 2
    waiting.cancel()
    await clock.let_run()
    assert clock.sleeper_count == 0
