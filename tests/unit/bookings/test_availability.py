"""Which slots are free: opening hours, holidays and the weekends worked for them, what is taken, what is too soon."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.bookings.availability import HORIZON_DAYS, Wanted
from bot.bookings.office_hours import parse_hours, write_hours
from bot.bookings.working_days import announced
from bot.domain.booking import FreeSlot, Opening, Slot
from tests.fakes.bookings_room import MONDAY, OFFICE, SLOT, BookingsRoom, request_of

MORNING = [time(9), time(10), time(11)]
AFTERNOON = [time(14, 30), time(15, 30), time(16, 30)]


def times(found: list[FreeSlot] | tuple[FreeSlot, ...]) -> list[time]:
    return [one.slot.at for one in found]


@pytest.mark.parametrize(
    ("text", "monday", "saturday", "written"),
    [
        ("周一至周五 9:00-12:00，14:30-17:30", 2, 0, "周一至周五 9:00-12:00，14:30-17:30"),
        ("星期一到星期五：8点30至11点；周六 9:00—12:00", 1, 1, "周一至周五 8:30-11:00；周六 9:00-12:00"),
        ("工作日 9:00-17:00", 1, 0, "周一至周五 9:00-17:00"),
        ("每天 8:00~20:00", 1, 1, "周一至周日 8:00-20:00"),
        ("周一、周三 9:00-12:00", 1, 0, "周一 9:00-12:00；周三 9:00-12:00"),
    ],
)
def test_hours_are_read_as_offices_write_them(text: str, monday: int, saturday: int, written: str) -> None:
    hours = parse_hours(text)
    assert (len(hours.get(0, ())), len(hours.get(5, ()))) == (monday, saturday)
    assert write_hours(hours) == written
    assert parse_hours(written) == hours


@pytest.mark.parametrize("text", ["", "全年无休", "周一至周五", "9:00-12:00", "周一 17:00-9:00", "周一 25:00-26:00"])
def test_hours_that_say_nothing_usable_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="时间"):
        parse_hours(text)


@pytest.mark.parametrize(
    ("on", "is_holiday", "is_make_up", "name"),
    [
        (date(2026, 10, 1), True, False, "国庆节"),
        (date(2026, 9, 20), False, True, "国庆节"),
        (date(2026, 12, 1), False, False, ""),
        (date(2026, 12, 5), False, False, ""),
        (date(2024, 5, 1), True, False, "劳动节"),
        (date(2024, 4, 28), False, True, "劳动节"),
    ],
)
def test_the_library_knows_holidays_and_the_weekends_worked_for_them(
    on: date, *, is_holiday: bool, is_make_up: bool, name: str
) -> None:
    day = announced(on)
    assert (day.is_holiday, day.is_make_up, day.name, day.is_provisional) == (is_holiday, is_make_up, name, False)


def test_a_year_that_nobody_announced_is_provisional() -> None:
    assert announced(date(2027, 1, 1)).is_provisional
    assert not announced(date(2027, 1, 1)).is_holiday


async def test_an_admins_list_says_what_the_library_does_not_know_yet(room: BookingsRoom) -> None:
    await room.days.enter(date(2027, 1, 1), "元旦")
    await room.days.enter(date(2027, 1, 3), "元旦", is_make_up=True)
    first, _, third = await room.days.between(date(2027, 1, 1), date(2027, 1, 3))
    assert (first.is_holiday, first.name, first.is_provisional) == (True, "元旦", True)
    assert (third.is_make_up, third.is_holiday) == (True, False)
    await room.days.enter(date(2027, 1, 3), "元旦")
    assert (await room.days.between(date(2027, 1, 3), date(2027, 1, 3)))[0].is_holiday
    assert await room.days.remove(date(2027, 1, 1))
    assert not await room.days.remove(date(2027, 1, 1))
    assert not (await room.days.between(date(2027, 1, 1), date(2027, 1, 1)))[0].is_holiday


async def test_a_day_has_the_slots_of_its_openings(room: BookingsRoom) -> None:
    assert times(await room.availability.free(OFFICE, MONDAY, MONDAY)) == [*MORNING, *AFTERNOON]
    uneven = replace(OFFICE, hours=parse_hours("周一 9:00-10:10"), slot_minutes=30)
    assert times(await room.availability.free(uneven, MONDAY, MONDAY)) == [time(9), time(9, 30)]


async def test_holidays_weekends_and_the_offices_own_days_off_have_none(room: BookingsRoom) -> None:
    for shut in (date(2024, 5, 1), date(2024, 4, 27)):
        assert await room.availability.free(OFFICE, shut, shut) == []
    assert await room.availability.free(replace(OFFICE, closed_on=frozenset({MONDAY})), MONDAY, MONDAY) == []


async def test_a_sunday_that_is_worked_is_like_a_working_day(room: BookingsRoom) -> None:
    found = await room.availability.free(OFFICE, date(2024, 4, 28), date(2024, 4, 28))
    assert times(found) == [*MORNING, *AFTERNOON]
    assert found[0].day.is_make_up


async def test_what_begins_within_the_hour_is_too_soon_and_what_lies_too_far_is_not_given(room: BookingsRoom) -> None:
    room.clock.set(datetime(2024, 4, 29, 1, 30, tzinfo=UTC))
    assert times(await room.availability.free(OFFICE, MONDAY, MONDAY)) == [time(11), *AFTERNOON]
    far = room.clock.today() + timedelta(days=HORIZON_DAYS + 1)
    assert await room.availability.free(OFFICE, far, far + timedelta(days=7)) == []
    assert await room.availability.free(OFFICE, date(2024, 4, 1), date(2024, 4, 26)) == []


async def test_a_full_slot_is_not_offered_and_a_cancelled_one_is_again(room: BookingsRoom) -> None:
    booking = await room.new_bookings.book(request_of())
    assert time(9) not in times(await room.availability.free(OFFICE, MONDAY, MONDAY))
    wider = replace(OFFICE, capacity=2)
    [left] = [one.left for one in await room.availability.free(wider, MONDAY, MONDAY) if one.slot == SLOT]
    assert left == 1
    await room.bookings.cancel(booking.number)
    assert time(9) in times(await room.availability.free(OFFICE, MONDAY, MONDAY))


async def test_the_time_wanted_comes_first_then_that_day_then_the_next(room: BookingsRoom) -> None:
    offer = await room.availability.offer(OFFICE, Wanted(MONDAY, time(14), time(16)), 8)
    assert offer.suits
    assert [(one.slot.on, one.slot.at) for one in offer.slots][:3] == [
        (MONDAY, time(14, 30)),
        (MONDAY, time(15, 30)),
        (MONDAY, time(9)),
    ]
    assert offer.slots[6].slot.on == MONDAY + timedelta(1)


async def test_a_holiday_that_was_wanted_is_named_and_the_next_days_are_offered(room: BookingsRoom) -> None:
    offer = await room.availability.offer(OFFICE, Wanted(date(2024, 5, 1)), 4)
    assert not offer.suits
    assert offer.wanted_day is not None
    assert offer.wanted_day.name == "劳动节"
    assert offer.slots[0].slot.on == date(2024, 5, 6)


async def test_slots_of_an_unannounced_year_are_provisional(room: BookingsRoom) -> None:
    room.clock.set(datetime(2026, 12, 30, 1, tzinfo=UTC))
    found = await room.availability.free(OFFICE, date(2026, 12, 31), date(2027, 1, 4))
    assert {one.slot.on: one.day.is_provisional for one in found} == {
        date(2026, 12, 31): False,
        date(2027, 1, 1): True,
        date(2027, 1, 4): True,
    }


def test_a_slots_id_gives_the_slot_again() -> None:
    slot = Slot(MONDAY, time(14, 30), "a@b")
    assert slot.slot_id == "a@b@2024-04-29T14:30"
    assert Slot.of(slot.slot_id) == slot
    assert Opening(time(9), time(12)) in OFFICE.hours[0]
