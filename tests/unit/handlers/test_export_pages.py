"""An export that is longer than a reply is read page by page, whole, in order, and without using up any push."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot.domain.message import MessageKind, Reply, WorkerMessage
from bot.domain.pseudonym import WorkerPseudonyms
from bot.gateway.inbox import Inbox
from bot.handlers.personal_data import Wish, read_wish
from bot.privacy.cipher import FieldCipher
from bot.privacy.export_pages import COLLECTION, KEPT_S, ExportPages
from bot.privacy.holders import WithoutMatters
from bot.privacy.key_ring import KEY_BYTES, KeyRing
from bot.privacy.rotation import rotate
from bot.storage.sqlite_documents import SqliteDocumentStore
from bot.wechat.message_text import PASSIVE_REPLY_MAX_BYTES
from tests.fakes.fake_clock import FakeClock
from tests.fakes.privacy_room import PrivacyRoom

PSEUDONYMS = WorkerPseudonyms("盐")
_FOOTER = re.compile(r"\n（第\d+页，共\d+页.*）$")


class Diary(WithoutMatters):
    """A room that holds much about a worker."""

    label = "日记"

    def __init__(self, days: int) -> None:
        self.days = days

    async def export(self, worker_id: str) -> list[dict[str, str]]:
        del worker_id
        return [
            {"编号": f"{day:04}", "内容": f"第{day}天在工地干活，钢筋组，晚上八点收工。"} for day in range(self.days)
        ]

    async def erase(self, worker_id: str) -> int:
        del worker_id
        return 0


@pytest.fixture
def diary(privacy: PrivacyRoom) -> Diary:
    diary = Diary(120)
    privacy.holders.register(diary)
    return diary


async def read_all(worker: Any) -> list[str]:
    pages = [await worker.says("导出我的信息")]
    while found := re.search(r"回复“(导出第\d+页)”", pages[-1]):
        pages.append(await worker.says(found[1]))
    return pages


@pytest.mark.parametrize("text", ["导出第2页", "“导出第2页”", "导出第二页吧", "请导出 第12页", "导出2页"])
def test_a_page_is_asked_for_in_plain_words(text: str) -> None:
    assert read_wish(text.replace(" ", "")) is Wish.PAGE


async def test_a_long_export_comes_whole_and_in_order_each_page_within_one_reply(worker: Any, diary: Diary) -> None:
    pages = await read_all(worker)
    assert len(pages) > 4
    assert all(len(page.encode()) <= PASSIVE_REPLY_MAX_BYTES for page in pages)
    assert pages[0].startswith("我这里关于您的全部内容：")
    assert f"（第1页，共{len(pages)}页。看下一页，回复“导出第2页”，一小时内都能看。）" in pages[0]
    assert pages[-1].endswith(f"（第{len(pages)}页，共{len(pages)}页，到这里就完了。）")
    whole = "\n".join(_FOOTER.sub("", page) for page in pages)
    numbers = re.findall(r"编号：(\d{4})", whole)
    assert numbers == [f"{day:04}" for day in range(diary.days)]
    assert whole.count("晚上八点收工。") == diary.days


async def test_a_short_export_comes_at_once_and_nothing_of_it_is_kept(worker: Any, store: SqliteDocumentStore) -> None:
    assert "第1页" not in await worker.says("导出我的信息")
    assert await store.count(COLLECTION, {}) == 0


async def test_a_page_may_be_read_again_and_shifts_with_nothing_that_comes_between(worker: Any, diary: Diary) -> None:
    await worker.says("导出我的信息")
    second = await worker.says("导出第2页")
    diary.days = 300
    await worker.says("我在三明永安")
    assert await worker.says("导出第2页") == second


async def test_a_page_that_does_not_exist_is_said_so(worker: Any, diary: Diary) -> None:
    count = len(await read_all(worker))
    for number in (0, count + 1, 999):
        assert (await worker.says(f"导出第{number}页")).startswith(f"一共{count}页。")
    assert diary.days


async def test_pages_are_gone_after_an_hour_and_with_the_worker(
    worker: Any, diary: Diary, clock: FakeClock, store: SqliteDocumentStore, privacy: PrivacyRoom
) -> None:
    assert "只留一小时" in await worker.says("导出第2页")
    await worker.says("导出我的信息")
    await clock.advance(KEPT_S + 1)
    assert "只留一小时" in await worker.says("导出第2页")
    assert await privacy.export_pages.expire() == 1
    await worker.says("导出我的信息")
    await privacy.eraser.erase_worker(PSEUDONYMS.of(worker.openid))
    assert await store.count(COLLECTION, {}) == 0
    assert diary.days


async def test_another_workers_pages_are_not_shown(worker: Any, another_worker: Any, diary: Diary) -> None:
    await worker.says("导出我的信息")
    assert "只留一小时" in await another_worker("o-li").says("导出第2页")
    assert diary.days


async def test_pages_lie_sealed_and_come_under_a_new_key(
    worker: Any, diary: Diary, store: SqliteDocumentStore, clock: FakeClock
) -> None:
    first = await worker.says("导出我的信息")
    assert "钢筋组" in first
    assert "钢筋组" not in str(await store.find(COLLECTION, {}))
    new, old = bytes(KEY_BYTES), bytes(range(KEY_BYTES))
    both = ExportPages(store, FieldCipher(KeyRing.of({"k2": new, "k1": old})), clock)
    [counts] = await rotate(store, [both.rotation()])
    assert counts.renewed == 1
    renewed = ExportPages(store, FieldCipher(KeyRing.of({"k2": new})), clock)
    assert (await renewed.of(PSEUDONYMS.of(worker.openid)))[0] in first
    assert diary.days


async def test_an_export_does_not_hold_the_exports_before_it(
    worker: Any, store: SqliteDocumentStore, clock: FakeClock, privacy: PrivacyRoom
) -> None:
    inbox = Inbox(store, clock, PSEUDONYMS, privacy.cipher)
    message = WorkerMessage("gh_1|o-zhang|7", "o-zhang", "gh_1", MessageKind.TEXT, "导出我的信息", clock.now())
    claim = await inbox.claim(message)
    before = await worker.says("导出我的信息")
    await inbox.finish(claim.claim_id, Reply(before))
    after = await worker.says("导出我的信息")
    assert "问题：导出我的信息；答复：（您要的导出，内容就是这里的各项）" in after
    assert after.count("我这里关于您的全部内容") == 1
