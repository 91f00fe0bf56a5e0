"""One way to keep what an import brings: new, brought up to date, or as it was."""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.errors import DuplicateKeyError
from bot.ports import Document, DocumentStore
from bot.storage.change import change
from bot.tables.import_report import Kept


async def keep(
    store: DocumentStore, collection: str, document: Document, merged: Callable[[Document], Document] | None = None
) -> Kept:
    """Store a document, or bring the stored one with its ``_id`` up to date; may be repeated.

    Args:
        store: where it goes.
        collection: its collection.
        document: as it is to be stored.
        merged: what the stored one and this one are together; this one where nothing is said.

    Raises:
        StoreError: the store is away.
    """
    try:
        await store.insert(collection, document)
    except DuplicateKeyError:
        return await _renewed(store, collection, document, merged)
    return Kept.ADDED


async def _renewed(
    store: DocumentStore, collection: str, document: Document, merged: Callable[[Document], Document] | None
) -> Kept:
    def renew(known: Document) -> Document | None:
        news = merged(known) if merged is not None else dict(document)
        return None if news == {name: value for name, value in known.items() if name != "_ver"} else news

    changed = await change(store, collection, document["_id"], renew)
    return Kept.UNCHANGED if changed is None else Kept.CHANGED
