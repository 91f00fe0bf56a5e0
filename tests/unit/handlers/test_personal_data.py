"""What a worker can do with their own data, in words."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from bot.domain.message import MessageKind, WorkerMessage
from bot.domain.pseudonym import WorkerPseudonyms
from bot.gateway.inbox import LEASE_S, Inbox
from bot.gateway.outbox import DocumentOutbox
from bot.handlers.personal_data import CONFIRM_WITHIN_S, Wish, read_wish
from bot.privacy.audit_verification import verify
from bot.privacy.holders import OpenMatter
from bot.privacy.identity_fields import Identity
from bot.storage.sqlite_documents import SqliteDocumentStore
from tests.fakes.fake_clock import FakeClock
from tests.fakes.privacy_room import PrivacyRoom

PSEUDONYMS = WorkerPseudonyms("盐")
PHONE = "13812345678"


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("删除我的信息", Wish.ERASE),
        ("请删除我的信息。", Wish.ERASE),
        ("“删除我的信息”", Wish.ERASE),
        ("把我的资料都删掉吧", Wish.ERASE),
        ("帮我删掉我的个人信息", Wish.ERASE),
        ("清空记录", Wish.ERASE),
        ("我的信息", Wish.SHOW),
        ("查看我的资料", Wish.SHOW),
        ("你记了我什么", Wish.SHOW),
        ("你们存了我哪些信息？", Wish.SHOW),
        ("导出我的信息", Wish.EXPORT),
        ("把我的信息发给我", None),
        ("确认删除", Wish.CONFIRM),
        ("“确认删除”", Wish.CONFIRM),
        ("老板把我的工资扣了", None),
        ("老板不给我看我的考勤记录怎么办", None),
        ("我的补贴", None),
        ("社保信息在哪里查", None),
        ("你们招什么", None),
        ("", None),
    ],
)
def test_a_wish_is_read_from_the_whole_sentence_only(text: str, wish: Wish | None) -> None:
    assert read_wish(text) is wish


async def test_what_is_kept_is_told_in_words(worker: Any) -> None:
    await worker.says("我在三明永安")
    told = await worker.says("我的信息")
    assert "打工的地方：福建省三明市永安市" in told
    assert "没有记您的姓名" in told
    assert "删除我的信息" in told
    assert "350481" not in told


async def test_a_telephone_is_masked_in_the_short_text_and_whole_in_the_export(
    worker: Any, privacy: PrivacyRoom
) -> None:
    worker_id = PSEUDONYMS.of(worker.openid)
    await privacy.audit.prepare()
    await privacy.consents.give(worker_id)
    await privacy.profiles.keep(worker_id, Identity(name="王建国", phone=PHONE))
    short = await worker.says("我的信息")
    assert "138****5678" in short
    assert PHONE not in short
    full = await worker.says("导出我的信息")
    assert PHONE in full
    assert "王建国" in full


async def test_nothing_is_erased_before_the_worker_confirms(worker: Any) -> None:
    await worker.says("我在永安")
    asked = await worker.says("删除我的信息")
    assert "确认删除" in asked
    assert (await worker.is_remembered_as()).work_region is not None


async def test_a_confirmed_wish_erases_and_says_so(
    worker: Any, store: SqliteDocumentStore, privacy: PrivacyRoom
) -> None:
    await worker.says("我在永安")
    await worker.says("删除我的信息")
    assert "已经删掉了" in await worker.says("确认删除")
    assert await worker.is_remembered_as() is None
    assert await store.count("erasures", {}) == 0
    assert (await verify(store, privacy.cipher)).is_intact


async def test_the_message_that_confirms_keeps_its_claim_so_that_its_answer_can_be_stored(
    worker: Any, store: SqliteDocumentStore
) -> None:
    await worker.says("删除我的信息")
    await worker.says("确认删除")
    claims = await store.find("inbox", {})
    assert [claim["state"] for claim in claims] == ["running"]


async def test_a_confirmation_out_of_the_blue_is_asked_back(worker: Any) -> None:
    await worker.says("我在永安")
    assert "10分钟" in await worker.says("确认删除")
    assert (await worker.is_remembered_as()).work_region is not None


async def test_a_confirmation_that_comes_too_late_is_asked_back(worker: Any, clock: FakeClock) -> None:
    await worker.says("我在永安")
    await worker.says("删除我的信息")
    await clock.advance(CONFIRM_WITHIN_S + 1)
    assert "10分钟" in await worker.says("确认删除")
    assert (await worker.is_remembered_as()).work_region is not None


async def test_what_is_under_way_stays_and_is_named(
    worker: Any, privacy: PrivacyRoom, store: SqliteDocumentStore
) -> None:
    class OneBooking:
        label = "法律援助预约"
        matters: ClassVar = [OpenMatter("法律援助预约", "F0012")]

        async def export(self, worker_id: str) -> list[dict[str, str]]:
            del worker_id
            return []

        async def erase(self, worker_id: str) -> int:
            del worker_id
            return 0

        async def open_matters(self, worker_id: str) -> list[OpenMatter]:
            del worker_id
            return self.matters

    privacy.holders.register(OneBooking())
    await worker.says("我在永安")
    await worker.says("删除我的信息")
    told = await worker.says("确认删除")
    assert "法律援助预约（编号F0012）" in told
    assert await worker.is_remembered_as() is None
    OneBooking.matters.clear()
    assert await privacy.eraser.finish_erasures() == 1
    assert await store.count("erasures", {}) == 0


async def test_late_answers_are_exported_in_the_workers_words(
    worker: Any, store: SqliteDocumentStore, clock: FakeClock, counters: Any, privacy: PrivacyRoom
) -> None:
    message = WorkerMessage("gh_1|o-zhang|7", "o-zhang", "gh_1", MessageKind.TEXT, "欠薪找谁", clock.now())
    await DocumentOutbox(store, clock, counters, privacy.cipher, PSEUDONYMS).owe(message)
    assert "还没送到的答复和通知：1条" in await worker.says("我的信息")
    assert "问题：欠薪找谁" in await worker.says("导出我的信息")


async def test_a_question_whose_process_died_is_exported_but_not_the_one_that_is_being_answered(
    worker: Any, store: SqliteDocumentStore, clock: FakeClock, privacy: PrivacyRoom
) -> None:
    message = WorkerMessage("gh_1|o-zhang|7", "o-zhang", "gh_1", MessageKind.TEXT, "欠薪找谁", clock.now())
    await Inbox(store, clock, PSEUDONYMS, privacy.cipher).claim(message)
    assert "欠薪找谁" not in await worker.says("导出我的信息")
    await clock.advance(LEASE_S)
    assert "问题：欠薪找谁" in await worker.says("导出我的信息")


async def test_the_question_that_waits_is_exported_in_the_workers_words(worker: Any) -> None:
    await worker.says("创业补贴有多少")
    assert "创业补贴有多少" in await worker.says("导出我的信息")
