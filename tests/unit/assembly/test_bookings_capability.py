"""What the bookings bring to the product: samples in a demonstration alone, reminders through the outbox."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.assembly.bookings_capability import bookings_capability
from bot.assembly.bookings_desk import BookingsDesk
from bot.assembly.capability import Foundations
from bot.assembly.privacy_desk import PrivacyDesk
from bot.domain.booking import BookingRequest, Matter, Slot
from bot.gateway.counters import Counters
from bot.gateway.notices import OutboxNotices
from bot.gateway.outbox import DocumentOutbox
from bot.regions.divisions import load_divisions
from bot.regions.place_names import load_place_finder
from bot.settings import Settings
from bot.storage.sqlite_documents import SqliteDocumentStore
from tests.fakes.bookings_room import OFFICE
from tests.fakes.fake_clock import FakeClock

MONDAY = datetime(2026, 11, 30, 2, tzinfo=UTC)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteDocumentStore]:
    opened = await SqliteDocumentStore.open(tmp_path / "gongyou.sqlite3", synchronous="OFF")
    yield opened
    await opened.close()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(MONDAY)


@pytest.fixture
def base(store: SqliteDocumentStore, clock: FakeClock, tmp_path: Path) -> Foundations:
    settings = Settings(privacy_key_file=tmp_path / "privacy.key", wechat_app_secret="s" * 32, _env_file=None)
    divisions = load_divisions()
    privacy = PrivacyDesk.assembled(settings, store, clock, divisions)
    outbox = DocumentOutbox(store, clock, Counters(), privacy.cipher, privacy.pseudonyms)
    nothing: Any = None
    return Foundations(
        settings=settings,
        documents=store,
        cache=nothing,
        files=nothing,
        clock=clock,
        privacy=privacy,
        divisions=divisions,
        places=load_place_finder(),
        conversations=nothing,
        notices=OutboxNotices(outbox),
        understander=nothing,
        pictures=nothing,
    )


def desk_of(base: Foundations) -> BookingsDesk:
    return BookingsDesk.over(base.documents, base.privacy, base.clock, base.divisions)


async def test_a_demonstration_gets_the_samples_once_and_production_loses_them(base: Foundations) -> None:
    for _ in range(2):
        await bookings_capability(base).prepare()
        await bookings_capability(base).seed()
    offices = await desk_of(base).offices.all()
    assert offices
    assert all(office.is_sample for office in offices)
    await desk_of(base).offices.keep(replace(OFFICE, office_id="real", is_sample=False))
    production = replace(base, settings=base.settings.model_copy(update={"mode": "production"}))
    await bookings_capability(production).prepare()
    await bookings_capability(production).seed()
    assert [office.office_id for office in await desk_of(base).offices.all()] == ["real"]


async def test_a_reminder_waits_in_the_outbox_once_with_its_template(base: Foundations, clock: FakeClock) -> None:
    capability, desk = bookings_capability(base), desk_of(base)
    await base.privacy.prepare()
    await capability.prepare()
    await desk.offices.keep(OFFICE)
    worker_id = base.privacy.pseudonyms.of("o-zhang")
    await base.privacy.consents.give(worker_id)
    slot = Slot(MONDAY.date() + timedelta(days=2), time(9), OFFICE.office_id)
    await desk.new_bookings.book(BookingRequest("f1", "o-zhang", worker_id, Matter.WAGE, slot, "王建国", "13812341234"))
    assert await capability.duties["reminders sent"]() == 0
    clock.set(MONDAY + timedelta(days=1))
    assert await capability.duties["reminders sent"]() == 1
    for name in capability.duties:
        await capability.duties[name]()
    outbox = DocumentOutbox(base.documents, clock, Counters(), base.privacy.cipher, base.privacy.pseudonyms)
    [entry] = await outbox.to_push(10)
    assert "提醒您：12月2日（周三）上午9点" in entry["parts"][0]
    assert entry["notice"]["template"] == "booking_reminder"
    assert entry["notice"]["fields"]["time"] == "12月2日（周三）上午9点"
    assert outbox.workers.openid(entry) == "o-zhang"
