from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.conversation import Conversation, Turn
from bot.domain.errors import ConsentError
from bot.domain.form import Question
from bot.domain.message import MessageKind, WorkerMessage
from bot.handlers.contact_questions import CONSENT, NAME, PHONE, ContactQuestions
from tests.fakes.privacy_room import PrivacyRoom

ASKED = {field: Question(field, "?") for field in (CONSENT, NAME, PHONE)}


def turn(text: str = "") -> Turn:
    message = WorkerMessage("k", "o", "gh", MessageKind.TEXT, text, datetime(2026, 11, 28, tzinfo=UTC))
    return Turn(message, Conversation("w1"))


@pytest.fixture
def contact(privacy: PrivacyRoom) -> ContactQuestions:
    return ContactQuestions(privacy.consents, privacy.profiles)


async def asked_next(contact: ContactQuestions, values: dict[str, Any]) -> str | None:
    question = await contact.next_question(turn(), values)
    return question.field if question else None


async def test_consent_is_asked_before_anything_is_kept(contact: ContactQuestions) -> None:
    assert await asked_next(contact, {}) == CONSENT
    assert await asked_next(contact, {CONSENT: True}) == NAME
    assert await asked_next(contact, {CONSENT: True, NAME: "张三"}) == PHONE
    assert await asked_next(contact, {CONSENT: True, NAME: "张三", PHONE: "13812345678"}) is None


async def test_who_does_not_agree_is_asked_nothing_more(contact: ContactQuestions, privacy: PrivacyRoom) -> None:
    assert contact.read(turn("不同意"), ASKED[CONSENT]).values == {CONSENT: False}
    assert await asked_next(contact, {CONSENT: False}) is None
    assert contact.is_refused({CONSENT: False})
    assert await privacy.consents.current("w1") is None


@pytest.mark.parametrize(
    ("text", "field", "values"),
    [
        ("张三", NAME, {NAME: "张三"}),
        ("我叫买买提·艾力", NAME, {NAME: "买买提·艾力"}),
        ("李四 138 1234 5678", NAME, {NAME: "李四", PHONE: "13812345678"}),
        ("我叫王五，电话0598-8123456", None, {NAME: "王五", PHONE: "05988123456"}),
        ("老板叫什么我不知道", NAME, {}),
        ("为什么要名字", NAME, {}),
        ("张三", PHONE, {}),
        ("+86 13812345678", PHONE, {PHONE: "13812345678"}),
        ("欠了我13800块", None, {}),
    ],
)
def test_names_and_telephones_are_read_as_people_write_them(
    contact: ContactQuestions, text: str, field: str | None, values: dict[str, str]
) -> None:
    assert contact.read(turn(text), ASKED[field] if field else None).values == values


def test_a_telephone_with_a_digit_too_few_says_so(contact: ContactQuestions) -> None:
    reading = contact.read(turn("1381234567"), ASKED[PHONE])

    assert not reading.values
    assert "11位" in reading.refusal


async def test_what_was_left_before_is_used_again(contact: ContactQuestions) -> None:
    await contact.keep("w1", {CONSENT: True, NAME: "张三", PHONE: "13812345678"})

    assert await asked_next(contact, {}) is None
    identity = await contact.keep("w1", {PHONE: "13912345678"})

    assert (identity.name, identity.phone) == ("张三", "13912345678")
    assert "139****5678" in contact.note({PHONE: "13912345678"}, identity)


async def test_nothing_is_kept_of_who_did_not_agree(contact: ContactQuestions, privacy: PrivacyRoom) -> None:
    with pytest.raises(ConsentError):
        await contact.keep("w1", {NAME: "张三", PHONE: "13812345678"})

    assert await privacy.profiles.own("w1") is None
