"""Everything that guards workers' data, put together over one store and the installation's keys."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.bookings.booked_by import SealedBookings
from bot.bookings.personal_data import BookingHolder
from bot.claims.claims import Claims, sealed_claims
from bot.claims.personal_data import ClaimHolder
from bot.desk.handoffs import Handoffs, sealed_handoffs
from bot.desk.personal_data import HandoffHolder
from bot.domain.errors import AuditError, SettingsError
from bot.domain.pseudonym import WorkerPseudonyms
from bot.gateway import outbox, sealed_inbox
from bot.gateway.personal_data import gateway_holders
from bot.gateway.system_clock import SystemClock
from bot.handlers.conversations import Conversations
from bot.handlers.personal_data import ConversationHolder
from bot.handlers.profile import WorkProfileHolder
from bot.jobs.course_sign_ups import CourseSignUps
from bot.jobs.personal_data import SignUpHolder, SubscriptionHolder
from bot.jobs.subscriptions import JobSubscriptions, sealed_subscriptions
from bot.ports import Clock, DocumentStore, FileStore
from bot.privacy import key_check
from bot.privacy.audit import AuditLog
from bot.privacy.cipher import FieldCipher
from bot.privacy.consent import Consents
from bot.privacy.erasure import WorkerEraser
from bot.privacy.export import WorkerExporter
from bot.privacy.export_pages import ExportPages
from bot.privacy.holders import HolderRegistry, PersonalDataHolder
from bot.privacy.key_ring import KeyRing, open_key_ring
from bot.privacy.profiles import Profiles
from bot.privacy.rotation import RotationStep
from bot.privacy.work_profiles import WorkProfiles
from bot.privacy.worker_keys import WorkerKeys
from bot.regions.divisions import Divisions, load_divisions
from bot.settings import Settings
from bot.storage.open_engines import open_documents

logger = logging.getLogger("gongyou.privacy")


@dataclass(frozen=True, slots=True)
class PrivacyDesk:
    """What guards workers' data.

    Attributes:
        store: where everything lies.
        ring: the installation's keys.
        cipher: encrypts single fields with them.
        pseudonyms: the ids under which workers are kept.
        audit: who changed what, and who looked.
        consents: what workers agreed to.
        profiles: who they are.
        work_profiles: where they work and come from, and their trade.
        holders: the rooms that keep something about them.
        eraser: forgets a worker.
        exporter: collects what is kept about one.
        export_pages: what of an export does not fit into one reply.
        bookings: seals who made bookings.
        rotation: the collections to bring under a new key.
    """

    store: DocumentStore
    ring: KeyRing
    cipher: FieldCipher
    pseudonyms: WorkerPseudonyms
    audit: AuditLog
    consents: Consents
    profiles: Profiles
    work_profiles: WorkProfiles
    holders: HolderRegistry
    eraser: WorkerEraser
    exporter: WorkerExporter
    export_pages: ExportPages
    bookings: SealedBookings
    rotation: tuple[RotationStep, ...]

    async def prepare(self) -> None:
        """Check the keys against the data and create the indexes; to be done before anything is kept.

        A damaged audit log keeps nobody from asking about policies; what has to be logged is refused meanwhile.

        Raises:
            KeyFileError: the data were encrypted with other keys.
            StoreUnavailableError: the store is away.
        """
        await key_check.check_keys(self.store, self.cipher)
        await _prepare_unless_damaged(self.audit)
        await self.profiles.prepare()

    @classmethod
    async def open(cls, settings: Settings, store: DocumentStore, clock: Clock, divisions: Divisions) -> PrivacyDesk:
        """Put everything together, and check the keys against the data.

        Raises:
            SettingsError: the installation has no key, or no secret for pseudonyms.
            KeyFileError: the keys cannot be used, or the data were encrypted with others.
            StoreUnavailableError: the store is away.
        """
        desk = cls.assembled(settings, store, clock, divisions)
        await desk.prepare()
        return desk

    @classmethod
    def assembled(
        cls,
        settings: Settings,
        store: DocumentStore,
        clock: Clock,
        divisions: Divisions,
        files: FileStore | None = None,
    ) -> PrivacyDesk:
        """Open the keys and put everything together; the store is not asked, `prepare` does that.

        Args:
            settings: what the installation chose.
            store: where everything lies.
            clock: the time.
            divisions: names of places.
            files: photos; without them, an erasure leaves encrypted ones behind that nobody can open any more.

        Raises:
            SettingsError: the installation has no key, or no secret for pseudonyms.
            KeyFileError: the keys cannot be used.
        """
        ring = open_ring(settings)
        cipher = FieldCipher(ring)
        keys = WorkerKeys(store, cipher, clock)
        audit = AuditLog(store, cipher, keys, clock)
        consents = Consents(store, clock)
        profiles = Profiles(store, cipher, keys, consents, audit, clock)
        work_profiles = WorkProfiles(store, keys, consents, clock)
        holders = HolderRegistry()
        pseudonyms = worker_pseudonyms(settings)
        late_answers = outbox.sealed_recipients(cipher, pseudonyms)
        conversations = Conversations(store, cipher, clock.now)
        export_pages = ExportPages(store, cipher, clock)
        bookings = SealedBookings(cipher, pseudonyms, keys, consents)
        rooms: tuple[PersonalDataHolder, ...] = (
            ConversationHolder(store, divisions, conversations),
            WorkProfileHolder(work_profiles, divisions),
            *gateway_holders(store, late_answers, cipher, clock),
            BookingHolder(store, bookings),
            ClaimHolder(Claims(store, sealed_claims(cipher, pseudonyms), clock), files),
            *_holders_of_rooms(store, cipher, pseudonyms, clock, divisions),
            export_pages,
        )
        for holder in rooms:
            holders.register(holder)
        return cls(
            store=store,
            ring=ring,
            cipher=cipher,
            pseudonyms=pseudonyms,
            audit=audit,
            consents=consents,
            profiles=profiles,
            work_profiles=work_profiles,
            holders=holders,
            eraser=WorkerEraser(store, keys, consents, profiles, holders, audit, clock),
            exporter=WorkerExporter(consents, profiles, holders, audit, clock),
            export_pages=export_pages,
            bookings=bookings,
            rotation=(
                *_rotation_of_rooms(store, cipher, pseudonyms, clock),
                *(one.rotation() for one in (keys, profiles, late_answers, conversations, export_pages, bookings)),
            ),
        )


def _rotation_of_rooms(
    store: DocumentStore, cipher: FieldCipher, pseudonyms: WorkerPseudonyms, clock: Clock
) -> list[RotationStep]:
    """What else is sealed with the installation's key; the check of the key itself first."""
    sealed = (sealed_claims, sealed_handoffs, sealed_subscriptions)
    return [
        key_check.rotation(cipher),
        sealed_inbox.rotation(cipher),
        *(seal(cipher, pseudonyms).rotation() for seal in sealed),
        CourseSignUps(store, cipher, clock).rotation(),
    ]


