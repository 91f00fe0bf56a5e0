"""A demonstration's samples: loaded once the store is there, and nobody waits for long."""

from __future__ import annotations

import pytest

from bot.assembly.seeding import AGAIN_S, PATIENCE_S, Seeding
from bot.domain.errors import ImportFileError, StoreUnavailableError
from tests.fakes.fake_clock import FakeClock


class Samples:
    def __init__(self, clock: FakeClock, failures: list[Exception] | None = None, takes_s: float = 0.0) -> None:
        self._clock = clock
        self._failures = failures or []
        self._takes_s = takes_s
        self.loaded = 0

    async def load(self) -> None:
        await self._clock.sleep(self._takes_s)
        if self._failures:
            raise self._failures.pop(0)
        self.loaded += 1


async def test_samples_are_there_when_the_start_is_over() -> None:
    clock = FakeClock()
    samples = Samples(clock)
    await clock.run(Seeding(samples.load, clock).start())
    assert samples.loaded == 1


async def test_a_start_does_not_wait_for_a_store_that_is_away_and_loads_them_when_it_is_back() -> None:
    clock = FakeClock()
    samples = Samples(clock, [StoreUnavailableError("away"), StoreUnavailableError("away")])
    await clock.run(Seeding(samples.load, clock).start())
    assert (samples.loaded, clock.monotonic_s()) == (0, 0.0)
    await clock.advance(2 * AGAIN_S)
    assert samples.loaded == 1


async def test_a_start_waits_for_slow_samples_only_so_long() -> None:
    clock = FakeClock()
    samples = Samples(clock, takes_s=60)
    await clock.run(Seeding(samples.load, clock).start())
    assert (samples.loaded, clock.monotonic_s()) == (0, PATIENCE_S)
    await clock.advance(60)
    assert samples.loaded == 1


async def test_samples_that_cannot_be_used_keep_the_product_from_starting() -> None:
    clock = FakeClock()
    samples = Samples(clock, [ImportFileError("第3行")])
    with pytest.raises(ImportFileError):
        await clock.run(Seeding(samples.load, clock).start())


async def test_what_is_stopped_is_left_to_the_next_start() -> None:
    clock = FakeClock()
    samples = Samples(clock, takes_s=60)
    seeding = Seeding(samples.load, clock)
    await clock.run(seeding.start())
    await seeding.stop()
    await clock.advance(60)
    assert samples.loaded == 0
