"""Every cache by one address, also those that are made of a document store.

``documents:`` before a document store's URL: a cache on that store. ``fallback:`` before a Redis URL: Redis with an
embedded document store behind it. Everything else is as in the settings.
"""

from __future__ import annotations

from pathlib import Path

from bot.ports import Cache, Clock, DocumentStore
from bot.storage.document_cache import DocumentCache
from bot.storage.open_engines import open_cache, open_documents

ON_DOCUMENTS = "documents:"
WITH_FALLBACK = "fallback:"


async def open_any_cache(url: str, path: Path, clock: Clock) -> tuple[Cache, list[DocumentStore]]:
    """The cache, and the stores to be closed after it."""
    if url.startswith(ON_DOCUMENTS):
        store = await open_documents(url.removeprefix(ON_DOCUMENTS), path)
        return DocumentCache(store, clock), [store]
    if url.startswith(WITH_FALLBACK):
        store = await open_documents("", path)
        cache = await open_cache(url.removeprefix(WITH_FALLBACK), path, clock=clock, documents=store)
        return cache, [store]
    return await open_cache(url, path, clock=clock), []
