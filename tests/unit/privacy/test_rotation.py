import pytest

from bot.domain.errors import DecryptionError
from bot.ports import Document
from bot.privacy import key_check
from bot.privacy.audit_verification import verify
from bot.privacy.identity_fields import Identity
from bot.privacy.key_ring import KeyRing
from bot.privacy.rotation import RotationStep, rotate
from tests.fakes.privacy_room import PrivacyRoom

WANG = Identity("王建国", "13812341234", "11010519491231002X")


@pytest.fixture
async def workers(room: PrivacyRoom) -> None:
    """Twenty profiles under the old key."""
    await key_check.check_keys(room.store, room.cipher)
    for number in range(20):
        await room.consents.give(f"w{number:02}")
        await room.profiles.keep(f"w{number:02}", WANG)


def over(room: PrivacyRoom, keys: dict[str, bytes]) -> PrivacyRoom:
    return PrivacyRoom.over(room.store, KeyRing.of(keys), room.clock)


def steps(room: PrivacyRoom) -> list[RotationStep]:
    return [room.keys.rotation(), room.profiles.rotation(), key_check.rotation(room.cipher)]


@pytest.mark.usefixtures("workers")
async def test_after_rotation_the_new_key_alone_opens_everything(
    room: PrivacyRoom, old_key: bytes, new_key: bytes
) -> None:
    both = over(room, {"new": new_key, "old": old_key})
    counts = await rotate(room.store, steps(both))
    assert [(count.collection, count.renewed) for count in counts] == [
        ("worker_keys", 20),
        ("profiles", 20),
        ("privacy_state", 2),
    ]
    new = over(room, {"new": new_key})
    await key_check.check_keys(room.store, new.cipher)
    assert await new.profiles.reveal("w07", actor="op1", reason="核对") == WANG
    assert len(await new.profiles.find_by_phone("13812341234", actor="op1")) == 20
    assert (await verify(room.store, new.cipher)).is_intact
    with pytest.raises(DecryptionError):
        await over(room, {"old": old_key}).profiles.own("w07")


@pytest.mark.usefixtures("workers")
async def test_while_keys_are_renewed_phones_are_found_under_both(
    room: PrivacyRoom, old_key: bytes, new_key: bytes
) -> None:
    both = over(room, {"new": new_key, "old": old_key})
    await both.profiles.keep("w03", Identity(phone="13812341234"))
    assert len(await both.profiles.find_by_phone("13812341234", actor="op1")) == 20


@pytest.mark.usefixtures("workers")
async def test_an_interrupted_rotation_goes_on_where_it_was(room: PrivacyRoom, old_key: bytes, new_key: bytes) -> None:
    both = over(room, {"new": new_key, "old": old_key})
    step = both.keys.rotation()
    calls = 0

    async def break_down(document: Document) -> Document | None:
        nonlocal calls
        calls += 1
        if calls > 7:
            raise ConnectionError
        return await step.renew(document)

    with pytest.raises(ConnectionError):
        await rotate(room.store, [RotationStep(step.collection, break_down)])
    assert await both.profiles.own("w00") == await both.profiles.own("w19") == WANG
    (counts,) = await rotate(room.store, [step])
    assert (counts.renewed, counts.current, counts.gone) == (13, 7, 0)
    (counts,) = await rotate(room.store, [step])
    assert (counts.renewed, counts.current) == (0, 20)


@pytest.mark.usefixtures("workers")
async def test_a_change_made_meanwhile_is_not_lost(room: PrivacyRoom, old_key: bytes, new_key: bytes) -> None:
    both = over(room, {"new": new_key, "old": old_key})
    step = both.profiles.rotation()
    changed = set()

    async def renew(document: Document) -> Document | None:
        renewed = await step.renew(document)
        if document["_id"] not in changed:
            changed.add(document["_id"])
            await room.profiles.keep(document["_id"], Identity(phone="13900001111"))
        return renewed

    await rotate(room.store, [RotationStep(step.collection, renew)])
    new_index = both.cipher.blind_index("13900001111", "phone")
    assert await room.store.count("profiles", {"phone_index": new_index}) == 20
    assert (await both.profiles.own("w11")).phone == "13900001111"


@pytest.mark.usefixtures("workers")
async def test_a_worker_erased_meanwhile_is_counted_and_does_not_come_back(
    room: PrivacyRoom, old_key: bytes, new_key: bytes
) -> None:
    both = over(room, {"new": new_key, "old": old_key})
    step = both.keys.rotation()

    async def renew(document: Document) -> Document | None:
        renewed = await step.renew(document)
        if document["_id"] == "w05":
            await room.keys.destroy("w05")
        return renewed

    (counts,) = await rotate(room.store, [RotationStep(step.collection, renew)])
    assert (counts.renewed, counts.gone) == (19, 1)
    assert await both.keys.find("w05") is None


@pytest.mark.usefixtures("workers")
async def test_an_index_whose_worker_key_is_destroyed_is_dropped(
    room: PrivacyRoom, old_key: bytes, new_key: bytes
) -> None:
    await room.keys.destroy("w05")
    both = over(room, {"new": new_key, "old": old_key})
    await rotate(room.store, steps(both))
    assert "w05" not in await both.profiles.find_by_phone("13812341234", actor="op1")


@pytest.mark.usefixtures("workers")
async def test_progress_is_told_page_by_page(
    room: PrivacyRoom, old_key: bytes, new_key: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.privacy.rotation.PAGE", 8)
    told = []
    both = over(room, {"new": new_key, "old": old_key})
    await rotate(room.store, [both.keys.rotation()], lambda *progress: told.append(progress))
    assert told == [("worker_keys", 8, 20), ("worker_keys", 16, 20), ("worker_keys", 20, 20)]
