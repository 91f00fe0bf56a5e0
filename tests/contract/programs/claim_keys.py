"""A process of its own that claims keys and prints those it got: ``claim_keys.py URL PATH COUNT``.

It begins when a line comes in, so that a test can let two of them go at once.
"""

import asyncio
import sys
from pathlib import Path

from tests.fakes.any_cache import open_any_cache
from tests.fakes.fake_clock import FakeClock


async def main(url: str, path: str, count: int) -> None:
    cache, stores = await open_any_cache(url, Path(path), FakeClock())
    print("ready", flush=True)  # noqa: T201 - this is what the test reads
    await asyncio.to_thread(sys.stdin.readline)
    for number in range(count):
        if await cache.claim(f"message-{number}", 60):
            print(number, flush=True)  # noqa: T201 - this is what the test reads
    for engine in (cache, *stores):
        await engine.close()


asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
