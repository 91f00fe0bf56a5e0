"""Looking for work in the chat, as it is wired."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.conversation import Conversation, Turn
from bot.domain.job import JobPay, JobPosting, JobType, PayPeriod
from bot.domain.message import MessageKind, WorkerMessage
from bot.handlers.job_wish import read_wish
from bot.handlers.personal_data import ConversationHolder
from bot.handlers.phrasing_job_search import LAW
from bot.jobs.wage_offenders import WageOffenders
from bot.policies.legal_references import load_legal_references
from bot.regions.divisions import load_divisions
from bot.regions.place_names import load_place_finder
from bot.storage.sqlite_documents import SqliteDocumentStore
from tests.fakes.fake_clock import FakeClock
from tests.fakes.form_chat import ChattingWorker
from tests.fakes.jobs_chat import JobsChat

Post = Callable[..., Awaitable[None]]
CORPUS = Path(__file__).parents[3] / "corpus"
TODAY = date(2026, 11, 28)


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
        values = {
            "employer": f"第{number}机械厂",
            "pay": JobPay(PayPeriod.MONTH, 600_000, 800_000),
            "pay_text": "6000-8000元/月",
            "job_type": JobType.FULL_TIME,
            "contact": "0598-0000001",
            "source": "三明公共招聘网",
        }
        day = TODAY - timedelta(days=number)
        values |= {"title": title, "region_code": region, "posted_on": day, "expires_on": TODAY, "trade_id": trade}
        posting = JobPosting(f"p{number:02}", **(values | facts))  # type: ignore[arg-type]
        await chat.desk.postings.keep(posting)

    return keep


async def test_what_is_missing_is_asked_and_the_list_told(worker: ChattingWorker, post: Post) -> None:
    await post()
    assert "想在哪里找活" in await worker.says("我要找工作")
    assert "想找什么活" in await worker.says("三明")
    reply = await worker.says("电焊工")
    assert "三明在招的电焊工：\n1. 电焊工，永安市，6000-8000元/月，第1机械厂，11月27日发布\n" in reply
    assert "回复数字看详情和电话" in reply


async def test_a_message_that_says_it_all_is_answered_at_once(worker: ChattingWorker, post: Post) -> None:
    await post("440300")
    assert (await worker.says("深圳有没有招电焊工的，一个月要七千以上")).startswith(
        "深圳在招的月薪7000元以上的电焊工："
    )
    assert (await worker.conversation()).form is None


async def test_a_worker_whose_place_is_known_is_not_asked_for_it(
    worker: ChattingWorker, post: Post, chat: JobsChat
) -> None:
    await post()
    await worker.says("你好")
    conversation = await worker.conversation()
    await chat.chat.conversations.remember(conversation.worker_id, work_region="350481")
    assert (await worker.says("有没有招电焊工的")).startswith("永安在招的电焊工：")


async def test_pages_are_leafed_and_entries_shown_by_number(worker: ChattingWorker, post: Post) -> None:
    for _ in range(7):
        await post()
    first = await worker.says("三明找电焊工")
    assert "5. 电焊工" in first
    assert "回复“下一页”看后面的" in first
    second = await worker.says("下一页")
    assert second.startswith("第2页：\n1. 电焊工，永安市，6000-8000元/月，第6机械厂")
    assert "第7机械厂" in await worker.says("2")
    assert "后面没有了" in await worker.says("下一页")
    assert "第1机械厂" in await worker.says("上一页")
    assert "已经是第一页" in await worker.says("上一页")
    assert "请回复1到5" in await worker.says("9")


async def test_an_entry_tells_everything_with_source_and_days(worker: ChattingWorker, post: Post) -> None:
    await post(place="永安市尼葛园", headcount="5人", requirements="会二保焊", benefits="包吃住")
    await worker.says("三明找电焊工")
    detail = await worker.says("1")
    for line in (
        "单位：第1机械厂",
        "地点：永安市尼葛园",
        "工资：6000-8000元/月",
        "类型：全职",
        "人数：5人",
        "福利：包吃住",
        "联系：0598-0000001",
        "要求：会二保焊",
        "来源：三明公共招聘网，11月27日发布，11月28日前有效",
    ):
        assert line in detail


async def test_a_posting_that_is_gone_meanwhile_is_said_to_be(
    worker: ChattingWorker, post: Post, chat: JobsChat
) -> None:
    await post()
    await worker.says("三明找电焊工")
    await chat.clock.advance(24 * 3600)
    assert "已经下架" in await worker.says("1")


async def test_more_words_go_on_from_the_open_list(worker: ChattingWorker, post: Post) -> None:
    await post(pay=JobPay(PayPeriod.MONTH, 900_000, 900_000), pay_text="9000元")
    await post("440300")
    await post(trade="guard", title="保安")
    await worker.says("三明找电焊工")
    reply = await worker.says("有没有八千五以上的")
    assert reply.startswith("三明在招的月薪8500元以上的电焊工：\n1. 电焊工，永安市，9000元")
    assert (await worker.says("那深圳呢")).startswith(
        "深圳没有在招的月薪8500元以上的电焊工，外省有：\n1. 电焊工，福建三明永安市"
    )
    assert (await worker.says("那九千五以上的呢")).startswith(
        "没找到月薪9500元以上的电焊工，这一条先放宽。深圳在招的有："
    )
    assert "保安，福建三明永安市" in await worker.says("去哪都行，保安有没有招的")


async def test_what_was_asked_for_and_is_not_there_is_said_first(worker: ChattingWorker, post: Post) -> None:
    await post("350200", "steel_structure_worker", "钢结构工")
    assert (await worker.says("永安找电焊工")).startswith("福建没有在招的电焊工，相近的工种有：")
    await post("440300")
    await post("350403")
    assert (await worker.says("永安找电焊工")).startswith("永安没有在招的电焊工，三明有：")
    assert "没找到日结的电焊工，这一条先放宽" in await worker.says("永安有没有日结的电焊工")
    assert "三明附近没有在招的保安，三明在招的别的活有" in await worker.says("三明有没有招保安的")
    assert "没有在招的“挖虾”" in await worker.says("三明有没有挖虾的活")


async def test_a_search_that_asks_for_news_too_hears_once_how_to_get_them(worker: ChattingWorker, post: Post) -> None:
    await post()
    assert (await worker.says("三明找电焊工")).count("订阅招工信息") == 1
    reply = await worker.says("永安找电焊工，以后有新的也发给我")
    assert "订阅招工信息" not in reply
    assert reply.count("订招工信息") == 1
    assert "您还问了" not in await worker.says("1")
    assert "记下了，地方：永安，工种：电焊工" in await worker.says("好")


async def test_what_lies_farther_out_stands_under_a_heading_of_its_own(worker: ChattingWorker, post: Post) -> None:
    await post("350481")
    await post("350404")
    await post("350200")
    await post("350404", "steel_structure_worker", "钢结构工")
    for _ in range(2):
        await post("440300")
    first = await worker.says("永安找电焊工")
    lines = [line for line in first.splitlines() if line.endswith("：")]
    assert lines == ["永安在招的电焊工：", "三明：", "福建别的地方：", "相近的工种：", "外省："]
    assert (await worker.says("下一页")).startswith("第2页，外省：\n1. 电焊工，广东深圳市")


async def test_work_of_any_kind_begins_a_new_search_at_the_same_place(worker: ChattingWorker, post: Post) -> None:
    await post()
    await post(trade="guard", title="保安", job_type=JobType.DAY_LABOUR)
    await worker.says("三明找电焊工")
    assert (await worker.says("有没有日结的活")).startswith("三明在招的日结的活：\n1. 保安")


async def test_the_work_that_is_wished_for_is_meant_and_not_the_one_that_is_done_now(
    worker: ChattingWorker, post: Post
) -> None:
    await post(trade="sewing_worker", title="缝纫工")
    assert (await worker.says("俺在三明进厂，想换个缝纫工做")).startswith("三明在招的缝纫工：")


async def test_what_was_looked_through_is_exported_in_plain_words(
    worker: ChattingWorker, chat: JobsChat, post: Post, store: SqliteDocumentStore
) -> None:
    await post()
    await worker.says("三明找电焊工")
    chat.chat.privacy.holders.register(ConversationHolder(store, load_divisions(), chat.chat.conversations))
    exported = await worker.says("导出我的信息")
    assert "福建省三明市、电焊工" in exported
    assert "welder" not in exported


async def test_with_nothing_at_all_there_is_still_a_way_on(worker: ChattingWorker) -> None:
    reply = await worker.says("三明找电焊工")
    assert reply.startswith("三明没有在招的电焊工。")
    assert "订阅招工信息" in reply
    assert "12333" in reply


async def test_made_up_postings_are_marked_in_lists_and_entries(worker: ChattingWorker, post: Post) -> None:
    await post(is_sample=True)
    reply = await worker.says("三明找电焊工")
    assert "1. 【示例】电焊工" in reply
    assert "不是真的招工" in reply
    detail = await worker.says("1")
    assert detail.startswith("【示例】电焊工")
    assert "不是真的招工" in detail


async def test_deposits_and_wage_offenders_are_warned_about(
    worker: ChattingWorker, post: Post, store: SqliteDocumentStore, chat: JobsChat, tmp_path: Path
) -> None:
    (tmp_path / "list.csv").write_text(
        "单位名称,列入日期,列入机关\n示例（三明）建筑工程有限公司,2026-03-01,三明市人社局\n", encoding="utf-8"
    )
    await WageOffenders(store, chat.clock).import_list(tmp_path / "list.csv")
    await post(deposit="押金")
    await post(employer="示例三明建筑工程有限责任公司")
    await post(deposit="押身份证")
    reply = await worker.says("三明找电焊工")
    assert "（注意：要交押金）" in reply
    assert "（注意：单位上过欠薪名单）" in reply
    assert "（注意：要押身份证）" in reply
    assert "先别交" in await worker.says("1")
    listed = await worker.says("2")
    assert "三明市人社局公布的拖欠工资名单上有“示例（三明）建筑工程有限公司”，2026年3月1日列入" in listed
    assert "可能只是同名" in listed


def test_the_law_that_is_quoted_stands_in_the_corpus() -> None:
    references = load_legal_references(CORPUS)
    article = references.article("劳动合同法", "第九条").text
    assert LAW.split("“")[1].split("”")[0] in article


async def test_every_reply_fits_into_a_message(worker: ChattingWorker, post: Post) -> None:
    long = "超长的内容" * 80
    for _ in range(6):
        await post(
            title=long[:60],
            employer=long[:60],
            pay_text=long[:60],
            place=long,
            headcount=long[:60],
            requirements=long,
            benefits=long,
            contact=long[:100],
            source=long[:60],
            is_sample=True,
            deposit="押金",
        )
    assert len((await worker.says("三明找电焊工")).encode()) <= 2000
    assert len((await worker.says("1")).encode()) <= 2000


async def test_one_of_several_places_is_chosen_by_number(worker: ChattingWorker, post: Post) -> None:
    await post("110105")
    question = await worker.says("朝阳区找电焊工")
    assert "这个地名有好几个" in question
    number = next(line.split(".")[0] for line in question.splitlines() if "北京" in line)
    assert (await worker.says(number)).startswith("朝阳在招的电焊工：")


async def test_a_question_in_between_is_answered_and_the_search_goes_on(worker: ChattingWorker, post: Post) -> None:
    await post()
    await worker.says("我要找工作")
    assert "答：社保怎么转" in await worker.says("社保怎么转")
    await worker.says("三明")
    assert "三明在招的活：" in await worker.says("跳过")


async def test_the_menu_enters_the_search(worker: ChattingWorker) -> None:
    assert "想在哪里找活" in await worker.clicks("JOBS")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("武汉有没有招数据分析师的", "数据分析师"),
        ("三明招不招配音演员", "配音演员"),
        ("有招放牛的没", "放牛"),
        ("三明附近的厂招人不", ""),
        ("招不招六十岁的", ""),
        ("有没有招女工的", ""),
        ("你们这里招工吗", ""),
        ("招日结的吗", ""),
        ("最近有招聘会吗", ""),
        ("看看招聘信息", ""),
        ("东莞有没有招电焊工的", ""),
    ],
)
def test_work_that_no_list_knows_is_taken_from_who_is_hired(text: str, words: str) -> None:
    now = datetime(2026, 11, 28, tzinfo=UTC)
    turn = Turn(WorkerMessage("k", "o", "gh", MessageKind.TEXT, text, now), Conversation("w"))
    assert read_wish(turn, load_place_finder()).get("words", "") == words
