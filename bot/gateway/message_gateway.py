"""Every post of every message ends here in one of three ways, in time."""

from __future__ import annotations

import asyncio
import logging
from enum import StrEnum

from bot.domain.errors import BotError, OutboxError, StoreUnavailableError
from bot.domain.message import MessageKind, Reply, WorkerMessage
from bot.domain.trace import hop
from bot.gateway import phrasing_gateway as phrasing
from bot.gateway.counters import Counters
from bot.gateway.inbox import Inbox, claim_id_of
from bot.gateway.jobs import INTERACTIONS, MESSAGES, Finished, Job, Jobs
from bot.gateway.reply_deadline import PLATFORM_HANGS_UP_S, ReplyDeadline
from bot.gateway.settlement import Acknowledged, Answered, Settlement, Withheld
from bot.gateway.stand_in import StandIn
from bot.ports import Clock

logger = logging.getLogger("gongyou.gateway")

POSTS = 3
"""The platform posts a message so often before the worker sees that the account is out of order."""
LAST_POST_AGE_S = (9.5, 60.0)
"""The third post comes 10 s after the worker wrote, also where earlier ones never arrived here."""
FIRST_POST_AGE_S = 3.0
"""The second post comes 5 s after the first; the rest is left to clocks that differ."""
HANG_UP_MARGIN_S = 1.0
LAST_MOMENT_S = 4.7
"""A store that is slow where the answer is to be owed must not hold a post until the platform has hung up: said in time
that the worker should write again, they know; said later, they read that the account is out of order."""


class AccountMode(StrEnum):
    """What the official account may do: a verified one has customer-service messages."""

    VERIFIED = "verified"
    PASSIVE_ONLY = "passive_only"


