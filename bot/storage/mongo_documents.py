"""Documents in MongoDB, for several hosts."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any, Self

import pymongo

from bot.ports import Document, Sort, Where
from bot.storage.conditions import (
    Condition,
    check_window,
    checked_collection,
    checked_keys,
    read_conditions,
    read_sort,
)
from bot.storage.document_rules import check_document, expected_version
from bot.storage.mongo_client import LONG_WORK_S, MongoClient, MongoDatabase, connect, errors_translated


class MongoDocumentStore:
    """`bot.ports.DocumentStore` over motor; made by `open`, belongs to one event loop."""

    def __init__(self, client: MongoClient, database: MongoDatabase) -> None:
        self._client = client
        self._database = database

    @classmethod
    def open(cls, url: str) -> Self:
        """Prepare a client; see `bot.storage.mongo_client.connect`."""
        return cls(*connect(url))

    async def ensure_index(self, collection: str, keys: Sequence[str], *, unique: bool = False) -> None:
        """Create an index if it is not there.

        Unique indexes skip documents that lack a key: they are partial on ``$exists``.

        Raises:
            DuplicateKeyError: stored documents already break uniqueness.
        """
        paths = checked_keys(keys)
        options: dict[str, Any] = {"name": "_".join(["unique" if unique else "index", *paths])}
        if unique:
            options |= {"unique": True, "partialFilterExpression": {path: {"$exists": True} for path in paths}}
        with errors_translated(), pymongo.timeout(LONG_WORK_S):
            await self._database[checked_collection(collection)].create_index([(path, 1) for path in paths], **options)

    async def insert(self, collection: str, document: Document) -> Document:
        """Store a new document; see `bot.ports.DocumentStore.insert`."""
        check_document(document)
        stored = copy.deepcopy({**document, "_ver": 1})
        with errors_translated():
            await self._database[checked_collection(collection)].insert_one(stored)
        return stored

    async def find_one(self, collection: str, where: Where) -> Document | None:
        """The first match by ``_id`` order, or None."""
        identity = where.get("_id")
        if len(where) == 1 and isinstance(identity, str):  # most reads: no cursor, and nothing to sort
            with errors_translated():
                return await self._database[checked_collection(collection)].find_one({"_id": identity})
        found = await self.find(collection, where, limit=1)
        return found[0] if found else None

    async def find(
        self, collection: str, where: Where, *, sort: Sort = (), skip: int = 0, limit: int | None = None
    ) -> list[Document]:
        """All matches in order; see `bot.storage.conditions` for what is guaranteed."""
        check_window(skip, limit)
        query, order = _query(read_conditions(where)), read_sort(sort)
        name = checked_collection(collection)
        if limit == 0:  # which MongoDB reads as no limit
            return []
        with errors_translated():
            cursor = self._database[name].find(query, sort=order, skip=skip, limit=limit or 0)
            return await cursor.to_list(None)

    async def count(self, collection: str, where: Where) -> int:
        """How many match."""
        query = _query(read_conditions(where))
        with errors_translated():
            return int(await self._database[checked_collection(collection)].count_documents(query))

    async def replace_if(self, collection: str, document: Document) -> Document | None:
        """Compare-and-set on ``(_id, _ver)``; see `bot.ports.DocumentStore.replace_if`.

        Raises:
            DuplicateKeyError: the new fields break a unique index.
        """
        identity, version = check_document(document), expected_version(document)
        stored = copy.deepcopy({**document, "_ver": version + 1})
        with errors_translated():
            outcome = await self._database[checked_collection(collection)].replace_one(
                {"_id": identity, "_ver": version}, stored
            )
        return stored if outcome.matched_count else None

    async def delete(self, collection: str, where: Where) -> int:
        """Delete all matches and return how many there were.

        Raises:
            ValueError: ``where`` is empty.
        """
        query = _query(read_conditions(where))
        if not query:
            msg = f"refusing to delete everything in {collection}: name what is to be deleted"
            raise ValueError(msg)
        with errors_translated(), pymongo.timeout(LONG_WORK_S):
            outcome = await self._database[checked_collection(collection)].delete_many(query)
        return int(outcome.deleted_count)

    async def collections(self) -> list[str]:
        """Names of the collections that hold documents, sorted; GridFS and MongoDB's own are no documents."""
        with errors_translated():
            names = sorted(await self._database.list_collection_names())
        return [name for name in names if "." not in name and await self.find(name, {}, limit=1)]

    async def restore(self, collection: str, document: Document) -> None:
        """Store a document with its ``_ver``; see `bot.ports.DocumentStore.restore`."""
        check_document(document)
        expected_version(document)
        with errors_translated():
            await self._database[checked_collection(collection)].insert_one(copy.deepcopy(document))

    async def close(self) -> None:
        """Close the connections."""
        self._client.close()


def _query(conditions: Sequence[Condition]) -> dict[str, Any]:
    query: dict[str, Any] = {}
    for condition in conditions:
        operand = list(condition.operand) if condition.operator == "$in" else condition.operand
        query.setdefault(condition.path, {})[condition.operator] = operand
    return query
