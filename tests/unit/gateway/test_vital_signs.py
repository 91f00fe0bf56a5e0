"""Load and breakers, looked at regularly."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from bot.gateway.instruments import Instruments
from bot.gateway.vital_signs import EVERY_S, VitalSigns
from tests.fakes.gateway_process import GatewayProcess, ScriptedReplier
from tests.fakes.watched_store import SettledClock


@pytest.fixture
def instruments() -> Instruments:
    return Instruments()


def value(instruments: Instruments, name: str, **labels: str) -> float | None:
    return instruments.registry.get_sample_value(name, labels)


def signs_of(instruments: Instruments, clock: SettledClock, **parts: Any) -> VitalSigns:
    parts = {"load": SimpleNamespace(count=0, queued=0), "documents": object(), "cache": object()} | parts
    return VitalSigns(instruments, clock=clock, **parts)


async def test_running_and_waiting_messages_are_told_apart(
    instruments: Instruments, clock: SettledClock, start_process: Any, write: Any
) -> None:
    process: GatewayProcess = await start_process(replier=ScriptedReplier(clock, delay_s=60), running_max=2)
    for number in range(5):
        process.jobs.join(write(f"第{number}条"))
    await clock.advance(0.1)
    signs_of(instruments, clock, load=process.jobs).take()
    assert value(instruments, "gongyou_running_jobs") == 2
    assert value(instruments, "gongyou_queued_jobs") == 3


async def test_a_breaker_that_opens_is_seen_without_anybody_asking(
    instruments: Instruments, clock: SettledClock
) -> None:
    documents, cache = SimpleNamespace(is_away=False), SimpleNamespace(is_degraded=False)
    signs = signs_of(instruments, clock, documents=documents, cache=cache)
    signs.start()
    await clock.advance(0)
    assert value(instruments, "gongyou_engine_away", engine="documents") == 0
    documents.is_away = cache.is_degraded = True
    await clock.advance(EVERY_S)
    assert value(instruments, "gongyou_engine_away", engine="documents") == 1
    assert value(instruments, "gongyou_engine_away", engine="cache") == 1
    await signs.stop()
    documents.is_away = False
    await clock.advance(2 * EVERY_S)
    assert value(instruments, "gongyou_engine_away", engine="documents") == 1


async def test_an_embedded_engine_is_never_away(instruments: Instruments, clock: SettledClock) -> None:
    signs_of(instruments, clock).take()
    assert value(instruments, "gongyou_engine_away", engine="documents") == 0
