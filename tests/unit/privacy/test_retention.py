import pytest

from bot.handlers.conversations import COLLECTION, Conversations
from bot.ports import DocumentStore
from bot.privacy.retention import CONVERSATIONS, TOUCHED, expire_conversations
from tests.fakes.fake_clock import FakeClock
from tests.fakes.privacy_room import PrivacyRoom

DAY_S = 86_400.0


@pytest.fixture
def conversations(room: PrivacyRoom, clock: FakeClock) -> Conversations:
    return Conversations(room.store, room.cipher, clock.now)


def test_the_expiring_collection_is_the_one_that_conversations_use() -> None:
    assert CONVERSATIONS == COLLECTION


async def test_a_conversation_that_nobody_touches_for_thirty_days_expires(
    store: DocumentStore, clock: FakeClock, conversations: Conversations
) -> None:
    await conversations.open("w1")
    await clock.advance(30 * DAY_S)
    assert await expire_conversations(store, clock) == 0
    await clock.advance(1)
    assert await expire_conversations(store, clock) == 1
    assert await conversations.find("w1") is None


@pytest.mark.parametrize("touch", ["a message", "a new fact"])
async def test_a_touched_conversation_lives_on(
    store: DocumentStore, clock: FakeClock, conversations: Conversations, touch: str
) -> None:
    await conversations.open("w1")
    await clock.advance(29 * DAY_S)
    if touch == "a message":
        await conversations.open("w1")
    else:
        await conversations.remember("w1", work_region="420117")
    await clock.advance(29 * DAY_S)
    assert await expire_conversations(store, clock) == 0
    assert await conversations.find("w1") is not None


async def test_messages_of_one_day_write_the_moment_once(
    store: DocumentStore, clock: FakeClock, conversations: Conversations
) -> None:
    await conversations.open("w1")
    for _ in range(5):
        await clock.advance(3600)
        await conversations.open("w1")
    assert (await store.find_one(COLLECTION, {"_id": "w1"}))["_ver"] == 1
    await clock.advance(DAY_S)
    await conversations.open("w1")
    assert (await store.find_one(COLLECTION, {"_id": "w1"}))["_ver"] == 2


async def test_many_conversations_from_before_are_dated_page_by_page(
    store: DocumentStore, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.privacy.retention.PAGE", 3)
    for number in range(10):
        await store.insert(COLLECTION, {"_id": f"w{number}"})
    assert await expire_conversations(store, clock) == 0
    assert await store.count(COLLECTION, {TOUCHED: {"$exists": True}}) == 10


async def test_conversations_from_before_count_as_used_now(
    store: DocumentStore, clock: FakeClock, conversations: Conversations
) -> None:
    await store.insert(COLLECTION, {"_id": "old", "work_region": "420117"})
    assert await expire_conversations(store, clock) == 0
    assert (await conversations.find("old")).work_region == "420117"
    await clock.advance(31 * DAY_S)
    assert await expire_conversations(store, clock) == 1


async def test_another_span_may_be_chosen(store: DocumentStore, clock: FakeClock, conversations: Conversations) -> None:
    await conversations.open("w1")
    await clock.advance(8 * DAY_S)
    assert await expire_conversations(store, clock, days=7) == 1


async def test_an_erased_conversation_is_not_brought_back_by_a_touch(
    store: DocumentStore, conversations: Conversations
) -> None:
    await conversations.open("w1")
    await conversations.erase("w1")
    await conversations.remember("w1", work_region="420117")
    assert await store.count(COLLECTION, {}) == 0
