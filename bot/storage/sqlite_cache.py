"""Short-lived state in a SQLite file: duplicate claims, rate limits, tokens, events between processes.

A file of its own keeps this traffic off the documents' write lock. A power cut may lose the last moments of it
(``synchronous=NORMAL``), a killed process does not.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Self

from bot.ports import Clock
from bot.storage.cache_rules import checked_ttl_ms, not_a_counter
from bot.storage.sqlite_engine import SqliteEngine, Synchronous
from bot.storage.sqlite_events import EVENTS_TABLE, SqliteEvents

_CACHE_TABLE = (
    "CREATE TABLE IF NOT EXISTS cache (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL, "
    "expires_at_ms INTEGER NOT NULL) WITHOUT ROWID"
)
_SCHEMA = (_CACHE_TABLE, "CREATE INDEX IF NOT EXISTS cache_expiry ON cache (expires_at_ms)", EVENTS_TABLE)
_CLAIM = (
    "INSERT INTO cache (key, value, expires_at_ms) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE "
    "SET value = excluded.value, expires_at_ms = excluded.expires_at_ms WHERE cache.expires_at_ms <= ?"
)
_PUT = (
    "INSERT INTO cache (key, value, expires_at_ms) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE "
    "SET value = excluded.value, expires_at_ms = excluded.expires_at_ms"
)
_CLAIMED = "claimed"
SWEEP_EVERY_MS = 30_000
EVENT_LIFETIME_MS = 60_000


class SqliteCache:
    """`bot.ports.Cache` for one host, without a server. Made by `open`; belongs to one event loop."""

    def __init__(self, engine: SqliteEngine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._events = SqliteEvents(engine)
        self._swept_at_ms = 0

    @classmethod
    async def open(cls, path: Path, *, clock: Clock, synchronous: Synchronous = "NORMAL") -> Self:
        """Open the cache's file, or make it; it may be the documents' file.

        Args:
            path: on a local disk.
            clock: decides what is expired; every process that shares the file needs the same time.
            synchronous: see `bot.storage.sqlite_engine.SqliteEngine.open`.

        Raises:
            StoreUnavailableError: the file cannot be opened or is not a database.
        """
        return cls(await SqliteEngine.open(path, schema=_SCHEMA, synchronous=synchronous, reader_count=1), clock)

    async def claim(self, key: str, ttl_s: float) -> bool:
        """True for exactly one caller, in all processes, until the time is over."""
        now_ms = self._now_ms()
        row = (key, _CLAIMED, now_ms + checked_ttl_ms(ttl_s), now_ms)

        def claim(connection: sqlite3.Connection) -> bool:
            self._sweep(connection, now_ms)
            return connection.execute(_CLAIM, row).rowcount == 1

        return await self._engine.write(claim)

    async def get(self, key: str) -> str | None:
        """The value, or None when absent or expired."""
        rows = await self._engine.read(
            "SELECT value FROM cache WHERE key = ? AND expires_at_ms > ?", (key, self._now_ms())
        )
        return str(rows[0][0]) if rows else None

    async def put(self, key: str, value: str, ttl_s: float) -> None:
        """Keep a value for a time."""
        now_ms = self._now_ms()
        row = (key, value, now_ms + checked_ttl_ms(ttl_s))

        def put(connection: sqlite3.Connection) -> None:
            self._sweep(connection, now_ms)
            connection.execute(_PUT, row)

        await self._engine.write(put)

    async def increment(self, key: str, ttl_s: float) -> int:
        """Add one atomically and return the new count; the time starts with the first increment.

        Raises:
            StoreError: the key holds something else than a count.
        """
        now_ms = self._now_ms()
        expires_at_ms = now_ms + checked_ttl_ms(ttl_s)

        def increment(connection: sqlite3.Connection) -> int:
            self._sweep(connection, now_ms)
            found = connection.execute(
                "SELECT value, expires_at_ms FROM cache WHERE key = ? AND expires_at_ms > ?", (key, now_ms)
            ).fetchone()
            count, until_ms = (_count(key, found[0]) + 1, found[1]) if found else (1, expires_at_ms)
            connection.execute(_PUT, (key, str(count), until_ms))
            return count

        return await self._engine.write(increment)

    async def release(self, key: str) -> None:
        """Forget a key."""
        await self._engine.write(lambda connection: connection.execute("DELETE FROM cache WHERE key = ?", (key,)))

    async def publish(self, channel: str, message: str) -> None:
        """Tell every present subscriber, in every process that shares the file."""
        await self._events.publish(channel, message, self._now_ms())

    def subscribe(self, channel: str) -> AbstractAsyncContextManager[AsyncIterator[str]]:
        """Messages published from entering the context on; ends with the context."""
        return self._events.subscribe(channel)

    async def close(self) -> None:
        """End the subscriptions and close the file."""
        await self._events.close()
        await self._engine.close()

    def _now_ms(self) -> int:
        return int(self._clock.now().timestamp() * 1000)

    def _sweep(self, connection: sqlite3.Connection, now_ms: int) -> None:
        """Delete what is over, now and then, in passing."""
        if abs(now_ms - self._swept_at_ms) < SWEEP_EVERY_MS:
            return
        self._swept_at_ms = now_ms
        connection.execute("DELETE FROM cache WHERE expires_at_ms <= ?", (now_ms,))
        connection.execute("DELETE FROM events WHERE published_at_ms <= ?", (now_ms - EVENT_LIFETIME_MS,))


def _count(key: str, value: str) -> int:
    try:
        return int(value)
    except ValueError:
        raise not_a_counter(key) from None
