"""A message changes the conversation once and is answered once: after crashes, in races, in several processes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.conversation import Conversation
from bot.domain.errors import StoreError
from bot.domain.intent import Intent, Understanding
from bot.domain.message import Reply
from bot.handlers.conversation_document import COLLECTION, REPLIES_KEPT
from bot.storage.sqlite_documents import SqliteDocumentStore
from tests.fakes.fake_clock import FakeClock
from tests.fakes.form_chat import PSEUDONYMS, ChattingWorker, FormChat, WordsUnderstander
from tests.fakes.outing_form import OutingForm

WORDS = {"出游": Understanding(Intent.WAGE_CLAIM)}
PHONE = "13800000000"
WORKER_ID = PSEUDONYMS.of("o-zhang")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteDocumentStore]:
    store = await SqliteDocumentStore.open(tmp_path / "gongyou.sqlite3", synchronous="NORMAL")
    yield store
    await store.close()


@pytest.fixture
def outing() -> OutingForm:
    return OutingForm()


@pytest.fixture
def chat(store: SqliteDocumentStore, outing: OutingForm) -> FormChat:
    return FormChat(store, FakeClock(), [outing], WordsUnderstander(WORDS))


@pytest.fixture
def other(store: SqliteDocumentStore, outing: OutingForm, chat: FormChat) -> FormChat:
    """Another process over the same store."""
    return FormChat(store, chat.clock, [outing], WordsUnderstander(WORDS))


@pytest.fixture
def worker(chat: FormChat) -> ChattingWorker:
    return chat.worker()


async def test_a_message_worked_on_again_gets_its_reply_and_is_no_answer_to_the_next_question(
    worker: ChattingWorker, other: FormChat
) -> None:
    await worker.says("我要报名出游，去永安")
    asked = await worker.says("6个人")
    assert "哪一天去" in asked
    assert await worker.again(other) == asked
    form = (await worker.conversation()).form
    assert form is not None
    assert form.values == {"place": "永安", "people": 6}


async def test_a_message_is_known_again_though_others_came_between(worker: ChattingWorker, other: FormChat) -> None:
    await worker.says("我要报名出游，去永安")
    asked = await worker.says("6个人")
    first = worker.last
    for said in ["上一步", "7个人"][: REPLIES_KEPT - 1]:
        await worker.says(said)
    worker.last = first
    assert await worker.again(other) == asked


async def test_a_crash_after_the_thing_was_done_does_it_once(
    worker: ChattingWorker, outing: OutingForm, other: FormChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    await worker.says(f"我要报名出游，去永安，6个人，周六，{PHONE}")
    await worker.says("要")

    async def die(*_: object) -> None:
        raise asyncio.CancelledError

    monkeypatch.setattr(worker.chat.conversations._store, "replace_if", die)
    with pytest.raises(asyncio.CancelledError):
        await worker.says("跳过")
    monkeypatch.undo()
    assert outing.completions == 1
    assert "报上名了" in await worker.again(other)
    assert (outing.completions, len(outing.done)) == (2, 1)


async def test_a_form_opened_and_done_by_one_message_is_done_once_after_a_crash(
    store: SqliteDocumentStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    outing = OutingForm()
    outing.next_question = _nothing_missing  # type: ignore[method-assign]
    chat = FormChat(store, FakeClock(), [outing], WordsUnderstander(WORDS))
    worker = chat.worker()
    await worker.says("你好")

    async def die(*_: object) -> None:
        raise asyncio.CancelledError

    monkeypatch.setattr(store, "replace_if", die)
    with pytest.raises(asyncio.CancelledError):
        await worker.says("我要报名出游，去永安，6个人，周六")
    monkeypatch.undo()
    assert "报上名了" in await worker.again()
    assert (outing.completions, len(outing.done)) == (2, 1)


async def _nothing_missing(*_: object) -> None:
    return None


async def test_of_two_messages_at_once_the_slower_one_is_understood_against_what_the_faster_left(
    worker: ChattingWorker, other: FormChat, outing: OutingForm
) -> None:
    await worker.says("我要报名出游，去永安")
    second = other.worker()
    meeting = asyncio.Barrier(2)
    read_question = outing.next_question
    is_first = True

    async def meet_once(*arguments: object) -> object:
        nonlocal is_first
        if meeting.n_waiting < 2 and is_first:
            await meeting.wait()
            is_first = False
        return await read_question(*arguments)  # type: ignore[arg-type]

    outing.next_question = meet_once  # type: ignore[method-assign,assignment]
    replies = await asyncio.gather(worker.says("6个人"), second.says("周日"))
    form = (await worker.conversation()).form
    assert form is not None
    assert form.values == {"place": "永安", "people": 6, "day": "sun"}
    assert any("留个电话" in reply for reply in replies)


async def test_what_was_done_counts_though_the_worker_cancelled_in_the_same_moment(
    worker: ChattingWorker, other: FormChat, outing: OutingForm
) -> None:
    await worker.says(f"我要报名出游，去永安，6个人，周六，{PHONE}")
    await worker.says("要")
    complete = outing.complete

    async def complete_while_cancelled(*arguments: object) -> Reply:
        reply = await complete(*arguments)  # type: ignore[arg-type]
        await other.worker().says("取消")
        return reply

    outing.complete = complete_while_cancelled  # type: ignore[method-assign,assignment]
    assert "报上名了" in await worker.says("跳过")
    assert outing.completions == 1
    assert (await worker.conversation()).form is None


async def test_whose_messages_are_always_overtaken_is_told_to_come_again(chat: FormChat) -> None:
    conversations = chat.conversations
    await conversations.open(WORKER_ID)
    turns = 0

    async def overtaken(conversation: Conversation) -> Reply:
        nonlocal turns
        turns += 1
        document = await conversations._store.find_one(COLLECTION, {"_id": conversation.worker_id})
        assert document is not None
        await conversations._store.replace_if(COLLECTION, document | {"turns": turns})
        await conversations.remember(conversation.worker_id, region_asked=True)
        return Reply("好")

    with pytest.raises(StoreError):
        await conversations.turn(WORKER_ID, "m1", overtaken)


async def test_what_ends_after_the_worker_left_brings_nothing_back(chat: FormChat, store: SqliteDocumentStore) -> None:
    conversations = chat.conversations

    async def forgotten_meanwhile(conversation: Conversation) -> Reply:
        await conversations.erase(conversation.worker_id)
        await conversations.remember(conversation.worker_id, region_asked=True)
        return Reply("好")

    assert (await conversations.turn(WORKER_ID, "m1", forgotten_meanwhile)).text == "好"
    assert await store.find(COLLECTION, {}) == []


async def test_within_a_turn_everybody_sees_what_was_remembered_and_nothing_is_stored_before_its_end(
    chat: FormChat, store: SqliteDocumentStore
) -> None:
    conversations = chat.conversations

    async def work_out(conversation: Conversation) -> Reply:
        await conversations.remember(conversation.worker_id, work_region="350400")
        seen = await conversations.find(conversation.worker_id)
        assert seen is not None
        assert seen.work_region == "350400"
        (document,) = await store.find(COLLECTION, {})
        assert document["work_region"] is None
        return Reply("好")

    await conversations.turn(WORKER_ID, "m1", work_out)
    assert (await conversations.open(WORKER_ID)).work_region == "350400"


async def test_a_policy_question_reads_the_conversation_once_and_writes_once_what_it_was_about(
    worker: ChattingWorker, store: SqliteDocumentStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    await worker.says("我在三明永安")
    await worker.says("创业补贴有多少")
    calls: list[str] = []
    for name in ("find_one", "replace_if", "insert", "find"):
        inner = getattr(store, name)

        async def counted(*arguments: object, _inner=inner, _name=name, **named: object) -> object:  # noqa: ANN001
            calls.append(_name)
            return await _inner(*arguments, **named)

        monkeypatch.setattr(store, name, counted)
    await worker.says("社保怎么交")
    assert calls == ["find_one", "replace_if"]
    calls.clear()
    await worker.says("我在三明沙县，社保怎么交")
    assert calls == ["find_one", "replace_if"]
