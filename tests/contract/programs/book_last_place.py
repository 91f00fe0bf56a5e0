"""Books the last place of a slot for many workers at once; prints how it went for each, one line."""

import asyncio
import sys
from pathlib import Path

from bot.domain.errors import SlotTakenError
from bot.storage.open_engines import open_documents
from tests.fakes.bookings_room import BookingsRoom, request_of
from tests.fakes.fake_clock import FakeClock


async def main(url: str, path: str, first: int, count: int) -> None:
    store = await open_documents(url, Path(path))
    room = BookingsRoom.over(store, FakeClock())

    async def book(worker: int) -> str:
        await room.agree(f"o-{worker}")
        try:
            return f"booked {(await room.new_bookings.book(request_of(f'o-{worker}'))).number}"
        except SlotTakenError as error:
            return f"taken {error}"

    sys.stdin.readline()
    lines = await asyncio.gather(*(book(first + number) for number in range(count)))
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
    await store.close()


asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
