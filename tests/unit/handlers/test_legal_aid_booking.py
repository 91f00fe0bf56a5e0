"""Legal aid booked in the dialogue, as a worker writes and reads."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.bookings.booking_documents import COLLECTION
from bot.domain.booking import Slot
from bot.domain.conversation import Turn
from bot.domain.message import MessageKind
from bot.storage.sqlite_documents import SqliteDocumentStore
from tests.fakes.bookings_chat import BookingsChat
from tests.fakes.bookings_room import OFFICE, PSEUDONYMS, request_of
from tests.fakes.fake_clock import FakeClock
from tests.fakes.form_chat import ChattingWorker

SATURDAY = datetime(2026, 11, 28, 1, tzinfo=UTC)
LIMIT_BYTES = 2000
TO_CONSENT = ("我在三明三元区", "约个律师", "要工资", "还在干", "1", "跳过")
"""From the first word to the text of the consent, for the first time that is free."""
CONTACT = ("同意", "王建国", "13812341234")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteDocumentStore]:
    opened = await SqliteDocumentStore.open(tmp_path / "gongyou.sqlite3", synchronous="OFF")
    yield opened
    await opened.close()


@pytest.fixture
async def service(store: SqliteDocumentStore) -> BookingsChat:
    served = BookingsChat(store, FakeClock(SATURDAY))
    await served.room.prepare()
    return served


@pytest.fixture
def worker(service: BookingsChat) -> ChattingWorker:
    return service.chat.worker()


async def says(worker: ChattingWorker, *texts: str) -> str:
    """Write one message after the other; the last reply. None may exceed what the platform takes."""
    reply = ""
    for text in texts:
        reply = await worker.says(text)
        assert len(reply.encode()) <= LIMIT_BYTES
    return reply


async def booked(worker: ChattingWorker) -> str:
    return await says(worker, *TO_CONSENT, *CONTACT, "对")


async def kept(service: BookingsChat) -> list[dict[str, object]]:
    return await service.room.store.find(COLLECTION, {})


async def test_a_worker_is_asked_one_thing_at_a_time_and_hears_number_time_and_place(
    service: BookingsChat, worker: ChattingWorker
) -> None:
    await says(worker, "我在三明三元区")
    assert "1. 要工资" in await worker.says("约个律师")
    assert "哪天走的" in await worker.says("要工资")
    offered = await worker.says("还在干")
    assert "示例·三元区法律援助中心" in offered
    assert "1. 11月30日（周一）上午9点" in offered
    assert "怎么回事" in await worker.says("1")
    assert "要给您办这件事" in await worker.says("老板跑了，三个月没发工资")
    assert await kept(service) == []
    assert "叫什么名字" in await worker.says("同意")
    assert "手机号" in await worker.says("王建国")
    assert "11月30日（周一）上午9点，示例·三元区法律援助中心，王建国，电话13812341234" in await worker.says(
        "13812341234"
    )
    assert await kept(service) == []
    told = await worker.says("对")
    [document] = await kept(service)
    number = str(document["_id"])
    assert f"确认号{number[:4]} {number[4:]}" in told
    assert "示例窗口，不是真的" in told
    assert "以窗口要求为准" in told
    who = await service.room.sealed.opened(document)
    assert (who.name, who.phone, who.story) == ("王建国", "13812341234", "老板跑了，三个月没发工资")


async def test_who_introduces_themselves_before_the_story_is_asked_for_the_story(worker: ChattingWorker) -> None:
    await says(worker, "我在三明三元区", "约个律师", "要工资", "还在干")
    await worker.says("1")
    reply = await worker.says("我叫王建国")
    assert "记下了，姓名：王建国" in reply
    assert "怎么回事" in reply
    await says(worker, "老板跑了，三个月没发工资", "同意")
    assert "王建国，电话13812341234" in await worker.says("13812341234")


async def test_a_time_is_changed_in_passing_at_any_later_question(worker: ChattingWorker) -> None:
    await says(worker, "我在三明三元区", "约个律师", "要工资", "还在干")
    await worker.says("1")
    reply = await worker.says("改一下，下周三下午")
    assert "好，改了" in reply
    assert "1. 12月2日（周三）下午" in reply


async def test_cancelling_the_booking_in_the_middle_means_the_one_that_is_being_made(worker: ChattingWorker) -> None:
    await says(worker, "我在三明三元区", "约个律师", "要工资")
    assert "“预约法律援助”不办了" in await worker.says("取消预约")


async def test_several_answers_in_one_message_are_not_asked_for_again(worker: ChattingWorker) -> None:
    await says(worker, "我在三明三元区")
    reply = await worker.says("老板欠我们工资不给，想约个律师，下周三下午去，我叫王建国，电话13812341234")
    assert "哪天走的" in reply
    reply = await worker.says("还在干")
    assert "1. 12月2日（周三）下午2点半" in reply
    assert "要给您办这件事" in await worker.says("1")
    assert "王建国，电话13812341234" in await worker.says("同意")


async def test_the_law_is_told_as_law_and_the_draft_as_a_draft(worker: ChattingWorker) -> None:
    told = await booked(worker)
    assert "不用核查经济困难（《法律援助法》第四十二条（三））" in told
    assert "优先受理、优先审查、优先指派" in told
    assert "还是征求意见稿，没正式定，以窗口答复为准" in told
    assert "不受一年的限制（《劳动争议调解仲裁法》第二十七条）" in told


async def test_no_other_place_s_rule_is_told_and_other_matters_promise_nothing(
    service: BookingsChat, worker: ChattingWorker
) -> None:
    real = {"name": "天河区法律援助中心", "address": "天河区某路1号", "region_code": "440106", "is_sample": False}
    await service.room.offices.keep(replace(OFFICE, office_id="tianhe", **real))
    told = await says(worker, "我在广州天河区", "约个律师", "3", "1", "跳过", *CONTACT, "对")
    assert "这类事要不要核查经济困难，以窗口要求为准" in told
    assert "一般是一年" in told
    assert "征求意见稿" not in told
    assert "示例" not in told


async def test_little_time_left_is_said_first(worker: ChattingWorker) -> None:
    offered = await says(worker, "我在三明三元区", "约个律师", "要工资", "去年12月10号走的")
    assert offered.startswith("要紧：2025年12月10日走的，要工资申请仲裁最晚到2026年12月10日")
    assert "只剩12天" in offered
    told = await says(worker, "1", "跳过", *CONTACT, "对")
    assert told.startswith("要紧：")
    assert "以受理的单位认定为准" in told


async def test_less_than_seven_days_names_help_at_once_and_a_rough_day_is_called_one(worker: ChattingWorker) -> None:
    offered = await says(worker, "我在三明三元区", "约个律师", "要工资", "去年12月走的")
    assert "只剩3天" in offered
    assert "《法律援助法》第四十四条" in offered
    assert "您说的是大概，我按2025年12月1日算" in offered


async def test_what_is_over_is_told_gently_and_with_what_may_help(worker: ChattingWorker) -> None:
    told = await says(worker, "我在三明三元区", "约个律师", "要工资", "前年走的", "1", "跳过", *CONTACT, "对")
    assert "已经过了（《劳动争议调解仲裁法》第二十七条）" in told
    assert "时间可能重新算" in told


async def test_an_injury_has_the_employers_and_the_workers_days(worker: ChattingWorker) -> None:
    told = await says(worker, "我在三明三元区", "约个律师", "工伤", "11月2号摔的", "1", "跳过", *CONTACT, "对")
    assert "单位该在2026年12月2日前申请工伤认定（《工伤保险条例》第十七条，30日内）" in told
    assert "自己申请最晚到2027年11月2日" in told


async def test_a_group_of_ten_is_asked_whether_the_office_shall_come_where_that_is_promised(
    service: BookingsChat, worker: ChattingWorker
) -> None:
    asked = await says(worker, "我在三明三元区", "帮我们10个人约法律援助，讨工资的", "还在干", "1")
    assert "1. 请他们上门" in asked
    assert "‘预约、上门’受理" in asked
    assert "征求意见稿，没正式定" in asked
    told = await says(worker, "上门吧", *CONTACT, "对")
    assert "来不来、什么时候来，以窗口答复为准" in told
    [document] = await kept(service)
    assert (document["group_size"], document["is_on_site"]) == (10, True)


async def test_nine_people_are_not_asked_and_a_group_elsewhere_hears_of_representatives(
    service: BookingsChat, worker: ChattingWorker
) -> None:
    asked = await says(worker, "我在三明三元区", "帮我们9个人约法律援助，讨工资的", "还在干", "1")
    assert "上门" not in asked
    await service.room.offices.keep(replace(OFFICE, office_id="xinzhou", region_code="420117"))
    other = service.chat.worker("o-li")
    told = await says(other, "我在武汉新洲区", "帮我们12个人约法律援助，讨工资的", "还在干", "1", *CONTACT, "对")
    assert "推几个代表去（《劳动争议调解仲裁法》第七条）" in told


async def test_who_asks_for_a_visit_that_nobody_promised_is_told_so(worker: ChattingWorker) -> None:
    told = await says(worker, "我在三明三元区", "我们班组8个人想约律师上门，讨工资", "还在干", "1", *CONTACT, "对")
    assert "没有写你们这样的情况能上门，可以到窗口问" in told


async def test_the_longest_reply_keeps_within_what_the_platform_takes(
    service: BookingsChat, worker: ChattingWorker
) -> None:
    long = {
        "name": "某某市某某区农民工法律援助工作站暨劳动争议调解中心" * 2,
        "address": "某某省某某市某某区某某街道" * 5,
    }
    await service.room.offices.keep(replace(OFFICE, phone="0598-1234567转8001", **long))
    service.room.clock.set(datetime(2026, 12, 30, 1, tzinfo=UTC))
    wish = "我们20个人想约律师，老板跑了不给工资，" + "大家都等着拿钱回家过年，" * 40
    told = await says(
        worker, "我老家在四川广元", "我在三明三元区", wish, "前年走的", "1月4号", "1", "2", *CONTACT, "对"
    )
    for part in ("推几个代表去", "已经过了", "征求意见稿", "您老家在广元", "怎么放假还没公布", "电话0598"):
        assert part in told


async def test_where_work_and_home_differ_the_documents_words_on_working_together_are_told(
    service: BookingsChat, worker: ChattingWorker
) -> None:
    await service.room.offices.keep(replace(OFFICE, office_id="xinzhou", region_code="420117"))
    told = await says(
        worker, "我老家在四川广元", "我在武汉新洲区", "约个律师", "要工资", "还在干", "1", "跳过", *CONTACT, "对"
    )
    assert "您老家在广元" in told
    assert "完善异地协作机制" in told
    assert "目标年份已过" in told
    assert "异地协作" not in await booked(service.chat.worker("o-li"))


async def test_who_does_not_agree_leaves_nothing(service: BookingsChat, worker: ChattingWorker) -> None:
    told = await says(worker, *TO_CONSENT, "不同意")
    assert "12348" in told
    assert await kept(service) == []
    assert await service.room.privacy.consents.current(PSEUDONYMS.of(worker.openid)) is None


async def test_the_same_message_worked_on_twice_books_once(service: BookingsChat, worker: ChattingWorker) -> None:
    await says(worker, *TO_CONSENT, *CONTACT)
    before = await worker.conversation()
    assert before.form is not None
    values = {**before.form.values, "confirm": {"yes": before.form.values["slot"]}}
    turn = Turn(worker.last, before)
    first = await service.form.complete(before.form.form_id, turn, values)
    other = BookingsChat(service.room.store, service.room.clock)
    assert await other.form.next_question(turn, values) is None
    assert await other.form.complete(before.form.form_id, turn, values) == first
    assert "约好了" in first.text
    assert len(await kept(service)) == 1


async def test_a_time_that_is_taken_meanwhile_is_asked_for_again_and_nothing_else(
    service: BookingsChat, worker: ChattingWorker
) -> None:
    await says(worker, *TO_CONSENT, *CONTACT)
    await service.room.agree("o-quick")
    first = Slot.of("sanyuan@2026-11-30T09:00")
    await service.room.new_bookings.book(request_of("o-quick", slot=first))
    reply = await worker.says("对")
    assert "刚被别人约走了" in reply
    assert "1. 11月30日（周一）上午10点" in reply
    assert "11月30日（周一）上午10点" in await says(worker, "1", "对")
    assert len(await kept(service)) == 2


async def test_another_day_is_said_in_the_middle_and_the_time_read_back_can_be_refused(worker: ChattingWorker) -> None:
    await says(worker, *TO_CONSENT, *CONTACT)
    reply = await worker.says("换个时间")
    assert "上午9点" not in reply.split("1. ")[1].split("\n")[0]
    reply = await worker.says("改成周五上午")
    assert "1. 12月4日（周五）上午9点" in reply
    assert "12月4日（周五）上午9点，示例" in await worker.says("1")
    assert "12月4日（周五）上午9点" in await worker.says("好的")


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("下周六", "12月5日（周六）不办公，最近能约"),
        ("昨天", "那天已经过了"),
        ("明年三月一号", "只能约两个月以内"),
        ("随便", "怎么回事"),
        ("周二下午的", "1. 12月1日（周二）下午2点半"),
        ("11月30号下午三点半", "1. 11月30日（周一）下午3点半"),
        ("11月30号上午十点", "怎么回事"),
        ("上午10点那个", "怎么回事"),
    ],
)
async def test_times_are_taken_as_said(said: str, heard: str, worker: ChattingWorker) -> None:
    await says(worker, "我在三明三元区", "约个律师", "要工资", "还在干")
    reply = await worker.says(said)
    assert heard in reply


async def test_a_year_whose_holidays_nobody_announced_is_provisional(
    service: BookingsChat, worker: ChattingWorker
) -> None:
    service.room.clock.set(datetime(2026, 12, 30, 1, tzinfo=UTC))
    reply = await says(worker, "我在三明三元区", "约个律师", "要工资", "还在干", "1月4号")
    assert "2027年怎么放假还没公布，这天开不开门以窗口通知为准" in reply
    told = await says(worker, "1", "跳过", *CONTACT, "对")
    assert "2027年怎么放假还没公布" in told


async def test_where_there_is_no_office_or_all_are_full_the_hotline_is_named(
    service: BookingsChat, worker: ChattingWorker
) -> None:
    told = await says(worker, "我在北京朝阳区", "约个律师", "别的事")
    assert "还没有登记法律援助窗口" in told
    assert "12348" in told
    await service.room.offices.keep(replace(OFFICE, hours={}))
    assert "近两周都约满了" in await says(service.chat.worker("o-li"), "我在三明三元区", "约个律师", "别的事")


async def test_a_location_finds_the_nearest_office(service: BookingsChat, worker: ChattingWorker) -> None:
    await service.room.offices.keep(replace(OFFICE, office_id="far", name="远处的", latitude=26.9, longitude=117.6))
    assert "您在哪个市县办" in await says(worker, "约个律师", "别的事")
    reply = await worker.sends(MessageKind.LOCATION, Location_X="26.24", Location_Y="117.61", Label="")
    assert "离您最近的是示例·三元区法律援助中心" in reply


async def test_who_has_booked_the_same_matter_hears_so_at_once(worker: ChattingWorker) -> None:
    await booked(worker)
    reply = await says(worker, "约个律师", "要工资")
    assert "您已经约过这件事了" in reply
    assert "怎么回事" in await says(worker, "约个律师", "工伤", "跳过", "1")


async def test_another_process_goes_on_with_the_form(service: BookingsChat, worker: ChattingWorker) -> None:
    await says(worker, *TO_CONSENT)
    other = BookingsChat(service.room.store, service.room.clock)
    worker.chat = other.chat
    assert "约好了" in await says(worker, *CONTACT, "对")
    assert len(await kept(service)) == 1


async def test_what_a_worker_left_before_is_used_again_and_shown_masked(worker: ChattingWorker) -> None:
    await booked(worker)
    reply = await says(worker, "约个律师", "工伤", "跳过", "1", "跳过")
    assert "王**，电话138****1234" in reply
