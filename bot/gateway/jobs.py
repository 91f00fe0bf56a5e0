"""The work on messages: once per message, whatever posts come and whichever process they reach."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from bot.domain.errors import StoreError, StoreUnavailableError
from bot.domain.message import MessageKind, Reply, WorkerMessage
from bot.domain.trace import TurnTrace, current_trace, hop, note, traced_on
from bot.gateway import phrasing_gateway as phrasing
from bot.gateway.counters import Counters
from bot.gateway.inbox import Claim, Inbox, claim_id_of
from bot.gateway.late_answer_ports import Outbox, QuotaLedger, WaitingAnswers
from bot.gateway.phrasing_gateway import BETWEEN_ANSWERS
from bot.gateway.quota import INTERACTION, MESSAGE
from bot.ports import Clock
from bot.wechat.message_text import PASSIVE_REPLY_MAX_BYTES, split_text

logger = logging.getLogger("gongyou.gateway")

FOLLOW_EVERY_S = 0.1
"""How often a process looks whether another one has finished."""
MOST_ATTEMPTS = 16
"""A message during which so many processes died is not tried again. The platform's three posts may each meet a process
that dies for another reason, and so may whoever finds the claim then: where one of two processes is killed every five
seconds, a question that takes two of them met death eight times in a row, three times in 36,000 messages."""
STORE_RETRIES_S = (0.2, 1.0, 5.0)
RUNNING_MAX = 64
"""Messages worked on at once in one process; more at once only make each other late."""
QUEUE_MAX = 256
"""Messages that wait for their turn; about what a process answers within the platform's patience."""

QUEUE_PATIENCE_S = 1.5
"""Where the first in line has waited for so long, the machine is slower than the number of places supposes."""

TraceSink = Callable[[WorkerMessage, TurnTrace], Awaitable[None]]

WINDOWS = dict.fromkeys((MessageKind.EVENT_CLICK, MessageKind.EVENT_SUBSCRIBE, MessageKind.EVENT_SCAN), INTERACTION)
INTERACTIONS = frozenset(WINDOWS)
MESSAGES = frozenset(kind for kind in MessageKind if not kind.startswith("event.") and kind is not MessageKind.UNKNOWN)
HINT_BYTES = len((BETWEEN_ANSWERS + phrasing.MORE_WAITS).encode())


class Replier(Protocol):
    """What works out the reply to a message."""

    async def next_turn(self, message: WorkerMessage) -> Reply:
        """The reply to a message in its conversation."""
        ...

    async def expects_answer(self, message: WorkerMessage) -> bool:
        """Whether the worker was asked something that so short a message answers."""
        ...


@dataclass(frozen=True, slots=True)
class Finished:
    """How the work on a message ended.

    Attributes:
        reply: the answer.
        owed: whether it goes through the outbox, because a post was acknowledged without it.
    """

    reply: Reply
    owed: bool


class Job:
    """Work on one message in this process: doing it, or following the process that does.

    Attributes:
        message: what it is about.
        claim_id: its claim in the inbox.
        posts: how many posts of it are known.
        waiters: how many posts wait for it in this process.
        is_claimed: whether its turn has come and the store knows of it.
        may_carry: whether late answers may go out with its reply.
        trace: what is recorded about it, if anything.
        task: gives `Finished`.
    """

    def __init__(self, message: WorkerMessage) -> None:
        self.message = message
        self.claim_id = claim_id_of(message.key)
        self.posts = 0
        self.waiters = 0
        self.is_claimed = False
        self.may_carry = False
        self.trace: TurnTrace | None = current_trace()
        self.task: asyncio.Task[Finished]


