"""A process of its own that adds to one document: ``add_to_counter.py URL PATH TIMES``."""

import asyncio
import sys
from pathlib import Path

from bot.ports import Document
from bot.storage.change import change
from bot.storage.open_engines import open_documents


def add_one(document: Document) -> Document:
    return {**document, "total": document["total"] + 1}


async def main(url: str, path: str, times: int) -> None:
    store = await open_documents(url, Path(path))
    for _ in range(times):
        assert await change(store, "counters", "shared", add_one) is not None
    await store.close()


asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
