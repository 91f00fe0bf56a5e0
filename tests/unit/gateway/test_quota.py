from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.gateway.quota import INTERACTION, MESSAGE, DocumentQuotaLedger
from tests.fakes.gateway_process import PSEUDONYMS
from tests.fakes.watched_store import SettledClock, WatchedStore

NOON = datetime(2024, 4, 25, 12, tzinfo=UTC)


@pytest.fixture
def ledger(store: WatchedStore) -> DocumentQuotaLedger:
    return DocumentQuotaLedger(store, PSEUDONYMS)


async def take_all(ledger: DocumentQuotaLedger, at: datetime) -> int:
    count = 0
    while await ledger.take("o-zhang", at):
        count += 1
    return count


@pytest.mark.parametrize(
    ("kind", "after", "count"),
    [
        (MESSAGE, timedelta(0), 5),
        (MESSAGE, timedelta(hours=48) - timedelta(seconds=1), 5),
        (MESSAGE, timedelta(hours=48), 0),
        (INTERACTION, timedelta(0), 3),
        (INTERACTION, timedelta(seconds=59), 3),
        (INTERACTION, timedelta(seconds=60), 0),
    ],
)
async def test_a_window_allows_so_many_for_so_long(
    kind: str, after: timedelta, count: int, ledger: DocumentQuotaLedger
) -> None:
    await ledger.opened("o-zhang", kind, NOON)
    assert await take_all(ledger, NOON + after) == count


async def test_nobody_is_written_to_who_never_wrote(ledger: DocumentQuotaLedger) -> None:
    assert not await ledger.take("o-zhang", NOON)


async def test_both_windows_add_up_and_the_short_one_is_used_first(ledger: DocumentQuotaLedger) -> None:
    await ledger.opened("o-zhang", MESSAGE, NOON)
    await ledger.opened("o-zhang", INTERACTION, NOON)
    for _ in range(3):
        assert await ledger.take("o-zhang", NOON)
    assert await take_all(ledger, NOON + timedelta(minutes=2)) == 5


async def test_a_new_message_begins_a_new_count_and_an_old_one_does_not(ledger: DocumentQuotaLedger) -> None:
    await ledger.opened("o-zhang", MESSAGE, NOON)
    assert await take_all(ledger, NOON) == 5
    await ledger.opened("o-zhang", MESSAGE, NOON)
    assert await take_all(ledger, NOON) == 0
    await ledger.opened("o-zhang", MESSAGE, NOON + timedelta(minutes=1))
    assert await take_all(ledger, NOON + timedelta(minutes=1)) == 5


async def test_workers_do_not_share_and_are_not_named_in_the_store(
    ledger: DocumentQuotaLedger, store: WatchedStore
) -> None:
    await ledger.opened("o-zhang", MESSAGE, NOON)
    assert not await ledger.take("o-li", NOON)
    assert "o-zhang" not in str(await store.find("quota", {}))
    await ledger.erase("o-zhang")
    assert await store.find("quota", {}) == []


async def test_a_first_message_costs_one_read_and_one_write(ledger: DocumentQuotaLedger, clock: SettledClock) -> None:
    before = clock.activity.ended
    await ledger.opened("o-zhang", MESSAGE, NOON)
    assert clock.activity.ended - before == 2


async def test_two_first_messages_at_once_open_one_window(ledger: DocumentQuotaLedger) -> None:
    await asyncio.gather(*(ledger.opened("o-zhang", MESSAGE, NOON) for _ in range(2)))
    assert await take_all(ledger, NOON) == 5
