from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.desk.handoffs import Handoffs, sealed_handoffs
from bot.domain.conversation import Conversation, Turn
from bot.domain.errors import StoreUnavailableError
from bot.domain.form import OpenForm
from bot.domain.handoff import HandoffReason
from bot.domain.intent import Intent
from bot.domain.message import MessageKind, WorkerMessage
from bot.domain.pseudonym import WorkerPseudonyms
from bot.handlers.danger import Danger, DangerAlarm, read_danger
from bot.handlers.operator_handoff import OperatorHandoffHandler
from bot.storage.sqlite_documents import SqliteDocumentStore
from tests.fakes.fake_clock import FakeClock
from tests.fakes.privacy_room import PrivacyRoom


def turn(text: str, openid: str = "o1", kind: MessageKind = MessageKind.TEXT) -> Turn:
    return Turn(WorkerMessage("k", openid, "gh", kind, text, datetime(2026, 11, 28, tzinfo=UTC)), Conversation("w"))


@pytest.fixture
async def handoffs(store: SqliteDocumentStore, privacy: PrivacyRoom, clock: FakeClock) -> Handoffs:
    handoffs = Handoffs(store, sealed_handoffs(privacy.cipher, WorkerPseudonyms("盐")), clock)
    await handoffs.prepare()
    return handoffs


@pytest.mark.parametrize(
    ("text", "danger"),
    [
        ("再不给钱我就跳楼", Danger.SELF_HARM),
        ("不给钱我要去跳楼了", Danger.SELF_HARM),
        ("钱要不回来，真不想活了", Danger.SELF_HARM),
        ("老板欠钱，我要跟他同归于尽", Danger.SELF_HARM),
        ("我去要工资被打了", Danger.ATTACK),
        ("俺兄弟被保安打伤了", Danger.ATTACK),
        ("包工头叫人打我", Danger.ATTACK),
        ("老板克扣工资，还打人", Danger.ATTACK),
        ("他们把我关在工棚不让走", Danger.ATTACK),
        ("工友从架子上摔下来了流了好多血", Danger.INJURY),
        ("我受伤了没人管", Danger.INJURY),
        ("有人触电了快来", Danger.INJURY),
        ("受伤了", Danger.INJURY),
        ("干活受伤了算不算工伤", None),
        ("去年摔断了腿，老板不赔钱", None),
        ("从架子上摔下来老板不管,我要申请法律援助", None),
        ("工资被打折了怎么办", None),
        ("老板打我电话叫我回去上班", None),
        ("老板给我打了欠条", None),
        ("欠着工资还打我电话催我干活", None),
        ("我们几个在外面打工", None),
        ("申请被打回来了", None),
        ("夏天怕中暑有没有高温补贴政策", None),
        ("跳槽了还能领补贴吗", None),
        ("老板跑了工钱没给咋整", None),
    ],
)
def test_danger_is_told_from_questions_about_the_rules(text: str, danger: Danger | None) -> None:
    assert read_danger(text) is danger


async def test_who_wants_to_jump_reads_110_and_somebody_to_talk_to_and_a_person_is_told(handoffs: Handoffs) -> None:
    alarm = DangerAlarm(handoffs)

    assert alarm.is_raised(turn("再不给钱我就跳楼"))
    text = (await alarm.handle(turn("再不给钱我就跳楼"))).text

    assert "110" in text
    assert "12356" in text
    waiting = await handoffs.waiting()
    assert [(one.reason, one.is_urgent) for one in waiting] == [(HandoffReason.DANGER, True)]


async def test_who_is_hurt_reads_120(handoffs: Handoffs) -> None:
    text = (await DangerAlarm(handoffs).handle(turn("工友摔下来了起不来"))).text

    assert "120" in text
    assert "工作人员" in text


@pytest.mark.parametrize(
    ("text", "is_raised"), [("摔断了手，老板不管", False), ("刚摔断了手，起不来了", True), ("去要钱被打了", True)]
)
async def test_an_injury_told_to_the_lawyer_s_office_is_what_was_asked_for(
    handoffs: Handoffs, text: str, *, is_raised: bool
) -> None:
    booking = OpenForm("f", Intent.LEGAL_AID_BOOKING.value)
    told = turn(text)
    told = replace(told, conversation=replace(told.conversation, form=booking))
    assert DangerAlarm(handoffs).is_raised(told) is is_raised
    assert DangerAlarm(handoffs).is_raised(turn(text))


async def test_pictures_and_menu_clicks_raise_no_alarm(handoffs: Handoffs) -> None:
    assert not DangerAlarm(handoffs).is_raised(turn("", kind=MessageKind.IMAGE))


async def test_whom_to_call_is_said_also_while_nobody_can_be_told(
    handoffs: Handoffs, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise StoreUnavailableError

    monkeypatch.setattr(handoffs, "ask", away)
    text = (await DangerAlarm(handoffs).handle(turn("我被打了"))).text

    assert "110" in text
    assert "工作人员" not in text


async def test_who_asks_for_a_person_hears_how_many_wait_before(handoffs: Handoffs, clock: FakeClock) -> None:
    handler = OperatorHandoffHandler(handoffs)
    await handler.handle(turn("转人工", "o1"))
    await clock.advance(1)
    text = (await handler.handle(turn("找个真人跟我讲", "o2"))).text

    assert "前面还有1位" in text
    assert "12333" in text
