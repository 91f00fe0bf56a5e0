"""The one way to change a stored document: read, change a copy, compare and set, again if the race is lost.

Changers of one document in one process queue up first: a hundred workers who book the same morning would otherwise
lose some two thousand races among themselves. The queue only saves work; what keeps changes safe is the comparison.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Callable
from weakref import WeakKeyDictionary, WeakValueDictionary

from bot.domain.errors import StoreError
from bot.ports import Document, DocumentStore, Sleep

DEFAULT_ATTEMPTS = 60
SHORTEST_PAUSE_S = 0.001
LONGEST_PAUSE_S = 0.1
DOUBLINGS = 7
TURN_PATIENCE_S = 1.0

_queues: WeakKeyDictionary[DocumentStore, WeakValueDictionary[tuple[str, str], asyncio.Lock]] = WeakKeyDictionary()


async def change(
    store: DocumentStore,
    collection: str,
    document_id: str,
    mutate: Callable[[Document], Document | None],
    *,
    known: Document | None = None,
    attempts: int = DEFAULT_ATTEMPTS,
    sleep: Sleep = asyncio.sleep,
) -> Document | None:
    """Change a document whatever others do to it meanwhile; no change of anybody's is lost.

    Args:
        store: where it is.
        collection: its collection.
        document_id: its ``_id``.
        mutate: takes a copy of the current document and returns the new one (the same object changed will do), or None
            to leave the document as it is. It is called once for each attempt and does nothing else. What it raises
            goes to the caller, and nothing is stored.
        known: the document as read a moment ago, given away: it spares reading it again where nobody changed it
            since. Where ``mutate`` leaves that one alone, the stored one is asked.
        attempts: how many lost races to bear.
        sleep: how to wait between attempts.

    Returns:
        The document as stored now; None where there is no such document or ``mutate`` left it alone.

    Raises:
        StoreError: every attempt lost its race.
        DuplicateKeyError: the new fields break a unique index.
        StoreUnavailableError: the engine is away.
    """
    if known is not None:
        stored = await _replaced(store, collection, known, mutate)
        if stored is not None:
            return stored
    async with _turn(store, collection, document_id):
        for attempt in range(attempts):
            current = await store.find_one(collection, {"_id": document_id})
            if current is None:
                return None
            version = current["_ver"]
            changed = mutate(current)  # a store hands out copies, so this one is ours
            if changed is None:
                return None
            stored = await store.replace_if(collection, {**changed, "_id": document_id, "_ver": version})
            if stored is not None:
                return stored
            await sleep(_pause_s(attempt))
    raise StoreError(f"同一条记录正被多人同时修改，试了 {attempts} 次仍未成功；请稍后再试")


async def _replaced(
    store: DocumentStore, collection: str, current: Document, mutate: Callable[[Document], Document | None]
) -> Document | None:
    identity, version = current["_id"], current["_ver"]
    changed = mutate(current)
    if changed is None:
        return None
    return await store.replace_if(collection, {**changed, "_id": identity, "_ver": version})


@contextlib.asynccontextmanager
async def _turn(store: DocumentStore, collection: str, document_id: str) -> AsyncIterator[None]:
    """Wait for this process's other changers of the document, but not for ever: one may hang on a dead server."""
    queue = _queues.setdefault(store, WeakValueDictionary()).setdefault((collection, document_id), asyncio.Lock())
    try:
        if queue.locked():
            async with asyncio.timeout(TURN_PATIENCE_S):
                await queue.acquire()
        else:
            await queue.acquire()
    except TimeoutError:
        yield
        return
    try:
        yield
    finally:
        queue.release()


def _pause_s(attempt: int) -> float:
    """Full jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/."""
    longest_s = min(LONGEST_PAUSE_S, SHORTEST_PAUSE_S * 2 ** min(attempt, DOUBLINGS))
    return random.uniform(0, longest_s)  # noqa: S311 - spreads load, guards nothing
