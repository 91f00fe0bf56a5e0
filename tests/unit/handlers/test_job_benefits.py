"""包吃住, 交社保, 不上夜班: asked for in the chat, told honestly, and carried into subscriptions."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.job import Benefit, JobPosting
from bot.storage.sqlite_documents import SqliteDocumentStore
from tests.fakes.fake_clock import FakeClock
from tests.fakes.form_chat import ChattingWorker
from tests.fakes.jobs_chat import JobsChat

Post = Callable[..., Awaitable[None]]
TODAY = date(2026, 11, 28)
BOARD = {Benefit.MEALS: True, Benefit.LODGING: True}


@pytest.fixture
async def chat(store: SqliteDocumentStore, tmp_path: Path) -> JobsChat:
    chat = JobsChat(store, FakeClock(datetime(2026, 11, 28, 2, tzinfo=UTC)), tmp_path)
    await chat.capability.prepare()
    await chat.capability.seed()
    return chat


@pytest.fixture
def worker(chat: JobsChat) -> ChattingWorker:
    return chat.worker()


@pytest.fixture
def post(chat: JobsChat) -> Post:
    numbers = itertools.count(1)

    async def keep(region: str = "350481", trade: str = "welder", title: str = "电焊工", **facts: object) -> None:
        number = next(numbers)
        day = TODAY - timedelta(days=number)
        posting = JobPosting(f"p{number:02}", title, f"第{number}机械厂", region, day, TODAY, trade, **facts)  # type: ignore[arg-type]
        await chat.desk.postings.keep(posting)

    return keep


async def test_what_is_silent_stands_behind_and_is_marked(worker: ChattingWorker, post: Post) -> None:
    await post()
    await post(stated=BOARD)
    reply = await worker.says("三明包吃住的焊工活")
    assert reply.startswith("三明在招的包吃住的电焊工：\n1. 电焊工，永安市，工资没写，第2机械厂，11月26日发布\n2. ")
    assert "第1机械厂，11月27日发布（没写包吃住）" in reply


async def test_where_nobody_says_it_that_is_said_first(worker: ChattingWorker, post: Post) -> None:
    await post(stated=BOARD)
    await post("350200")
    await post("440300", stated={Benefit.INSURANCE: True})
    reply = await worker.says("三明电焊工要交社保的")
    assert reply.startswith("福建没找到写明交社保的电焊工。三明在招的电焊工有这些，没写的先打电话问清楚：")
    assert reply.count("（没写交社保）") == 2
    assert "外省：\n3. 电焊工，广东深圳市，工资没写，第3机械厂" in reply


async def test_what_is_denied_is_shown_only_where_nothing_else_is_there_and_never_as_given(
    worker: ChattingWorker, post: Post
) -> None:
    await post(stated={Benefit.DAY_SHIFT: False}, benefits="两班倒")
    reply = await worker.says("三明电焊工不上夜班的")
    assert reply.startswith("没找到不上夜班的电焊工，这一条先放宽。三明在招的有：")
    assert "没写" not in reply.replace("工资没写", "")


@pytest.mark.parametrize(
    ("said", "benefit", "words"),
    [
        ("要交社保的", Benefit.INSURANCE, "交社保"),
        ("不上夜班的", Benefit.DAY_SHIFT, "不上夜班"),
        ("最好双休", Benefit.WEEKENDS, "双休"),
        ("那能带家属的呢", Benefit.FAMILY, "可带家属"),
    ],
)
async def test_a_benefit_alone_narrows_the_list_that_is_open(
    worker: ChattingWorker, post: Post, said: str, benefit: Benefit, words: str
) -> None:
    await post()
    await post(stated={benefit: True})
    await post("350481", "cook", "厨师", stated={benefit: True})
    await worker.says("三明找电焊工")
    reply = await worker.says(said)
    assert reply.startswith(f"三明在招的{words}的电焊工：\n1. 电焊工，永安市，工资没写，第2机械厂")
    assert "厨师" not in reply


async def test_one_benefit_after_the_other_means_both(worker: ChattingWorker, post: Post) -> None:
    await post(stated=BOARD | {Benefit.INSURANCE: True})
    await post(stated=BOARD)
    await worker.says("三明包吃住的焊工活")
    reply = await worker.says("要交社保的")
    assert reply.startswith("三明在招的包吃住、交社保的电焊工：")
    assert "第2机械厂，11月26日发布（没写交社保）" in reply


@pytest.mark.parametrize("said", ["社保", "老板要交社保吗", "社保怎么交", "公积金能取吗", "房子有空调的租吗"])
async def test_what_asks_about_the_rules_is_no_search(worker: ChattingWorker, post: Post, said: str) -> None:
    await post()
    await worker.says("三明找电焊工")
    assert (await worker.says(said)).startswith(f"答：{said}")


async def test_a_benefit_without_a_list_asks_for_the_place_and_then_shows(worker: ChattingWorker, post: Post) -> None:
    await post(stated={Benefit.INSURANCE: True})
    assert "想在哪里找活" in await worker.says("要交社保的")
    assert (await worker.says("三明")).startswith("三明在招的交社保的活：")


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        ({"benefits": "包吃住，交五险"}, "福利：包吃住，交五险"),
        ({"stated": BOARD | {Benefit.INSURANCE: False}}, "福利：包吃住、不交社保\n"),
        ({}, "福利：没写，去之前问清楚"),
    ],
)
async def test_an_entry_tells_its_benefits_or_that_it_says_none(
    worker: ChattingWorker, post: Post, facts: dict[str, object], line: str
) -> None:
    await post(**facts)
    await worker.says("三明找电焊工")
    assert line in await worker.says("1")


async def test_a_subscription_carries_the_benefits_and_tells_only_what_says_them(
    worker: ChattingWorker, post: Post, chat: JobsChat
) -> None:
    await post()
    await worker.says("三明包吃住的焊工活")
    for answer in ("订阅招工信息", "跳过", "跳过", "同意"):
        reply = await worker.says(answer)
    assert "订好了：三明，电焊工，包吃住。只告诉您写明包吃住的。" in reply
    await chat.clock.advance(3600)
    await post()
    await post(stated=BOARD)
    assert await chat.desk.push.push_due() == 1
    [notice] = chat.notices.waiting.values()
    assert "有1个新岗位" in notice.text
    assert "第3机械厂" in notice.text
