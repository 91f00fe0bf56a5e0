"""Every standard message and event is handled or politely declined."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.message import MessageKind, WorkerMessage
from bot.domain.pseudonym import WorkerPseudonyms
from bot.gateway.inbox import Inbox
from bot.gateway.outbox import DocumentOutbox
from bot.gateway.quota import DocumentQuotaLedger
from bot.handlers import phrasing_small_talk as phrasing
from bot.handlers.small_talk import is_small_talk
from bot.storage.sqlite_documents import SqliteDocumentStore
from tests.fakes.fake_clock import FakeClock
from tests.fakes.privacy_room import PrivacyRoom

PSEUDONYMS = WorkerPseudonyms("盐")
SILENT = {
    MessageKind.EVENT_LOCATION,
    MessageKind.EVENT_VIEW,
    MessageKind.EVENT_PIC,
    MessageKind.EVENT_LOCATION_SELECT,
    MessageKind.EVENT_TEMPLATE_SENT,
    MessageKind.EVENT_SUBSCRIBE_MSG,
    MessageKind.EVENT_UNSUBSCRIBE,
}
Worker = Any


@pytest.mark.parametrize("kind", list(MessageKind))
async def test_every_kind_has_its_reply_or_its_silence(kind: MessageKind, worker: Worker) -> None:
    assert bool(await worker.sends(kind)) == (kind not in SILENT)


async def test_what_cannot_be_read_is_declined_with_what_can_be_done(worker: Worker) -> None:
    assert await worker.sends(MessageKind.VOICE) == phrasing.VOICE
    assert await worker.sends(MessageKind.IMAGE) == phrasing.PICTURE
    assert await worker.sends(MessageKind.SHORTVIDEO) == phrasing.VIDEO
    assert await worker.sends(MessageKind.LINK) == phrasing.LINK


async def test_a_type_that_nobody_knows_is_counted_and_gets_the_menu(worker: Worker, counters: Any) -> None:
    assert await worker.sends(MessageKind.UNKNOWN) == phrasing.MENU
    assert counters["dialogue.unknown_kind"] == 1


@pytest.mark.parametrize(
    ("key", "reply"),
    [("HELP", phrasing.MENU), ("person", phrasing.PERSON), ("POLICY", phrasing.HOW_TO_ASK), ("旧菜单", phrasing.MENU)],
)
async def test_menu_keys_have_their_texts(key: str, reply: str, worker: Worker) -> None:
    assert await worker.sends(MessageKind.EVENT_CLICK, EventKey=key) == reply


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("你好", phrasing.GREETING), ("您好啊！", phrasing.GREETING), ("在吗", phrasing.GREETING),
        ("谢谢", phrasing.THANKS), ("好的，谢谢你", phrasing.THANKS), ("再见", phrasing.GOODBYE),
        ("好的", phrasing.UNDERSTOOD), ("OK", phrasing.UNDERSTOOD), ("菜单", phrasing.MENU), ("帮助", phrasing.MENU),
        ("你能做什么？", phrasing.MENU), ("你是机器人吗", phrasing.WHO_I_AM), ("呵呵", phrasing.UNDERSTOOD),
        ("转人工", phrasing.PERSON), ("人工", phrasing.PERSON),
        ("我要找人工客服", phrasing.PERSON), ("1", phrasing.MENU), ("？？", phrasing.MENU), ("😀", phrasing.MENU),
        ("   ", phrasing.MENU), ("", phrasing.MENU),
    ],
)  # fmt: skip
async def test_sayings_are_answered_without_the_documents(text: str, reply: str, worker: Worker, answerer: Any) -> None:
    assert await worker.says(text) == reply
    assert answerer.queries == []


@pytest.mark.parametrize(
    "text", ["你好，拖欠工资找谁", "人工费不给怎么办", "好的政策有哪些", "在吗？想问社保", "早点发工资"]
)
def test_a_question_after_a_greeting_is_a_question(text: str) -> None:
    assert not is_small_talk(text)


async def test_unsubscribing_erases_all_that_was_kept(
    worker: Worker, another_worker: Any, store: SqliteDocumentStore
) -> None:
    other = another_worker("o-li")
    await worker.says("我在永安，老家四川")
    await other.says("我在永安")
    assert await worker.sends(MessageKind.EVENT_UNSUBSCRIBE) == ""
    assert await worker.is_remembered_as() is None
    assert await other.is_remembered_as() is not None
    assert await store.count("conversations", {}) == 1


async def test_unsubscribing_erases_claims_late_answers_and_quota_too(
    worker: Worker, store: SqliteDocumentStore, counters: Any, privacy: PrivacyRoom
) -> None:
    clock = FakeClock()
    inbox, ledger = Inbox(store, clock, PSEUDONYMS, privacy.cipher), DocumentQuotaLedger(store, PSEUDONYMS)
    outbox = DocumentOutbox(store, clock, counters, privacy.cipher, PSEUDONYMS)
    for openid in ("o-zhang", "o-li"):
        message = WorkerMessage(f"gh_1|{openid}|1", openid, "gh_1", MessageKind.TEXT, "欠薪", clock.now())
        await inbox.claim(message)
        await outbox.owe(message)
        await ledger.opened(openid, "message", clock.now())
    await worker.sends(MessageKind.EVENT_UNSUBSCRIBE)
    assert [await store.count(name, {}) for name in ("inbox", "outbox", "quota")] == [1, 1, 1]
    assert (await outbox.waiting("o-zhang"), await outbox.waiting("o-li")) == ((0, 0, 0), (0, 0, 1))


async def test_no_openid_lies_in_the_conversations(worker: Worker, store: SqliteDocumentStore) -> None:
    await worker.says("我在永安")
    assert "o-zhang" not in str(await store.find("conversations", {}))


async def test_memory_that_was_erased_does_not_come_back(worker: Worker, conversations: Any) -> None:
    await worker.says("我在永安")
    remembered = await worker.is_remembered_as()
    await worker.sends(MessageKind.EVENT_UNSUBSCRIBE)
    await conversations.remember(remembered.worker_id, work_region="350400")
    assert await worker.is_remembered_as() is None
