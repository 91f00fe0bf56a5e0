"""Events between processes through a table of the shared SQLite file.

A publisher appends a row. While somebody subscribes, one task of each process looks for new rows: at once after a
message published by its own process, every 10 ms while messages come, up to every 80 ms while it is quiet. Without
subscribers nothing runs.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator
from typing import Self

from bot.domain.errors import StoreError
from bot.storage.sqlite_engine import SqliteEngine

EVENTS_TABLE = (
    # AUTOINCREMENT: a number is never given twice, although old rows are deleted
    "CREATE TABLE IF NOT EXISTS events (id INTEGER PRIMARY KEY AUTOINCREMENT, channel TEXT NOT NULL, "
    "message TEXT NOT NULL, published_at_ms INTEGER NOT NULL)"
)
BUSY_PAUSE_S = 0.01
QUIET_PAUSE_S = 0.08


class _Subscriber:
    """One subscription: an iterator with a mailbox, in which None means the end and an error is raised."""

    def __init__(self, channel: str, after_id: int) -> None:
        self.channel = channel
        self.after_id = after_id
        self.mailbox: asyncio.Queue[str | StoreError | None] = asyncio.Queue()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> str:
        message = await self.mailbox.get()
        if isinstance(message, str):
            return message
        self.mailbox.put_nowait(message)  # an ended subscription stays ended
        if message is None:
            raise StopAsyncIteration
        raise message


class SqliteEvents:
    """Publish and subscribe over one file whose schema includes `EVENTS_TABLE`; belongs to one event loop."""

    def __init__(self, engine: SqliteEngine) -> None:
        self._engine = engine
        self._subscribers: set[_Subscriber] = set()
        self._poller: asyncio.Task[None] | None = None
        self._nudge = asyncio.Event()

    async def publish(self, channel: str, message: str, published_at_ms: int) -> None:
        """Append an event; returns when every process can see it.

        Raises:
            StoreUnavailableError: it could not be written.
        """

        def append(connection: sqlite3.Connection) -> None:
            connection.execute(
                "INSERT INTO events (channel, message, published_at_ms) VALUES (?, ?, ?)",
                (channel, message, published_at_ms),
            )

        await self._engine.write(append)
        self._nudge.set()

    @contextlib.asynccontextmanager
    async def subscribe(self, channel: str) -> AsyncIterator[AsyncIterator[str]]:
        """Messages of a channel published from now on, in the order of their commits."""
        newest = await self._engine.read("SELECT COALESCE(MAX(id), 0) FROM events")
        subscriber = _Subscriber(channel, int(newest[0][0]))
        self._subscribers.add(subscriber)
        if self._poller is None:
            self._poller = asyncio.create_task(self._poll(subscriber.after_id))
        try:
            yield subscriber
        finally:
            await self._leave(subscriber)

    async def close(self) -> None:
        """End every subscription."""
        for subscriber in self._subscribers:
            subscriber.mailbox.put_nowait(None)
        await self._stop_polling()

    async def _leave(self, subscriber: _Subscriber) -> None:
        self._subscribers.discard(subscriber)
        subscriber.mailbox.put_nowait(None)
        if not self._subscribers:
            await self._stop_polling()

    async def _stop_polling(self) -> None:
        poller, self._poller = self._poller, None
        if poller is not None:
            poller.cancel()
            await asyncio.wait({poller})

    async def _poll(self, last_id: int) -> None:
        pause_s = BUSY_PAUSE_S
        while True:
            self._nudge.clear()
            try:
                rows = await self._engine.read(
                    "SELECT id, channel, message FROM events WHERE id > ? ORDER BY id", (last_id,)
                )
            except StoreError as error:
                self._fail(error)
                return
            for event_id, channel, message in rows:
                self._deliver(event_id, channel, message)
                last_id = event_id
            pause_s = BUSY_PAUSE_S if rows else min(2 * pause_s, QUIET_PAUSE_S)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause_s):
                    await self._nudge.wait()

    def _deliver(self, event_id: int, channel: str, message: str) -> None:
        for subscriber in self._subscribers:
            if subscriber.channel == channel and event_id > subscriber.after_id:
                subscriber.mailbox.put_nowait(message)

    def _fail(self, error: StoreError) -> None:
        self._poller = None  # the next subscriber tries again
        for subscriber in self._subscribers:
            subscriber.mailbox.put_nowait(error)
