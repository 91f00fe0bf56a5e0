"""A document store of a process that is killed before one of its writes."""

from __future__ import annotations

from typing import Any

from bot.domain.errors import StoreUnavailableError
from bot.ports import Document, DocumentStore


class KilledStore:
    """Passes everything on until so many writes are done; after that nothing reaches the store any more.

    Attributes:
        writes_left: how many writes are still to happen.
    """

    def __init__(self, inner: DocumentStore, writes_left: int) -> None:
        self._inner = inner
        self.writes_left = writes_left

    async def ensure_index(self, collection: str, keys: Any, *, unique: bool = False) -> None:
        await self._inner.ensure_index(collection, keys, unique=unique)

    async def insert(self, collection: str, document: Document) -> Document:
        self._write()
        return await self._inner.insert(collection, document)

    async def replace_if(self, collection: str, document: Document) -> Document | None:
        self._write()
        return await self._inner.replace_if(collection, document)

    async def delete(self, collection: str, where: Any) -> int:
        self._write()
        return await self._inner.delete(collection, where)

    async def find_one(self, collection: str, where: Any) -> Document | None:
        self._look()
        return await self._inner.find_one(collection, where)

    async def find(self, collection: str, where: Any, **window: Any) -> list[Document]:
        self._look()
        return await self._inner.find(collection, where, **window)

    async def count(self, collection: str, where: Any) -> int:
        self._look()
        return await self._inner.count(collection, where)

    async def collections(self) -> list[str]:
        return await self._inner.collections()

    async def restore(self, collection: str, document: Document) -> None:
        await self._inner.restore(collection, document)

    async def close(self) -> None:
        await self._inner.close()

    def _write(self) -> None:
        self._look()
        self.writes_left -= 1

    def _look(self) -> None:
        if self.writes_left <= 0:
            raise StoreUnavailableError("这个进程已经没了")
