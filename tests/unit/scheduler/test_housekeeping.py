"""Old data go by the clock, and one process sees to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bot.domain.errors import StoreUnavailableError
from bot.handlers.conversations import Conversations
from bot.privacy.retention import CONVERSATION_DAYS, expire_conversations
from bot.scheduler.housekeeping import LEASE_S, ROUND_S, Housekeeping
from bot.scheduler.lease import Lease
from bot.storage.sqlite_documents import SqliteDocumentStore
from tests.fakes.gateway_process import CIPHER
from tests.fakes.watched_store import SettledClock, WatchedStore

DAY_S = 24 * 3600


class Duty:
    def __init__(self, failure: Exception | None = None) -> None:
        self.calls = 0
        self.failure = failure

    async def __call__(self) -> int:
        self.calls += 1
        if self.failure is not None:
            raise self.failure
        return self.calls


@pytest.fixture
def clock() -> SettledClock:
    return SettledClock()


@pytest.fixture
async def open_store(tmp_path: Path, clock: SettledClock) -> AsyncIterator[Callable[[], Awaitable[WatchedStore]]]:
    opened: list[WatchedStore] = []

    async def open_once_more() -> WatchedStore:
        inner = await SqliteDocumentStore.open(tmp_path / "gongyou.sqlite3", synchronous="NORMAL")
        opened.append(WatchedStore(inner, clock.activity))
        return opened[-1]

    yield open_once_more
    for store in opened:
        await store.close()


OpenStore = Callable[[], Awaitable[WatchedStore]]


def housekeeping(store: WatchedStore, clock: SettledClock, **duties: Duty) -> Housekeeping:
    return Housekeeping(Lease(store, clock, "housekeeping", LEASE_S), duties, clock)


async def test_of_two_processes_one_does_the_work(open_store: OpenStore, clock: SettledClock) -> None:
    mine, theirs = Duty(), Duty()
    first = housekeeping(await open_store(), clock, sweep=mine)
    second = housekeeping(await open_store(), clock, sweep=theirs)
    assert await first.go_round() == {"sweep": 1}
    assert await second.go_round() == {}
    assert await first.go_round() == {"sweep": 2}
    assert theirs.calls == 0


async def test_another_process_takes_over_from_one_that_died(open_store: OpenStore, clock: SettledClock) -> None:
    dead = housekeeping(await open_store(), clock, sweep=Duty())
    heir = housekeeping(await open_store(), clock, sweep=Duty())
    await dead.go_round()
    await clock.advance(LEASE_S - 1)
    assert await heir.go_round() == {}
    await clock.advance(2)
    assert await heir.go_round() == {"sweep": 1}
    assert await dead.go_round() == {}


async def test_a_process_that_stops_leaves_its_place_at_once(open_store: OpenStore, clock: SettledClock) -> None:
    first = housekeeping(await open_store(), clock, sweep=Duty())
    second = housekeeping(await open_store(), clock, sweep=Duty())
    first.start()
    await clock.advance(0)
    assert await second.go_round() == {}
    await first.stop()
    assert await second.go_round() == {"sweep": 1}


async def test_rounds_follow_each_other_by_the_clock(open_store: OpenStore, clock: SettledClock) -> None:
    duty = Duty()
    keeper = housekeeping(await open_store(), clock, sweep=duty)
    keeper.start()
    await clock.advance(0)
    assert duty.calls == 1
    await clock.advance(3 * ROUND_S)
    assert duty.calls == 4
    await keeper.stop()
    await clock.advance(3 * ROUND_S)
    assert duty.calls == 4


async def test_a_duty_that_fails_keeps_no_other_from_being_done(open_store: OpenStore, clock: SettledClock) -> None:
    failing, next_one = Duty(StoreUnavailableError("不在")), Duty()
    keeper = housekeeping(await open_store(), clock, first=failing, second=next_one)
    assert await keeper.go_round() == {"second": 1}
    failing.failure = None
    assert await keeper.go_round() == {"first": 2, "second": 2}


async def test_the_rounds_outlast_a_store_that_is_away(open_store: OpenStore, clock: SettledClock) -> None:
    store, duty = await open_store(), Duty()
    keeper = housekeeping(store, clock, sweep=duty)
    store.is_away = True
    keeper.start()
    await clock.advance(ROUND_S)
    assert duty.calls == 0
    store.is_away = False
    await clock.advance(ROUND_S)
    assert duty.calls == 1
    await keeper.stop()


async def test_a_conversation_that_nobody_touched_for_thirty_days_expires(
    open_store: OpenStore, clock: SettledClock
) -> None:
    store = await open_store()
    conversations = Conversations(store, CIPHER, clock.now)
    await conversations.open("w-quiet")
    await clock.advance((CONVERSATION_DAYS - 5) * DAY_S)
    await conversations.open("w-lively")
    lease = Lease(store, clock, "housekeeping", LEASE_S)
    keeper = Housekeeping(lease, {"expired": lambda: expire_conversations(store, clock)}, clock)
    assert await keeper.go_round() == {"expired": 0}
    await clock.advance(6 * DAY_S)
    assert await keeper.go_round() == {"expired": 1}
    assert await conversations.find("w-quiet") is None
    assert await conversations.find("w-lively") is not None
