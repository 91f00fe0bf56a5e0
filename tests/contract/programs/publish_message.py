"""A process of its own that publishes one message: ``publish_message.py URL PATH CHANNEL MESSAGE``."""

import asyncio
import sys
from pathlib import Path

from tests.fakes.any_cache import open_any_cache
from tests.fakes.fake_clock import FakeClock


async def main(url: str, path: str, channel: str, message: str) -> None:
    cache, stores = await open_any_cache(url, Path(path), FakeClock())
    await cache.publish(channel, message)
    for engine in (cache, *stores):
        await engine.close()


asyncio.run(main(*sys.argv[1:5]))
