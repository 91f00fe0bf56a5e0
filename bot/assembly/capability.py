"""What one capability brings to the product, and what it is built on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from bot.assembly.privacy_desk import PrivacyDesk
from bot.domain.intent import Intent
from bot.handlers.conversations import Conversations
from bot.handlers.forms import Form
from bot.handlers.worker_region import SayNearby
from bot.ports import Alarm, Cache, Clock, DocumentStore, FileStore, IntentHandler, Notices, PictureSource, Understander
from bot.regions.divisions import Divisions
from bot.regions.place_names import PlaceFinder
from bot.scheduler.housekeeping import Duty
from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class Foundations:
    """What capabilities stand on.

    Attributes:
        settings: what the installation chose.
        documents: the document store.
        cache: short-lived state.
        files: photos.
        clock: the time.
        privacy: ciphers, pseudonyms, consents, profiles, audit.
        divisions: places and their lineage.
        places: finds places in texts.
        conversations: what is remembered of each worker.
        notices: tells workers something on the service's own accord.
        understander: tells what a message asks for.
        pictures: fetches photos that workers sent.
    """

    settings: Settings
    documents: DocumentStore
    cache: Cache
    files: FileStore
    clock: Clock
    privacy: PrivacyDesk
    divisions: Divisions
    places: PlaceFinder
    conversations: Conversations
    notices: Notices
    understander: Understander
    pictures: PictureSource


async def _nothing() -> None:
    """A capability that needs no preparation."""


@dataclass(frozen=True, slots=True)
class Capability:
    """What one room brings; personal data and key rotation are registered in `PrivacyDesk`, for the command line, too.

    Attributes:
        forms: what takes several answers.
        handlers: what is answered at once, by intent. An intent with a form needs none, unless it shows lists: the
            handler of ``Listing.intent`` gets 下一页, 上一页 and numbers while the list is what was offered last
            (`bot.handlers.list_leafing.read_leaf` reads them).
        alarms: cries for help, looked for before everything else.
        duties: what is done by the clock, by name.
        nearby: what is said below, where a worker sent a location; "" for nothing.
        prepare: creates indexes; idempotent. After an outage at the start, the store stays shut until it is done.
        seed: loads what a demonstration shows; idempotent, and done beside everything else where it takes long.
    """

    forms: tuple[Form, ...] = ()
    handlers: Mapping[Intent, IntentHandler] = field(default_factory=dict)
    alarms: tuple[Alarm, ...] = ()
    duties: Mapping[str, Duty] = field(default_factory=dict)
    nearby: SayNearby | None = None
    prepare: Callable[[], Awaitable[None]] = _nothing
    seed: Callable[[], Awaitable[None]] = _nothing


BuildCapability = Callable[[Foundations], Capability]
"""One per room, in a module ``bot/assembly/<room>_capability.py``; `bot.assembly.capabilities.BUILDERS` lists them."""
