"""Bookings looked up, changed and cancelled by talking."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from bot.domain.booking import BookingState, Matter, Slot
from bot.storage.sqlite_documents import SqliteDocumentStore
from tests.fakes.bookings_chat import BookingsChat
from tests.fakes.bookings_room import MONDAY, NEXT, SLOT, request_of
from tests.fakes.fake_clock import FakeClock
from tests.fakes.form_chat import ChattingWorker

WORKER = request_of().worker_id


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteDocumentStore]:
    opened = await SqliteDocumentStore.open(tmp_path / "gongyou.sqlite3", synchronous="OFF")
    yield opened
    await opened.close()


@pytest.fixture
async def service(store: SqliteDocumentStore) -> BookingsChat:
    """On a Thursday, with a worker's booking for next Monday at nine."""
    served = BookingsChat(store, FakeClock())
    await served.room.prepare()
    await served.room.agree("o-zhang")
    await served.room.new_bookings.book(request_of())
    return served


@pytest.fixture
def worker(service: BookingsChat) -> ChattingWorker:
    return service.chat.worker()


async def state(service: BookingsChat) -> list[tuple[BookingState, Slot]]:
    return [(one.state, one.slot) for one in await service.room.bookings.of_worker(WORKER)]


@pytest.mark.parametrize("text", ["我约的那个律师是几号来着", "查一下我的预约", "查我的预约", "我的预约"])
async def test_what_is_booked_is_told_with_number_and_address(text: str, worker: ChattingWorker) -> None:
    told = await worker.says(text)
    for part in ("4月29日（周一）上午9点", "示例·三元区法律援助中心", "确认号", "示例路11号", "示例窗口，不是真的"):
        assert part in told


async def test_a_booking_is_cancelled_after_one_question(service: BookingsChat, worker: ChattingWorker) -> None:
    assert "要取消这个预约吗？4月29日（周一）上午9点" in await worker.says("上次预约的帮我取消掉")
    assert await state(service) == [(BookingState.BOOKED, SLOT)]
    assert "取消了" in await worker.says("是的")
    assert await state(service) == [(BookingState.CANCELLED, SLOT)]
    assert await service.room.slots.numbers(SLOT.slot_id) == []
    told = await worker.says("我的预约")
    assert "已经取消" in told
    assert "您现在没有约着的" in told


@pytest.mark.parametrize("answer", ["2", "不取消", "不用了", "留着吧"])
async def test_who_does_not_want_to_after_all_keeps_it(
    answer: str, service: BookingsChat, worker: ChattingWorker
) -> None:
    await worker.says("取消预约")
    assert "还留着" in await worker.says(answer)
    assert await state(service) == [(BookingState.BOOKED, SLOT)]


@pytest.mark.parametrize("answer", ["1", "取消", "不去了", "对，取消吧"])
async def test_every_way_to_say_yes_cancels(answer: str, service: BookingsChat, worker: ChattingWorker) -> None:
    await worker.says("取消预约")
    await worker.says(answer)
    assert await state(service) == [(BookingState.CANCELLED, SLOT)]


async def test_a_booking_is_changed_and_keeps_its_number(service: BookingsChat, worker: ChattingWorker) -> None:
    asked = await worker.says("改预约时间")
    assert "现在约的是4月29日（周一）上午9点" in asked
    assert "1. 4月26日（周五）上午9点" in asked
    assert "1. 4月30日（周二）下午2点半" in await worker.says("周二下午")
    told = await worker.says("1")
    [(kept, slot)] = await state(service)
    assert (kept, slot) == (BookingState.BOOKED, Slot(MONDAY.replace(day=30), time(14, 30), "sanyuan"))
    assert "改好了" in told
    assert await service.room.slots.numbers(SLOT.slot_id) == []


async def test_cancelling_instead_of_changing_is_understood(service: BookingsChat, worker: ChattingWorker) -> None:
    await worker.says("改预约时间")
    assert "要取消这个预约吗" in await worker.says("算了不去了")
    await worker.says("1")
    assert await state(service) == [(BookingState.CANCELLED, SLOT)]


async def test_changing_instead_of_cancelling_is_understood(service: BookingsChat, worker: ChattingWorker) -> None:
    await worker.says("取消预约")
    assert "约哪个时间" in await worker.says("还是改个时间")
    assert await state(service) == [(BookingState.BOOKED, SLOT)]


async def test_a_time_taken_meanwhile_leaves_the_booking_and_asks_again(
    service: BookingsChat, worker: ChattingWorker
) -> None:
    await worker.says("改预约时间")
    await service.room.agree("o-quick")
    await service.room.new_bookings.book(request_of("o-quick", slot=Slot(date(2024, 4, 26), time(9), "sanyuan")))
    reply = await worker.says("1")
    assert "刚被别人约走了" in reply
    assert await state(service) == [(BookingState.BOOKED, SLOT)]
    assert "改好了" in await worker.says("1")


async def test_of_several_the_worker_chooses_or_names_the_matter(service: BookingsChat, worker: ChattingWorker) -> None:
    await service.room.new_bookings.book(request_of(request_id="f2", matter=Matter.INJURY, slot=NEXT))
    asked = await worker.says("取消预约")
    assert "您约了2个，是哪一个" in asked
    assert "上午10点，示例·三元区法律援助中心，工伤" in await worker.says("2")
    await worker.says("取消")
    assert [one for one, _ in await state(service)] == [BookingState.BOOKED, BookingState.CANCELLED]


async def test_a_matter_that_is_named_needs_no_choice(service: BookingsChat, worker: ChattingWorker) -> None:
    await service.room.new_bookings.book(request_of(request_id="f2", matter=Matter.INJURY, slot=NEXT))
    assert "要取消这个预约吗？4月29日（周一）上午10点" in await worker.says("取消工伤那个预约")


async def test_somebody_else_s_number_tells_nothing(service: BookingsChat) -> None:
    [booking] = await service.room.bookings.of_worker(WORKER)
    told = await service.chat.worker("o-li").says(f"取消预约，确认号{booking.number}")
    assert "您没有确认号是" in told
    assert "三元区" not in told
    assert await state(service) == [(BookingState.BOOKED, SLOT)]


async def test_who_never_booked_hears_how_to(service: BookingsChat) -> None:
    told = await service.chat.worker("o-li").says("取消预约")
    assert "您现在没有约着的。要约就说“预约法律援助”" in told


async def test_a_cancellation_worked_on_twice_comes_to_the_same(service: BookingsChat, worker: ChattingWorker) -> None:
    await worker.says("取消预约")
    await worker.says("1")
    other = BookingsChat(service.room.store, service.room.clock)
    await worker.again(other.chat)
    assert await state(service) == [(BookingState.CANCELLED, SLOT)]


async def test_past_bookings_are_no_longer_open(service: BookingsChat, worker: ChattingWorker) -> None:
    service.room.clock.set(datetime(2024, 4, 30, 1, tzinfo=UTC))
    await service.room.sweeps.close_past()
    told = await worker.says("我的预约")
    assert "已经过了" in told
