import asyncio
import json

import pytest

from bot.domain.errors import ConsentError, DecryptionError, IdentityFieldError
from bot.ports import Document, DocumentStore
from bot.privacy.consent import Consents
from bot.privacy.identity_fields import Identity
from bot.privacy.phrasing_consent import CURRENT_VERSION, PURPOSES, PUSH_VERSION, TEXTS
from bot.privacy.purposes import Purpose
from tests.fakes.fake_clock import FakeClock
from tests.fakes.privacy_room import PrivacyRoom

WANG = Identity(name="王建国", phone="138 1234 1234", id_number="11010519491231002x")


async def everything(store: DocumentStore) -> str:
    found = []
    for collection in ("profiles", "worker_keys", "consents", "audit_log", "audit_head", "privacy_state", "erasures"):
        found += await store.find(collection, {})
    return json.dumps(found, ensure_ascii=False)


async def test_nothing_is_kept_without_consent(room: PrivacyRoom) -> None:
    with pytest.raises(ConsentError, match="还没有同意"):
        await room.profiles.keep("w1", WANG)
    assert await room.store.count("profiles", {}) == 0


async def test_consent_to_something_else_is_not_enough(room: PrivacyRoom) -> None:
    await room.consents.give("w1", [Purpose.STATISTICS])
    with pytest.raises(ConsentError):
        await room.profiles.keep("w1", WANG)


async def test_what_was_kept_by_consent_is_given_back_in_one_form(room: PrivacyRoom) -> None:
    await room.consents.give("w1")
    await room.profiles.keep("w1", WANG)
    revealed = await room.profiles.reveal("w1", actor="op7", reason="回电话")
    assert revealed == Identity("王建国", "13812341234", "11010519491231002X")
    assert await room.profiles.masked("w1") == {
        "name": "王**",
        "phone": "138****1234",
        "id_number": "110*************2X",
    }


async def test_nothing_in_the_store_shows_who_the_worker_is(room: PrivacyRoom) -> None:
    await room.consents.give("w1")
    await room.profiles.keep("w1", WANG)
    await room.profiles.reveal("w1", actor="op7", reason="打13812341234")
    stored = await everything(room.store)
    for secret in ("王建国", "13812341234", "11010519491231002X"):
        assert secret not in stored


async def test_a_field_that_is_not_given_stays_as_it_was(room: PrivacyRoom) -> None:
    await room.consents.give("w1")
    await room.profiles.keep("w1", Identity(name="王建国", phone="13812341234"))
    await room.profiles.keep("w1", Identity(phone="13900001111"))
    assert await room.profiles.own("w1") == Identity("王建国", "13900001111")
    assert await room.profiles.find_by_phone("13812341234", actor="op7") == []
    assert await room.profiles.find_by_phone("13900001111", actor="op7") == ["w1"]


async def test_a_phone_is_found_however_it_is_written_and_may_be_shared(room: PrivacyRoom) -> None:
    for worker_id in ("w1", "w2"):
        await room.consents.give(worker_id)
        await room.profiles.keep(worker_id, Identity(phone="13812341234"))
    assert await room.profiles.find_by_phone("+86 138-1234-1234", actor="op7") == ["w1", "w2"]
    assert await room.profiles.find_by_phone("13812341235", actor="op7") == []


async def test_a_wrong_field_keeps_nothing(room: PrivacyRoom) -> None:
    await room.consents.give("w1")
    with pytest.raises(IdentityFieldError):
        await room.profiles.keep("w1", Identity(name="王建国", phone="12345"))
    assert await room.store.count("profiles", {}) == 0


async def test_every_change_and_every_look_is_logged(room: PrivacyRoom) -> None:
    await room.consents.give("w1")
    await room.profiles.keep("w1", WANG)
    await room.profiles.reveal("w1", actor="op7", reason="回电话")
    await room.profiles.find_by_phone("13812341234", actor="op8")
    logged = [(entry.action, entry.actor) for entry in await room.audit.about("w1")]
    assert logged == [("profile_kept", "worker"), ("profile_revealed", "op7"), ("profile_found_by_phone", "op8")]


async def test_a_look_that_cannot_be_logged_shows_nothing(room: PrivacyRoom) -> None:
    await room.consents.give("w1")
    await room.profiles.keep("w1", WANG)
    await room.store.delete("audit_head", {"_id": "head"})
    with pytest.raises(Exception, match="gongyou audit verify"):
        await room.profiles.reveal("w1", actor="op7", reason="回电话")


async def test_withdrawn_consent_ends_every_look(room: PrivacyRoom) -> None:
    await room.consents.give("w1")
    await room.profiles.keep("w1", WANG)
    await room.consents.withdraw("w1")
    with pytest.raises(ConsentError):
        await room.profiles.reveal("w1", actor="op7", reason="回电话")
    with pytest.raises(ConsentError):
        await room.profiles.masked("w1")


async def test_a_worker_without_a_profile_is_not_logged_about(room: PrivacyRoom) -> None:
    assert await room.profiles.reveal("w1", actor="op7", reason="回电话") is None
    assert await room.profiles.masked("w1") == {}
    assert await room.store.count("audit_log", {}) == 0


