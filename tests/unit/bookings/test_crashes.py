"""A process is killed before each of its writes: a repeat finishes the work, and without one nothing is left of it."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.bookings.booking_documents import COLLECTION
from bot.bookings.sweeps import HALF_DONE_AFTER
from bot.domain.booking import BookingState
from bot.domain.errors import StoreUnavailableError
from tests.fakes.bookings_room import NEXT, SLOT, BookingsRoom, request_of
from tests.fakes.killed_store import KilledStore

Work = Callable[[BookingsRoom], Awaitable[object]]
WRITES = range(1, 8)
"""More than any of these works does, so that the last runs to their ends."""


async def killed_in(room: BookingsRoom, writes: int, work: Work) -> bool:
    """Do some work in a process that is killed before its write of this number; whether it got that far."""
    dying = BookingsRoom.over(KilledStore(room.store, writes - 1), room.clock)
    with contextlib.suppress(StoreUnavailableError):
        await work(dying)
        return False
    return True


async def later(room: BookingsRoom) -> None:
    await room.clock.advance((HALF_DONE_AFTER + timedelta(seconds=1)).total_seconds())
    await room.sweeps.undo_half_done()


async def places(room: BookingsRoom) -> dict[str, list[str]]:
    held = {slot.slot_id: await room.slots.numbers(slot.slot_id) for slot in (SLOT, NEXT)}
    return {slot_id: numbers for slot_id, numbers in held.items() if numbers}


def book(room: BookingsRoom) -> Awaitable[object]:
    return room.new_bookings.book(request_of())


@pytest.mark.parametrize("writes", WRITES)
async def test_a_booking_repeated_after_a_kill_is_booked_once(writes: int, room: BookingsRoom) -> None:
    await killed_in(room, writes, book)
    booking = await room.new_bookings.book(request_of())
    assert booking.state is BookingState.BOOKED
    assert await places(room) == {SLOT.slot_id: [booking.number]}
    assert await room.store.count(COLLECTION, {}) == 1
    await later(room)
    assert await places(room) == {SLOT.slot_id: [booking.number]}


@pytest.mark.parametrize("writes", WRITES)
async def test_a_booking_that_nobody_repeats_after_a_kill_holds_no_place(writes: int, room: BookingsRoom) -> None:
    was_killed = await killed_in(room, writes, book)
    await later(room)
    kept = await room.bookings.of_worker(request_of().worker_id)
    assert await places(room) == ({SLOT.slot_id: [kept[0].number]} if kept else {})
    assert await room.store.count(COLLECTION, {}) == len(kept)
    assert was_killed or kept
    await room.agree("o-2")
    other = await room.new_bookings.book(request_of("o-2", slot=NEXT if kept else SLOT))
    assert other.state is BookingState.BOOKED


@pytest.mark.parametrize("writes", WRITES)
async def test_another_form_for_the_same_matter_takes_over_what_a_kill_left(writes: int, room: BookingsRoom) -> None:
    await killed_in(room, writes, book)
    [known] = await room.bookings.of_worker(request_of().worker_id) or [None]
    if known is None:
        booking = await room.new_bookings.book(request_of(request_id="form-again", slot=NEXT))
        assert await places(room) == {NEXT.slot_id: [booking.number]}
    else:
        assert await places(room) == {SLOT.slot_id: [known.number]}


@pytest.mark.parametrize("writes", WRITES)
async def test_a_kill_during_a_change_leaves_one_place_and_a_repeat_finishes_it(
    writes: int, room: BookingsRoom
) -> None:
    booking = await room.new_bookings.book(request_of())
    await killed_in(room, writes, lambda dying: dying.bookings.move(booking.number, NEXT))
    assert (await room.bookings.move(booking.number, NEXT)).slot == NEXT
    assert await places(room) == {NEXT.slot_id: [booking.number]}
    await later(room)
    assert await places(room) == {NEXT.slot_id: [booking.number]}


@pytest.mark.parametrize("writes", WRITES)
async def test_a_change_that_nobody_repeats_after_a_kill_is_undone_or_done(writes: int, room: BookingsRoom) -> None:
    booking = await room.new_bookings.book(request_of())
    await killed_in(room, writes, lambda dying: dying.bookings.move(booking.number, NEXT))
    await later(room)
    now = await room.bookings.get(booking.number)
    assert now.state is BookingState.BOOKED
    assert await places(room) == {now.slot.slot_id: [booking.number]}


@pytest.mark.parametrize("writes", WRITES)
async def test_back_to_the_old_time_after_a_kill_during_a_change(writes: int, room: BookingsRoom) -> None:
    booking = await room.new_bookings.book(request_of())
    await killed_in(room, writes, lambda dying: dying.bookings.move(booking.number, NEXT))
    assert (await room.bookings.move(booking.number, SLOT)).slot == SLOT
    assert await places(room) == {SLOT.slot_id: [booking.number]}


@pytest.mark.parametrize("writes", WRITES)
async def test_a_kill_during_a_cancellation_frees_the_place_in_the_end(writes: int, room: BookingsRoom) -> None:
    booking = await room.new_bookings.book(request_of())
    await killed_in(room, writes, lambda dying: dying.bookings.cancel(booking.number))
    await later(room)
    now = await room.bookings.get(booking.number)
    assert await places(room) == ({SLOT.slot_id: [booking.number]} if now.is_open else {})
    assert (await room.bookings.cancel(booking.number)).state is BookingState.CANCELLED
    assert await places(room) == {}


async def test_a_sweep_beside_a_late_repeat_loses_no_place(room: BookingsRoom) -> None:
    """The sweep undid a change, and the process that it took for dead goes on with it."""
    booking = await room.new_bookings.book(request_of())
    await killed_in(room, 3, lambda dying: dying.bookings.move(booking.number, NEXT))
    await later(room)
    assert (await room.bookings.move(booking.number, NEXT)).slot == NEXT
    await later(room)
    assert await places(room) == {NEXT.slot_id: [booking.number]}
