"""The whole product in one process, put together and taken apart."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass

import httpx2

from bot.accounts.log_in import Accounts
from bot.assembly.capability import Foundations
from bot.assembly.dialogue_desk import DialogueDesk
from bot.assembly.index_watch import IndexWatch
from bot.assembly.policy_desk import PolicyDesk
from bot.assembly.privacy_desk import PrivacyDesk
from bot.assembly.seeding import Seeding
from bot.assembly.understanding_desk import open_understander
from bot.domain.message import WorkerMessage
from bot.domain.trace import TurnTrace
from bot.gateway.counters import Counters
from bot.gateway.erasure import WorkerErasure
from bot.gateway.inbox import Inbox
from bot.gateway.instruments import Instruments
from bot.gateway.jobs import Jobs
from bot.gateway.late_answer_rounds import STOPPING_PATIENCE_S, LateAnswerRounds
from bot.gateway.message_gateway import AccountMode, MessageGateway
from bot.gateway.notices import OutboxNotices
from bot.gateway.outbox import DocumentOutbox
from bot.gateway.outbox_pusher import OutboxPusher
from bot.gateway.quota import DocumentQuotaLedger, UnneededQuota
from bot.gateway.recovery import Recovery
from bot.gateway.reply_deadline import ReplyDeadline
from bot.gateway.stand_in import StandIn
from bot.gateway.system_clock import SystemClock
from bot.gateway.template_messages import MessageTemplate
from bot.gateway.vital_signs import VitalSigns
from bot.handlers.conversations import Conversations
from bot.ports import Cache, Clock, DocumentStore, FileStore, Notices
from bot.privacy.retention import expire_conversations
from bot.regions.divisions import Divisions
from bot.scheduler.housekeeping import LEASE_S, Duty, Housekeeping
from bot.scheduler.lease import Lease
from bot.settings import Settings
from bot.storage.guarded_documents import prepare
from bot.storage.open_engines import open_cache, open_documents, open_files
from bot.wechat.access_token import AccessTokens
from bot.wechat.api_client import WechatApiClient
from bot.wechat.callback import WechatCallback
from bot.wechat.media import WechatMedia

TraceSink = Callable[[WorkerMessage, TurnTrace], Awaitable[None]]


@dataclass(slots=True)
class Application:
    """One running process of the product.

    Attributes:
        settings: what the installation chose.
        clock: the time.
        documents: the document store.
        cache: short-lived state.
        files: originals and photos.
        desk: answers policy questions.
        callback: opens and seals the platform's posts.
        gateway: settles each message in time.
        counters: what happened, by name.
        instruments: the same for Prometheus, with times.
        vital_signs: states for Prometheus.
        accounts: the staff accounts.
        privacy: guards workers' data.
    """

    settings: Settings
    clock: Clock
    documents: DocumentStore
    cache: Cache
    files: FileStore
    desk: PolicyDesk
    callback: WechatCallback
    gateway: MessageGateway
    counters: Counters
    instruments: Instruments
    vital_signs: VitalSigns
    accounts: Accounts
    privacy: PrivacyDesk
    _stack: AsyncExitStack

    @classmethod
    async def start(
        cls, settings: Settings, trace_sink: TraceSink | None = None, *, desk: PolicyDesk | None = None
    ) -> Application:
        """Open the engines, load the index and begin the rounds of late answers.

        A server that is away keeps nothing from starting: policy questions are answered from the index, and what the
        store needs before it is used is done when it answers.

        Args:
            settings: what the installation chose.
            trace_sink: gets the traces that somebody looks at.
            desk: loaded already, as by the parent of several workers; it takes the current build into use.

        Raises:
            SettingsError: a setting cannot be used; in production also where there is no privacy key.
            KeyFileError: the privacy keys cannot be used, or are not those of the data.
            AuditError: the audit log was damaged so that it cannot go on.
            StoreUnavailableError: an embedded engine's file cannot be used.
            PolicyIndexError: there is no usable index and none can be built.
        """
        clock = SystemClock()
        callback = _callback(settings, clock)
        async with AsyncExitStack() as stack:
            engines = await _open_engines(settings, clock, stack)
            if desk is None:
                desk = await asyncio.to_thread(PolicyDesk.open, settings)
            stack.callback(desk.answerer.close)
            watch = IndexWatch(settings.index_dir, desk.renew, clock)
            await watch.look()  # a switch that was made since the index was loaded
            watch.start()
            stack.push_async_callback(watch.stop)
            privacy = PrivacyDesk.assembled(settings, engines.documents, clock, desk.divisions, engines.files)
            await prepare(engines.documents, privacy.prepare)
            gateway = await _gateway(engines, desk, privacy, trace_sink)
            accounts = Accounts(engines.documents, engines.cache, clock, divisions=desk.divisions)
            await prepare(engines.documents, accounts.prepare)
            vital_signs = VitalSigns(engines.instruments, gateway.jobs, engines.documents, engines.cache, clock)
            vital_signs.start()
            stack.push_async_callback(vital_signs.stop)
            return cls(
                settings=settings,
                clock=clock,
                documents=engines.documents,
                cache=engines.cache,
                files=engines.files,
                desk=desk,
                callback=callback,
                gateway=gateway,
                counters=engines.counters,
                instruments=engines.instruments,
                vital_signs=vital_signs,
                accounts=accounts,
                privacy=privacy,
                _stack=stack.pop_all(),
            )

    async def close(self) -> None:
        """End the rounds and release the engines."""
        await self._stack.aclose()

    @property
    def divisions(self) -> Divisions:
        """Places and their lineage."""
        return self.desk.divisions

    @property
    def build_id(self) -> str:
        """Build of the policy index in use."""
        return self.desk.index.build_id

    @property
    def is_index_fallback(self) -> bool:
        """Whether an earlier build stands in for the current one, which is damaged and could not be built again."""
        return self.desk.index.is_fallback

    @property
    def document_count(self) -> int:
        """Policy documents in the index."""
        return len(self.desk.index.documents)

    @property
    def clause_count(self) -> int:
        """Numbered clauses in the index."""
        return int(self.desk.index.clauses.is_numbered.sum())

    @property
    def corpus_regions(self) -> tuple[str, ...]:
        """Codes of the places whose documents are in the index."""
        return tuple(sorted({document.region_code for document in self.desk.index.documents.values()}))


@dataclass(frozen=True, slots=True)
class _Engines:
    """What the gateway is put together from."""

    settings: Settings
    clock: Clock
    documents: DocumentStore
    cache: Cache
    files: FileStore
    http: httpx2.AsyncClient
    counters: Counters
    instruments: Instruments
    stack: AsyncExitStack


async def _open_engines(settings: Settings, clock: Clock, stack: AsyncExitStack) -> _Engines:
    documents = await open_documents(settings.documents_url, settings.documents_path)
    stack.push_async_callback(documents.close)
    cache = await open_cache(settings.cache_url, settings.cache_path, clock=clock, documents=documents)
    stack.push_async_callback(cache.close)
    files = await open_files(settings.documents_url, settings.files_path)
    stack.push_async_callback(files.close)
    http = await stack.enter_async_context(httpx2.AsyncClient(trust_env=False))
    instruments = Instruments()
    return _Engines(settings, clock, documents, cache, files, http, Counters(instruments), instruments, stack)


def _callback(settings: Settings, clock: Clock) -> WechatCallback:
    return WechatCallback(
        token=settings.wechat_token.get_secret_value(),
        aes_key=settings.wechat_aes_key.get_secret_value(),
        app_id=settings.wechat_app_id,
        tolerance_s=settings.wechat_timestamp_tolerance_s,
        max_bytes=settings.callback_max_bytes,
        clock=clock,
    )


async def _gateway(
    engines: _Engines, desk: PolicyDesk, privacy: PrivacyDesk, trace_sink: TraceSink | None
) -> MessageGateway:
    settings, clock, documents, counters = engines.settings, engines.clock, engines.documents, engines.counters
    pseudonyms = privacy.pseudonyms
    inbox = Inbox(documents, clock, pseudonyms, privacy.cipher)
    outbox = DocumentOutbox(documents, clock, counters, privacy.cipher, pseudonyms)
    mode = AccountMode(settings.wechat_account_mode)
    is_verified = mode is AccountMode.VERIFIED
    ledger = DocumentQuotaLedger(documents, pseudonyms) if is_verified else UnneededQuota()
    await prepare(documents, inbox.prepare)
    await prepare(documents, outbox.prepare)
    erasure = WorkerErasure(privacy.eraser, pseudonyms, inbox)
    tokens = _tokens(engines) if is_verified else None
    dialogues = _dialogues(engines, desk, privacy, OutboxNotices(outbox), erasure, tokens)
    for preparation in dialogues.preparations:
        await prepare(documents, preparation)
    seeding = Seeding(dialogues.seed, clock)
    await seeding.start()
    engines.stack.push_async_callback(seeding.stop)
    jobs = Jobs(
        inbox=inbox,
        outbox=outbox,
        ledger=ledger,
        replier=dialogues.dialogue(),
        clock=clock,
        counters=counters,
        trace_sink=trace_sink,
        running_max=settings.jobs_max,
        queue_max=settings.queue_max,
    )
    pusher = None
    if tokens is not None:
        platform = WechatApiClient(engines.http, settings.wechat_api_url, tokens, clock)
        pusher = OutboxPusher(outbox, platform, ledger, clock, counters, _templates(settings))
    recovery = Recovery(jobs, inbox, outbox, clock)
    housekeeping = _housekeeping(engines, privacy, recovery, dialogues.duties)
    _begin_rounds(engines, LateAnswerRounds(outbox, recovery, pusher, clock), housekeeping)
    gateway = MessageGateway(
        jobs=jobs,
        inbox=inbox,
        deadline=ReplyDeadline(clock, settings.reply_deadline_s),
        mode=mode,
        clock=clock,
        counters=counters,
        stand_in=StandIn(dialogues.storeless(), jobs, inbox, clock, counters),
    )
    engines.stack.push_async_callback(gateway.close)  # before the rounds and the engines end
    return gateway


def _begin_rounds(engines: _Engines, late_answers: LateAnswerRounds, housekeeping: Housekeeping) -> None:
    late_answers.start()
    engines.stack.push_async_callback(late_answers.stop, STOPPING_PATIENCE_S)
    housekeeping.start()
    engines.stack.push_async_callback(housekeeping.stop)


def _dialogues(
    engines: _Engines,
    desk: PolicyDesk,
    privacy: PrivacyDesk,
    notices: Notices,
    erasure: WorkerErasure,
    tokens: AccessTokens | None,
) -> DialogueDesk:
    settings = engines.settings
    base = Foundations(
        settings=settings,
        documents=engines.documents,
        cache=engines.cache,
        files=engines.files,
        clock=engines.clock,
        privacy=privacy,
        divisions=desk.divisions,
        places=desk.places,
        conversations=Conversations(engines.documents, privacy.cipher, engines.clock.now, privacy.work_profiles.recall),
        notices=notices,
        understander=open_understander(engines.settings, desk.encoder, engines.clock.today),
        pictures=WechatMedia(engines.http, settings.wechat_api_url, tokens, engines.clock),
    )
    return DialogueDesk.open(base, desk.answerer, erasure, engines.counters)


def _housekeeping(
    engines: _Engines, privacy: PrivacyDesk, recovery: Recovery, duties_of_capabilities: Mapping[str, Duty]
) -> Housekeeping:
    documents, clock = engines.documents, engines.clock
    lease = Lease(documents, clock, "housekeeping", LEASE_S)
    duties: dict[str, Duty] = {
        "conversations expired": lambda: expire_conversations(documents, clock),
        "old messages deleted": recovery.sweep,
        "read exports deleted": privacy.export_pages.expire,
        "erasures finished": privacy.eraser.finish_erasures,
        **duties_of_capabilities,
    }
    return Housekeeping(lease, duties, clock)


def _tokens(engines: _Engines) -> AccessTokens:
    """The account's token service, one for the whole process."""
    settings = engines.settings
    return AccessTokens(
        engines.http,
        settings.wechat_api_url,
        settings.wechat_app_id,
        settings.wechat_app_secret.get_secret_value(),
        engines.cache,
        engines.clock,
        on_fetched=lambda how: engines.counters.add(f"token.{how}"),
    )


def _templates(settings: Settings) -> dict[str, MessageTemplate]:
    return {name: MessageTemplate(entry.id, entry.keywords) for name, entry in settings.wechat_templates.items()}
