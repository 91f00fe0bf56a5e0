"""One booking's life: made with consent, sealed, closed, exported, erased, reminded of."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.bookings.booking_documents import COLLECTION, DIGITS, number_of
from bot.bookings.reminders import Reminders
from bot.bookings.sweeps import KEPT_DAYS
from bot.domain.booking import Booking, BookingState, Office, Slot
from bot.domain.errors import BookingRefusedError, ConsentError
from bot.domain.notice import Notice
from bot.privacy.rotation import rotate
from tests.fakes.bookings_room import MONDAY, NEXT, PSEUDONYMS, SLOT, BookingsRoom, request_of

WORKER = PSEUDONYMS.of("o-zhang")


class RememberingNotices:
    """`bot.ports.Notices`: one of each key, as the outbox keeps them."""

    def __init__(self) -> None:
        self.sent: dict[str, tuple[str, Notice]] = {}
        self.calls = 0

    async def send(self, openid: str, notice: Notice) -> None:
        self.calls += 1
        self.sent.setdefault(notice.key, (openid, notice))


def tell(booking: Booking, office: Office) -> Notice:
    return Notice(f"{booking.number}@{booking.slot.slot_id}", office.name)


@pytest.fixture
def notices() -> RememberingNotices:
    return RememberingNotices()


@pytest.fixture
def reminders(room: BookingsRoom, notices: RememberingNotices) -> Reminders:
    return Reminders(room.store, room.sealed, room.offices, notices, tell, room.clock)


async def advance_to(room: BookingsRoom, days: int, hour_utc: int) -> None:
    now = room.clock.now()
    room.clock.set((now + timedelta(days=days)).replace(hour=hour_utc, minute=0))


def test_numbers_are_eight_digits_without_look_alikes_and_differ() -> None:
    numbers = [number_of(f"form-{count}", 0) for count in range(500)]
    assert {len(number) for number in numbers} == {8}
    assert set("".join(numbers)) == set(DIGITS)
    assert not set("01") & set(DIGITS)
    assert len(set(numbers)) == 500
    assert number_of("form-1", 0) == number_of("form-1", 0) != number_of("form-1", 1)


async def test_without_consent_nothing_is_kept(room: BookingsRoom) -> None:
    with pytest.raises(ConsentError):
        await room.new_bookings.book(request_of("o-who-never-agreed"))
    assert await room.store.count(COLLECTION, {}) == 0
    assert await room.slots.numbers(SLOT.slot_id) == []


async def test_nothing_in_the_store_tells_who_booked_or_why(room: BookingsRoom) -> None:
    await room.new_bookings.book(request_of())
    [kept] = await room.store.find(COLLECTION, {})
    for secret in ("王建国", "13812341234", "老板欠我", "o-zhang"):
        assert secret not in str(kept)
    who = await room.sealed.opened(kept)
    assert (who.name, who.phone, who.story) == ("王建国", "13812341234", "老板欠我三个月工资")
    assert room.sealed.openid(kept) == "o-zhang"


@pytest.mark.parametrize("slot", [Slot(MONDAY, NEXT.at.replace(hour=13), "sanyuan"), Slot(MONDAY, NEXT.at, "nowhere")])
async def test_a_slot_that_no_office_has_is_refused(slot: Slot, room: BookingsRoom) -> None:
    with pytest.raises(BookingRefusedError):
        await room.new_bookings.book(request_of(slot=slot))
    assert await room.store.count(COLLECTION, {}) == 0


async def test_what_is_over_is_closed_and_staff_may_say_that_nobody_came(room: BookingsRoom) -> None:
    booking = await room.new_bookings.book(request_of())
    with pytest.raises(BookingRefusedError, match="还没到时间"):
        await room.bookings.mark_no_show(booking.number)
    assert await room.sweeps.close_past() == 0
    await advance_to(room, 5, 1)
    assert await room.sweeps.close_past() == 1
    assert (await room.bookings.get(booking.number)).state is BookingState.DONE
    with pytest.raises(BookingRefusedError, match="已经结束"):
        await room.bookings.cancel(booking.number)
    assert (await room.bookings.mark_no_show(booking.number)).state is BookingState.NO_SHOW
    await room.agree("o-zhang")
    assert (
        await room.new_bookings.book(request_of(request_id="f2", slot=Slot(MONDAY + timedelta(7), SLOT.at, "sanyuan")))
    ).is_open


async def test_a_cancelled_booking_is_neither_moved_nor_noted_as_missed(room: BookingsRoom) -> None:
    booking = await room.new_bookings.book(request_of())
    await room.bookings.cancel(booking.number)
    with pytest.raises(BookingRefusedError):
        await room.bookings.move(booking.number, NEXT)
    await advance_to(room, 5, 1)
    with pytest.raises(BookingRefusedError):
        await room.bookings.mark_no_show(booking.number)
    assert await room.slots.numbers(NEXT.slot_id) == []


async def test_a_booking_under_way_outlives_the_wish_to_be_erased_and_goes_when_it_is_over(room: BookingsRoom) -> None:
    booking = await room.new_bookings.book(request_of())
    report = await room.privacy.eraser.erase_worker(WORKER)
    assert [(matter.label, matter.number) for matter in report.kept] == [("法律援助预约", booking.number)]
    [kept] = await room.store.find(COLLECTION, {})
    assert (await room.sealed.opened(kept)).phone == "13812341234"
    await room.bookings.cancel(booking.number)
    assert await room.privacy.eraser.finish_erasures() == 1
    assert await room.store.count(COLLECTION, {}) == 0
    assert await room.privacy.keys.find(WORKER) is None


async def test_the_export_tells_everything_in_plain_words(room: BookingsRoom) -> None:
    booking = await room.new_bookings.book(request_of(group_size=12, is_on_site=True))
    held = await room.privacy.exporter.export_worker(WORKER)
    [told] = held["法律援助预约"]
    assert told == {
        "确认号": booking.number,
        "进展": "约好了",
        "时间": "2024年4月29日（周一）上午9点",
        "什么事": "要工资",
        "人数": "12",
        "请上门": "是",
        "姓名": "王建国",
        "电话": "13812341234",
        "情况": "老板欠我三个月工资",
        "约的时间": "2024年4月25日 17:00",
    }


async def test_a_rotation_renews_the_openid_and_leaves_the_rest_to_the_workers_key(room: BookingsRoom) -> None:
    await room.new_bookings.book(request_of())
    [counts] = await rotate(room.store, [room.sealed.rotation()])
    assert (counts.current, counts.renewed) == (1, 0)


async def test_old_bookings_and_slots_are_deleted(room: BookingsRoom) -> None:
    booking = await room.new_bookings.book(request_of())
    await room.bookings.cancel(booking.number)
    assert await room.sweeps.delete_old() == 0
    await advance_to(room, KEPT_DAYS + 10, 1)
    assert await room.sweeps.delete_old() == 2
    assert await room.store.count(COLLECTION, {}) == 0


async def test_the_day_before_a_worker_is_reminded_once_and_not_at_night(
    room: BookingsRoom, reminders: Reminders, notices: RememberingNotices
) -> None:
    await room.new_bookings.book(request_of())
    assert await reminders.send_due() == 0
    await advance_to(room, 3, 20)
    assert await reminders.send_due() == 0
    assert notices.calls == 0
    room.clock.set(room.clock.now() - timedelta(hours=12))
    assert await reminders.send_due() == 1
    assert await reminders.send_due() == 0
    assert [openid for openid, _ in notices.sent.values()] == ["o-zhang"]
    assert notices.calls == 1


async def test_who_changes_their_day_is_reminded_of_the_new_one(
    room: BookingsRoom, reminders: Reminders, notices: RememberingNotices
) -> None:
    booking = await room.new_bookings.book(request_of())
    await advance_to(room, 3, 2)
    await reminders.send_due()
    await room.bookings.move(booking.number, Slot(MONDAY + timedelta(1), SLOT.at, "sanyuan"))
    assert await reminders.send_due() == 0
    await advance_to(room, 1, 2)
    assert await reminders.send_due() == 1
    assert len(notices.sent) == 2


async def test_who_booked_the_evening_before_or_cancelled_is_not_reminded(
    room: BookingsRoom, reminders: Reminders, notices: RememberingNotices
) -> None:
    booking = await room.new_bookings.book(request_of())
    await room.bookings.cancel(booking.number)
    await advance_to(room, 3, 2)
    await room.new_bookings.book(request_of(request_id="f2"))
    assert await reminders.send_due() == 0
    assert notices.calls == 0
