"""Job fairs, courses and sign-up in the chat, as they are wired."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.domain.announcement import Announcement
from bot.handlers.forms import Summoned
from bot.storage.sqlite_documents import SqliteDocumentStore
from tests.fakes.fake_clock import FakeClock
from tests.fakes.form_chat import ChattingWorker
from tests.fakes.jobs_chat import JobsChat

FAIR = Announcement(
    "e1",
    "冬季招聘会",
    "350400",
    last_on=date(2026, 12, 9),
    starts_on=date(2026, 12, 8),
    campaign="春风行动",
    place="三明市体育馆",
    hours="9:00-16:00",
    contact="0598-0000002",
    source="三明市人社局",
)
WELDING = Announcement(
    "c1",
    "焊工（初级）",
    "350400",
    date(2026, 12, 10),
    trade_id="welder",
    starts_on=date(2026, 12, 15),
    place="三明市技校",
    facts={"fee": "免费"},
    seats=1,
    contact="0598-0000003",
)


@pytest.fixture
async def chat(store: SqliteDocumentStore, tmp_path: Path) -> JobsChat:
    chat = JobsChat(store, FakeClock(datetime(2026, 11, 28, 2, tzinfo=UTC)), tmp_path)
    await chat.capability.prepare()
    await chat.capability.seed()
    return chat


@pytest.fixture
def worker(chat: JobsChat) -> ChattingWorker:
    return chat.worker()


def form_of(chat: JobsChat, name: str) -> Summoned:
    form = next(form for form in chat.capability.forms if form.name == name)
    assert isinstance(form, Summoned)
    return form


async def sign_up(worker: ChattingWorker, name: str = "王建国") -> str:
    await worker.says("报名")
    for answer in ("同意", name):
        await worker.says(answer)
    return await worker.says("13812341234")


async def test_fairs_near_a_place_are_listed_and_shown(worker: ChattingWorker, chat: JobsChat) -> None:
    await chat.desk.events.keep(FAIR)
    for number in range(5):
        await chat.desk.events.keep(replace(FAIR, announcement_id=f"f{number}", region_code="440300", is_sample=True))
    assert "想看哪里的招聘会" in await worker.says("最近有招聘会吗")
    reply = await worker.says("三明")
    assert reply.startswith(
        "近期的招聘会，离三明近的在前：\n1. 冬季招聘会，12月8日到12月9日，三明市体育馆\n2. 【示例】"
    )
    detail = await worker.says("1")
    for line in ("时间：12月8日到12月9日 9:00-16:00", "活动：春风行动", "电话：0598-0000002", "来源：三明市人社局"):
        assert line in detail
    assert "1. 【示例】冬季招聘会" in await worker.says("下一页")
    assert "不是真的招聘会" in await worker.says("1")
    await chat.desk.events.keep(replace(FAIR, announcement_id="f9", name="示例·春季招聘会", is_sample=True))
    assert "【示例】春季招聘会" in await worker.says("三明有招聘会吗")


async def test_a_worker_who_searched_somewhere_is_not_asked_for_the_place_again(
    worker: ChattingWorker, chat: JobsChat
) -> None:
    await chat.desk.events.keep(FAIR)
    await chat.desk.courses.keep(WELDING)
    await worker.says("三明哪里可以学电焊")
    assert "离三明近的在前" in await worker.clicks("EVENTS")


async def test_without_any_fair_or_course_it_says_whom_to_ask(worker: ChattingWorker) -> None:
    assert "12333" in await worker.says("三明最近有没有招聘会")
    assert "12333" in await worker.says("三明有什么培训班")


async def test_courses_for_a_trade_come_alone_and_others_where_there_are_none(
    worker: ChattingWorker, chat: JobsChat
) -> None:
    await chat.desk.courses.keep(WELDING)
    await chat.desk.courses.keep(replace(WELDING, announcement_id="c2", name="月嫂", trade_id="maternity_nurse"))
    reply = await worker.says("想学电焊，三明有没有")
    assert reply.startswith(
        "学电焊工的班，离三明近的在前：\n1. 焊工（初级），三明市技校，12月15日开班，免费，12月10日截止报名"
    )
    assert "2. " not in reply
    assert "没有学理发师的班，别的班有：" in await worker.says("三明哪里可以学理发")


async def test_signing_up_asks_for_consent_name_and_telephone_and_gives_the_seat_once(
    worker: ChattingWorker, chat: JobsChat
) -> None:
    await chat.desk.courses.keep(WELDING)
    await worker.says("三明有什么培训班")
    assert "费用：免费" in await worker.says("1")
    reply = await sign_up(worker)
    assert reply.startswith("报上名了：焊工（初级），12月15日开班。\n地点：三明市技校")
    assert "已经报过“焊工（初级）”" in await worker.says("报名")
    [one] = await chat.desk.sign_ups.of_course("c1")
    assert (one.name, one.phone) == ("王建国", "13812341234")
    other = chat.worker("o-li")
    await other.says("三明有什么培训班")
    await other.says("1")
    assert "已经报满了" in await sign_up(other, "李四")
    assert "取消好了" in await worker.says("取消报名")
    assert await chat.desk.sign_ups.of_course("c1") == []
    assert "您没有报过培训班" in await worker.says("取消报名")


async def test_a_course_is_chosen_by_its_number_in_the_list_or_asked_for(
    worker: ChattingWorker, chat: JobsChat
) -> None:
    await chat.desk.courses.keep(WELDING)
    await chat.desk.courses.keep(
        replace(WELDING, announcement_id="c2", name="月嫂", trade_id="maternity_nurse", seats=0)
    )
    await worker.says("三明有什么培训班")
    await worker.says("报名第2个")
    for answer in ("同意", "王建国"):
        await worker.says(answer)
    assert "报上名了：月嫂" in await worker.says("13812341234")
    asked = await chat.worker("o-li").says("我要报名")
    assert "要报哪个班？\n1. 焊工（初级）\n2. 月嫂" in asked


async def test_of_several_sign_ups_the_right_one_is_taken_back(worker: ChattingWorker, chat: JobsChat) -> None:
    await chat.desk.courses.keep(WELDING)
    await chat.desk.courses.keep(replace(WELDING, announcement_id="c2", name="月嫂", trade_id="maternity_nurse"))
    await worker.says("三明有什么培训班")
    await worker.says("报名第1个")
    for answer in ("同意", "王建国", "13812341234"):
        await worker.says(answer)
    assert "联系方式用您以前留的" in await worker.says("报名第2个")
    assert "要取消哪个班" in await worker.says("取消报名")
    assert "“月嫂”不去了" in await worker.says("2")
    assert len(await chat.desk.sign_ups.of_course("c1")) == 1


async def test_without_consent_there_is_no_seat(worker: ChattingWorker, chat: JobsChat) -> None:
    await chat.desk.courses.keep(WELDING)
    await worker.says("三明有什么培训班")
    await worker.says("报名第1个")
    assert "您的资料一点都不记" in await worker.says("不同意")
    assert await chat.desk.sign_ups.of_course("c1") == []


async def test_a_course_that_closed_meanwhile_takes_nobody(worker: ChattingWorker, chat: JobsChat) -> None:
    await chat.desk.courses.keep(WELDING)
    await worker.says("三明有什么培训班")
    await chat.clock.advance(20 * 24 * 3600)
    assert "已经截止报名" in await worker.says("1")
    assert "已经截止报名" in await worker.says("报名第1个")


@pytest.mark.parametrize(
    "text",
    ["最近有招聘会吗", "春风行动什么时候", "三明下个月有没有现场招聘会", "民营企业招聘周在哪", "想去招聘会看看"],
)
def test_who_asks_for_fairs_gets_fairs(chat: JobsChat, text: str) -> None:
    assert form_of(chat, "recruitment_events").is_summoned(text)


@pytest.mark.parametrize(
    "text",
    ["春风行动是什么政策", "招聘会上被骗了钱怎么办", "我要找工作", "春风行动的文件是哪年的", "有招电焊工的没"],
)
def test_who_asks_for_something_else_does_not(chat: JobsChat, text: str) -> None:
    assert not form_of(chat, "recruitment_events").is_summoned(text)


@pytest.mark.parametrize(
    "text",
    ["哪里可以学电焊", "有什么培训班", "想学个技术", "想学开叉车", "三明有没有免费培训", "找培训", "报名培训班"],
)
def test_who_wants_to_learn_gets_courses(chat: JobsChat, text: str) -> None:
    assert form_of(chat, "training_courses").is_summoned(text)


@pytest.mark.parametrize(
    "text",
    [
        "培训补贴有多少",
        "参加技能培训有什么条件",
        "考了焊工证能领钱吗",
        "培训费能报销吗",
        "孩子上学怎么办",
        "学历要求高吗",
    ],
)
def test_who_asks_for_the_rules_of_training_asks_for_a_policy(chat: JobsChat, text: str) -> None:
    assert not form_of(chat, "training_courses").is_summoned(text)


@pytest.mark.parametrize(
    ("text", "is_meant"),
    [
        ("报名", True),
        ("我要报名", True),
        ("报第2个", True),
        ("报名参加培训", True),
        ("报警", False),
        ("取消报名", False),
    ],
)
def test_who_wants_to_sign_up_says_so(chat: JobsChat, text: str, *, is_meant: bool) -> None:
    assert form_of(chat, "course_sign_up").is_summoned(text) is is_meant
