"""A product behind the web pages that answers by script: real stores, divisions and callback, no policy index."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

from argon2 import PasswordHasher

from bot.accounts.log_in import Accounts
from bot.accounts.passwords import Passwords
from bot.assembly import PrivacyDesk
from bot.domain.message import MessageKind, Reply, WorkerMessage
from bot.domain.trace import TurnTrace, current_trace, hop, note
from bot.gateway.counters import Counters
from bot.gateway.instruments import Instruments
from bot.gateway.settlement import Acknowledged, Answered, Settlement
from bot.gateway.system_clock import SystemClock
from bot.gateway.vital_signs import VitalSigns
from bot.ports import Cache, Clock, DocumentStore
from bot.regions.divisions import load_divisions
from bot.settings import Settings
from bot.storage.folder_files import FolderFileStore
from bot.storage.open_engines import open_cache, open_documents
from bot.wechat.callback import WechatCallback

TraceSink = Callable[[WorkerMessage, TurnTrace], Awaitable[None]]

ANSWER = "【福建省三明市】【征求意见稿，只能参考】\n给予一次性创业补贴5000元。\n出处：三明市文件（草案）"
QUICK_PASSWORDS = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
FACTS: dict[str, Any] = {
    "outcome": "answered",
    "work_region": "350400",
    "home_region": None,
    "as_of": "2026-11-23",
    "cited": ["003#3"],
    "clauses": [
        {
            "clause_id": "003#3",
            "document_title": "三明市文件（草案）",
            "region_code": "350400",
            "status": "draft_for_comment",
            "targets_to": 2020,
            "path": ["三、", "（二）"],
            "title": "创业补贴",
            "score": 0.83,
            "ranks": {"bm25": 1, "embedding": 2},
            "channel_scores": {"bm25": 14.2, "embedding": 0.61},
        },
        {
            "clause_id": "001#7",
            "document_title": "广东省文件",
            "region_code": "440000",
            "status": "in_force",
            "targets_to": None,
            "path": ["七、"],
            "title": "担保贷款",
            "score": 0.31,
            "ranks": {"embedding": 1},
            "channel_scores": {"embedding": 0.66},
        },
    ],
}


class ScriptedGateway:
    """Settles like `bot.gateway.message_gateway.MessageGateway`, by script."""

    def __init__(self, trace_sink: TraceSink) -> None:
        self._trace_sink = trace_sink
        self.received: list[WorkerMessage] = []

    async def receive(self, message: WorkerMessage) -> Settlement:
        self.received.append(message)
        if message.kind is MessageKind.EVENT_UNSUBSCRIBE:
            return Acknowledged()
        with hop("dialogue"):
            text = self._reply_to(message)
        return Answered(Reply(text), trace=current_trace())

    async def sent(self, message: WorkerMessage, settlement: Settlement) -> None:
        if isinstance(settlement, Answered) and settlement.trace is not None:
            await self._trace_sink(message, settlement.trace)

    async def outlast(self, message: WorkerMessage) -> None:
        raise AssertionError(f"nothing is withheld by script: {message.kind}")

    def _reply_to(self, message: WorkerMessage) -> str:
        if message.kind is MessageKind.EVENT_SUBSCRIBE:
            return "您好，有政策上的事可以直接问我。"
        if message.kind is not MessageKind.TEXT:
            return "这类消息我还看不懂，请打字告诉我。"
        if "补贴" in message.text:
            with hop("retrieve"):
                note(FACTS)
            return ANSWER
        return f"收到：{message.text}"


class ScriptedApplication:
    """`bot.assembly.Application` for the pages' tests."""

    def __init__(
        self, settings: Settings, clock: Clock, documents: DocumentStore, cache: Cache, trace_sink: TraceSink
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.documents = documents
        self.cache = cache
        self.files = FolderFileStore(settings.files_path)
        self.divisions = load_divisions()
        self.gateway = ScriptedGateway(trace_sink)
        self.callback = WechatCallback(
            token=settings.wechat_token.get_secret_value(),
            aes_key=settings.wechat_aes_key.get_secret_value(),
            app_id=settings.wechat_app_id,
            tolerance_s=settings.wechat_timestamp_tolerance_s,
            max_bytes=settings.callback_max_bytes,
            clock=clock,
        )
        self.instruments = Instruments()
        self.counters = Counters(self.instruments)
        self.vital_signs = VitalSigns(self.instruments, SimpleNamespace(count=0, queued=0), documents, cache, clock)
        self.accounts = Accounts(documents, cache, clock, QUICK_PASSWORDS, self.divisions)
        self.privacy: PrivacyDesk
        self.build_id = "scripted"
        self.is_index_fallback = False
        self.document_count = 2
        self.clause_count = 2
        self.corpus_regions = ("350400", "440000")
        self.is_closed = False

    @classmethod
    async def start(cls, settings: Settings, trace_sink: TraceSink) -> ScriptedApplication:
        clock = SystemClock()
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        documents = await open_documents("", settings.documents_path)
        cache = await open_cache("", settings.cache_path, clock=clock)
        application = cls(settings, clock, documents, cache, trace_sink)
        await application.accounts.prepare()
        application.privacy = await PrivacyDesk.open(settings, documents, clock, application.divisions)
        return application

    async def close(self) -> None:
        self.is_closed = True
        await self.cache.close()
        await self.documents.close()
