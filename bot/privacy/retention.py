"""State that nobody touched for a while expires."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.ports import Clock, Document, DocumentStore
from bot.privacy.moments import stored

CONVERSATIONS = "conversations"
TOUCHED = "updated_at"
CONVERSATION_DAYS = 30
PAGE = 500
TOUCH_EVERY = timedelta(days=1)


def touched(document: Document, now: datetime) -> Document:
    """The document with the moment of its last use."""
    return {**document, TOUCHED: stored(now)}


def needs_touch(document: Document, now: datetime) -> bool:
    """Whether the moment of a document's last use is to be written: once a day, to spare a write for every message."""
    return str(document.get(TOUCHED, "")) < stored(now - TOUCH_EVERY)


async def expire_conversations(store: DocumentStore, clock: Clock, *, days: int = CONVERSATION_DAYS) -> int:
    """Delete what is remembered of workers who did not write for a while.

    Conversations that were begun before their last use was written down count as used now. As use is written down
    once a day, one expires up to a day early, never late.

    Args:
        store: where conversations lie.
        clock: what time it is.
        days: how long they stay.

    Returns:
        How many went.

    Raises:
        StoreError: the store is away; the next round does the rest.
    """
    now = clock.now()
    while undated := await store.find(CONVERSATIONS, {TOUCHED: {"$exists": False}}, limit=PAGE):
        for document in undated:
            await store.replace_if(CONVERSATIONS, touched(document, now))
    return await store.delete(CONVERSATIONS, {TOUCHED: {"$lt": stored(now - timedelta(days=days))}})
