"""The cache port on any document store: what takes over while Redis is away.

One document for each key, changed by compare-and-set; one document for each channel, which holds its newest events with
their numbers, so that one compare-and-set appends an event and gives it its place. Slower than Redis, and right.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
from collections.abc import AsyncIterator, Callable
from typing import Self

from bot.domain.errors import DuplicateKeyError, StoreError, StoreUnavailableError
from bot.ports import RESYNC, Clock, Document, DocumentStore
from bot.storage.cache_rules import checked_ttl_ms, not_a_counter
from bot.storage.change import DEFAULT_ATTEMPTS, change
from bot.storage.circuit_breaker import PATIENCE_S

logger = logging.getLogger("gongyou.storage")

ENTRIES = "cache_entries"
CHANNELS = "cache_channels"
SHORT_LIVED = frozenset({ENTRIES, CHANNELS})
"""Collections that are not worth moving elsewhere."""

EVENTS_KEPT = 256
EVENT_LIFETIME_MS = 60_000
CHANNEL_LIFETIME_MS = 3_600_000
SWEEP_EVERY_MS = 30_000
BUSY_PAUSE_S = 0.02
QUIET_PAUSE_S = 0.25
_CLAIMED = "claimed"


class DocumentCache:
    """`bot.ports.Cache` on a document store that it does not own; belongs to one event loop.

    Args:
        store: shared by the processes that are to share the cache; it stays open when the cache is closed.
        clock: decides what is expired; the hosts' clocks must agree as closely as lifetimes matter.
    """

    def __init__(self, store: DocumentStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._listeners: set[_Listener] = set()
        self._poller: asyncio.Task[None] | None = None
        self._nudge = asyncio.Event()
        self._swept_at_ms = 0
        self._preparing: asyncio.Task[None] | None = None
        self._sweeping: asyncio.Task[None] | None = None

    async def prepare(self) -> None:
        """Create the index; every writer does so first by itself where nobody has.

        Raises:
            StoreUnavailableError: the store is away, or takes its time; the index may still be on its way.
        """
        if self._preparing is None:
            self._preparing = asyncio.create_task(self._store.ensure_index(ENTRIES, ["expires_at_ms"]))
            self._preparing.add_done_callback(self._prepared)
        task = self._preparing
        done, _ = await asyncio.wait({task}, timeout=PATIENCE_S)
        if not done:
            raise StoreUnavailableError("缓存在文档库里的索引还没有建好，请稍后再试")
        if not task.cancelled():
            task.result()

    async def claim(self, key: str, ttl_s: float) -> bool:
        """True for exactly one caller, in all processes, until the time is over."""
        until_ms = self._until_ms(ttl_s)
        await self._before_writing()
        for _ in range(DEFAULT_ATTEMPTS):
            try:
                await self._store.insert(ENTRIES, _entry(key, _CLAIMED, until_ms))
            except DuplicateKeyError:
                held = await self._store.find_one(ENTRIES, {"_id": _id_of(key)})
            else:
                return True
            if held is None:  # released or swept away meanwhile
                continue
            if self._is_alive(held):
                return False
            renewed = {**_entry(key, _CLAIMED, until_ms), "_ver": held["_ver"]}
            if await self._store.replace_if(ENTRIES, renewed) is not None:
                return True
        raise _contended(key)

    async def get(self, key: str) -> str | None:
        """The value, or None when absent or expired."""
        held = await self._store.find_one(ENTRIES, {"_id": _id_of(key)})
        return str(held["value"]) if held is not None and self._is_alive(held) else None

    async def put(self, key: str, value: str, ttl_s: float) -> None:
        """Keep a value for a time."""
        entry = _entry(key, value, self._until_ms(ttl_s))
        await self._before_writing()
        await self._upsert(ENTRIES, entry, lambda _: entry)

    async def increment(self, key: str, ttl_s: float) -> int:
        """Add one atomically and return the new count; the time starts with the first increment.

        Raises:
            StoreError: the key holds something else than a count.
        """
        first = _entry(key, "1", self._until_ms(ttl_s))
        await self._before_writing()

        def add_one(held: Document) -> Document:
            return {**held, "value": str(_count(key, held) + 1)} if self._is_alive(held) else first

        stored = await self._upsert(ENTRIES, first, add_one)
        return int(stored["value"])

    async def release(self, key: str) -> None:
        """Forget a key."""
        await self._store.delete(ENTRIES, {"_id": _id_of(key)})

    async def publish(self, channel: str, message: str) -> None:
        """Tell every present subscriber, in every process that shares the store."""
        now_ms = self._now_ms()
        await self._before_writing()
        # Numbers begin at the time, so that a channel that was swept away and begun anew does not repeat any.
        first = {
            "_id": _id_of(channel),
            "newest": now_ms,
            "published_at_ms": now_ms,
            "events": [[now_ms, now_ms, message]],
        }

        def append(held: Document) -> Document:
            kept = [event for event in held["events"] if event[1] > now_ms - EVENT_LIFETIME_MS][1 - EVENTS_KEPT :]
            newest = held["newest"] + 1
            events = [*kept, [newest, now_ms, message]]
            return {**held, "newest": newest, "published_at_ms": now_ms, "events": events}

        await self._upsert(CHANNELS, first, append)
        self._nudge.set()

    @contextlib.asynccontextmanager
    async def subscribe(self, channel: str) -> AsyncIterator[AsyncIterator[str]]:
        """Messages published from entering the context on; ends with the context.

        A listener who falls so far behind that events are gone gets `bot.ports.RESYNC` in their place.

        Raises:
            StoreUnavailableError: the store is away; the subscriber subscribes again and reads afresh what it missed.
        """
        held = await self._store.find_one(CHANNELS, {"_id": _id_of(channel)})
        listener = _Listener(_id_of(channel), None if held is None else held["newest"])
        self._listeners.add(listener)
        if self._poller is None:
            self._poller = asyncio.create_task(self._poll())
        self._nudge.set()
        try:
            yield listener
        finally:
            self._listeners.discard(listener)
            listener.end(None)
            if not self._listeners:
                await self._stop_polling()

    async def close(self) -> None:
        """End the subscriptions; the store stays open."""
        for listener in self._listeners:
            listener.end(None)
        await self._stop_polling()
        for task in (self._preparing, self._sweeping):
            if task is not None:
                task.cancel()
                await asyncio.wait({task})

    async def _upsert(self, collection: str, new: Document, mutate: Callable[[Document], Document]) -> Document:
        for _ in range(DEFAULT_ATTEMPTS):
            stored = await change(self._store, collection, new["_id"], mutate)
            if stored is not None:
                return stored
            try:
                return await self._store.insert(collection, new)
            except DuplicateKeyError:
                continue
        raise _contended(new["_id"])

    async def _poll(self) -> None:
        pause_s = BUSY_PAUSE_S
        while True:
            self._nudge.clear()
            channels = sorted({listener.channel_id for listener in self._listeners})
            try:
                found = await self._store.find(CHANNELS, {"_id": {"$in": channels}})
            except StoreError as error:
                self._fail(error)
                return
            by_id = {channel["_id"]: channel for channel in found}
            heard = [listener.take(by_id.get(listener.channel_id)) for listener in self._listeners]
            pause_s = BUSY_PAUSE_S if any(heard) else min(2 * pause_s, QUIET_PAUSE_S)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause_s):
                    await self._nudge.wait()

    def _fail(self, error: StoreError) -> None:
        self._poller = None  # the next subscriber tries again
        for listener in self._listeners:
            listener.end(error)
        self._listeners.clear()

    async def _stop_polling(self) -> None:
        poller, self._poller = self._poller, None
        if poller is not None:
            poller.cancel()
            await asyncio.wait({poller})

    async def _before_writing(self) -> None:
        """See to the index before anything is inserted, and now and then to what is over, which nobody waits for.

        A collection is never both created by an insert and given an index at the same time: the index comes first.
        """
        await self.prepare()
        now_ms = self._now_ms()
        if abs(now_ms - self._swept_at_ms) < SWEEP_EVERY_MS or self._sweeping is not None:
            return
        self._swept_at_ms = now_ms
        self._sweeping = asyncio.create_task(self._sweep(now_ms))

    async def _sweep(self, now_ms: int) -> None:
        """Delete what is over."""
        try:
            await self._store.delete(ENTRIES, {"expires_at_ms": {"$lte": now_ms}})
            await self._store.delete(CHANNELS, {"published_at_ms": {"$lte": now_ms - CHANNEL_LIFETIME_MS}})
        except StoreError as error:
            logger.info("cache not swept: %s", type(error).__name__)
        finally:
            self._sweeping = None

    def _prepared(self, task: asyncio.Task[None]) -> None:
        """Whether it failed is the business of who waited for it; the next writer tries again."""
        if task.cancelled() or task.exception() is not None:
            self._preparing = None

    def _now_ms(self) -> int:
        return int(self._clock.now().timestamp() * 1000)

    def _until_ms(self, ttl_s: float) -> int:
        return self._now_ms() + checked_ttl_ms(ttl_s)

    def _is_alive(self, entry: Document) -> bool:
        return bool(entry["expires_at_ms"] > self._now_ms())


class _Listener:
    """One subscription: an iterator with a mailbox, in which None means the end and an error is raised.

    Args:
        channel_id: its channel's document.
        newest: number of the last event before it began; None where the channel had none.
    """

    def __init__(self, channel_id: str, newest: int | None) -> None:
        self.channel_id = channel_id
        self._newest = newest
        self._mailbox: asyncio.Queue[str | StoreError | None] = asyncio.Queue()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> str:
        message = await self._mailbox.get()
        if isinstance(message, str):
            return message
        self._mailbox.put_nowait(message)  # an ended subscription stays ended
        if message is None:
            raise StopAsyncIteration
        raise message

    def end(self, error: StoreError | None) -> None:
        """Deliver what is there, then the end."""
        self._mailbox.put_nowait(error)

    def take(self, channel: Document | None) -> bool:
        """Deliver the events that are new; whether there were any."""
        if channel is None or channel["newest"] == self._newest:
            return False
        seen, events = self._newest, channel["events"]
        if seen is not None and (not events or events[0][0] > seen + 1):
            self._mailbox.put_nowait(RESYNC)
        for number, _, message in events:
            if seen is None or number > seen:
                self._mailbox.put_nowait(message)
        self._newest = channel["newest"]
        return True


def _id_of(key: str) -> str:
    """Any key as a document's id: keys may be empty or hold what an id must not."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def _entry(key: str, value: str, until_ms: int) -> Document:
    return {"_id": _id_of(key), "value": value, "expires_at_ms": until_ms}


def _count(key: str, entry: Document) -> int:
    try:
        return int(entry["value"])
    except ValueError:
        raise not_a_counter(key) from None


def _contended(key: str) -> StoreError:
    return StoreError(f"缓存键 {key} 正被多个进程同时修改，试了 {DEFAULT_ATTEMPTS} 次仍未成功；请稍后再试")
