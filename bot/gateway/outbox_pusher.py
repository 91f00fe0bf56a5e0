"""Sends late answers and notices in the background: by customer-service message within quota, or by template."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta

from bot.domain.errors import PlatformError, StoreError
from bot.domain.moments import to_ms
from bot.gateway import late_answer
from bot.gateway.counters import Counters
from bot.gateway.late_answer import AnswerState
from bot.gateway.late_answer_ports import QuotaLedger
from bot.gateway.outbox import DocumentOutbox, logged_with_cause
from bot.gateway.template_messages import MessageTemplate, TemplateMessages, after_refusal, may_repeat, tried
from bot.ports import Clock, Document, WechatPlatform
from bot.privacy.sealed_worker import WORKER_ID
from bot.wechat.message_text import split_text

logger = logging.getLogger("gongyou.outbox")

OUT_OF_QUOTA = frozenset({45015, 45047})
NEVER_BY_PUSH = frozenset({40003, 40200, 43101, 48001})
"""Permanent: not pushed again. The worker can still get it as the reply to a message."""
TOO_LONG = 45002
ACCOUNT_EXHAUSTED = 45009

SENDING_LEASE_S = 60.0
"""Longer than the platform client's time-out: an entry that is sending for longer has no process any more."""
PAUSE_S = 600.0
RETRY_AFTER_S = (5.0, 30.0, 120.0)
AT_ONCE = 8
BATCH = 200
SMALLEST_PART_BYTES = 200

Queue = tuple[str, bool]
"""A worker, and whether it is about template messages: what waits for the quota holds none of these up."""


