"""What `bot.bookings` asks of the document port, over every engine: no place is sold twice."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from bot.bookings.booking_documents import COLLECTION
from bot.domain.booking import BookingState, Matter
from bot.domain.errors import BookingRefusedError, SlotTakenError
from bot.ports import DocumentStore
from tests.contract.conftest import Place
from tests.fakes.bookings_room import NEXT, OFFICE, SLOT, BookingsRoom, request_of
from tests.fakes.fake_clock import FakeClock

FIFTY = range(50)
Start = Callable[..., Awaitable[asyncio.subprocess.Process]]


@pytest.fixture
async def rooms(
    another_documents: Callable[[], Awaitable[DocumentStore]], clock: FakeClock
) -> tuple[BookingsRoom, BookingsRoom]:
    """Two processes."""
    first, second = [BookingsRoom.over(await another_documents(), clock) for _ in range(2)]
    await first.prepare()
    return first, second


async def book_or_hear(room: BookingsRoom, openid: str) -> str:
    await room.agree(openid)
    try:
        return (await room.new_bookings.book(request_of(openid))).slot.slot_id
    except SlotTakenError as error:
        return str(error)


async def test_fifty_bookings_of_the_last_place_give_one_success_and_forty_nine_offers_of_the_next(
    rooms: tuple[BookingsRoom, BookingsRoom],
) -> None:
    heard = Counter(await asyncio.gather(*(book_or_hear(rooms[number % 2], f"o-{number}") for number in FIFTY)))
    assert heard.pop(SLOT.slot_id) == 1
    [(offer, times)] = heard.items()
    assert times == 49
    assert "4月29日（周一）上午10点" in offer
    assert len(await rooms[0].slots.numbers(SLOT.slot_id)) == 1
    assert await rooms[0].store.count(COLLECTION, {}) == 1


async def test_a_slot_of_seven_places_takes_seven(
    another_documents: Callable[[], Awaitable[DocumentStore]], clock: FakeClock
) -> None:
    room = BookingsRoom.over(await another_documents(), clock)
    await room.prepare(replace(OFFICE, capacity=7))
    heard = Counter(await asyncio.gather(*(book_or_hear(room, f"o-{number}") for number in range(20))))
    assert heard[SLOT.slot_id] == 7
    numbers = await room.slots.numbers(SLOT.slot_id)
    assert len(set(numbers)) == 7


async def test_the_same_request_repeated_at_once_in_two_processes_books_once(
    rooms: tuple[BookingsRoom, BookingsRoom],
) -> None:
    await rooms[0].agree("o-zhang")
    made = await asyncio.gather(*(rooms[number % 2].new_bookings.book(request_of()) for number in range(20)))
    assert len({booking.number for booking in made}) == 1
    assert await rooms[0].slots.numbers(SLOT.slot_id) == [made[0].number]


async def test_one_worker_has_one_open_booking_for_each_matter(rooms: tuple[BookingsRoom, BookingsRoom]) -> None:
    room = rooms[0]
    await room.agree("o-zhang")
    first = await room.new_bookings.book(request_of())
    with pytest.raises(BookingRefusedError, match=f"{first.number[:4]} {first.number[4:]}"):
        await room.new_bookings.book(request_of(request_id="form-2", slot=NEXT))
    await room.new_bookings.book(request_of(request_id="form-3", slot=NEXT, matter=Matter.INJURY))
    await room.bookings.cancel(first.number)
    again = await room.new_bookings.book(request_of(request_id="form-4"))
    assert again.number != first.number


async def test_moving_takes_the_new_place_and_frees_the_old_one(rooms: tuple[BookingsRoom, BookingsRoom]) -> None:
    room = rooms[0]
    await room.agree("o-zhang")
    booking = await room.new_bookings.book(request_of())
    moved = await room.bookings.move(booking.number, NEXT)
    assert (moved.number, moved.slot) == (booking.number, NEXT)
    assert await room.slots.numbers(SLOT.slot_id) == []
    assert await room.slots.numbers(NEXT.slot_id) == [booking.number]
    assert (await room.bookings.move(booking.number, SLOT)).slot == SLOT
    assert await room.slots.numbers(NEXT.slot_id) == []


async def test_two_who_change_to_the_same_place_at_once_do_not_both_get_it(
    rooms: tuple[BookingsRoom, BookingsRoom],
) -> None:
    room, target = rooms[0], (await rooms[0].availability.free(OFFICE, SLOT.on, SLOT.on))[2].slot
    for openid, slot in (("o-1", SLOT), ("o-2", NEXT)):
        await room.agree(openid)
        await room.new_bookings.book(request_of(openid, slot=slot))
    numbers = [(await room.bookings.of_worker(request_of(openid).worker_id))[0].number for openid in ("o-1", "o-2")]
    ends = await asyncio.gather(
        *(rooms[one].bookings.move(numbers[one], target) for one in (0, 1)), return_exceptions=True
    )
    assert sorted(type(end).__name__ for end in ends) == ["Booking", "SlotTakenError"]
    slots = {(await room.bookings.get(number)).slot for number in numbers}
    held = [number for slot in (SLOT, NEXT, target) for number in await room.slots.numbers(slot.slot_id)]
    assert sorted(held) == sorted(numbers)
    assert target in slots
    assert len(slots) == 2


async def test_cancelling_twice_at_once_frees_one_place_once(rooms: tuple[BookingsRoom, BookingsRoom]) -> None:
    await rooms[0].agree("o-zhang")
    booking = await rooms[0].new_bookings.book(request_of())
    ended = await asyncio.gather(*(room.bookings.cancel(booking.number) for room in rooms))
    assert {one.state for one in ended} == {BookingState.CANCELLED}
    assert await rooms[0].slots.numbers(SLOT.slot_id) == []
    await rooms[0].agree("o-2")
    assert (await rooms[0].new_bookings.book(request_of("o-2"))).slot == SLOT


async def test_two_processes_sell_the_last_place_once(
    rooms: tuple[BookingsRoom, BookingsRoom], documents_place: Place, start_program: Start
) -> None:
    processes = [
        await start_program("book_last_place.py", documents_place.url, documents_place.path, first, 25)
        for first in (0, 25)
    ]
    ended = await asyncio.gather(*(process.communicate(b"go\n") for process in processes))
    lines = [line for output, _ in ended for line in output.decode().splitlines()]
    assert Counter(line.split()[0] for line in lines) == {"booked": 1, "taken": 49}
    [booked] = [line for line in lines if line.startswith("booked")]
    assert await rooms[0].slots.numbers(SLOT.slot_id) == [booked.split()[1]]
    assert all("上午10点" in line for line in lines if line.startswith("taken"))
