"""The jobs of an installation, running or not, for the command line."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.assembly.job_samples import load_samples
from bot.assembly.jobs_desk import JobsDesk
from bot.assembly.privacy_desk import open_privacy
from bot.gateway.counters import Counters
from bot.gateway.notices import OutboxNotices
from bot.gateway.outbox import DocumentOutbox
from bot.gateway.system_clock import SystemClock
from bot.ports import Clock
from bot.regions.divisions import load_divisions
from bot.regions.place_names import load_place_finder
from bot.settings import Settings


@asynccontextmanager
async def open_jobs(settings: Settings, clock: Clock | None = None) -> AsyncIterator[JobsDesk]:
    """The jobs of an installation, running or not; with the samples in a demonstration.

    Args:
        settings: with the account's secrets, made-up ones included: workers' ids hang on them.
        clock: the time; the system's where None.

    Raises:
        SettingsError: a setting cannot be used.
        KeyFileError: the privacy keys cannot be used.
        StoreUnavailableError: the store is away.
    """
    now = clock or SystemClock()
    async with open_privacy(settings) as privacy:
        outbox = DocumentOutbox(privacy.store, now, Counters(), privacy.cipher, privacy.pseudonyms)
        await outbox.prepare()
        desk = JobsDesk.over(
            privacy.store,
            privacy,
            OutboxNotices(outbox),
            now,
            load_divisions(),
            load_place_finder(),
            shows_samples=settings.mode == "demo",
        )
        await desk.prepare()
        if settings.mode == "demo":
            await load_samples(desk, privacy.store, settings.corpus_dir)
        yield desk