class MessageGateway:
    """Receives posts and settles each by the deadline; the work behind it goes on.

    Args:
        jobs: the work.
        inbox: claims, shared with the jobs.
        deadline: when a post must be settled.
        mode: what the account may do.
        clock: the time.
        counters: counts how posts ended.
        stand_in: settles posts while the store is away; without it they are left to the platform's next post.
    """

    def __init__(
        self,
        *,
        jobs: Jobs,
        inbox: Inbox,
        deadline: ReplyDeadline,
        mode: AccountMode,
        clock: Clock,
        counters: Counters,
        stand_in: StandIn | None = None,
    ) -> None:
        self._stand_in = stand_in
        self._jobs = jobs
        self._inbox = inbox
        self._deadline = deadline
        self._last_moment = ReplyDeadline(clock, LAST_MOMENT_S)
        self._mode = mode
        self._clock = clock
        self._counters = counters

    @property
    def jobs(self) -> Jobs:
        """The work behind it."""
        return self._jobs

    async def receive(self, message: WorkerMessage) -> Settlement:
        """Settle one post of a message by the deadline; never raises for what the product foresees.

        A repeat joins the running work and gets its answer. In time: the answer. Late, verified account: the answer is
        owed before the post is acknowledged, and pushed later. Late, passive replies only: the post is withheld so that
        the platform posts again; the last post is told that the answer comes with the worker's next message.
        """
        settlement = await (self._shed(message) if self._must_shed(message) else self._receive(message))
        self._counters.add(f"gateway.{type(settlement).__name__.lower()}")
        return settlement

    async def sent(self, message: WorkerMessage, settlement: Settlement) -> None:
        """The response to a post left this process whole: only now its answer counts as delivered."""
        if not isinstance(settlement, Answered):
            return
        if settlement.is_answer:
            try:
                await self._inbox.mark_delivered(claim_id_of(message.key))
            except BotError as error:
                logger.warning("delivery not recorded: %s", type(error).__name__)
        await self._jobs.tell_trace(message, settlement.trace)

    async def outlast(self, message: WorkerMessage) -> None:
        """Wait until the platform has surely hung up on a withheld post."""
        gone_s = max((self._clock.now() - message.received_at).total_seconds(), 0.0)
        await self._clock.sleep(max(PLATFORM_HANGS_UP_S + HANG_UP_MARGIN_S - gone_s, 0.0))

    async def close(self) -> None:
        """Let running work end."""
        await self._jobs.close()
        if self._stand_in is not None:
            await self._stand_in.close()

    async def _receive(self, message: WorkerMessage) -> Settlement:
        job, is_new = self._jobs.join(message)
        job.waiters += 1
        job.posts += 1
        settling = asyncio.ensure_future(self._settled(message, job, is_new=is_new))
        try:
            if await self._last_moment.in_time(settling, message.received_at):
                return settling.result()
            # As after a crash at this point: what was owed meanwhile is found by the recovery.
            logger.warning("post not settled in time: the store is slow")
            return self._not_kept(message, job.posts)
        finally:
            settling.cancel()
            job.waiters -= 1

    async def _settled(self, message: WorkerMessage, job: Job, *, is_new: bool) -> Settlement:
        try:
            return await self._settle(message, job, is_new=is_new)
        except BotError as error:
            return await self._unkept(message, job, error)

    async def _settle(self, message: WorkerMessage, job: Job, *, is_new: bool) -> Settlement:
        if not is_new:
            job.posts = max(job.posts, await self._inbox.count_post(job.claim_id))
        in_time = await self._deadline.in_time(job.task, message.received_at)
        with hop("settle"):
            if job.task.cancelled():  # this process is stopping: the next post finds another one
                return Withheld()
            if in_time:
                return self._in_time(job.task.result(), job)
            if not job.is_claimed:  # its turn has not come, or the store is as slow: nothing is kept that could be owed
                return await self._turned_away(message, job)
            if self._mode is AccountMode.PASSIVE_ONLY and not self._is_last_post(message, job.posts):
                return Withheld()
            return await self._late(message, job)

    def _must_shed(self, message: WorkerMessage) -> bool:
        """Whether there is no room for a message; who unsubscribes is always let in, to be forgotten."""
        is_free = message.kind is MessageKind.EVENT_UNSUBSCRIBE or self._jobs.knows(message)
        return self._jobs.is_full and not is_free

    async def _shed(self, message: WorkerMessage) -> Settlement:
        """Settle a post without working on it: what another process works on is not turned away."""
        if 0.0 <= _age_s(message) < FIRST_POST_AGE_S:  # nobody can work on it yet, and the store has enough to do
            return self._busy(message)
        try:
            claim = await self._inbox.find(claim_id_of(message.key))
        except BotError as error:
            logger.warning("shed without a look at the inbox: %s", type(error).__name__)
            claim = None
        if claim is None:
            return self._busy(message)
        if claim.owed:
            return self._promise()
        if claim.reply is None:
            return self._busy(message) if self._is_last_post(message, claim.posts + 1) else Withheld()
        return Acknowledged() if claim.reply.is_silent else Answered(claim.reply)

    async def _turned_away(self, message: WorkerMessage, job: Job) -> Settlement:
        if message.kind is MessageKind.EVENT_UNSUBSCRIBE:
            return Withheld()
        await self._jobs.drop(job)
        return self._busy(message)

    def _busy(self, message: WorkerMessage) -> Settlement:
        self._counters.add("gateway.shed")
        if message.kind in MESSAGES | INTERACTIONS:
            return Answered(Reply(phrasing.BUSY), is_answer=False)
        return Acknowledged()

    def _in_time(self, finished: Finished, job: Job) -> Settlement:
        if finished.owed:
            return self._promise()
        if finished.reply.is_silent:
            return Acknowledged()
        return Answered(finished.reply, trace=job.trace)

    async def _late(self, message: WorkerMessage, job: Job) -> Settlement:
        """First promise, then acknowledge: a crash at any point loses nothing."""
        claim = await self._jobs.promise(message)
        if claim is not None and claim.owed:
            return self._promise()
        reply = Reply("") if claim is None or claim.reply is None else claim.reply
        return self._in_time(Finished(reply, owed=False), job)

    def _promise(self) -> Settlement:
        if self._mode is AccountMode.VERIFIED:
            return Acknowledged()
        return Answered(Reply(phrasing.COMES_WITH_NEXT_MESSAGE), is_answer=False)

    async def _unkept(self, message: WorkerMessage, job: Job, error: BotError) -> Settlement:
        if self._stand_in is not None and isinstance(error, (StoreUnavailableError, OutboxError)):
            logger.warning("settled without the store: %s", type(error).__name__)
            return await self._stand_in.settle(message)
        logger.error("post not settled: %s", type(error).__name__)  # may quote the worker: only its kind is told
        return self._not_kept(message, job.posts)

    def _not_kept(self, message: WorkerMessage, posts: int) -> Settlement:
        """Nothing may be acknowledged: the platform posts again, and the last post is told to try later."""
        self._counters.add("gateway.not_kept")
        if self._is_last_post(message, posts):
            return Answered(Reply(phrasing.TRY_AGAIN_LATER), is_answer=False)
        return Withheld()

    def _is_last_post(self, message: WorkerMessage, posts: int) -> bool:
        youngest_s, oldest_s = LAST_POST_AGE_S
        return posts >= POSTS or youngest_s <= _age_s(message) <= oldest_s


def _age_s(message: WorkerMessage) -> float:
    """How long after the worker wrote a post came, by the platform's whole seconds; -1 where it does not tell."""
    created = message.fields.get("CreateTime", "")
    return message.received_at.timestamp() - int(created) if created.isdecimal() else -1.0
