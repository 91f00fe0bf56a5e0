import asyncio
from typing import Any

import pytest

from bot.domain.errors import AuditError
from bot.ports import Document
from bot.privacy.audit import AuditLog
from bot.privacy.audit_entry import HEAD, LOG, NO_HASH, AuditEntry, AuditSeal, entry_hash, entry_id
from bot.privacy.audit_verification import MOST_PROBLEMS, AuditReport, Tampering, verify
from bot.privacy.cipher import FieldCipher
from bot.privacy.key_ring import KeyRing
from tests.fakes.privacy_room import PrivacyRoom


@pytest.fixture
async def log(room: PrivacyRoom) -> AuditLog:
    """Seven entries about two workers."""
    for number in range(7):
        await room.audit.append("claim_viewed", actor=f"op{number}", worker_id=f"w{number % 2}", details={"n": number})
    return room.audit


async def report(room: PrivacyRoom, **options: tuple[int, str] | None) -> AuditReport:
    async def no_sleep(_: float) -> None:
        await asyncio.sleep(0)

    return await verify(room.store, room.cipher, sleep=no_sleep, **options)


async def kinds(room: PrivacyRoom) -> set[Tampering]:
    return {problem.kind for problem in (await report(room)).problems}


async def stored(room: PrivacyRoom, seq: int) -> Document:
    document = await room.store.find_one(LOG, {"_id": entry_id(seq)})
    assert document is not None
    return document


async def put(room: PrivacyRoom, document: Document) -> None:
    """Write behind the log's back whatever is there."""
    await room.store.delete(LOG, {"_id": document["_id"]})
    await room.store.insert(LOG, {name: value for name, value in document.items() if name != "_ver"})


async def test_entries_are_numbered_dated_and_chained(room: PrivacyRoom, log: AuditLog) -> None:
    entries = await log.page(limit=100)
    assert [entry.seq for entry in entries] == [7, 6, 5, 4, 3, 2, 1]
    assert entries[-1].previous_hash == NO_HASH
    hashes = [(await stored(room, seq))["hash"] for seq in range(1, 7)]
    assert [entry.previous_hash for entry in reversed(entries)][1:] == hashes
    assert [entry.seq for entry in await log.page(before_seq=4, limit=2)] == [3, 2]


@pytest.mark.usefixtures("log")
async def test_an_untouched_log_is_intact(room: PrivacyRoom) -> None:
    found = await report(room)
    assert found.is_intact
    assert (found.entries, found.last_seq, found.last_hash) == (7, 7, (await stored(room, 7))["hash"])


async def test_a_log_that_never_began_is_intact(room: PrivacyRoom) -> None:
    assert (await report(room)).is_intact


async def test_a_worker_has_one_pseudonym_that_is_not_the_id(room: PrivacyRoom, log: AuditLog) -> None:
    subjects = [(await stored(room, seq))["subject"] for seq in range(1, 8)]
    assert len(set(subjects)) == 2
    assert subjects[0] == subjects[2] == (await room.keys.open("w0")).pseudonym
    assert "w0" not in subjects
    assert [entry.seq for entry in await log.about("w1")] == [2, 4, 6]
    assert await log.about("nobody") == []


async def test_numbers_that_slip_into_the_details_are_masked(room: PrivacyRoom) -> None:
    entry = await room.audit.append("note", actor="op1", details={"text": "打13812341234", "n": 3})
    assert entry.details == {"text": "打138****1234", "n": 3}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("actor", "op99"),
        ("action", "nothing"),
        ("at", "2020-01-01T00:00:00.000000+00:00"),
        ("subject", ""),
        ("details", {"n": 4, "more": 1}),
        ("seq", 40),
        ("seq", "4"),
        ("seq", 4.0),
        ("previous_hash", NO_HASH),
        ("hash", NO_HASH),
        ("seal", NO_HASH),
        ("note", "补记"),
    ],
)
@pytest.mark.usefixtures("log")
async def test_a_change_of_any_field_is_found(room: PrivacyRoom, field: str, value: Any) -> None:
    await put(room, {**await stored(room, 4), field: value})
    found = await report(room)
    assert not found.is_intact
    assert 4 in {problem.seq for problem in found.problems}


@pytest.mark.usefixtures("log")
async def test_a_change_with_a_fitting_hash_is_found(room: PrivacyRoom) -> None:
    changed = {**await stored(room, 4), "actor": "op99"}
    await put(room, {**changed, "hash": entry_hash(changed)})
    assert await kinds(room) == {Tampering.FORGED, Tampering.RELINKED}


