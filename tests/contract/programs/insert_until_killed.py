"""A process of its own that inserts and prints each acknowledged ``_id``: ``insert_until_killed.py URL PATH``."""

import asyncio
import itertools
import sys
from pathlib import Path

from bot.storage.open_engines import open_documents

WRITERS = 8


async def main(url: str, path: str) -> None:
    store = await open_documents(url, Path(path))
    numbers = itertools.count()

    async def write_on() -> None:
        while True:
            identity = f"d{next(numbers)}"
            await store.insert("acknowledged", {"_id": identity, "text": "工资条" * 50})
            print(identity, flush=True)  # noqa: T201 - this is what the test reads

    await asyncio.gather(*[write_on() for _ in range(WRITERS)])


asyncio.run(main(sys.argv[1], sys.argv[2]))
