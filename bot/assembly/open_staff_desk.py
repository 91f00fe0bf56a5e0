"""What staff work on, without the rest of the product, for the command line."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.assembly.privacy_desk import PrivacyDesk, open_privacy
from bot.claims.claims import Claims, sealed_claims
from bot.desk.handoffs import Handoffs, sealed_handoffs
from bot.gateway.counters import Counters
from bot.gateway.notices import OutboxNotices
from bot.gateway.outbox import DocumentOutbox
from bot.gateway.system_clock import SystemClock
from bot.ports import Notices
from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class StaffDesk:
    """What staff work on.

    Attributes:
        claims: wage claims.
        handoffs: who waits for a person.
        notices: tells workers; the serving processes send it.
        privacy: learns who looked at what.
    """

    claims: Claims
    handoffs: Handoffs
    notices: Notices
    privacy: PrivacyDesk


@asynccontextmanager
async def open_staff_desk(settings: Settings) -> AsyncIterator[StaffDesk]:
    """The desk of an installation, running or not.

    Raises:
        SettingsError: a setting cannot be used.
        KeyFileError: the privacy keys cannot be used.
        StoreUnavailableError: the store is away.
    """
    async with open_privacy(settings) as privacy:
        clock, store = SystemClock(), privacy.store
        claims = Claims(store, sealed_claims(privacy.cipher, privacy.pseudonyms), clock)
        handoffs = Handoffs(store, sealed_handoffs(privacy.cipher, privacy.pseudonyms), clock)
        outbox = DocumentOutbox(store, clock, Counters(), privacy.cipher, privacy.pseudonyms)
        for prepare in (claims.prepare, handoffs.prepare, outbox.prepare):
            await prepare()
        yield StaffDesk(claims, handoffs, OutboxNotices(outbox), privacy)
