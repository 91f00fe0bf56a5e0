"""Sends the simulated worker's messages the real way and keeps what comes back.

Every message travels as signed, encrypted XML over HTTP to this server's own callback. The answer comes back in the
response or later as a customer-service message; what happened inside comes as a trace with the message's duplicate key.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import asdict
from typing import Any

from api.live_events import LiveEvents
from api.simulator import phrases
from api.simulator.chat_log import ChatLog, Exchange, SimulatedWorker, State
from api.simulator.postman import PostedMessage, Postman, Sendable
from bot.domain.message import WorkerMessage
from bot.domain.trace import TurnTrace
from bot.wechat.simulated_worker import FAULT_BANNER

log = logging.getLogger(__name__)

DEADLINE_MARGIN_S = 0.3
"""``success`` this close to the deadline promises an answer; earlier it says that there is none to come."""


def channel_of(session_id: str) -> str:
    """The channel on which a browser hears of changes in its chat."""
    return f"simulator.{session_id}"


class Exchanges:
    """Runs exchanges in the background of this process.

    Args:
        chat: where everything is kept.
        events: tells the browsers.
        postman: posts as the platform does.
        deadline_s: when the callback acknowledges a message whose answer is not ready.
    """

    def __init__(self, chat: ChatLog, events: LiveEvents, postman: Postman, deadline_s: float) -> None:
        self._chat = chat
        self._events = events
        self._postman = postman
        self._late_from_ms = (deadline_s - DEADLINE_MARGIN_S) * 1000
        self._running: set[asyncio.Task[None]] = set()

    async def send(
        self, worker: SimulatedWorker, message: Sendable, callback_url: str, *, repeated: bool = False
    ) -> None:
        """Show the worker's bubble at once and send the message in the background.

        Args:
            worker: who writes.
            message: what is sent.
            callback_url: address of the callback.
            repeated: post the same bytes a second time while the first post is still open.
        """
        exchange = await self._begin(worker, message)
        self._in_background(self._deliver(worker, exchange, message, callback_url, repeated=repeated))

    async def send_in_turn(self, worker: SimulatedWorker, messages: list[Sendable], callback_url: str) -> None:
        """Send messages in the background, each after the one before is settled."""

        async def one_by_one() -> None:
            for message in messages:
                exchange = await self._begin(worker, message)
                await self._deliver(worker, exchange, message, callback_url, repeated=False)

        self._in_background(one_by_one())

    async def receive_push(self, openid: str, text: str) -> None:
        """A customer-service message arrived for a simulated worker."""
        worker = await self._chat.worker(openid)
        if worker is None:
            return
        late = await self._chat.last_exchange(openid, "acknowledged", "waiting")
        exchange = late or await self._chat.last_exchange(openid)
        await self._chat.say(openid, "account", text, exchange.exchange_id if exchange else "")
        if late:
            await self._chat.change_exchange(late.exchange_id, lambda _: {"state": "pushed"})
        await self._announce(worker, exchange)

    async def receive_trace(self, message: WorkerMessage, trace: TurnTrace) -> None:
        """What happened inside to a message; the gateway's trace sink. Messages of others are passed over."""
        exchange = await self._chat.exchange_by_key(message.key)
        worker = await self._chat.worker(message.openid)
        if exchange is None or worker is None:
            return
        record = {"hops": [asdict(hop) for hop in trace.hops], "facts": dict(trace.facts)}
        await self._chat.change_exchange(exchange.exchange_id, lambda _: {"trace": record})
        await self._announce(worker, exchange)

    async def close(self) -> None:
        """Give up what is still on its way."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _begin(self, worker: SimulatedWorker, message: Sendable) -> Exchange:
        exchange = await self._chat.open_exchange(worker.openid, message.said, message.key)
        if message.is_event:
            await self._chat.say(worker.openid, "notice", message.said, exchange.exchange_id)
        else:
            await self._chat.say(worker.openid, "worker", message.said, exchange.exchange_id)
        await self._announce(worker, exchange)
        return exchange

    async def _deliver(
        self, worker: SimulatedWorker, exchange: Exchange, message: Sendable, callback_url: str, *, repeated: bool
    ) -> None:
        delivery = await self._postman.deliver(message, callback_url, repeated=repeated)
        if delivery.reply:
            await self._chat.say(worker.openid, "account", delivery.reply, exchange.exchange_id)
        elif not delivery.is_acknowledged:
            await self._chat.say(worker.openid, "notice", FAULT_BANNER, exchange.exchange_id)
        if repeated:
            notice = phrases.REPEAT_NOTICE.format(replies=sum(post.status is not None for post in delivery.posts))
            await self._chat.say(worker.openid, "notice", notice, exchange.exchange_id)
        posts = [asdict(post) for post in delivery.posts]

        def settled(found: Exchange) -> dict[str, object]:
            # The answer may have been pushed while the last post was still open.
            return {"posts": posts, "state": self._outcome(delivery) if found.state == "waiting" else found.state}

        await self._chat.change_exchange(exchange.exchange_id, settled)
        await self._announce(worker, exchange)

    def _outcome(self, delivery: PostedMessage) -> State:
        if delivery.reply:
            return "replied"
        if not delivery.is_acknowledged:
            return "fault"
        return "acknowledged" if delivery.posts[-1].took_ms >= self._late_from_ms else "silent"

    async def _announce(self, worker: SimulatedWorker, exchange: Exchange | None) -> None:
        channel = channel_of(worker.session_id)
        await self._events.announce(channel, "bubble", worker.openid)
        if exchange:
            await self._events.announce(channel, "exchange", exchange.exchange_id)

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("an exchange of the chat page failed", exc_info=task.exception())
