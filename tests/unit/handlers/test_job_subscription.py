"""Being told of new jobs, as it is wired."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.domain.job import JobPay, JobPosting, JobSearch, JobType, PayPeriod
from bot.handlers.forms import Summoned
from bot.handlers.job_subscription import is_stop
from bot.privacy.phrasing_consent import PUSH_VERSION
from bot.privacy.purposes import Purpose
from bot.storage.sqlite_documents import SqliteDocumentStore
from tests.fakes.fake_clock import FakeClock
from tests.fakes.form_chat import ChattingWorker
from tests.fakes.jobs_chat import JobsChat

WELDER = JobPosting(
    "p1",
    "电焊工",
    "机械厂",
    "350481",
    date(2026, 11, 28),
    date(2027, 1, 31),
    trade_id="welder",
    pay=JobPay(PayPeriod.MONTH, 700_000, 700_000),
    pay_text="7000元",
    job_type=JobType.FULL_TIME,
    contact="0598-0000001",
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


async def searches(chat: JobsChat, worker: ChattingWorker) -> tuple[JobSearch, ...]:
    known = await chat.desk.subscriptions.of((await worker.conversation()).worker_id)
    return known.searches if known is not None else ()


async def subscribe(worker: ChattingWorker) -> str:
    await worker.says("订三明的电焊工招工信息，一个月六千以上，全职")
    return await worker.says("同意")


async def test_it_is_asked_for_step_by_step_and_consent_comes_last(worker: ChattingWorker, chat: JobsChat) -> None:
    assert "想要哪里的招工信息" in await worker.says("订招工信息")
    assert "想要什么活的" in await worker.says("三明")
    assert "工资最少要多少" in await worker.says("电焊工")
    assert "3. 日结" in await worker.says("一个月六千以上")
    assert "一天最多一条" in await worker.says("跳过")
    assert await searches(chat, worker) == ()
    reply = await worker.says("同意")
    assert reply.startswith("订好了：三明，电焊工，月薪6000元以上。")
    assert "退订" in reply
    assert await searches(chat, worker) == (JobSearch("350400", "welder", month_min_fen=600_000),)
    consent = await chat.privacy.consents.require((await worker.conversation()).worker_id, Purpose.JOB_PUSH)
    assert consent.version == PUSH_VERSION


async def test_what_one_message_says_is_not_asked_again(worker: ChattingWorker, chat: JobsChat) -> None:
    assert (await subscribe(worker)).startswith("订好了：三明，电焊工，月薪6000元以上，全职。")
    assert len(await searches(chat, worker)) == 1


async def test_from_an_open_list_its_search_is_taken_over(worker: ChattingWorker, chat: JobsChat) -> None:
    await chat.desk.postings.keep(WELDER)
    await worker.says("三明找电焊工，六千以上")
    assert "一天最多一条" in await worker.says("订阅招工信息")
    assert "订好了：三明，电焊工，月薪6000元以上。" in await worker.says("1")


async def test_without_consent_nothing_is_kept(worker: ChattingWorker, chat: JobsChat) -> None:
    await worker.says("订三明的电焊工招工信息，一个月六千以上，全职")
    assert "什么都没有记" in await worker.says("不同意")
    assert await searches(chat, worker) == ()
    assert await chat.privacy.consents.history((await worker.conversation()).worker_id) == []


async def test_the_same_twice_is_one_and_consent_is_not_asked_again(worker: ChattingWorker, chat: JobsChat) -> None:
    await subscribe(worker)
    reply = await worker.says("订三明的电焊工招工信息，一个月六千以上，全职")
    assert reply.startswith("这个您已经订过了")
    assert len(await searches(chat, worker)) == 1


async def test_new_jobs_are_told_and_shown_with_their_telephone(worker: ChattingWorker, chat: JobsChat) -> None:
    await subscribe(worker)
    await chat.clock.advance(60)
    await chat.desk.postings.keep(WELDER)
    for number in range(6):
        await chat.desk.postings.keep(replace(WELDER, posting_id=f"s{number}", title="氩弧焊工", is_sample=True))
    assert await chat.capability.duties["new jobs told"]() == 1
    [notice] = chat.notices.waiting.values()
    assert "有7个新岗位" in notice.text
    assert "【示例】氩弧焊工，永安市，7000元，机械厂" in notice.text
    assert "回复“看新岗位”" in notice.text
    assert notice.template == "job_digest"
    assert notice.fields["trade"] == "电焊工"
    assert len(notice.text.encode()) <= 2000
    assert "给您推过的新岗位：" in await worker.says("看新岗位")
    assert "6. " not in await worker.says("下一页")
    assert "联系：0598-0000001" in await worker.says("1")


async def test_stopping_works_in_the_middle_of_anything_and_takes_back_what_waits(
    worker: ChattingWorker, chat: JobsChat
) -> None:
    await subscribe(worker)
    await chat.clock.advance(60)
    await chat.desk.postings.keep(WELDER)
    await chat.desk.push.push_due()
    await worker.says("我要找工作")
    await worker.says("上一步")
    assert "退订好了" in await worker.says("退订")
    assert chat.notices.waiting == {}
    assert await searches(chat, worker) == ()
    worker_id = (await worker.conversation()).worker_id
    assert await chat.privacy.consents.current(worker_id, Purpose.JOB_PUSH) is None
    await chat.clock.advance(24 * 3600)
    await chat.desk.postings.keep(replace(WELDER, posting_id="p2"))
    assert await chat.desk.push.push_due() == 0
    assert "您没有订招工信息" in await worker.says("退订")


async def test_who_stops_in_the_middle_of_subscribing_is_asked_no_further(worker: ChattingWorker) -> None:
    await worker.says("订三明的招工信息")
    assert (await worker.conversation()).form is not None
    assert "什么都没有记" in await worker.says("退订")
    assert (await worker.conversation()).form is None


async def test_looking_at_news_before_there_are_any_says_how_to_subscribe(worker: ChattingWorker) -> None:
    assert "还没有给您推过" in await worker.says("看新岗位")


@pytest.mark.parametrize(
    "text",
    [
        "退订",
        "我要退订",
        "退订招工信息。",
        "取消订阅",
        "取消招工信息推送",
        "不要再给我推送岗位了",
        "别给我发招工信息了",
        "TD",
    ],
)
def test_any_way_to_say_stop_is_understood(text: str) -> None:
    assert is_stop(text)


@pytest.mark.parametrize(
    "text",
    [
        "不退订",
        "我没有退订",
        "取消",
        "不要工作",
        "别发了",
        "老板不给我发工资了",
        "订阅招工信息",
        "取消预约",
        "我不想在这个厂工作了",
    ],
)
def test_other_words_stop_nothing(text: str) -> None:
    assert not is_stop(text)


def test_who_says_what_to_be_told_of_needs_no_understanding(chat: JobsChat) -> None:
    form = next(form for form in chat.capability.forms if form.name == "subscribe_jobs")
    assert isinstance(form, Summoned)
    for text in ("订三明的电焊工招工信息，六千以上", "我想订阅岗位", "帮我订一下招聘信息"):
        assert form.is_summoned(text)
    for text in ("退订招工信息", "订法律援助", "签订合同的岗位", "最近有招聘会吗", "订招聘会"):
        assert not form.is_summoned(text)
