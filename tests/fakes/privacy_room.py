"""The room `bot.privacy` put together over one store and one key ring."""

from __future__ import annotations

from dataclasses import dataclass

from bot.ports import DocumentStore
from bot.privacy.audit import AuditLog
from bot.privacy.cipher import FieldCipher
from bot.privacy.consent import Consents
from bot.privacy.erasure import WorkerEraser
from bot.privacy.export import WorkerExporter
from bot.privacy.export_pages import ExportPages
from bot.privacy.holders import HolderRegistry
from bot.privacy.key_ring import KeyRing
from bot.privacy.profiles import Profiles
from bot.privacy.worker_keys import WorkerKeys
from tests.fakes.fake_clock import FakeClock


@dataclass(frozen=True)
class PrivacyRoom:
    """Everything of `bot.privacy` over one store and one key ring."""

    store: DocumentStore
    cipher: FieldCipher
    clock: FakeClock
    keys: WorkerKeys
    audit: AuditLog
    consents: Consents
    profiles: Profiles
    holders: HolderRegistry
    eraser: WorkerEraser
    exporter: WorkerExporter
    export_pages: ExportPages

    @classmethod
    def over(cls, store: DocumentStore, ring: KeyRing, clock: FakeClock) -> PrivacyRoom:
        cipher = FieldCipher(ring)
        keys = WorkerKeys(store, cipher, clock)
        audit = AuditLog(store, cipher, keys, clock)
        consents = Consents(store, clock)
        profiles = Profiles(store, cipher, keys, consents, audit, clock)
        holders = HolderRegistry()
        eraser = WorkerEraser(store, keys, consents, profiles, holders, audit, clock)
        exporter = WorkerExporter(consents, profiles, holders, audit, clock)
        export_pages = ExportPages(store, cipher, clock)
        return cls(store, cipher, clock, keys, audit, consents, profiles, holders, eraser, exporter, export_pages)
