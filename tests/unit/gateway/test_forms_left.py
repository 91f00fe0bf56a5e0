"""What is left for something else waits its turn: several forms, the one left last first."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path

import pytest

from bot.domain.form import OpenForm
from bot.domain.intent import Intent, Understanding
from bot.handlers.conversation_document import COLLECTION, SEALED_MATTERS
from bot.handlers.conversations import Conversations
from bot.handlers.personal_data import ConversationHolder
from bot.privacy.cipher import FieldCipher, FieldContext
from bot.privacy.key_ring import KEY_BYTES, KeyRing
from bot.regions.divisions import load_divisions
from bot.storage.sqlite_documents import SqliteDocumentStore
from tests.fakes.fake_clock import FakeClock
from tests.fakes.form_chat import ChattingWorker, FormChat, WordsUnderstander
from tests.fakes.outing_form import OutingForm

THINGS = {
    "登记欠薪": Intent.WAGE_CLAIM,
    "找活": Intent.JOB_SEARCH,
    "约律师": Intent.LEGAL_AID_BOOKING,
    "算补贴": Intent.SUBSIDY_ELIGIBILITY,
    "订消息": Intent.SUBSCRIBE_JOBS,
}
REST = ("周日", "13800000000", "要", "跳过")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteDocumentStore]:
    store = await SqliteDocumentStore.open(tmp_path / "gongyou.sqlite3", synchronous="NORMAL")
    yield store
    await store.close()


@pytest.fixture
def worker(store: SqliteDocumentStore) -> ChattingWorker:
    forms = [OutingForm(intent.value, title) for title, intent in THINGS.items()]
    words = {title: Understanding(intent, confidence=0.9) for title, intent in THINGS.items()}
    return FormChat(store, FakeClock(), forms, WordsUnderstander(words)).worker()


async def begin(worker: ChattingWorker, *titles: str) -> str:
    """Each with a number of people of its own: 1 for the first."""
    reply = ""
    for number, title in enumerate(titles, 1):
        reply = await worker.says(f"我要{title}")
        await worker.says(f"去永安，{number}个人")
    return reply


async def finish(worker: ChattingWorker) -> str:
    reply = ""
    for answer in REST:
        reply = await worker.says(answer)
    return reply


async def left(worker: ChattingWorker) -> list[str]:
    return [form.name for form in (await worker.conversation()).paused_forms]


async def test_three_things_begun_inside_each_other_are_finished_from_the_last_to_the_first(
    worker: ChattingWorker,
) -> None:
    await begin(worker, "登记欠薪", "找活", "约律师")
    reply = await finish(worker)
    assert reply.startswith("报上名了：永安，3人。")
    assert reply.endswith("刚才的“找活”还没办完，回复“继续”接着办。“登记欠薪”也还没办完，会一件一件接着办。")
    assert "人数：2个人" in await worker.says("继续")
    reply = await finish(worker)
    assert reply.endswith("报上名了：永安，2人。\n\n刚才的“登记欠薪”还没办完，回复“继续”接着办。")
    assert "人数：1个人" in await worker.says("继续")
    assert await finish(worker) == "报上名了：永安，1人。"
    assert await left(worker) == []


async def test_beyond_three_that_wait_the_first_is_dropped_and_the_worker_told(worker: ChattingWorker) -> None:
    reply = await begin(worker, "登记欠薪", "找活", "约律师", "算补贴")
    assert "没有留下" not in reply
    reply = await worker.says("我要订消息")
    assert reply.startswith("没办完的最多留3件，最早的“登记欠薪”没有留下；还要办就再说一遍。\n好，订消息。")
    assert await left(worker) == ["subsidy_eligibility", "legal_aid_booking", "job_search"]


async def test_what_times_out_beside_three_others_is_dropped_no_more_silently(worker: ChattingWorker) -> None:
    await begin(worker, "登记欠薪", "找活", "约律师", "算补贴")
    await worker.waits(31)
    await worker.says("你好")
    assert len(await left(worker)) == 4
    assert "最早的“登记欠薪”没有留下" in await worker.says("我要订消息")


async def test_a_thing_that_waits_goes_on_when_it_is_asked_for_and_the_others_wait(worker: ChattingWorker) -> None:
    await begin(worker, "登记欠薪", "找活", "约律师")
    reply = await worker.says("我要登记欠薪")
    assert "接着办“登记欠薪”。" in reply
    assert "人数：1个人" in reply
    assert await left(worker) == ["legal_aid_booking", "job_search"]


async def test_the_thing_that_is_offered_may_be_cancelled_and_the_next_is_offered(worker: ChattingWorker) -> None:
    await begin(worker, "登记欠薪", "找活", "约律师")
    await finish(worker)
    reply = await worker.says("取消")
    assert reply == "好，“找活”不办了，刚才填的都没有留。\n\n刚才的“登记欠薪”还没办完，回复“继续”接着办。"
    assert await left(worker) == ["wage_claim"]


async def test_all_that_waits_is_in_the_workers_export(worker: ChattingWorker, store: SqliteDocumentStore) -> None:
    await begin(worker, "登记欠薪", "找活", "约律师")
    cipher = FieldCipher(KeyRing.of({"k1": bytes(range(KEY_BYTES))}))
    holder = ConversationHolder(store, load_divisions(), Conversations(store, cipher))
    [told] = await holder.export((await worker.conversation()).worker_id)
    for title in ("登记欠薪", "找活", "约律师"):
        assert f"{title}（地方：永安" in told["办到一半的事"]


async def test_the_one_form_that_an_earlier_version_left_still_waits(store: SqliteDocumentStore) -> None:
    cipher = FieldCipher(KeyRing.of({"k1": bytes(range(KEY_BYTES))}))
    waiting = OpenForm("f1", "wage_claim", {"place": "永安"}, filled=("place",))
    matters = json.dumps({"paused_form": asdict(waiting)}, ensure_ascii=False)
    sealed = cipher.encrypt(matters, FieldContext(COLLECTION, SEALED_MATTERS, "w1"))
    await store.insert(COLLECTION, {"_id": "w1", SEALED_MATTERS: sealed})
    conversations = Conversations(store, cipher)
    assert (await conversations.open("w1")).paused_forms == (waiting,)
    await conversations.remember("w1", paused_forms=())
    assert (await conversations.open("w1")).paused_forms == ()