@pytest.mark.usefixtures("log")
async def test_a_whole_new_chain_without_the_key_is_found(room: PrivacyRoom) -> None:
    """Whoever can write to the store, but lacks the keys, rewrites everything, head included."""
    previous, seal = NO_HASH, AuditSeal(b"guessed")
    for seq in range(1, 8):
        entry = AuditEntry.of({**await stored(room, seq), "actor": "op99", "previous_hash": previous})
        document = entry.document(seal)
        previous = document["hash"]
        await put(room, document)
    head = await room.store.find_one(HEAD, {})
    await room.store.replace_if(HEAD, {**head, "hash": previous, "seal": seal.of_head(7, previous), "entry": document})
    assert await kinds(room) == {Tampering.FORGED, Tampering.HEAD}


@pytest.mark.parametrize("removed", [1, 4, 6])
@pytest.mark.usefixtures("log")
async def test_a_removed_entry_is_found(room: PrivacyRoom, removed: int) -> None:
    await room.store.delete(LOG, {"_id": entry_id(removed)})
    assert await kinds(room) == {Tampering.REMOVED}


@pytest.mark.parametrize("kept", [0, 3, 6])
@pytest.mark.usefixtures("log")
async def test_truncation_at_the_end_is_found(room: PrivacyRoom, kept: int) -> None:
    await room.store.delete(LOG, {"_id": {"$gt": entry_id(kept)}})
    assert await kinds(room) == {Tampering.TRUNCATED}


@pytest.mark.usefixtures("log")
async def test_truncation_with_an_older_head_forged_is_found(room: PrivacyRoom) -> None:
    await room.store.delete(LOG, {"_id": {"$gt": entry_id(5)}})
    head, last = await room.store.find_one(HEAD, {}), await stored(room, 5)
    await room.store.replace_if(HEAD, {**head, "seq": 5, "hash": last["hash"], "entry": last})
    assert await kinds(room) == {Tampering.HEAD}


@pytest.mark.usefixtures("log")
async def test_a_store_set_back_to_an_old_copy_is_found_by_an_earlier_report(room: PrivacyRoom) -> None:
    old_head = await room.store.find_one(HEAD, {})
    await room.audit.append("later", actor="op1")
    seen = await report(room)
    await room.store.delete(LOG, {"_id": entry_id(8)})
    await room.store.delete(HEAD, {"_id": "head"})
    await room.store.insert(HEAD, {name: value for name, value in old_head.items() if name != "_ver"})
    assert (await report(room)).is_intact
    known = await report(room, known=(seen.last_seq, seen.last_hash))
    assert {problem.kind for problem in known.problems} == {Tampering.TRUNCATED}
    await room.audit.append("another", actor="op1")
    known = await report(room, known=(seen.last_seq, seen.last_hash))
    assert {problem.kind for problem in known.problems} == {Tampering.RELINKED}


@pytest.mark.usefixtures("log")
async def test_a_last_entry_from_a_copy_with_another_end_is_found(room: PrivacyRoom) -> None:
    """It has a genuine seal and follows the entry before, but the head knows another one."""
    old_head = await room.store.find_one(HEAD, {})
    assert old_head is not None
    await room.audit.append("one end", actor="op1")
    other_end = await stored(room, 8)
    await room.store.delete(LOG, {"_id": entry_id(8)})
    await room.store.delete(HEAD, {"_id": "head"})
    await room.store.insert(HEAD, {name: value for name, value in old_head.items() if name != "_ver"})
    await room.audit.append("another end", actor="op1")
    assert (await report(room)).is_intact
    await put(room, other_end)
    assert await kinds(room) == {Tampering.RELINKED}


@pytest.mark.usefixtures("log")
async def test_reordered_entries_are_found(room: PrivacyRoom) -> None:
    third, fifth = await stored(room, 3), await stored(room, 5)
    await put(room, {**fifth, "_id": third["_id"]})
    await put(room, {**third, "_id": fifth["_id"]})
    assert Tampering.CHANGED in await kinds(room)


@pytest.mark.usefixtures("log")
async def test_entries_reordered_and_renumbered_are_found(room: PrivacyRoom) -> None:
    third, fifth = await stored(room, 3), await stored(room, 5)
    for document, place in ((third, fifth), (fifth, third)):
        moved = {**document, "_id": place["_id"], "seq": place["seq"], "previous_hash": place["previous_hash"]}
        await put(room, {**moved, "hash": entry_hash(moved)})
    assert {Tampering.FORGED, Tampering.RELINKED} <= await kinds(room)


@pytest.mark.usefixtures("log")
async def test_an_inserted_entry_is_found(room: PrivacyRoom) -> None:
    await room.store.insert(LOG, {**{k: v for k, v in (await stored(room, 3)).items() if k != "_ver"}, "_id": "0000x"})
    assert not (await report(room)).is_intact