async def test_a_field_copied_to_another_worker_is_refused(room: PrivacyRoom) -> None:
    for worker_id in ("w1", "w2"):
        await room.consents.give(worker_id)
        await room.profiles.keep(worker_id, WANG)
    first, second = await room.store.find("profiles", {})
    await room.store.replace_if("profiles", {**second, "name": first["name"]})
    with pytest.raises(DecryptionError):
        await room.profiles.reveal("w2", actor="op7", reason="回电话")


async def test_a_destroyed_key_makes_the_identity_unreadable(room: PrivacyRoom) -> None:
    await room.consents.give("w1")
    await room.profiles.keep("w1", WANG)
    assert await room.keys.destroy("w1")
    await room.keys.open("w1")
    with pytest.raises(DecryptionError):
        await room.profiles.own("w1")


async def test_a_profile_written_while_the_worker_is_erased_is_taken_back(
    room: PrivacyRoom, other_room: PrivacyRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    await room.consents.give("w1")
    written = room.profiles._write

    async def erase_first(worker_id: str, news: Document) -> None:
        await other_room.eraser.erase_worker(worker_id)
        await written(worker_id, news)

    monkeypatch.setattr(room.profiles, "_write", erase_first)
    with pytest.raises(ConsentError):
        await room.profiles.keep("w1", WANG)
    assert await room.store.count("profiles", {}) == 0


async def test_a_profile_written_while_consent_is_withdrawn_is_taken_back(
    room: PrivacyRoom, other_room: PrivacyRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    await room.consents.give("w1")
    written = room.profiles._write

    async def withdraw_first(worker_id: str, news: Document) -> None:
        await other_room.consents.withdraw(worker_id)
        await written(worker_id, news)

    monkeypatch.setattr(room.profiles, "_write", withdraw_first)
    with pytest.raises(ConsentError):
        await room.profiles.keep("w1", WANG)
    assert await room.store.count("profiles", {}) == 0


async def test_a_profile_whose_key_was_replaced_meanwhile_is_taken_back(
    room: PrivacyRoom, other_room: PrivacyRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    await room.consents.give("w1")
    written = room.profiles._write

    async def erase_and_come_back(worker_id: str, news: Document) -> None:
        await other_room.eraser.erase_worker(worker_id)
        await other_room.consents.give(worker_id)
        await other_room.keys.open(worker_id)
        await written(worker_id, news)

    monkeypatch.setattr(room.profiles, "_write", erase_and_come_back)
    with pytest.raises(ConsentError):
        await room.profiles.keep("w1", WANG)
    assert await room.profiles.own("w1") is None


async def test_a_consent_says_when_to_which_text_and_for_what(room: PrivacyRoom) -> None:
    given = await room.consents.give("w1", [Purpose.SERVICE, Purpose.JOB_PUSH])
    assert (given.version, given.given_at) == (CURRENT_VERSION, room.clock.now())
    assert given.purposes == {Purpose.SERVICE, Purpose.JOB_PUSH}
    assert not given.is_outdated
    await room.clock.advance(60)
    await room.consents.withdraw("w1")
    assert await room.consents.current("w1") is None
    assert [consent.withdrawn_at for consent in await room.consents.history("w1")] == [room.clock.now()]


async def test_a_new_consent_ends_the_one_before_and_the_history_stays(room: PrivacyRoom) -> None:
    await room.consents.give("w1", [Purpose.SERVICE, Purpose.STATISTICS])
    await room.clock.advance(60)
    await room.consents.give("w1", [Purpose.SERVICE])
    first, second = await room.consents.history("w1")
    assert (first.withdrawn_at, second.withdrawn_at) == (room.clock.now(), None)
    with pytest.raises(ConsentError):
        await room.consents.require("w1", Purpose.STATISTICS)


async def test_consents_to_different_things_stand_side_by_side(room: PrivacyRoom) -> None:
    await room.consents.give("w1", [Purpose.SERVICE])
    pushed = await room.consents.give("w1", [Purpose.JOB_PUSH], version=PUSH_VERSION)
    assert not pushed.is_outdated
    assert (await room.consents.require("w1")).version == CURRENT_VERSION
    await room.consents.withdraw("w1", [Purpose.JOB_PUSH])
    assert await room.consents.current("w1", Purpose.JOB_PUSH) is None
    assert await room.consents.current("w1") is not None


async def test_a_text_that_nobody_was_shown_cannot_be_agreed_to(room: PrivacyRoom) -> None:
    with pytest.raises(ConsentError, match="1999"):
        await room.consents.give("w1", version="1999")


async def test_withdrawing_what_was_never_given_changes_nothing(room: PrivacyRoom) -> None:
    await room.consents.withdraw("w1")
    assert await room.consents.history("w1") == []


async def test_consents_given_at_once_by_two_processes_are_all_in_the_history(
    store: DocumentStore, second_store: DocumentStore, clock: FakeClock
) -> None:
    one, other = Consents(store, clock), Consents(second_store, clock)
    await asyncio.gather(*(consents.give("w1") for _ in range(10) for consents in (one, other)))
    history = await one.history("w1")
    assert len(history) == 20
    assert sum(consent.withdrawn_at is None for consent in history) == 1


def test_the_current_text_exists_and_every_purpose_has_words() -> None:
    assert CURRENT_VERSION in TEXTS
    assert set(PURPOSES) == set(Purpose)
