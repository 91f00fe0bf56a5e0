"""The pages of an export that does not fit into one reply, for as long as its worker leafs through them.

They are made once, so that no page shifts while another is read, and lie sealed; a further export replaces them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from bot.domain.errors import DuplicateKeyError
from bot.domain.moments import to_ms
from bot.ports import Clock, Document, DocumentStore
from bot.privacy import phrasing_consent as words
from bot.privacy.cipher import FieldCipher, FieldContext
from bot.privacy.compare_and_set import until_won
from bot.privacy.holders import WithoutMatters
from bot.privacy.rotation import RotationStep, sealed_fields

COLLECTION = "export_pages"
KEPT_S = 3600
_PAGES = "pages"


class ExportPages(WithoutMatters):
    """The pages of all workers; see `bot.privacy.holders.PersonalDataHolder`.

    Args:
        store: where they lie.
        cipher: seals them.
        clock: they are kept for an hour.
    """

    label = words.EXPORT_PAGES

    def __init__(self, store: DocumentStore, cipher: FieldCipher, clock: Clock) -> None:
        self._store = store
        self._cipher = cipher
        self._clock = clock

    async def keep(self, worker_id: str, pages: Sequence[str]) -> None:
        """Keep a worker's pages instead of those before.

        Raises:
            StoreError: the store is away.
        """
        sealed = self._cipher.encrypt(json.dumps(list(pages), ensure_ascii=False), _context(worker_id))
        news: Document = {_PAGES: sealed, "until_ms": self._now_ms() + KEPT_S * 1000}

        async def attempt() -> Document | None:
            known = await self._store.find_one(COLLECTION, {"_id": worker_id})
            if known is not None:
                return await self._store.replace_if(COLLECTION, known | news)
            try:
                return await self._store.insert(COLLECTION, {"_id": worker_id, **news})
            except DuplicateKeyError:
                return None

        await until_won(attempt)

    async def of(self, worker_id: str) -> list[str]:
        """A worker's pages; none where there are none, or the hour is over.

        Raises:
            DecryptionError: they were changed, or the installation's key is another one.
        """
        document = await self._store.find_one(COLLECTION, {"_id": worker_id})
        if document is None or document["until_ms"] < self._now_ms():
            return []
        pages: list[str] = json.loads(self._cipher.decrypt(document[_PAGES], _context(worker_id)))
        return pages

    async def export(self, worker_id: str) -> list[dict[str, str]]:  # noqa: ARG002 - a copy of all the rest
        """Nothing: the pages hold what the other rooms export."""
        return []

    async def erase(self, worker_id: str) -> int:
        """Delete the pages."""
        return await self._store.delete(COLLECTION, {"_id": worker_id})

    async def expire(self) -> int:
        """Delete pages whose hour is over, and return how many workers had some."""
        return await self._store.delete(COLLECTION, {"until_ms": {"$lt": self._now_ms()}})

    def rotation(self) -> RotationStep:
        """Brings pages under the installation's current key."""
        return sealed_fields(self._cipher, COLLECTION, [_PAGES])

    def _now_ms(self) -> int:
        return to_ms(self._clock.now())


def _context(worker_id: str) -> FieldContext:
    return FieldContext(COLLECTION, _PAGES, worker_id)
