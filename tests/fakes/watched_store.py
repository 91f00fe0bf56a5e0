"""A document store whose running operations are counted, and that a test can break.

`SettledClock` waits for them before it moves time, so that tests over a real file are exact to the fake second.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from bot.domain.errors import StoreUnavailableError
from bot.ports import Document, DocumentStore
from tests.fakes.fake_clock import FakeClock

T = TypeVar("T")

QUIET_ROUNDS = 40


class Activity:
    """How many store operations are under way, over all stores of a test."""

    def __init__(self) -> None:
        self.count = 0
        self.ended = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def during(self, work: Awaitable[T]) -> T:
        self.count += 1
        self._idle.clear()
        try:
            return await work
        finally:
            self.count -= 1
            self.ended += 1
            if not self.count:
                self._idle.set()

    async def idle(self) -> None:
        await self._idle.wait()


class SettledClock(FakeClock):
    """A fake clock that stands still while a store works."""

    def __init__(self) -> None:
        super().__init__()
        self.activity = Activity()

    async def let_run(self) -> None:
        """Until no store has worked for as many rounds as it takes to get from one operation to the next."""
        quiet_rounds, ended = 0, self.activity.ended
        while quiet_rounds < QUIET_ROUNDS:
            await self.activity.idle()
            await asyncio.sleep(0)
            is_quiet = not self.activity.count and self.activity.ended == ended
            quiet_rounds = quiet_rounds + 1 if is_quiet else 0
            ended = self.activity.ended


class WatchedStore:
    """Passes everything on to a real store.

    Attributes:
        is_away: every operation fails, as when the engine is away or the process is dead.
        refuses: ``(operation, collection)`` pairs that fail.
        writes: how many documents were inserted or replaced.
    """

    def __init__(self, inner: DocumentStore, activity: Activity) -> None:
        self._inner = inner
        self._activity = activity
        self.is_away = False
        self.refuses: set[tuple[str, str]] = set()
        self.writes = 0

    async def ensure_index(self, collection: str, keys: Any, *, unique: bool = False) -> None:
        await self._pass("ensure_index", collection, self._inner.ensure_index, keys, unique=unique)

    async def insert(self, collection: str, document: Document) -> Document:
        self.writes += 1
        return await self._pass("insert", collection, self._inner.insert, document)

    async def find_one(self, collection: str, where: Any) -> Document | None:
        return await self._pass("find_one", collection, self._inner.find_one, where)

    async def find(self, collection: str, where: Any, **window: Any) -> list[Document]:
        return await self._pass("find", collection, self._inner.find, where, **window)

    async def count(self, collection: str, where: Any) -> int:
        return await self._pass("count", collection, self._inner.count, where)

    async def replace_if(self, collection: str, document: Document) -> Document | None:
        self.writes += 1
        return await self._pass("replace_if", collection, self._inner.replace_if, document)

    async def delete(self, collection: str, where: Any) -> int:
        return await self._pass("delete", collection, self._inner.delete, where)

    async def collections(self) -> list[str]:
        return await self._inner.collections()

    async def restore(self, collection: str, document: Document) -> None:
        await self._pass("restore", collection, self._inner.restore, document)

    async def close(self) -> None:
        await self._inner.close()

    async def _pass(
        self, operation: str, collection: str, work: Callable[..., Awaitable[T]], *arguments: Any, **named: Any
    ) -> T:
        if self.is_away or (operation, collection) in self.refuses:
            raise StoreUnavailableError("存储暂时不可用，请稍后再试")
        return await self._activity.during(work(collection, *arguments, **named))
