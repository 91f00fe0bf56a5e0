"""Open-loop load: messages leave when their workers send them, whether or not earlier ones are answered.

Latencies count from the moment for which a message was planned, so that a server (or this generator) that falls behind
cannot hide it. The platform's part is played in full: signed and encrypted before the clock starts, the same bytes
again 5 s and 10 s after the first post where no answer came, and a place where the account's pushes arrive.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.evaluation.http_wire import HttpWire, post_bytes
from bot.evaluation.worker_messages import LoadKind, PlannedMessage
from bot.wechat.platform_simulator import DeliveredMessage, PlatformSimulator
from bot.wechat.simulated_messages import SimulatedMessage
from bot.wechat.simulated_worker import DROP_AFTER_S, POSTS

_HTTP_OK = 200
PREPARE_S = 0.0004
"""What encrypting one message takes on a slow machine."""
OPEN_AT_FIRST = 32
DRAIN_POLL_S = 0.25


@dataclass(slots=True)
class SentMessage:
    """One message and what the platform saw of its callback.

    Attributes:
        planned: the message.
        request: its bytes, the same for every post.
        attempts: posts made.
        status: of the last response; 0 where none came.
        body: of a response with status 200, still encrypted; None where none came.
        ended_at_s: when the last post ended, seconds after the start.
        behind_s: how much later than planned the first post left.
    """

    planned: PlannedMessage
    request: bytes
    attempts: int = 0
    status: int = 0
    body: bytes | None = None
    ended_at_s: float = 0.0
    behind_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Push:
    """A customer-service message as it arrived at the platform.

    Attributes:
        openid: the worker who gets it.
        text: what they read.
        at_s: when, seconds after the start.
    """

    openid: str
    text: str
    at_s: float


@dataclass(slots=True)
class LoadRun:
    """What a load did.

    Attributes:
        sent: the messages in the order of their plan.
        pushes: what arrived by customer-service message, oldest first.
        seconds: from the start to the answer (or the giving up) of the last message.
        generator_cpu_s: processor time of this process meanwhile.
    """

    sent: list[SentMessage]
    pushes: list[Push] = field(default_factory=list)
    seconds: float = 0.0
    generator_cpu_s: float = 0.0


class LoadGenerator:
    """Sends planned messages to a running account and keeps what comes back.

    Args:
        simulator: the platform's two halves; its pushes arrive through `bot.evaluation.platform_server`.
        callback_url: the account's callback, on loopback.
        wire: the way there.
    """

    def __init__(self, simulator: PlatformSimulator, callback_url: str, wire: HttpWire) -> None:
        self._simulator = simulator
        self._url = callback_url
        self._wire = wire
        self._began_s = time.monotonic()
        self._pushes: list[Push] = []
        simulator.api.on_delivered = self._pushed

    async def warm_up(self, messages: Sequence[SimulatedMessage], at_once: int = 8) -> None:
        """Send some messages that do not count, so many at a time, so that every process has served some."""
        queue = iter([self._request(message, int(time.time())) for message in messages])

        async def send() -> None:
            for request in queue:
                try:
                    async with asyncio.timeout(DROP_AFTER_S * POSTS):
                        await self._wire.post(request)
                except (OSError, TimeoutError):
                    continue

        await asyncio.gather(*(send() for _ in range(at_once)))

    async def run(self, plan: Sequence[PlannedMessage], on_start: Callable[[], None] = lambda: None) -> LoadRun:
        """Send every message at its time and wait until each is answered or given up.

        Bounded: it ends at the latest 15 s (and what the connections add) after the last message.

        Args:
            plan: in the order of time.
            on_start: called when the clock starts.
        """
        lead_s = 1.0 + PREPARE_S * len(plan)
        starts_at_s = time.time() + lead_s
        start_s = time.monotonic() + lead_s
        sent = [SentMessage(one, self._request(one.content, int(starts_at_s + one.at_s))) for one in plan]
        await self._wire.open(OPEN_AT_FIRST)
        # What was prepared stays: looking through it again and again would make the generator stutter.
        gc.collect()
        gc.freeze()
        await asyncio.sleep(max(start_s - time.monotonic(), 0.0))
        self._began_s, self._pushes = time.monotonic(), []
        on_start()
        cpu_s = time.process_time()
        try:
            await self._send_all(sent)
        finally:
            gc.unfreeze()
        return LoadRun(sent, self._pushes, self._now_s(), time.process_time() - cpu_s)

    async def send_now(self, messages: Sequence[SimulatedMessage], rate: float) -> list[SentMessage]:
        """Send further texts after the run, so many a second."""
        first_s, now_s = self._now_s(), time.time()
        sent = [
            SentMessage(
                PlannedMessage(first_s + number / rate, LoadKind.SMALL_TALK, message),
                self._request(message, int(now_s + number / rate)),
            )
            for number, message in enumerate(messages)
        ]
        await self._send_all(sent)
        return sent

    async def wait_for_pushes(self, is_enough: Callable[[], bool], patience_s: float) -> None:
        """Wait for late answers, no longer than this."""
        give_up_at_s = self._now_s() + patience_s
        while not is_enough() and self._now_s() < give_up_at_s:  # noqa: ASYNC110 - what came is judged anew each time
            await asyncio.sleep(DRAIN_POLL_S)

    async def _send_all(self, sent: Sequence[SentMessage]) -> None:
        async with asyncio.TaskGroup() as deliveries:
            for one in sent:
                wait_s = one.planned.at_s - self._now_s()
                if wait_s > 0:
                    await asyncio.sleep(wait_s)
                deliveries.create_task(self._deliver(one))

    async def _deliver(self, one: SentMessage) -> None:
        """Post as the platform does: the next post 5 s after the last, until one is answered with status 200."""
        self._simulator.api.worker_acted(one.planned.content)
        first_at_s = self._now_s()
        one.behind_s = first_at_s - one.planned.at_s
        for attempt in range(POSTS):
            if attempt:
                await asyncio.sleep(max(first_at_s + attempt * DROP_AFTER_S - self._now_s(), 0.0))
            one.attempts = attempt + 1
            if await self._post(one):
                break
        one.ended_at_s = self._now_s()

    async def _post(self, one: SentMessage) -> bool:
        try:
            async with asyncio.timeout(DROP_AFTER_S):
                one.status, body = await self._wire.post(one.request)
        except (OSError, TimeoutError):
            one.status = 0
            return False
        if one.status == _HTTP_OK:
            one.body = body
        return one.status == _HTTP_OK

    def _request(self, message: SimulatedMessage, at_s: int) -> bytes:
        request = self._simulator.platform.request(message, at_s)
        return post_bytes(self._url, request.query, request.body)

    def _pushed(self, message: DeliveredMessage) -> None:
        self._pushes.append(Push(message.openid, message.text, self._now_s()))

    def _now_s(self) -> float:
        return time.monotonic() - self._began_s
