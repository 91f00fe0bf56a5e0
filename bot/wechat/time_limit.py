"""A time limit by the injected clock."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from bot.ports import Clock

T = TypeVar("T")


async def within(clock: Clock, seconds: float, work: Coroutine[Any, Any, T]) -> T:
    """Wait for the work, but no longer than this; `asyncio.timeout` would ask the loop's clock instead.

    Raises:
        TimeoutError: time is up; the work has been cancelled.
    """
    task = asyncio.ensure_future(work)
    limit = asyncio.ensure_future(clock.sleep(seconds))
    try:
        await asyncio.wait({task, limit}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        raise TimeoutError
    finally:
        for future in (task, limit):
            future.cancel()
            future.add_done_callback(_retrieve)


def _retrieve(future: asyncio.Future[Any]) -> None:
    """Look at a failure that nobody waits for any more, or the loop complains about it."""
    if not future.cancelled():
        future.exception()
