"""Documents in one SQLite file: a table for each collection, JSON1 for its fields, expression indexes.

Several processes may use the file at once. Measured figures are in the README.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import orjson

from bot.ports import Document, Sort, Where
from bot.storage.conditions import (
    check_window,
    checked_collection,
    checked_keys,
    read_conditions,
    read_sort,
)
from bot.storage.document_rules import check_document, expected_version
from bot.storage.in_use import InUse
from bot.storage.sqlite_conditions import all_hold, ordered_by, value_of
from bot.storage.sqlite_engine import WRITE_PATIENCE_S, SqliteEngine, Synchronous

READER_COUNT = 2
FEW_ROWS = 32
"""A query for no more rows than that, by the first key of an index, is as quick as one by primary key."""
TABLE_PREFIX = "documents_"


class SqliteDocumentStore:
    """`bot.ports.DocumentStore` for one host, without a server. Made by `open`; belongs to one event loop."""

    def __init__(self, engine: SqliteEngine, in_use: InUse) -> None:
        self._engine = engine
        self._in_use = in_use
        self._known: dict[str, str] = {}
        self._indexed: set[tuple[str, str]] = set()

    @classmethod
    async def open(
        cls,
        path: Path,
        *,
        synchronous: Synchronous = "FULL",
        write_patience_s: float = WRITE_PATIENCE_S,
        alone: bool = False,
    ) -> Self:
        """Open the store's file, or make it.

        Args:
            path: the file; beside it SQLite keeps ``-wal`` and ``-shm``. On a local disk.
            synchronous: ``FULL``: an acknowledged write survives a power cut; ``NORMAL``: a killed process only.
            write_patience_s: how long a write waits for other processes.
            alone: keep everybody else out while it is open; see `bot.storage.in_use`.

        Raises:
            StoreUnavailableError: the file cannot be opened or is not a database, or somebody keeps others out.
        """
        in_use = InUse(path, alone=alone)
        try:
            engine = await SqliteEngine.open(
                path, synchronous=synchronous, reader_count=READER_COUNT, write_patience_s=write_patience_s
            )
        except BaseException:
            in_use.release()
            raise
        return cls(engine, in_use)

    async def ensure_index(self, collection: str, keys: Sequence[str], *, unique: bool = False) -> None:
        """Create an index if it is not there.

        Unique indexes skip documents that lack a key, because SQLite takes NULLs for distinct.

        Raises:
            DuplicateKeyError: stored documents already break uniqueness.
        """
        table = await self._table(collection)
        paths = checked_keys(keys)
        terms = ", ".join(value_of(path) for path in paths)
        name = _index_name(collection, paths, unique=unique)
        statement = f'CREATE {"UNIQUE " if unique else ""}INDEX IF NOT EXISTS "{name}" ON {table} ({terms})'
        await self._engine.write(lambda connection: connection.execute(statement))
        self._indexed.add((collection, keys[0]))

    async def insert(self, collection: str, document: Document) -> Document:
        """Store a new document; see `bot.ports.DocumentStore.insert`."""
        identity = check_document(document)
        body = _body(document)
        table = await self._table(collection)
        statement = f"INSERT INTO {table} (id, ver, body) VALUES (?, 1, ?)"  # noqa: S608 - a checked name

        def insert(connection: sqlite3.Connection) -> None:
            connection.execute(statement, (identity, body))

        await self._engine.write(insert, is_single=True)
        return _document(identity, 1, body)

    async def find_one(self, collection: str, where: Where) -> Document | None:
        """The first match by ``_id`` order, or None."""
        identity = where.get("_id")
        if len(where) == 1 and isinstance(identity, str):
            table = await self._table(collection)
            rows = await self._engine.read_few(f"SELECT id, ver, body FROM {table} WHERE id = ?", [identity])  # noqa: S608 - a checked name
            return _document(*rows[0]) if rows else None
        found = await self.find(collection, where, limit=1)
        return found[0] if found else None

    async def find(
        self, collection: str, where: Where, *, sort: Sort = (), skip: int = 0, limit: int | None = None
    ) -> list[Document]:
        """All matches in order; see `bot.storage.conditions` for what is guaranteed."""
        check_window(skip, limit)
        condition, order = all_hold(read_conditions(where)), ordered_by(read_sort(sort))
        table = await self._table(collection)
        query = f"SELECT id, ver, body FROM {table}{condition.text}{order} LIMIT ? OFFSET ?"  # noqa: S608 - checked
        parameters = [*condition.parameters, -1 if limit is None else limit, skip]
        is_quick = limit is not None and limit <= FEW_ROWS and self._is_by_index(collection, where)
        rows = await (self._engine.read_few if is_quick else self._engine.read)(query, parameters)
        return [_document(*row) for row in rows]

    async def count(self, collection: str, where: Where) -> int:
        """How many match."""
        condition = all_hold(read_conditions(where))
        table = await self._table(collection)
        query = f"SELECT COUNT(*) FROM {table}{condition.text}"  # noqa: S608 - checked names and paths
        return int((await self._engine.read(query, condition.parameters))[0][0])

    async def replace_if(self, collection: str, document: Document) -> Document | None:
        """Compare-and-set on ``(_id, _ver)``; see `bot.ports.DocumentStore.replace_if`.

        Raises:
            DuplicateKeyError: the new fields break a unique index.
        """
        identity, version = check_document(document), expected_version(document)
        body = _body(document)
        table = await self._table(collection)
        statement = f"UPDATE {table} SET body = ?, ver = ver + 1 WHERE id = ? AND ver = ?"  # noqa: S608 - a checked name

        def replace(connection: sqlite3.Connection) -> int:
            return connection.execute(statement, (body, identity, version)).rowcount

        if await self._engine.write(replace, is_single=True) == 0:
            return None
        return _document(identity, version + 1, body)

    async def delete(self, collection: str, where: Where) -> int:
        """Delete all matches and return how many there were.

        Raises:
            ValueError: ``where`` is empty.
        """
        conditions = read_conditions(where)
        if not conditions:
            msg = f"refusing to delete everything in {collection}: name what is to be deleted"
            raise ValueError(msg)
        condition = all_hold(conditions)
        table = await self._table(collection)
        statement = f"DELETE FROM {table}{condition.text}"  # noqa: S608 - checked names and paths
        return await self._engine.write(lambda connection: connection.execute(statement, condition.parameters).rowcount)

    async def collections(self) -> list[str]:
        """Names of the collections that hold documents, sorted."""
        tables = await self._engine.read("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        names = [str(name).removeprefix(TABLE_PREFIX) for (name,) in tables if str(name).startswith(TABLE_PREFIX)]
        return [name for name in names if await self.find(name, {}, limit=1)]

    async def restore(self, collection: str, document: Document) -> None:
        """Store a document with its ``_ver``; see `bot.ports.DocumentStore.restore`."""
        row = (check_document(document), expected_version(document), _body(document))
        table = await self._table(collection)
        statement = f"INSERT INTO {table} (id, ver, body) VALUES (?, ?, ?)"  # noqa: S608 - a checked name

        def insert(connection: sqlite3.Connection) -> None:
            connection.execute(statement, row)

        await self._engine.write(insert, is_single=True)

    async def close(self) -> None:
        """Finish what is being written and close the file."""
        await self._engine.close()
        self._in_use.release()

    def _is_by_index(self, collection: str, where: Where) -> bool:
        return any(type(value) is str and (collection, path) in self._indexed for path, value in where.items())

    async def _table(self, collection: str) -> str:
        """The quoted table of a collection, made at its first use."""
        known = self._known.get(collection)
        if known is not None:
            return known
        table = f'"{TABLE_PREFIX}{checked_collection(collection)}"'
        statement = (
            f"CREATE TABLE IF NOT EXISTS {table} (id TEXT PRIMARY KEY NOT NULL, ver INTEGER NOT NULL, "
            "body TEXT NOT NULL)"
        )
        await self._engine.write(lambda connection: connection.execute(statement))
        self._known[collection] = table
        return table


def _index_name(collection: str, paths: Sequence[str], *, unique: bool) -> str:
    spelled = " ".join(["unique" if unique else "index", collection, *paths])
    # SQLite does not tell "aB" from "ab" in an index's name, so the exact spelling is added as a checksum
    return f"{spelled} {zlib.crc32(spelled.encode()):08x}"


def _body(document: Document) -> str:
    fields = {key: value for key, value in document.items() if key not in ("_id", "_ver")}
    return orjson.dumps(fields).decode()


def _document(identity: str, version: int, body: str) -> Document:
    fields: dict[str, Any] = orjson.loads(body)
    return {"_id": identity, "_ver": version, **fields}