def _holders_of_rooms(
    store: DocumentStore, cipher: FieldCipher, pseudonyms: WorkerPseudonyms, clock: Clock, divisions: Divisions
) -> list[PersonalDataHolder]:
    """Rooms that keep something about workers and need nothing but the store."""
    return [
        HandoffHolder(Handoffs(store, sealed_handoffs(cipher, pseudonyms), clock)),
        SubscriptionHolder(JobSubscriptions(store, sealed_subscriptions(cipher, pseudonyms), clock), divisions),
        SignUpHolder(CourseSignUps(store, cipher, clock)),
    ]


async def _prepare_unless_damaged(audit: AuditLog) -> None:
    try:
        await audit.prepare()
    except AuditError:
        logger.error("the audit log is damaged: run gongyou audit verify")  # noqa: TRY400 - where is of no interest


@asynccontextmanager
async def open_privacy(settings: Settings) -> AsyncIterator[PrivacyDesk]:
    """The privacy desk of an installation, running or not, until the context ends; for the command line.

    Args:
        settings: with the account's secrets, made-up ones included: workers' ids hang on them.

    Raises:
        SettingsError: a setting cannot be used.
        KeyFileError: the keys cannot be used.
        StoreUnavailableError: the store is away.
    """
    store = await open_documents(settings.documents_url, settings.documents_path)
    try:
        yield await PrivacyDesk.open(settings, store, SystemClock(), load_divisions())
    finally:
        await store.close()


def open_ring(settings: Settings) -> KeyRing:
    """The installation's keys; a demonstration makes its key file itself.

    Raises:
        SettingsError: production without any key.
        KeyFileError: the keys cannot be used.
    """
    keys = settings.privacy_keys.get_secret_value()
    if settings.mode == "production" and not keys.strip() and settings.privacy_key_file is None:
        raise SettingsError(
            "正式方式下必须有隐私密钥，不然工友的资料没法加密保存。请设置 GONGYOU_PRIVACY_KEYS，"
            "写成“编号:密钥”，如 k1:后接 openssl rand -base64 32 的输出；"
            "或者把它写进只有服务账号能读的文件，用 GONGYOU_PRIVACY_KEY_FILE 指明。"
            "密钥要另外备份，丢了已存的资料就读不出来"
        )
    return open_key_ring(keys, settings.privacy_key_file, may_create=settings.mode == "demo")


def worker_pseudonyms(settings: Settings) -> WorkerPseudonyms:
    """The ids under which workers are kept.

    The AppSecret never leaves the installation, which makes it a salt; where there is none, the AES key does.

    Raises:
        SettingsError: there is neither.
    """
    secret = settings.wechat_app_secret.get_secret_value() or settings.wechat_aes_key.get_secret_value()
    if not secret:
        raise SettingsError(
            "还没有公众号的密钥，算不出工友的编号；请设置 GONGYOU_WECHAT_APP_SECRET 或 GONGYOU_WECHAT_AES_KEY"
        )
    return WorkerPseudonyms(secret)