@pytest.mark.usefixtures("log")
async def test_an_entry_after_the_end_is_found_even_with_a_fitting_chain(room: PrivacyRoom) -> None:
    last = await stored(room, 7)
    extra = {**last, "_id": entry_id(8), "seq": 8, "previous_hash": last["hash"]}
    await put(room, {**extra, "hash": entry_hash(extra)})
    assert await kinds(room) == {Tampering.FORGED, Tampering.INSERTED}


async def test_a_removed_head_is_found_and_ends_the_log(room: PrivacyRoom, log: AuditLog) -> None:
    await room.store.delete(HEAD, {"_id": "head"})
    assert await kinds(room) == {Tampering.HEAD}
    with pytest.raises(AuditError, match="gongyou audit verify"):
        await log.append("more", actor="op1")


async def test_a_changed_head_ends_the_log(room: PrivacyRoom, log: AuditLog) -> None:
    head = await room.store.find_one(HEAD, {})
    await room.store.replace_if(HEAD, {**head, "seq": 3})
    with pytest.raises(AuditError):
        await log.append("more", actor="op1")


@pytest.mark.usefixtures("log")
async def test_a_removed_key_is_found_and_ends_the_log(room: PrivacyRoom, other_room: PrivacyRoom) -> None:
    await room.store.delete("privacy_state", {"_id": "audit_key"})
    assert await kinds(room) == {Tampering.KEY}
    with pytest.raises(AuditError):
        await other_room.audit.append("more", actor="op1")


@pytest.mark.usefixtures("log")
async def test_foreign_keys_cannot_vouch_for_the_log(room: PrivacyRoom, new_key: bytes) -> None:
    stranger = FieldCipher(KeyRing.of({"x": new_key}))
    assert {problem.kind for problem in (await verify(room.store, stranger)).problems} == {Tampering.KEY}


@pytest.mark.usefixtures("log")
async def test_problems_are_said_in_chinese_with_the_entry(room: PrivacyRoom) -> None:
    await room.store.delete(LOG, {"_id": entry_id(4)})
    assert [str(problem) for problem in (await report(room)).problems] == ["第 5 条：这一条之前缺了记录"]


async def test_many_entries_are_read_page_by_page_and_many_problems_are_cut(
    room: PrivacyRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.privacy.audit_verification.PAGE", 16)
    for _ in range(120):
        await room.audit.append("viewed", actor="op1")
    assert (await report(room)).entries == 120
    for seq in range(1, 121):
        await put(room, {**await stored(room, seq), "actor": "op2"})
    assert len((await report(room)).problems) == MOST_PROBLEMS


async def test_what_a_crash_left_in_the_head_is_written_at_the_next_start(
    room: PrivacyRoom, other_room: PrivacyRoom, log: AuditLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def crash(_: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(log, "_insert", crash)
    with pytest.raises(ConnectionError):
        await log.append("half", actor="op1")
    assert await room.store.count(LOG, {}) == 7
    await other_room.audit.prepare()
    assert (await stored(room, 8))["action"] == "half"
    assert (await report(room)).is_intact


async def test_what_a_crash_left_in_the_head_is_written_before_the_next_entry(
    room: PrivacyRoom, other_room: PrivacyRoom, log: AuditLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def crash(_: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(log, "_insert", crash)
    with pytest.raises(ConnectionError):
        await log.append("half", actor="op1")
    await other_room.audit.append("whole", actor="op2")
    assert [entry.action for entry in await other_room.audit.page(limit=2)] == ["whole", "half"]
    assert (await report(room)).is_intact


async def test_fifty_appends_at_once_over_two_connections_make_one_unforked_chain(
    room: PrivacyRoom, other_room: PrivacyRoom
) -> None:
    logs = [room.audit, other_room.audit]
    entries = await asyncio.gather(*(logs[n % 2].append("viewed", actor=f"op{n}", worker_id="w1") for n in range(50)))
    assert sorted(entry.seq for entry in entries) == list(range(1, 51))
    assert await room.store.count(LOG, {}) == 50
    assert {entry.actor for entry in await room.audit.page(limit=100)} == {f"op{n}" for n in range(50)}
    assert len({entry.subject for entry in entries}) == 1
    assert (await report(other_room)).is_intact


@pytest.mark.usefixtures("log")
async def test_a_log_that_grows_while_it_is_verified_is_intact(room: PrivacyRoom, other_room: PrivacyRoom) -> None:
    found, _ = await asyncio.gather(
        report(room), asyncio.gather(*(other_room.audit.append("viewed", actor="op1") for _ in range(20)))
    )
    assert found.is_intact
    assert (await report(room)).entries == 27
