"""Settles posts while the store is away.

What is said here needs nothing to be stored: no claim, no conversation, no outbox. The same message gives the same
reply in every process, so repeats need no claim either. What holds, and what does not:

* Nothing is acknowledged that a later moment would have to make good: a post gets its reply now, or none at all.
* A message that was being worked on when the store went away is answered here from the beginning, and its claim is
  closed when the store is back. Where this process dies before that, the answer **may come once more** by push.
* Who unsubscribes is forgotten as soon as the store is back. Their post is withheld, so that the platform posts again,
  and this process remembers it meanwhile; where it dies before that, the 30 days of retention are left.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

from bot.domain.errors import BotError
from bot.domain.message import MessageKind, Reply, WorkerMessage
from bot.gateway import phrasing_gateway as phrasing
from bot.gateway.counters import Counters
from bot.gateway.inbox import Inbox, claim_id_of
from bot.gateway.jobs import INTERACTIONS, MESSAGES, Jobs, Replier
from bot.gateway.reply_deadline import ReplyDeadline
from bot.gateway.settlement import Acknowledged, Answered, Settlement, Withheld
from bot.ports import Clock

logger = logging.getLogger("gongyou.gateway")

DEADLINE_S = 4.6
"""The first posts of an outage spend up to `bot.storage.circuit_breaker.PATIENCE_S` on finding out, or the whole of the
usual deadline."""
AT_ONCE_MAX = 64
MAKE_UP_AGAIN_S = 1.0
"""Less than the recovery leaves for it, `bot.gateway.recovery.AFTER_OUTAGE_S`."""
UNSUBSCRIBED_MAX = 10_000
ANSWERED_MAX = 1_000
"""Only what was claimed before is of interest, and that is what comes in the first seconds."""


class StandIn:
    """Answers without the store; one instance per process.

    Args:
        replier: works out replies that need nothing stored.
        jobs: forget who unsubscribes, when the store is back.
        inbox: then closes the claims of what was answered here.
        clock: the time.
        counters: counts what was settled here.
        at_once_max: messages worked on at once; more are asked to come again.
    """

    def __init__(
        self,
        replier: Replier,
        jobs: Jobs,
        inbox: Inbox,
        clock: Clock,
        counters: Counters,
        *,
        at_once_max: int = AT_ONCE_MAX,
    ) -> None:
        self._replier = replier
        self._jobs = jobs
        self._inbox = inbox
        self._clock = clock
        self._counters = counters
        self._deadline = ReplyDeadline(clock, DEADLINE_S)
        self._at_once_max = at_once_max
        self._running: dict[str, asyncio.Task[Reply]] = {}
        self._unsubscribed: dict[str, WorkerMessage] = {}
        self._answered: dict[str, Reply] = {}
        self._making_up: asyncio.Task[None] | None = None

    async def settle(self, message: WorkerMessage) -> Settlement:
        """Settle one post, whatever became of earlier ones; never raises for what the product foresees."""
        self._counters.add("gateway.without_store")
        if message.kind is MessageKind.EVENT_UNSUBSCRIBE:
            if len(self._unsubscribed) < UNSUBSCRIBED_MAX:
                self._unsubscribed[message.key] = message
            self._make_up_later()
            return Withheld()
        work = self._running.get(message.key) or self._begin(message)
        if work is None:
            return _for_people(message, phrasing.BUSY)
        if not await self._deadline.in_time(work, message.received_at):
            return _for_people(message, phrasing.TRY_AGAIN_LATER)
        if work.cancelled() or (error := work.exception()) is not None:
            if not work.cancelled():
                logger.error("no reply without the store: %s", type(error).__name__)
            return _for_people(message, phrasing.TRY_AGAIN_LATER)
        reply = work.result()
        if len(self._answered) < ANSWERED_MAX:
            self._answered[claim_id_of(message.key)] = reply
        self._make_up_later()
        return Acknowledged() if reply.is_silent else Answered(reply, is_answer=False)

    async def close(self) -> None:
        """Drop what runs."""
        tasks = [*self._running.values(), *([self._making_up] if self._making_up else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(self, message: WorkerMessage) -> asyncio.Task[Reply] | None:
        if len(self._running) >= self._at_once_max:
            return None
        work = self._running[message.key] = asyncio.ensure_future(self._replier.next_turn(message))
        work.add_done_callback(lambda _: self._running.pop(message.key, None))
        return work

    def _make_up_later(self) -> None:
        if self._making_up is None:
            self._making_up = asyncio.create_task(self._make_up())

    async def _make_up(self) -> None:
        """When the store is back, do there what could not be done, until all is done."""
        while self._answered or self._unsubscribed:
            await self._clock.sleep(MAKE_UP_AGAIN_S)
            with suppress(BotError):  # the store is away still
                await self._close_claims()
                await self._forget_unsubscribed()
        self._making_up = None

    async def _close_claims(self) -> None:
        for claim_id, reply in list(self._answered.items()):
            await self._inbox.answered_elsewhere(claim_id, reply)
            del self._answered[claim_id]

    async def _forget_unsubscribed(self) -> None:
        """Work on each as on any message."""
        for key, message in list(self._unsubscribed.items()):
            job, _ = self._jobs.join(message)
            await asyncio.shield(job.task)
            del self._unsubscribed[key]


def _for_people(message: WorkerMessage, text: str) -> Settlement:
    """A notice to who wrote or pressed something; the platform's other events are let be."""
    if message.kind in MESSAGES | INTERACTIONS:
        return Answered(Reply(text), is_answer=False)
    return Acknowledged()
