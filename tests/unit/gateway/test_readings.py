"""What Prometheus reads: the measurements, and the states looked up when it asks."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.gateway.instruments import Instruments
from bot.gateway.outbox import COLLECTION
from bot.gateway.readings import KEPT_FOR_S, Measured, Readings
from bot.gateway.vital_signs import VitalSigns
from tests.fakes.watched_store import SettledClock, WatchedStore


@pytest.fixture
def measured(store: WatchedStore, clock: SettledClock) -> Measured:
    instruments = Instruments()
    load = SimpleNamespace(count=3, queued=1)
    parts: Any = SimpleNamespace(
        instruments=instruments,
        vital_signs=VitalSigns(instruments, load, store, object(), clock),  # type: ignore[arg-type]
        documents=store,
        clock=clock,
        build_id="7c9fe59f05bdb361",
        document_count=5,
        clause_count=108,
    )
    return parts


async def read(readings: Readings) -> dict[str, float]:
    families = text_string_to_metric_families((await readings.text()).decode())
    return {
        f"{sample.name}{sorted(sample.labels.items()) or ''}": sample.value
        for family in families
        for sample in family.samples
    }


async def test_late_answers_are_counted_by_state_without_the_delivered_ones(
    measured: Measured, store: WatchedStore
) -> None:
    for number, state in enumerate(["owed", "owed", "ready", "dead", "delivered"]):
        await store.insert(COLLECTION, {"_id": str(number), "state": state})
    found = await read(Readings(measured))
    entries = {name: count for name, count in found.items() if name.startswith("gongyou_outbox_entries")}
    assert entries == {
        "gongyou_outbox_entries[('state', 'owed')]": 2,
        "gongyou_outbox_entries[('state', 'ready')]": 1,
        "gongyou_outbox_entries[('state', 'sending')]": 0,
        "gongyou_outbox_entries[('state', 'unknown')]": 0,
        "gongyou_outbox_entries[('state', 'dead')]": 1,
    }


async def test_the_index_in_use_is_an_info(measured: Measured) -> None:
    found = await read(Readings(measured))
    assert found["gongyou_index_info[('build_id', '7c9fe59f05bdb361')]"] == 1
    assert (found["gongyou_index_documents"], found["gongyou_index_clauses"]) == (5, 108)


async def test_load_is_as_it_is_at_the_moment_of_reading(measured: Measured) -> None:
    found = await read(Readings(measured))
    assert (found["gongyou_running_jobs"], found["gongyou_queued_jobs"]) == (2, 1)


async def test_the_process_itself_is_measured_where_it_is_alone(measured: Measured) -> None:
    found = await read(Readings(measured))
    assert found["process_resident_memory_bytes"] > 0


async def test_with_the_store_away_everything_else_is_still_read(measured: Measured, store: WatchedStore) -> None:
    store.is_away = True
    found = await read(Readings(measured))
    assert not [name for name in found if name.startswith("gongyou_outbox_entries")]
    assert found["gongyou_engine_away[('engine', 'documents')]"] == 1
    assert found["gongyou_index_documents"] == 5


async def test_however_often_somebody_asks_the_store_counts_only_now_and_then(
    measured: Measured, store: WatchedStore, clock: SettledClock
) -> None:
    readings = Readings(measured)
    await read(readings)
    await store.insert(COLLECTION, {"_id": "1", "state": "owed"})
    owed = "gongyou_outbox_entries[('state', 'owed')]"
    assert (await read(readings))[owed] == 0
    await clock.advance(KEPT_FOR_S)
    assert (await read(readings))[owed] == 1
