"""What the old key encrypted comes under the new one, document by document.

It may be interrupted and started again at any time, and others may write meanwhile: each document is replaced by
compare-and-set, and what is current already is left alone. An old key may go once a run renews nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.ports import Document, DocumentStore
from bot.privacy.cipher import FieldCipher, FieldContext
from bot.privacy.compare_and_set import until_won

PAGE = 200

Renew = Callable[[Document], Awaitable[Document | None]]
"""Gives the document under the current key, None where it is so already. It changes nothing itself."""
Progress = Callable[[str, int, int], None]
"""Told a collection, how many of its documents are looked at, and how many there are."""


@dataclass(frozen=True, slots=True)
class RotationStep:
    """One collection that holds what a key encrypted.

    Attributes:
        collection: its name.
        renew: brings one of its documents under the current key.
    """

    collection: str
    renew: Renew


@dataclass(frozen=True, slots=True)
class RotationCounts:
    """What became of one collection's documents.

    Attributes:
        collection: its name.
        renewed: brought under the current key now.
        current: under it already.
        gone: erased meanwhile.
    """

    collection: str
    renewed: int
    current: int
    gone: int


async def rotate(
    store: DocumentStore, steps: Sequence[RotationStep], progress: Progress | None = None
) -> list[RotationCounts]:
    """Bring everything under the current key.

    Args:
        store: where it lies.
        steps: the collections, such as ``WorkerKeys.rotation()``.
        progress: told after every page.

    Returns:
        Counts for each step, in their order.

    Raises:
        DecryptionError: a document cannot be decrypted; those before it are renewed.
        StoreError: a document is being changed by others all the time, or the store is away.
    """
    return [await _rotate_one(store, step, progress) for step in steps]


def sealed_fields(cipher: FieldCipher, collection: str, fields: Sequence[str]) -> RotationStep:
    """A step for plain encrypted fields, whose context is the collection, the field and the document's ``_id``.

    A field may be missing or "": then there is nothing in it.
    """

    async def renew(document: Document) -> Document | None:
        old = [field for field in fields if document.get(field) and not cipher.is_current(document[field])]
        return {**document, **{field: _renewed(cipher, collection, field, document) for field in old}} if old else None

    return RotationStep(collection, renew)


async def _rotate_one(store: DocumentStore, step: RotationStep, progress: Progress | None) -> RotationCounts:
    total = await store.count(step.collection, {})
    outcomes = {"renewed": 0, "current": 0, "gone": 0}
    last = ""
    while page := await store.find(step.collection, {"_id": {"$gt": last}}, sort=[("_id", 1)], limit=PAGE):
        for document in page:
            outcomes[await _renew(store, step, document)] += 1
        last = page[-1]["_id"]
        if progress is not None:
            seen = sum(outcomes.values())
            progress(step.collection, seen, max(seen, total))
    return RotationCounts(step.collection, **outcomes)


async def _renew(store: DocumentStore, step: RotationStep, document: Document) -> str:
    latest: Document | None = document

    async def attempt() -> str | None:
        nonlocal latest
        if latest is None:
            return "gone"
        renewed = await step.renew(latest)
        if renewed is None:
            return "current"
        if await store.replace_if(step.collection, renewed) is not None:
            return "renewed"
        latest = await store.find_one(step.collection, {"_id": document["_id"]})
        return None

    return await until_won(attempt)


def _renewed(cipher: FieldCipher, collection: str, field: str, document: Document) -> str:
    context = FieldContext(collection, field, document["_id"])
    return cipher.encrypt(cipher.decrypt(document[field], context), context)
