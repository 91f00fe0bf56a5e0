"""What `bot.privacy` asks of the document port, over every engine."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable

import pytest

from bot.ports import DocumentStore
from bot.privacy import key_check
from bot.privacy.audit_entry import LOG, entry_id
from bot.privacy.audit_verification import Tampering, verify
from bot.privacy.export_pages import KEPT_S
from bot.privacy.identity_fields import Identity
from bot.privacy.key_ring import KEY_BYTES, KeyRing
from bot.privacy.rotation import rotate
from tests.fakes.fake_clock import FakeClock
from tests.fakes.privacy_room import PrivacyRoom

WANG = Identity("王建国", "13812341234", "11010519491231002X")


@pytest.fixture
def keys() -> dict[str, bytes]:
    return {"new": secrets.token_bytes(KEY_BYTES), "old": secrets.token_bytes(KEY_BYTES)}


@pytest.fixture
async def rooms(
    another_documents: Callable[[], Awaitable[DocumentStore]], keys: dict[str, bytes], clock: FakeClock
) -> list[PrivacyRoom]:
    """Two processes with the old key."""
    ring = KeyRing.of({"old": keys["old"]})
    opened = [PrivacyRoom.over(await another_documents(), ring, clock) for _ in range(2)]
    for room in opened:
        await room.audit.prepare()
        await room.profiles.prepare()
    return opened


async def test_fifty_appends_at_once_over_two_connections_make_one_unforked_chain(rooms: list[PrivacyRoom]) -> None:
    entries = await asyncio.gather(
        *(rooms[number % 2].audit.append("viewed", actor=f"op{number}", worker_id="w1") for number in range(50))
    )
    assert sorted(entry.seq for entry in entries) == list(range(1, 51))
    report = await verify(rooms[0].store, rooms[0].cipher)
    assert report.is_intact
    assert report.entries == 50
    await rooms[0].store.delete(LOG, {"_id": entry_id(20)})
    assert {problem.kind for problem in (await verify(rooms[0].store, rooms[0].cipher)).problems} == {Tampering.REMOVED}


async def test_a_worker_is_kept_found_rotated_and_erased(rooms: list[PrivacyRoom], keys: dict[str, bytes]) -> None:
    room = rooms[0]
    await key_check.check_keys(room.store, room.cipher)
    await room.consents.give("w1")
    await room.profiles.keep("w1", WANG)
    both = PrivacyRoom.over(room.store, KeyRing.of(keys), room.clock)
    steps = [both.keys.rotation(), both.profiles.rotation(), key_check.rotation(both.cipher)]
    assert [counts.renewed for counts in await rotate(room.store, steps)] == [1, 1, 2]
    new = PrivacyRoom.over(room.store, KeyRing.of({"new": keys["new"]}), room.clock)
    assert await new.profiles.find_by_phone("138-1234-1234", actor="op1") == ["w1"]
    assert await new.profiles.reveal("w1", actor="op1", reason="核对") == WANG
    assert (await new.eraser.erase_worker("w1")).is_complete
    assert await new.store.count("worker_keys", {}) == 0
    assert (await verify(new.store, new.cipher)).is_intact


async def test_the_pages_of_exports_made_at_once_are_those_of_one_of_them(
    rooms: list[PrivacyRoom], clock: FakeClock
) -> None:
    made = [[f"{number}.{page}" for page in range(3)] for number in range(8)]
    await asyncio.gather(*(rooms[number % 2].export_pages.keep("w1", pages) for number, pages in enumerate(made)))
    assert await rooms[0].export_pages.of("w1") == await rooms[1].export_pages.of("w1")
    assert await rooms[0].export_pages.of("w1") in made
    await rooms[0].export_pages.keep("w2", ["1"])
    assert await rooms[1].export_pages.erase("w1") == 1
    await clock.advance(KEPT_S + 1)
    assert await rooms[0].export_pages.expire() == 1
    assert await rooms[0].export_pages.of("w2") == []
