"""Work place, home place and trade: kept for good only by consent, shown and erased on demand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.errors import ConsentError
from bot.handlers.personal_data import ConversationHolder
from bot.handlers.profile import ProfileForm, WorkProfileHolder
from bot.privacy.purposes import Purpose
from bot.privacy.work_profiles import COLLECTION, WorkProfile
from bot.regions.divisions import load_divisions
from bot.regions.place_names import load_place_finder
from bot.storage.sqlite_documents import SqliteDocumentStore
from tests.fakes.fake_clock import FakeClock
from tests.fakes.form_chat import PSEUDONYMS, ChattingWorker, FormChat, WordsUnderstander

WORKER_ID = PSEUDONYMS.of("o-zhang")
YONGAN, CHENGDU, GUANGZHOU = "350481", "510100", "440100"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteDocumentStore]:
    store = await SqliteDocumentStore.open(tmp_path / "gongyou.sqlite3", synchronous="NORMAL")
    yield store
    await store.close()


@pytest.fixture
def chat(store: SqliteDocumentStore) -> FormChat:
    chat = FormChat(store, FakeClock(), [], WordsUnderstander({}))
    finder, divisions = load_place_finder(), load_divisions()
    consents = chat.privacy.consents
    chat.open_forms(ProfileForm(chat.work_profiles, consents, chat.conversations, finder, divisions))
    chat.privacy.holders.register(ConversationHolder(store, divisions, chat.conversations))
    chat.privacy.holders.register(WorkProfileHolder(chat.work_profiles, divisions))
    return chat


@pytest.fixture
def worker(chat: FormChat) -> ChattingWorker:
    return chat.worker()


async def tell(worker: ChattingWorker) -> str:
    assert "同意吗" in await worker.says("记下我的资料")
    assert "在哪里打工" in await worker.says("1")
    assert "老家" in await worker.says("三明永安")
    assert "工种" in await worker.says("四川成都")
    return await worker.says("我是烧电焊的")


async def test_what_a_worker_agreed_to_is_kept_sealed_and_said_back(
    worker: ChattingWorker, chat: FormChat, store: SqliteDocumentStore
) -> None:
    reply = await tell(worker)
    assert "打工的地方：福建省三明市永安市" in reply
    assert "老家：四川省成都市" in reply
    assert "工种：电焊工" in reply
    assert await chat.work_profiles.find(WORKER_ID) == WorkProfile(YONGAN, CHENGDU, "电焊工")
    assert YONGAN not in str(await store.find(COLLECTION, {}))
    assert (await worker.conversation()).work_region == YONGAN


async def test_nothing_is_kept_without_consent(
    worker: ChattingWorker, chat: FormChat, store: SqliteDocumentStore
) -> None:
    await worker.says("记下我的资料")
    assert "不长期记" in await worker.says("不同意")
    assert await store.find(COLLECTION, {}) == []
    with pytest.raises(ConsentError):
        await chat.work_profiles.keep(WORKER_ID, WorkProfile(YONGAN))


async def test_it_is_shown_on_demand_and_erased_with_everything_else(
    worker: ChattingWorker, store: SqliteDocumentStore
) -> None:
    await tell(worker)
    assert "工种：电焊工" in await worker.says("我的资料")
    exported = await worker.says("导出我的信息")
    assert "【长期记住的资料】\n打工的地方：福建省三明市永安市；老家：四川省成都市；工种：电焊工" in exported
    await worker.says("删除我的信息")
    await worker.says("确认删除")
    assert await store.find(COLLECTION, {}) == []


async def test_a_conversation_that_was_forgotten_begins_where_the_worker_is(
    worker: ChattingWorker, chat: FormChat
) -> None:
    await tell(worker)
    await chat.conversations.erase(WORKER_ID)
    await worker.says("你好")
    conversation = await worker.conversation()
    assert (conversation.work_region, conversation.home_region) == (YONGAN, CHENGDU)


async def test_who_moves_is_remembered_where_they_are_now(worker: ChattingWorker, chat: FormChat) -> None:
    await tell(worker)
    await worker.says("我在广州了")
    profile = await chat.work_profiles.find(WORKER_ID)
    assert profile is not None
    assert (profile.work_region, profile.home_region) == (GUANGZHOU, CHENGDU)


async def test_who_never_agreed_may_move_without_a_trace(worker: ChattingWorker, store: SqliteDocumentStore) -> None:
    await worker.says("我在广州")
    assert await store.find(COLLECTION, {}) == []


async def test_what_is_known_is_offered_when_it_is_filled_in_again(worker: ChattingWorker) -> None:
    await tell(worker)
    assert "1. 还是福建省三明市永安市" in await worker.says("改一下我的工种")
    assert "1. 还是四川省成都市" in await worker.says("1")
    assert "1. 还是电焊工" in await worker.says("跳过")
    assert "工种：保姆" in await worker.says("我现在做保姆")


async def test_who_withdraws_is_not_looked_up_any_more(worker: ChattingWorker, chat: FormChat) -> None:
    await tell(worker)
    await chat.privacy.consents.withdraw(WORKER_ID, (Purpose.PROFILE,))
    assert await chat.work_profiles.find(WORKER_ID) is None
    assert await chat.work_profiles.recall(WORKER_ID) == {}


async def test_the_menu_shows_what_is_kept(worker: ChattingWorker) -> None:
    assert "记下我的资料" in await worker.clicks("PROFILE")
