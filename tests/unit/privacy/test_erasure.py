import json

import pytest

from bot.domain.errors import ConsentError, DecryptionError
from bot.handlers.conversations import Conversations
from bot.ports import Document
from bot.privacy.audit_verification import verify
from bot.privacy.holders import HolderRegistry, OpenMatter, RowsHolder
from bot.privacy.identity_fields import Identity
from tests.fakes.privacy_room import PrivacyRoom

WANG = Identity("王建国", "13812341234", "11010519491231002X")


class Claims:
    """Claims of the worker w1, of which one is open until `close`."""

    label = "欠薪登记"

    def __init__(self) -> None:
        self.open_numbers = {"w1": ["QX-1"]}
        self.closed_numbers = {"w1": ["QX-0"]}

    def close(self) -> None:
        self.closed_numbers, self.open_numbers = self.open_numbers, {}

    async def export(self, worker_id: str) -> list[dict[str, str]]:
        numbers = self.closed_numbers.get(worker_id, []) + self.open_numbers.get(worker_id, [])
        return [{"编号": number} for number in numbers]

    async def erase(self, worker_id: str) -> int:
        return len(self.closed_numbers.pop(worker_id, []))

    async def open_matters(self, worker_id: str) -> list[OpenMatter]:
        return [OpenMatter(self.label, number) for number in self.open_numbers.get(worker_id, [])]


@pytest.fixture
async def wang(room: PrivacyRoom) -> str:
    """A worker with consent and profile whom an operator looked at."""
    await room.consents.give("w1")
    await room.profiles.keep("w1", WANG)
    await room.profiles.reveal("w1", actor="op7", reason="回电话")
    return "w1"


async def test_erasure_leaves_nothing_that_is_the_workers(room: PrivacyRoom, wang: str) -> None:
    report = await room.eraser.erase_worker(wang)
    assert report.is_complete
    assert report.erased == {"同意记录": 1, "身份信息": 1}
    for collection in ("profiles", "consents", "worker_keys", "erasures"):
        assert await room.store.count(collection, {}) == 0
    assert wang not in json.dumps(await room.store.find("audit_log", {}))


async def test_after_erasure_a_copy_of_the_profile_is_unreadable(room: PrivacyRoom, wang: str) -> None:
    copy = await room.store.find_one("profiles", {"_id": wang})
    await room.eraser.erase_worker(wang)
    await room.store.insert("profiles", {name: value for name, value in copy.items() if name != "_ver"})
    with pytest.raises(DecryptionError, match="已经销毁"):
        await room.profiles.own(wang)
    await room.keys.open(wang)
    with pytest.raises(DecryptionError):
        await room.profiles.own(wang)


async def test_after_erasure_the_log_is_whole_and_tells_of_nobody(room: PrivacyRoom, wang: str) -> None:
    pseudonym = (await room.keys.open(wang)).pseudonym
    await room.eraser.erase_worker(wang)
    actions = [entry.action for entry in reversed(await room.audit.page())]
    assert actions == ["profile_kept", "profile_revealed", "erasure_requested", "erasure_completed"]
    assert (await verify(room.store, room.cipher)).is_intact
    assert await room.audit.about(wang) == []
    assert (await room.keys.open(wang)).pseudonym != pseudonym


async def test_open_matters_stay_until_they_are_closed(room: PrivacyRoom, wang: str) -> None:
    claims = Claims()
    room.holders.register(claims)
    report = await room.eraser.erase_worker(wang)
    assert report.kept == (OpenMatter("欠薪登记", "QX-1"),)
    assert not report.is_complete
    assert await room.keys.find(wang) is not None
    assert await room.profiles.own(wang) is None
    assert await room.eraser.finish_erasures() == 0
    claims.close()
    assert await room.eraser.finish_erasures() == 1
    assert await room.keys.find(wang) is None
    assert claims.closed_numbers == {}
    assert await room.eraser.finish_erasures() == 0


