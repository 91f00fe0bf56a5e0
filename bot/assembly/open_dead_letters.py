"""The late answers that wait for staff, without the rest of the product, for the command line."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.assembly.privacy_desk import PrivacyDesk, open_privacy
from bot.gateway.counters import Counters
from bot.gateway.dead_letters import DeadLetters
from bot.gateway.outbox import DocumentOutbox
from bot.gateway.system_clock import SystemClock
from bot.settings import Settings


@asynccontextmanager
async def open_dead_letters(settings: Settings) -> AsyncIterator[tuple[DeadLetters, PrivacyDesk]]:
    """The dead letters of an installation, running or not, and where what is done to them is logged.

    Raises:
        SettingsError: a setting cannot be used.
        KeyFileError: the privacy keys cannot be used.
        StoreUnavailableError: the store is away.
    """
    async with open_privacy(settings) as privacy:
        outbox = DocumentOutbox(privacy.store, SystemClock(), Counters(), privacy.cipher, privacy.pseudonyms)
        yield DeadLetters(outbox), privacy
