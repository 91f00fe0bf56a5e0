"""One process of the gateway over a store that others may share, with a scripted reply in place of the dialogue."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from bot.domain.message import Reply, WorkerMessage
from bot.domain.pseudonym import WorkerPseudonyms
from bot.gateway.counters import Counters
from bot.gateway.inbox import Inbox
from bot.gateway.jobs import QUEUE_MAX, RUNNING_MAX, Jobs, Replier, TraceSink
from bot.gateway.late_answer_rounds import LateAnswerRounds
from bot.gateway.message_gateway import AccountMode, MessageGateway
from bot.gateway.notices import OutboxNotices
from bot.gateway.outbox import DocumentOutbox
from bot.gateway.outbox_pusher import OutboxPusher
from bot.gateway.quota import DocumentQuotaLedger
from bot.gateway.recovery import Recovery
from bot.gateway.reply_deadline import ReplyDeadline
from bot.gateway.stand_in import StandIn
from bot.gateway.template_messages import MessageTemplate
from bot.ports import Clock, WechatPlatform
from bot.privacy.cipher import FieldCipher
from bot.privacy.key_ring import KEY_BYTES, KeyRing
from tests.fakes.watched_store import WatchedStore

PSEUDONYMS = WorkerPseudonyms("盐")
CIPHER = FieldCipher(KeyRing.of({"k1": bytes(range(KEY_BYTES))}))


class ScriptedReplier:
    """Answers every message after a while: ``答：`` and the question, or what a script says.

    Attributes:
        worked_on: keys in the order in which the work ended.
        begun: keys in the order in which the work began.
    """

    def __init__(
        self, clock: Clock, delay_s: float = 0.0, script: Callable[[WorkerMessage], str] | None = None
    ) -> None:
        self._clock = clock
        self.delay_s = delay_s
        self._script = script or (lambda message: f"答：{message.text}")
        self.begun: list[str] = []
        self.worked_on: list[str] = []

    async def next_turn(self, message: WorkerMessage) -> Reply:
        self.begun.append(message.key)
        await self._clock.sleep(self.delay_s)
        self.worked_on.append(message.key)
        return Reply(self._script(message))

    async def expects_answer(self, message: WorkerMessage) -> bool:
        del message
        return False


class GatewayProcess:
    """Everything that one server process holds; `kill` ends it as kill -9 does."""

    def __init__(  # noqa: PLR0917 - as many as a process holds
        self,
        store: WatchedStore,
        clock: Clock,
        replier: Replier,
        platform: WechatPlatform,
        mode: AccountMode,
        trace_sink: TraceSink | None = None,
        running_max: int = RUNNING_MAX,
        queue_max: int = QUEUE_MAX,
        storeless: Replier | None = None,
        templates: Mapping[str, MessageTemplate] | None = None,
    ) -> None:
        self.store = store
        self.clock = clock
        self.is_dead = False
        self.counters = Counters()
        self.inbox = Inbox(store, clock, PSEUDONYMS, CIPHER)
        self.outbox = DocumentOutbox(store, clock, self.counters, CIPHER, PSEUDONYMS)
        self.ledger = DocumentQuotaLedger(store, PSEUDONYMS)
        self.jobs = Jobs(
            inbox=self.inbox,
            outbox=self.outbox,
            ledger=self.ledger,
            replier=replier,
            clock=clock,
            counters=self.counters,
            trace_sink=trace_sink,
            running_max=running_max,
            queue_max=queue_max,
        )
        stand_in = None
        if storeless is not None:
            stand_in = StandIn(storeless, self.jobs, self.inbox, clock, self.counters, at_once_max=3)
        self.gateway = MessageGateway(
            jobs=self.jobs,
            inbox=self.inbox,
            deadline=ReplyDeadline(clock),
            mode=mode,
            clock=clock,
            counters=self.counters,
            stand_in=stand_in,
        )
        self.recovery = Recovery(self.jobs, self.inbox, self.outbox, clock)
        self.pusher = OutboxPusher(self.outbox, platform, self.ledger, clock, self.counters, templates)
        self.notices = OutboxNotices(self.outbox)
        verified = mode is AccountMode.VERIFIED
        self.rounds = LateAnswerRounds(self.outbox, self.recovery, self.pusher if verified else None, clock)

    async def start(self) -> None:
        await self.inbox.prepare()
        await self.outbox.prepare()
        self.rounds.start()

    async def kill(self) -> None:
        """Nothing that the process still wanted to write reaches the store."""
        self.is_dead = True
        self.store.is_away = True
        await self.rounds.stop()
        tasks = [job.task for job in self.jobs._running.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def stop(self) -> None:
        await self.rounds.stop()
        tasks = [job.task for job in self.jobs._running.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
