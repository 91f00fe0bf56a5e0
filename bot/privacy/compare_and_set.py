"""Try again after a lost race, with a pause that spreads the racers."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.domain.errors import StoreError
from bot.ports import Sleep

T = TypeVar("T")

ATTEMPTS = 200
SHORTEST_PAUSE_S = 0.001
LONGEST_PAUSE_S = 0.05
DOUBLINGS = 6


async def until_won(attempt: Callable[[], Awaitable[T | None]], *, sleep: Sleep = asyncio.sleep) -> T:
    """Repeat an attempt until it gives something.

    Args:
        attempt: reads, changes a copy and replaces; None when its race was lost.
        sleep: how to wait between attempts.

    Raises:
        StoreError: every attempt lost its race.
    """
    for number in range(ATTEMPTS):
        won = await attempt()
        if won is not None:
            return won
        longest_s = min(LONGEST_PAUSE_S, SHORTEST_PAUSE_S * 2 ** min(number, DOUBLINGS))
        await sleep(random.uniform(0, longest_s))  # noqa: S311 - spreads load, guards nothing
    raise StoreError(f"同一条记录正被多人同时修改，试了 {ATTEMPTS} 次仍未成功；请稍后再试")
