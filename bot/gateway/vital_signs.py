"""The states of this process for Prometheus: its load, and which engines it takes to be away.

Whichever process is asked for the metrics answers for all, so that each has to write down its own states regularly.
"""

from __future__ import annotations

import asyncio
from typing import Protocol

from bot.gateway.instruments import Instruments
from bot.ports import Cache, Clock, DocumentStore

EVERY_S = 2.0


class Load(Protocol):
    """How much there is to do, as `bot.gateway.jobs.Jobs` says it."""

    @property
    def count(self) -> int:
        """Messages being worked on or waiting for their turn."""
        ...

    @property
    def queued(self) -> int:
        """Those of them that wait for their turn."""
        ...


class VitalSigns:
    """Tells the instruments the states, every `EVERY_S` from `start` to `stop` and whenever somebody reads.

    Args:
        instruments: told.
        load: what there is to do.
        documents: the document store.
        cache: the cache.
        clock: the time.
    """

    def __init__(
        self, instruments: Instruments, load: Load, documents: DocumentStore, cache: Cache, clock: Clock
    ) -> None:
        self._instruments = instruments
        self._load = load
        self._engines = {"documents": documents, "cache": cache}
        self._clock = clock
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look regularly."""
        if self._task is None:
            self._task = asyncio.create_task(self._look_regularly())

    async def stop(self) -> None:
        """End."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait({task})

    def take(self) -> None:
        """Look once."""
        queued = self._load.queued
        self._instruments.loaded(running=self._load.count - queued, queued=queued)
        for name, engine in self._engines.items():
            self._instruments.engine_seen(name, is_away=_is_away(engine))

    async def _look_regularly(self) -> None:
        while True:
            self.take()
            await self._clock.sleep(EVERY_S)


def _is_away(engine: object) -> bool:
    """Engines that can be away say so; embedded ones cannot."""
    return bool(getattr(engine, "is_degraded", False) or getattr(engine, "is_away", False))
