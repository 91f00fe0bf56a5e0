"""Many workers book, change and cancel at once while processes die: in the end every place has one holder who knows."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable
from datetime import timedelta

import pytest

from bot.bookings.booking_documents import COLLECTION
from bot.bookings.sweeps import HALF_DONE_AFTER
from bot.domain.booking import BookingState, Slot
from bot.domain.errors import BookingRefusedError, SlotTakenError, StoreUnavailableError
from tests.fakes.bookings_room import MONDAY, OFFICE, PSEUDONYMS, BookingsRoom, request_of
from tests.fakes.killed_store import KilledStore

WORKERS = [f"o-{number}" for number in range(8)]
ROUNDS = 12
FOREVER = 10**6
FORESEEN = (SlotTakenError, BookingRefusedError, StoreUnavailableError)


async def act(room: BookingsRoom, slots: list[Slot], dice: random.Random, step: int) -> None:
    """One worker does one thing, in a process that may die anywhere in it."""
    openid = dice.choice(WORKERS)
    writes = dice.choice([1, 2, 3, 4, FOREVER, FOREVER])
    process = BookingsRoom.over(KilledStore(room.store, writes), room.clock)
    mine = [one for one in await room.bookings.of_worker(PSEUDONYMS.of(openid)) if one.is_open]
    work: Awaitable[object]
    if not mine:
        work = process.new_bookings.book(request_of(openid, request_id=f"{openid}-{step}", slot=dice.choice(slots)))
    elif dice.random() < 0.6:
        work = process.bookings.move(mine[0].number, dice.choice(slots))
    else:
        work = process.bookings.cancel(mine[0].number)
    try:
        await work
    except FORESEEN:
        return


@pytest.mark.parametrize("seed", range(6))
async def test_every_place_has_one_holder_who_knows_of_it(seed: int, room: BookingsRoom) -> None:
    dice = random.Random(seed)  # noqa: S311 - a history, no secret
    slots = [found.slot for found in await room.availability.free(OFFICE, MONDAY, MONDAY)]
    for openid in WORKERS:
        await room.agree(openid)
    for number in range(ROUNDS):
        await asyncio.gather(*(act(room, slots, dice, number * 10 + step) for step in range(5)))
        if dice.random() < 0.2:
            await room.sweeps.undo_half_done()
        for slot in slots:
            assert len(await room.slots.numbers(slot.slot_id)) <= OFFICE.capacity
    await room.clock.advance((HALF_DONE_AFTER + timedelta(seconds=1)).total_seconds())
    await room.sweeps.undo_half_done()
    held = {slot.slot_id: numbers for slot in slots if (numbers := await room.slots.numbers(slot.slot_id))}
    kept = await room.store.find(COLLECTION, {"state": BookingState.BOOKED.value})
    assert held == {document["slot_id"]: [document["_id"]] for document in kept}
    assert not any(document["unsettled"] for document in await room.store.find(COLLECTION, {}))
