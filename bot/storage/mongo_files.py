"""Files by content in MongoDB's GridFS, for several hosts.

The key is the GridFS file's name, not its id: an upload that broke off, or two uploads at once, then leave an extra
copy and never a wrong one.
"""

from __future__ import annotations

import contextlib
import io
from typing import Any, Self

from gridfs.errors import CorruptGridFile, NoFile
from motor.motor_asyncio import AsyncIOMotorGridFSBucket

from bot.storage.file_rules import checked_key, damaged_file, key_of, no_such_file
from bot.storage.mongo_client import MongoClient, MongoDatabase, connect, errors_translated

BUCKET = "files"


class GridFsFileStore:
    """`bot.ports.FileStore` over motor; made by `open`, belongs to one event loop."""

    def __init__(self, client: MongoClient, database: MongoDatabase) -> None:
        self._client = client
        self._index = database[f"{BUCKET}.files"]
        self._bucket = AsyncIOMotorGridFSBucket(database, bucket_name=BUCKET)

    @classmethod
    def open_url(cls, url: str) -> Self:
        """Prepare a client; see `bot.storage.mongo_client.connect`."""
        return cls(*connect(url))

    async def put(self, content: bytes) -> str:
        """Keep the bytes and return their key; putting them again mends a damaged file.

        Raises:
            StoreUnavailableError: the server is away.
        """
        key = key_of(content)
        with errors_translated():
            copies = await self._copies(key)
            if await self._first_whole(key, copies) is None:
                await self._bucket.upload_from_stream(key, content)
                for damaged in copies:
                    await self._remove(damaged)
        return key

    async def open(self, key: str) -> bytes:
        """The bytes, checked against their key.

        Raises:
            StoreError: there is no such file, it is damaged, or ``key`` is not a key.
            StoreUnavailableError: the server is away.
        """
        checked_key(key)
        with errors_translated():
            copies = await self._copies(key)
            content = await self._first_whole(key, copies)
        if content is None:
            raise damaged_file(key) if copies else no_such_file(key)
        return content

    async def delete(self, key: str) -> bool:
        """Forget a file; False when there was none.

        Raises:
            StoreError: ``key`` is not a key.
            StoreUnavailableError: the server is away.
        """
        checked_key(key)
        with errors_translated():
            copies = await self._copies(key)
            for found in copies:
                await self._remove(found)
        return bool(copies)

    async def keys(self, *, after: str = "", limit: int = 1000) -> list[str]:
        """Keys of the stored files in order, from behind ``after`` on."""
        found: list[str] = []
        while len(found) < limit:
            query = {"filename": {"$gt": found[-1] if found else after}}
            with errors_translated():
                cursor = self._index.find(query, {"filename": 1}, sort=[("filename", 1)], limit=limit)
                names = [str(stored["filename"]) for stored in await cursor.to_list(None)]
            if not names:
                break
            found += dict.fromkeys(names)  # a file may be there twice, see above
        return found[:limit]

    async def close(self) -> None:
        """Close the connections."""
        self._client.close()

    async def _copies(self, key: str) -> list[Any]:
        """The GridFS ids of what was stored under a key."""
        return [found["_id"] async for found in self._index.find({"filename": key}, {"_id": 1})]

    async def _first_whole(self, key: str, copies: list[Any]) -> bytes | None:
        for found in copies:
            content = io.BytesIO()
            with contextlib.suppress(CorruptGridFile, NoFile):
                await self._bucket.download_to_stream(found, content)
            if key_of(content.getvalue()) == key:
                return content.getvalue()
        return None

    async def _remove(self, found: Any) -> None:  # noqa: ANN401 - a GridFS id
        with contextlib.suppress(NoFile):
            await self._bucket.delete(found)