class OutboxPusher:
    """The sending half of the outbox; several processes may run one each on the same store.

    Args:
        outbox: where the answers are.
        platform: sends.
        ledger: how many messages a worker may still get.
        clock: the time.
        counters: counts what became of answers.
        templates: the account's templates for notices, by the name that notices give.
    """

    def __init__(
        self,
        outbox: DocumentOutbox,
        platform: WechatPlatform,
        ledger: QuotaLedger,
        clock: Clock,
        counters: Counters,
        templates: Mapping[str, MessageTemplate] | None = None,
    ) -> None:
        self._outbox = outbox
        self._platform = platform
        self._templates = TemplateMessages(platform, templates or {})
        self._ledger = ledger
        self._clock = clock
        self._counters = counters
        self._paused_until_ms = 0
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._being_written_to: set[Queue] = set()

    async def push_ready(self) -> int:
        """Send what is ready; each worker's answers in order, several workers at once, template messages beside them.

        May be called while an earlier call still waits for the platform: workers who are being written to are left out.

        Returns:
            How many messages the platform took.
        """
        if to_ms(self._clock.now()) < self._paused_until_ms:
            return 0
        queues: defaultdict[Queue, list[Document]] = defaultdict(list)
        for entry in await self._outbox.to_push(BATCH):
            name = (entry[WORKER_ID], self._templates.takes(entry))
            if name not in self._being_written_to:
                queues[name].append(entry)
        counts = await asyncio.gather(*(self._push_queue(name, queue) for name, queue in queues.items()))
        return sum(counts)

    async def expire(self) -> None:
        """Entries whose sender died in the platform call: nobody knows whether they arrived."""
        now_ms = to_ms(self._clock.now())
        for entry in await self._outbox.in_state(AnswerState.SENDING):
            if entry["carrier"] or entry["lease_until_ms"] > now_ms:
                continue
            if self._templates.takes(entry) and may_repeat(entry, now_ms):
                await self._give_back(entry["_id"], entry["lease_until_ms"])
            else:
                await self._leave_unknown(entry["_id"], entry["lease_until_ms"])

    async def _push_queue(self, name: Queue, queue: list[Document]) -> int:
        if name in self._being_written_to:
            return 0
        self._being_written_to.add(name)
        try:
            async with self._gate:
                return await self._push_in_order(queue)
        finally:
            self._being_written_to.discard(name)

    async def _push_in_order(self, queue: list[Document]) -> int:
        sent = 0
        for entry in queue:
            if entry["not_before_ms"] > to_ms(self._clock.now()):
                break
            with logged_with_cause(entry):
                pieces = 1 if self._templates.takes(entry) else len(entry["parts"]) - entry["sent"]
                for _ in range(pieces):
                    if not await self._push_part(entry["_id"]):
                        return sent
                    sent += 1
        return sent

    async def _push_part(self, answer_id: str) -> bool:
        """Send the next part of one entry; False where this worker's queue stops here."""
        lease_until_ms = to_ms(self._clock.now() + timedelta(seconds=SENDING_LEASE_S))
        entry = await self._outbox.step(answer_id, lambda document: self._begun(document, lease_until_ms))
        if entry is None:
            return False
        if self._templates.takes(entry):
            return await self._send(entry, lease_until_ms)
        if not await self._ledger.take(self._outbox.workers.openid(entry), self._clock.now()):
            await self._give_back(answer_id, lease_until_ms, waits_for_worker=True)
            self._counters.add("outbox.out_of_quota")
            return False
        self._counters.add("quota.taken")
        return await self._send(entry, lease_until_ms)

    def _begun(self, document: Document, lease_until_ms: int) -> Document | None:
        begun = late_answer.sending(document, lease_until_ms)
        if begun is None or not self._templates.takes(begun):
            return begun
        return tried(begun, to_ms(self._clock.now()))

    async def _give(self, entry: Document) -> late_answer.Step:
        """Give the platform what is next, and say how far the entry is then."""
        openid = self._outbox.workers.openid(entry)
        if self._templates.takes(entry):
            await self._templates.send(openid, entry)
            return late_answer.sent_whole
        await self._platform.send_text(openid, entry["parts"][entry["sent"]])
        return late_answer.advanced

    async def _send(self, entry: Document, lease_until_ms: int) -> bool:
        try:
            advance = await self._give(entry)
        except PlatformError as error:
            await self._refused(entry, lease_until_ms, error)
            return False
        except BaseException as error:
            await asyncio.shield(self._leave_unknown(entry["_id"], lease_until_ms))
            if not isinstance(error, Exception):
                raise
            logger.error("push failed: %s", type(error).__name__)  # noqa: TRY400 - a traceback may show contents
            return False
        await self._outbox.step(entry["_id"], _if_sending(lease_until_ms, advance))
        self._counters.add("outbox.pushed")
        return True

    async def _refused(self, entry: Document, lease_until_ms: int, error: PlatformError) -> None:
        answer_id, errcode = entry["_id"], error.errcode
        if self._templates.takes(entry) and await self._template_refused(entry, lease_until_ms, errcode):
            return
        if errcode is None:
            await self._leave_unknown(answer_id, lease_until_ms)
            return
        logger.warning("push refused: errcode %d", errcode)
        self._counters.add(f"outbox.refused.{errcode}")
        if errcode in NEVER_BY_PUSH:
            await self._outbox.step(
                answer_id, _if_sending(lease_until_ms, lambda entry: late_answer.dead(entry, errcode))
            )
            self._counters.add("outbox.dead")
        elif errcode in OUT_OF_QUOTA:
            await self._give_back(answer_id, lease_until_ms, waits_for_worker=True, errcode=errcode)
        elif errcode == ACCOUNT_EXHAUSTED:
            logger.error("the account's daily calls are used up (45009): pushing pauses for %d s", PAUSE_S)
            self._paused_until_ms = to_ms(self._clock.now() + timedelta(seconds=PAUSE_S))
            await self._give_back(answer_id, lease_until_ms)
        elif errcode == TOO_LONG:
            await self._outbox.step(answer_id, _if_sending(lease_until_ms, _cut_smaller))
            self._outbox.has_ready.set()
        else:
            await self._try_later(entry, lease_until_ms, errcode)

    async def _template_refused(self, entry: Document, lease_until_ms: int, errcode: int | None) -> bool:
        """Whether a notice goes another way than late answers do."""
        now_ms = to_ms(self._clock.now())
        if after_refusal(entry, errcode, now_ms) is None:
            return False
        logger.warning("template message not sent: errcode %s", errcode)
        self._counters.add(f"outbox.template_refused.{errcode}")
        await self._outbox.step(
            entry["_id"], _if_sending(lease_until_ms, lambda document: after_refusal(document, errcode, now_ms))
        )
        self._outbox.has_ready.set()
        return True

    async def _try_later(self, entry: Document, lease_until_ms: int, errcode: int) -> None:
        failures = entry["failures"] + 1
        if failures > len(RETRY_AFTER_S):
            await self._give_back(entry["_id"], lease_until_ms, waits_for_worker=True, errcode=errcode)
            return
        not_before = self._clock.now() + timedelta(seconds=RETRY_AFTER_S[failures - 1])
        await self._outbox.step(
            entry["_id"],
            _if_sending(
                lease_until_ms,
                lambda document: (
                    late_answer.returned(document, not_before_ms=to_ms(not_before)) | {"failures": failures}
                ),
            ),
        )

    async def _give_back(
        self, answer_id: str, lease_until_ms: int, *, waits_for_worker: bool = False, errcode: int | None = None
    ) -> None:
        def give_back(document: Document) -> Document:
            returned = late_answer.returned(document, waits_for_worker=waits_for_worker)
            return returned if errcode is None else late_answer.refused(returned, errcode)

        await self._outbox.step(answer_id, _if_sending(lease_until_ms, give_back))

    async def _leave_unknown(self, answer_id: str, lease_until_ms: int) -> None:
        try:
            left = await self._outbox.step(
                answer_id,
                _if_sending(lease_until_ms, lambda document: document | {"state": AnswerState.UNKNOWN.value}),
            )
        except StoreError:
            return  # the lease runs out, and `expire` comes to the same end
        if left is not None:
            self._counters.add("outbox.unknown")


def _if_sending(lease_until_ms: int, take: late_answer.Step) -> late_answer.Step:
    """A step that applies only to the very attempt that holds this lease."""

    def guarded(document: Document) -> Document | None:
        is_mine = document["state"] == AnswerState.SENDING and document["lease_until_ms"] == lease_until_ms
        return take(document) if is_mine and not document["carrier"] else None

    return guarded


def _cut_smaller(document: Document) -> Document:
    parts, sent = document["parts"], document["sent"]
    half_bytes = max(len(parts[sent].encode()) // 2, SMALLEST_PART_BYTES)
    pieces = split_text(parts[sent], half_bytes)
    if len(pieces) == 1:
        return late_answer.returned(document, waits_for_worker=True)
    return late_answer.returned(document) | {"parts": [*parts[:sent], *pieces, *parts[sent + 1 :]]}
