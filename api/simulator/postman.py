"""Puts the simulated worker's messages into envelopes, posts them as the platform does and notes every post."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

import httpx2

from api.simulator import phrases
from api.simulator.shared_platform import SharedPlatform
from bot.ports import Clock
from bot.wechat.message_kinds import worker_message
from bot.wechat.message_text import clean_text
from bot.wechat.message_xml import read_fields
from bot.wechat.simulated_messages import (
    SimulatedMessage,
    event,
    image_message,
    location_message,
    subscribe_event,
    text_message,
    voice_message,
)
from bot.wechat.simulated_worker import Credentials, DeliveryOutcome, Post, SimulatedPlatform, over_http

CONNECTION_LIMIT_S = 10.0
"""Longer than the platform's 5 s, which the simulated platform keeps by itself."""


@dataclass(frozen=True, slots=True)
class Sendable:
    """A message ready for its envelope.

    Attributes:
        message: what the worker does.
        said: the same in words, for the chat.
        xml: what is encrypted.
        key: the duplicate key by which the gateway knows it.
    """

    message: SimulatedMessage
    said: str
    xml: str
    key: str

    @property
    def is_event(self) -> bool:
        """Whether it is something the worker did and not something they said."""
        return bool(self.message.event)


@dataclass(frozen=True, slots=True)
class PostRecord:
    """One post of the platform.

    Attributes:
        started_ms: after the first post of the message.
        took_ms: until the response, or until the platform hung up.
        status: the HTTP status; None where no response came.
        sent: the encrypted body.
        plain_sent: the same before encryption.
        got: the body of the response.
    """

    started_ms: float
    took_ms: float
    status: int | None
    sent: str
    plain_sent: str
    got: str


@dataclass(frozen=True, slots=True)
class PostedMessage:
    """What became of a message at the callback.

    Attributes:
        reply: what the worker reads at once, "" for nothing.
        is_acknowledged: whether the platform was satisfied, with or without a reply.
        posts: every post, by its beginning.
    """

    reply: str
    is_acknowledged: bool
    posts: tuple[PostRecord, ...]


class Postman:
    """The way from the chat page to the callback.

    Args:
        credentials: what the account and the platform share.
        account_id: the account's original id.
        platform_api: is told what workers do, because that decides when they can be written to.
        clock: the platform's time.
        http: carries the posts; closed by `close`.
    """

    def __init__(
        self,
        credentials: Credentials,
        account_id: str,
        platform_api: SharedPlatform,
        clock: Clock,
        http: httpx2.AsyncClient | None = None,
    ) -> None:
        self._credentials = credentials
        self._platform_api = platform_api
        self._account_id = account_id
        self._clock = clock
        self._http = http or httpx2.AsyncClient(timeout=CONNECTION_LIMIT_S, trust_env=False)

    def text(self, openid: str, content: str) -> Sendable:
        """The worker types something."""
        return self._sendable(text_message(openid, content), content)

    def media(self, openid: str, kind: str) -> Sendable:
        """The worker sends an ``image``, a ``voice`` without recognition, or a ``location`` in 三明市三元区."""
        messages = {
            "image": image_message(openid),
            "voice": voice_message(openid),
            "location": location_message(openid, 26.2658, 117.6389, phrases.LOCATION_LABEL),
        }
        return self._sendable(messages[kind], phrases.SAID_BY_KIND[kind])

    def event(self, openid: str, kind: str) -> Sendable:
        """The worker does something: ``subscribe`` or ``unsubscribe``."""
        events = {"subscribe": subscribe_event(openid), "unsubscribe": event(openid, "unsubscribe", "")}
        return self._sendable(events[kind], phrases.SAID_BY_KIND[kind])

    def click(self, openid: str, key: str, name: str) -> Sendable:
        """The worker presses something in the account's menu.

        Args:
            openid: the worker.
            key: of the menu's entry.
            name: of the entry, as shown.
        """
        return self._sendable(event(openid, "CLICK", key), phrases.CLICKED.format(name=name))

    async def deliver(self, message: Sendable, callback_url: str, *, repeated: bool = False) -> PostedMessage:
        """Post a message to the callback until it is answered, at most three times.

        Args:
            message: what is sent.
            callback_url: where the account receives callbacks.
            repeated: post the same bytes a second time at once, as the platform does when it lost a response.
        """
        await self._platform_api.worker_acted(message.message)
        openid = message.message.openid
        posts: list[PostRecord] = []
        platform = SimulatedPlatform(
            self._credentials, self._account_id, callback_url, self._noting(posts, message.xml), self._clock
        )
        request = platform.request_for_xml(message.xml, openid)
        ways = [platform.deliver_request(request, openid) for _ in range(2 if repeated else 1)]
        deliveries = await asyncio.gather(*ways)
        replied = [delivery.text for delivery in deliveries if delivery.outcome is DeliveryOutcome.REPLIED]
        return PostedMessage(
            reply=replied[0] if replied else "",
            is_acknowledged=any(delivery.outcome is not DeliveryOutcome.FAILED_BANNER for delivery in deliveries),
            posts=tuple(sorted(posts, key=lambda post: post.started_ms)),
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    def _sendable(self, message: SimulatedMessage, said: str) -> Sendable:
        now = self._clock.now()
        xml = message.xml(self._account_id, int(now.timestamp()), secrets.randbits(62))
        # Control characters travel to the callback as they are, which drops them before it reads; so does this reading.
        key = worker_message(read_fields(clean_text(xml).encode()), now).key
        return Sendable(message, said, xml, key)

    def _noting(self, posts: list[PostRecord], plain_sent: str) -> Post:
        post = over_http(self._http)
        began_s = self._clock.monotonic_s()

        async def noted(url: str, query: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
            started_s = self._clock.monotonic_s()
            status, got = None, b""
            try:
                status, got = await post(url, query, body)
                return status, got
            finally:
                record = PostRecord(
                    started_ms=(started_s - began_s) * 1000,
                    took_ms=(self._clock.monotonic_s() - started_s) * 1000,
                    status=status,
                    sent=body.decode(),
                    plain_sent=plain_sent,
                    got=got.decode(errors="replace"),
                )
                posts.append(record)

        return noted