async def test_an_erasure_that_broke_off_is_finished_later(
    room: PrivacyRoom, other_room: PrivacyRoom, wang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def crash(_: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(room.profiles, "erase", crash)
    with pytest.raises(ConnectionError):
        await room.eraser.erase_worker(wang)
    with pytest.raises(ConsentError):
        await other_room.profiles.reveal(wang, actor="op7", reason="回电话")
    assert await other_room.eraser.finish_erasures() == 1
    assert await other_room.store.count("profiles", {}) == 0
    assert await other_room.keys.find(wang) is None


async def test_an_erasure_that_broke_off_at_once_is_finished_in_spite_of_the_old_consent(
    room: PrivacyRoom, wang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def crash(*_: object, **__: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as broken:
        broken.setattr(room.audit, "append", crash)
        with pytest.raises(ConnectionError):
            await room.eraser.erase_worker(wang)
    assert await room.consents.current(wang) is not None
    assert await room.eraser.finish_erasures() == 1
    assert await room.keys.find(wang) is None


async def test_a_worker_who_comes_back_meanwhile_is_not_erased(room: PrivacyRoom, wang: str) -> None:
    room.holders.register(Claims())
    await room.eraser.erase_worker(wang)
    await room.clock.advance(60)
    await room.consents.give(wang)
    await room.profiles.keep(wang, WANG)
    assert await room.eraser.finish_erasures() == 0
    assert await room.profiles.own(wang) == WANG
    assert await room.store.count("erasures", {}) == 0


async def test_erasing_twice_or_a_stranger_does_no_harm(room: PrivacyRoom, wang: str) -> None:
    await room.eraser.erase_worker(wang)
    assert (await room.eraser.erase_worker(wang)).is_complete
    assert (await room.eraser.erase_worker("stranger")).erased == {"同意记录": 0, "身份信息": 0}
    assert await room.store.count("worker_keys", {}) == 0
    assert (await verify(room.store, room.cipher)).is_intact


async def test_other_workers_keep_everything(room: PrivacyRoom, wang: str) -> None:
    await room.consents.give("w2")
    await room.profiles.keep("w2", WANG)
    await room.eraser.erase_worker(wang)
    assert await room.profiles.own("w2") == WANG
    assert await room.profiles.find_by_phone(WANG.phone, actor="op7") == ["w2"]


async def test_the_export_holds_everything_in_plain_chinese(room: PrivacyRoom, wang: str) -> None:
    conversations = Conversations(room.store, room.cipher)
    await conversations.open(wang)
    await conversations.remember(wang, work_region="420117", home_region="350400")
    room.holders.register(Claims())
    labels = {"work_region": "工作地", "home_region": "老家"}

    def described(row: Document) -> dict[str, str]:
        return {label: row[field] for field, label in labels.items()}

    room.holders.register(RowsHolder(room.store, "conversations", "_id", "聊天进度", described))
    held = await room.exporter.export_worker(wang)
    assert held["身份信息"] == {"姓名": "王建国", "电话": "13812341234", "身份证号": "11010519491231002X"}
    assert held["导出时间"] == "2024年4月25日 17:00"
    assert [given["同意时间"] for given in held["同意记录"]] == ["2024年4月25日 17:00"]
    assert "加密保存" in held["同意记录"][0]["说明内容"]
    assert held["欠薪登记"] == [{"编号": "QX-0"}, {"编号": "QX-1"}]
    assert held["聊天进度"] == [{"工作地": "420117", "老家": "350400"}]
    assert [(look["谁"], look["做了什么"]) for look in held["查看和修改记录"]] == [
        ("本人", "保存身份信息"),
        ("工作人员", "查看身份信息"),
        ("本人", "导出全部资料"),
    ]
    assert json.loads(json.dumps(held, ensure_ascii=False)) == held


async def test_the_export_of_an_erased_worker_is_empty(room: PrivacyRoom, wang: str) -> None:
    await room.eraser.erase_worker(wang)
    held = await room.exporter.export_worker(wang)
    assert held["身份信息"] == {}
    assert held["同意记录"] == []


async def test_registered_rooms_are_erased_with_the_worker(room: PrivacyRoom, wang: str) -> None:
    conversations = Conversations(room.store, room.cipher)
    await conversations.open(wang)
    room.holders.register(RowsHolder(room.store, "conversations", "_id", "聊天进度", lambda _: {}))
    assert (await room.eraser.erase_worker(wang)).erased["聊天进度"] == 1
    assert await conversations.find(wang) is None


def test_two_rooms_cannot_register_under_one_heading() -> None:
    holders = HolderRegistry()
    holders.register(Claims())
    with pytest.raises(ValueError, match="registered already"):
        holders.register(Claims())
