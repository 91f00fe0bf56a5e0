"""An engine that is away is not asked by every call, and used again when a probe finds it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.domain.errors import DuplicateKeyError, StoreUnavailableError
from bot.storage.circuit_breaker import FIRST_PROBE_S, LONGEST_PROBE_S, CircuitBreaker
from tests.fakes.fake_clock import FakeClock


class Engine:
    """Answers, refuses, is away or hangs, as told."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.hangs = False
        self.calls = 0
        self.probes = 0
        self.restorations = 0
        self.restoring_error: Exception | None = None

    async def call(self, breaker: CircuitBreaker) -> str:
        async with breaker.guarding():
            self.calls += 1
            if self.hangs:
                await asyncio.Event().wait()
            if self.error is not None:
                raise self.error
            return "answer"

    async def probe(self) -> None:
        self.probes += 1
        if self.error is not None:
            raise self.error

    async def restore(self) -> None:
        self.restorations += 1
        if self.restoring_error is not None:
            raise self.restoring_error


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def engine() -> Engine:
    return Engine()


@pytest.fixture
async def breaker(engine: Engine, clock: FakeClock) -> AsyncIterator[CircuitBreaker]:
    breaker = CircuitBreaker("引擎", engine.probe, restore=engine.restore, sleep=clock.sleep)
    yield breaker
    await breaker.aclose()


async def goes_away(engine: Engine, breaker: CircuitBreaker) -> None:
    engine.error = StoreUnavailableError("away")
    for _ in range(2):
        with pytest.raises(StoreUnavailableError):
            await engine.call(breaker)
    assert breaker.is_open


async def test_after_two_failures_in_a_row_calls_fail_without_asking(engine: Engine, breaker: CircuitBreaker) -> None:
    await goes_away(engine, breaker)
    with pytest.raises(StoreUnavailableError, match=r"连不上 引擎.*稍后再试"):
        await engine.call(breaker)
    assert engine.calls == 2


async def test_a_success_between_two_failures_counts_anew(engine: Engine, breaker: CircuitBreaker) -> None:
    for error in (StoreUnavailableError("away"), None, StoreUnavailableError("away")):
        engine.error = error
        await asyncio.gather(engine.call(breaker), return_exceptions=True)
    assert not breaker.is_open


async def test_an_engine_that_refuses_is_there(engine: Engine, breaker: CircuitBreaker) -> None:
    engine.error = DuplicateKeyError("taken")
    for _ in range(5):
        with pytest.raises(DuplicateKeyError):
            await engine.call(breaker)
    assert not breaker.is_open


async def test_a_probe_that_succeeds_lets_calls_through_again(
    engine: Engine, breaker: CircuitBreaker, clock: FakeClock
) -> None:
    await goes_away(engine, breaker)
    await clock.advance(FIRST_PROBE_S)
    assert (engine.probes, breaker.is_open) == (1, True)
    engine.error = None
    await clock.advance(LONGEST_PROBE_S)
    assert not breaker.is_open
    assert await engine.call(breaker) == "answer"
    await goes_away(engine, breaker)


async def test_probes_come_more_and_more_rarely(engine: Engine, breaker: CircuitBreaker, clock: FakeClock) -> None:
    await goes_away(engine, breaker)
    await clock.advance(3.0)  # after 0.2, 0.6, 1.4 and 3.0 s
    assert engine.probes == 4
    await clock.advance(10 * LONGEST_PROBE_S)
    assert engine.probes == 14


async def test_what_must_be_put_right_comes_before_the_first_call(
    engine: Engine, breaker: CircuitBreaker, clock: FakeClock
) -> None:
    await goes_away(engine, breaker)
    engine.error, engine.restoring_error = None, DuplicateKeyError("not right yet")
    await clock.advance(10)
    assert engine.restorations > 1
    assert breaker.is_open
    engine.restoring_error = None
    await clock.advance(LONGEST_PROBE_S)
    assert not breaker.is_open


async def test_only_what_puts_right_may_call_meanwhile(clock: FakeClock) -> None:
    seen: list[str] = []

    async def call() -> None:
        async with breaker.guarding():
            seen.append("let through")

    async def restore() -> None:
        with pytest.raises(StoreUnavailableError):
            await asyncio.create_task(call())
        await call()

    async def probe() -> None:
        seen.append("asked")

    breaker = CircuitBreaker("引擎", probe, restore=restore, sleep=clock.sleep)
    breaker.give_up()
    await clock.advance(FIRST_PROBE_S)
    assert seen == ["asked", "let through"]
    assert not breaker.is_open


async def test_calls_under_way_are_cut_short_when_the_engine_is_given_up(
    engine: Engine, breaker: CircuitBreaker
) -> None:
    engine.hangs = True
    hanging = [asyncio.create_task(engine.call(breaker)) for _ in range(5)]
    await asyncio.sleep(0)
    assert engine.calls == 5
    breaker.give_up()
    outcomes = await asyncio.gather(*hanging, return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {StoreUnavailableError}


async def test_a_callers_own_cancellation_is_no_failure(engine: Engine, breaker: CircuitBreaker) -> None:
    engine.hangs = True
    for _ in range(3):
        task = asyncio.create_task(engine.call(breaker))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert not breaker.is_open


async def test_a_closed_breaker_probes_no_more(engine: Engine, breaker: CircuitBreaker, clock: FakeClock) -> None:
    await goes_away(engine, breaker)
    await breaker.aclose()
    await clock.advance(60)
    assert engine.probes == 0
