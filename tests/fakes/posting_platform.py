"""The platform as a worker's phone sees it: three posts of 5 s each, customer-service messages, the banner."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from bot.domain.message import WorkerMessage
from bot.gateway.settlement import Acknowledged, Answered, Settlement
from tests.fakes.fake_clock import FakeClock

BANNER = "该公众号提供的服务出现故障，请稍后再试"
HANGS_UP_S = 5.0
POSTS = 3


class Receiver(Protocol):
    async def receive(self, message: WorkerMessage) -> Settlement: ...

    async def sent(self, message: WorkerMessage, settlement: Settlement) -> None: ...


class PostingPlatform:
    """Delivers workers' messages, and remembers what the workers see.

    Attributes:
        seen: what each worker's phone shows, in order.
        pushed: the customer-service messages among it.
        templates: the template messages among it: openid, template id, data.
        template_failure: as ``failure``, for template messages.
        failure: raised by the next `send_text` calls instead of delivering, while set.
        hangs: whether `send_text` never returns.
    """

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self.seen: list[tuple[str, str]] = []
        self.pushed: list[tuple[str, str]] = []
        self.failure: Exception | None = None
        self.hangs = False
        self.calls = 0
        self.templates: list[tuple[str, str, dict[str, str]]] = []
        self.template_failure: Exception | None = None
        self.template_calls: list[str] = []
        self._delivered_ids: set[str] = set()

    def texts(self, openid: str) -> list[str]:
        return [text for seer, text in self.seen if seer == openid]

    async def send_text(self, openid: str, text: str) -> None:
        self.calls += 1
        if self.hangs:
            await asyncio.Event().wait()
        if self.failure is not None:
            raise self.failure
        self.pushed.append((openid, text))
        self.seen.append((openid, text))

    async def send_template(
        self, openid: str, template_id: str, data: Mapping[str, str], *, client_msg_id: str = ""
    ) -> str:
        """One message per client id, as within 10 minutes; a failure without a code comes after the delivery."""
        self.template_calls.append(client_msg_id)
        if self.hangs:
            await asyncio.Event().wait()
        if self.template_failure is not None and getattr(self.template_failure, "errcode", None) is not None:
            raise self.template_failure
        if client_msg_id not in self._delivered_ids:
            self._delivered_ids.add(client_msg_id)
            self.templates.append((openid, template_id, dict(data)))
            self.seen.append((openid, "\n".join(data.values())))
        if self.template_failure is not None:
            raise self.template_failure
        return str(len(self.template_calls))

    async def deliver(self, message: WorkerMessage, receivers: Sequence[Receiver]) -> Settlement | None:
        """Post a message up to three times; the n-th post goes to the n-th receiver, the last one repeated."""
        for post in range(POSTS):
            receiver = receivers[min(post, len(receivers) - 1)]
            settlement = await self._post(replace(message, received_at=self._clock.now()), receiver)
            if settlement is not None:
                return settlement
        self.seen.append((message.openid, BANNER))
        return None

    async def _post(self, message: WorkerMessage, receiver: Receiver) -> Settlement | None:
        posted = asyncio.ensure_future(receiver.receive(message))
        alarm = asyncio.ensure_future(self._clock.sleep(HANGS_UP_S))
        await asyncio.wait({posted, alarm}, return_when=asyncio.FIRST_COMPLETED)
        if posted.done() and isinstance(settlement := posted.result(), Answered | Acknowledged):
            alarm.cancel()
            if isinstance(settlement, Answered):
                self.seen.append((message.openid, settlement.reply.text))
                await receiver.sent(message, settlement)
            return settlement
        await alarm
        return None
