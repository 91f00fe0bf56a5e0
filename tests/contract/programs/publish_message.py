"""A process of its own that publishes one message: ``publish_message.py URL PATH CHANNEL MESSAGE``."""

import asyncio
import sys
from pathlib import Path

from bot.storage.open_engines import open_cache
from tests.fakes.fake_clock import FakeClock


async def main(url: str, path: str, channel: str, message: str) -> None:
    cache = await open_cache(url, Path(path), clock=FakeClock())
    await cache.publish(channel, message)
    await cache.close()


asyncio.run(main(*sys.argv[1:5]))