class Jobs:
    """Starts work, joins it, follows it and takes it over.

    Args:
        inbox: claims.
        outbox: late answers.
        ledger: told about every act of a worker that opens a window for customer-service messages.
        replier: works out replies.
        clock: the time.
        counters: counts failures.
        trace_sink: gets the trace of each finished job that nobody waited for.
        running_max: messages worked on at once.
        queue_max: messages that wait for their turn.
    """

    def __init__(  # noqa: PLR0913 - everything that a job meets, by keyword
        self,
        *,
        inbox: Inbox,
        outbox: Outbox,
        ledger: QuotaLedger,
        replier: Replier,
        clock: Clock,
        counters: Counters,
        trace_sink: TraceSink | None = None,
        running_max: int = RUNNING_MAX,
        queue_max: int = QUEUE_MAX,
    ) -> None:
        self._inbox = inbox
        self._outbox = outbox
        self._ledger = ledger
        self._replier = replier
        self._clock = clock
        self._counters = counters
        self._trace_sink = trace_sink
        self._running: dict[str, Job] = {}
        self._turns = asyncio.Semaphore(running_max)
        self._queue: dict[str, float] = {}
        self._most = running_max + queue_max

    def join(self, message: WorkerMessage, *, owed: bool = False) -> tuple[Job, bool]:
        """The job on a message, begun now if this process has none.

        Args:
            message: the message.
            owed: the answer is promised already.

        Returns:
            The job, and whether it is new.
        """
        claim_id = claim_id_of(message.key)
        job = self._running.get(claim_id)
        if job is not None:
            return job, False
        job = self._running[claim_id] = Job(message)
        self._queue[claim_id] = self._clock.monotonic_s()
        job.task = asyncio.create_task(self._work(job, owed=owed))
        job.task.add_done_callback(lambda _: self._forget(claim_id))
        job.task.add_done_callback(_retrieve_exception)
        return job, True

    @property
    def count(self) -> int:
        """Messages being worked on or waiting for their turn."""
        return len(self._running)

    @property
    def queued(self) -> int:
        """Those of them that wait for their turn."""
        return len(self._queue)

    @property
    def is_full(self) -> bool:
        """Whether one more message would have to wait for too long: by number, or because the first in line does."""
        if len(self._running) >= self._most:
            return True
        since_s = next(iter(self._queue.values()), None)
        return since_s is not None and self._clock.monotonic_s() - since_s > QUEUE_PATIENCE_S

    def knows(self, message: WorkerMessage) -> bool:
        """Whether this process works on a message already."""
        return claim_id_of(message.key) in self._running

    async def drop(self, job: Job) -> None:
        """Give up a job that no answer is promised for; returns when nothing of it runs any more."""
        job.task.cancel()
        await asyncio.gather(job.task, return_exceptions=True)

    async def close(self, patience_s: float = 3.0) -> None:
        """Let running work end, then drop it: its claims run out, and the next process takes them over."""
        tasks = [job.task for job in self._running.values()]
        if not tasks:
            return
        alarm = asyncio.ensure_future(self._clock.sleep(patience_s))
        all_done = asyncio.ensure_future(asyncio.wait(tasks))
        await asyncio.wait({alarm, all_done}, return_when=asyncio.FIRST_COMPLETED)
        for task in (alarm, all_done, *tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _forget(self, claim_id: str) -> None:
        self._running.pop(claim_id, None)
        self._queue.pop(claim_id, None)

    async def tell_trace(self, job_message: WorkerMessage, trace: TurnTrace | None) -> None:
        """Hand a trace to whoever shows it; its failure harms nobody."""
        if self._trace_sink is None or trace is None:
            return
        try:
            await self._trace_sink(job_message, trace)
        except Exception as error:  # noqa: BLE001 - a side panel must never cost an answer
            logger.warning("trace sink failed: %s", type(error).__name__)

    async def _work(self, job: Job, *, owed: bool) -> Finished:
        with traced_on(is_shown=self._trace_sink is not None) as job.trace:
            async with self._turns:
                del self._queue[job.claim_id]
                return await self._work_in_turn(job, owed=owed)

    async def _work_in_turn(self, job: Job, *, owed: bool) -> Finished:
        with hop("gateway.claim"):
            first = await self._inbox.claim(job.message, owed=owed)
            job.posts = max(job.posts, first.posts)
            job.is_claimed = True
        claim: Claim | None = first
        if not first.won:
            job.trace = None  # the trace of interest is recorded where the work is done
        while claim is not None:
            if claim.won:
                finished = await self._do(job, claim)
                self._counters.ended(job.message.kind, job.trace)
                if not job.waiters:
                    await self.tell_trace(job.message, job.trace)
                return finished
            if claim.reply is not None:
                return Finished(claim.reply, claim.owed)
            await self._clock.sleep(FOLLOW_EVERY_S)
            claim = await self._inbox.look(job.claim_id)
        return Finished(Reply(""), owed=False)

    async def _do(self, job: Job, claim: Claim) -> Finished:
        heartbeat = asyncio.create_task(self._keep_claim(job.claim_id))
        try:
            job.may_carry = claim.attempts > 1  # what the process before this one did is not known
            reply = await self._reply(job, claim)
            return await self._finish(job, reply)
        finally:
            heartbeat.cancel()

    async def _keep_claim(self, claim_id: str) -> None:
        while True:
            await self._clock.sleep(self._inbox.renew_every_s)
            try:
                await self._inbox.renew(claim_id)
            except StoreError as error:
                logger.warning("claim not renewed: %s", type(error).__name__)

    async def _finish(self, job: Job, reply: Reply) -> Finished:
        """Store the answer before anybody hears it; where it was promised, put it into the outbox."""
        while (claim := await self._store_answer(job, reply)) is not None and claim.reply is None:
            # Another process took this one for dead and works on it, too: its answer counts, unless it dies.
            await self._clock.sleep(FOLLOW_EVERY_S)
            await self._inbox.look(job.claim_id)
        return await self.hand_over(job.message, claim, may_carry=job.may_carry)

    async def _store_answer(self, job: Job, reply: Reply) -> Claim | None:
        for pause_s in STORE_RETRIES_S:
            try:
                return await self._inbox.finish(job.claim_id, reply)
            except StoreError as error:
                logger.warning("answer not stored yet: %s", type(error).__name__)
                await self._clock.sleep(pause_s)
        return await self._inbox.finish(job.claim_id, reply)

    async def promise(self, message: WorkerMessage) -> Claim | None:
        """Decide that the answer to a claimed message goes through the outbox; too late once it is there.

        First it is owed, then the claim is decided on: a crash in between loses nothing.

        Returns:
            The claim as it stands then: its `owed` says how it was decided. None when it is gone.

        Raises:
            OutboxError: it cannot be owed.
            StoreError: the store is away; what was owed meanwhile is found by the recovery.
        """
        await self._outbox.owe(message)
        claim = await self._inbox.mark_owed(claim_id_of(message.key))
        if claim is not None and claim.owed:
            self._counters.add("outbox.owed")
        else:
            await self._outbox.withdraw(message.key)
        return claim

    async def hand_over(self, message: WorkerMessage, claim: Claim | None, *, may_carry: bool = True) -> Finished:
        """What follows from a stored answer, also when the process died before it followed.

        A claim that is gone means that the worker unsubscribed meanwhile: nobody is there to hear it.

        Args:
            message: the message that was answered.
            claim: its claim.
            may_carry: whether late answers may have gone into the reply.
        """
        if claim is None or claim.reply is None:
            return Finished(Reply(""), owed=False)
        try:
            if may_carry:
                await self._outbox.confirm(message.key)
            if claim.owed:
                await self._outbox.fulfil(message.key, claim.reply)
        except StoreError as error:
            logger.warning("outbox not told, the recovery will: %s", type(error).__name__)
        return Finished(claim.reply, claim.owed)

    async def _reply(self, job: Job, claim: Claim) -> Reply:
        """The reply, after the late answers that wait for this worker.

        Raises:
            StoreError: the work ends without a reply, so that nothing collected is lost; a later post begins it anew.
        """
        message, is_tired = job.message, claim.attempts > MOST_ATTEMPTS
        if is_tired:
            self._counters.add("gateway.given_up")
        if message.kind not in MESSAGES | INTERACTIONS:
            return Reply("") if is_tired else await self._turn(message)
        await self._ledger.opened(message.openid, WINDOWS.get(message.kind, MESSAGE), message.received_at)
        waiting = await self._outbox.waiting(message.openid)
        reply = Reply(phrasing.SORRY) if is_tired else await self._reply_beside(message, waiting)
        late = await self._collected(job) if waiting.ready + waiting.going else []
        return await self._fitted(message, late, reply.text)

    async def _collected(self, job: Job) -> list[str]:
        """Late answers to go out with this reply; none where the reply itself goes out late."""
        message, job.may_carry = job.message, True
        claim = await self._inbox.find(claim_id_of(message.key))
        if claim is None or claim.owed:
            await self._outbox.release(message.key)
            return []
        room_bytes = PASSIVE_REPLY_MAX_BYTES - HINT_BYTES
        late = await self._outbox.collect(message.openid, carrier=message.key, room_bytes=room_bytes)
        return [part.text for part in late]

    async def _reply_beside(self, message: WorkerMessage, waiting: WaitingAnswers) -> Reply:
        """A message that only asks for the promised answer gets just that."""
        is_nudge = message.kind is MessageKind.TEXT and any(waiting) and phrasing.is_nudge(message.text)
        if not is_nudge or await self._replier.expects_answer(message):
            return await self._turn(message)
        return Reply("" if waiting.ready + waiting.going else phrasing.STILL_WORKING)

    async def _turn(self, message: WorkerMessage) -> Reply:
        try:
            with hop("dialogue"):
                return await self._replier.next_turn(message)
        except StoreUnavailableError:  # the reply could not be stored either
            raise
        except Exception as error:  # noqa: BLE001 - whatever breaks, the worker hears something
            self._counters.add("gateway.failed")
            note({"outcome": "error"})
            frame = traceback.extract_tb(error.__traceback__)[-1]
            # The message of an exception may quote the worker: only its kind and its place are told.
            logger.error("no reply: %s at %s:%s", type(error).__name__, frame.filename, frame.lineno)  # noqa: TRY400
            return Reply(phrasing.SORRY)

    async def _fitted(self, message: WorkerMessage, late: list[str], text: str) -> Reply:
        """Late answers first, then the reply; what exceeds one passive reply is kept for later."""
        limit_bytes = PASSIVE_REPLY_MAX_BYTES - HINT_BYTES
        everything = [*late, text] if text else late
        if not late and _size(everything) <= PASSIVE_REPLY_MAX_BYTES:
            return Reply(text)
        if _size(everything) <= limit_bytes:
            shown, waits = everything, (await self._outbox.waiting(message.openid)).ready
        else:
            pieces = [] if late else split_text(text, limit_bytes)
            shown, waits = late or pieces[:1], 1
            await self._outbox.keep(message, text if late else "\n".join(pieces[1:]))
        return Reply(BETWEEN_ANSWERS.join([*shown, phrasing.MORE_WAITS] if waits else shown))


def _size(texts: list[str]) -> int:
    """Bytes of the texts together."""
    return len(BETWEEN_ANSWERS.join(texts).encode("utf-8", "replace"))


def _retrieve_exception(task: asyncio.Task[Finished]) -> None:
    """Receivers handle what a job raises; where none waits, it is logged by its kind."""
    if not task.cancelled() and (error := task.exception()) is not None:
        logger.error("work ended without a reply: %s", type(error).__name__)
