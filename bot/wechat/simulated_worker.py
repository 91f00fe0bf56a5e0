"""The platform's side of the callback: it posts what workers do and shows them the answer.

Encrypting, signing and reading are wechatpy's own (`PrpCrypto`, `WeChatSigner`, `WeChatCrypto`), so that the product's
envelope is checked against another implementation.
"""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from xml.parsers.expat import ExpatError

import httpx2
import xmltodict
from wechatpy.crypto import PrpCrypto, WeChatCrypto
from wechatpy.exceptions import WeChatException
from wechatpy.utils import WeChatSigner

from bot.ports import Clock
from bot.wechat.simulated_messages import SimulatedMessage
from bot.wechat.time_limit import within

Post = Callable[[str, Mapping[str, str], bytes], Awaitable[tuple[int, bytes]]]
"""Posts a body to a URL with a query and returns status and body; fails with `OSError` or `httpx2.HTTPError`."""

DROP_AFTER_S = 5.0
POSTS = 3
REPLY_MAX_BYTES = 2047
FAULT_BANNER = "该公众号提供的服务出现故障，请稍后再试"
_HTTP_OK = 200
_UNREADABLE = (ExpatError, WeChatException, ValueError, KeyError, TypeError, AttributeError, IndexError)


class DeliveryOutcome(StrEnum):
    """What the worker sees after one message."""

    REPLIED = "replied"
    ACKNOWLEDGED = "acknowledged"
    FAILED_BANNER = "failed_banner"


@dataclass(frozen=True, slots=True)
class Delivery:
    """How one message went.

    Attributes:
        outcome: a reply, silence, or the platform's fault banner.
        text: what the worker reads at once; "" for silence.
        attempts: how often the platform posted, 1 to 3.
        took_s: from the first post to the end, by the platform's clock.
        detail: why the banner was shown, for a developer; "" otherwise.
    """

    outcome: DeliveryOutcome
    text: str
    attempts: int
    took_s: float
    detail: str = ""


@dataclass(frozen=True, slots=True)
class CallbackRequest:
    """One callback as it goes over the wire; a resend is this very object again."""

    query: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the account and the platform share."""

    token: str
    aes_key: str
    app_id: str


class SimulatedPlatform:
    """Posts callbacks as the platform does: signed, encrypted, dropped after 5 s, the same bytes three times in all.

    Args:
        credentials: token, EncodingAESKey and appid of the account.
        account_id: the account's original id, ``gh_…``.
        callback_url: where the account receives callbacks.
        post: the way there; see `over_http`.
        clock: the platform's time.
    """

    def __init__(self, credentials: Credentials, account_id: str, callback_url: str, post: Post, clock: Clock) -> None:
        self.credentials = credentials
        self.account_id = account_id
        self._url = callback_url
        self._post = post
        self._clock = clock
        self._message_ids = itertools.count(secrets.randbits(62))

    async def deliver(self, message: SimulatedMessage) -> Delivery:
        """Carry a worker's message to the account and its answer back."""
        return await self.deliver_request(self.request(message), message.openid)

    async def deliver_request(self, request: CallbackRequest, openid: str) -> Delivery:
        """Post this callback, at most three times, and show the worker what comes back."""
        started_s = self._clock.monotonic_s()
        detail = ""
        for attempt in range(1, POSTS + 1):
            try:
                status, body = await within(self._clock, DROP_AFTER_S, self._posted(request))
            except TimeoutError:
                detail = "no answer within 5 s"
                continue
            except (OSError, httpx2.HTTPError) as error:
                detail = f"connection failed: {type(error).__name__}"
                continue
            if status == _HTTP_OK:
                seen = self._seen_by_worker(body, openid)
                return replace(seen, attempts=attempt, took_s=self._clock.monotonic_s() - started_s)
            detail = f"HTTP status {status}"
        took_s = self._clock.monotonic_s() - started_s
        return Delivery(DeliveryOutcome.FAILED_BANNER, FAULT_BANNER, POSTS, took_s, detail)

    def request(self, message: SimulatedMessage, at_s: int | None = None) -> CallbackRequest:
        """The callback for a message: numbered, dated, encrypted and signed.

        Args:
            message: what the worker does.
            at_s: when they will have done it, in seconds since 1970; now where None.
        """
        stamp_s = self._now_s() if at_s is None else at_s
        xml = message.xml(self.account_id, stamp_s, next(self._message_ids))
        return self.request_for_xml(xml, message.openid, timestamp=str(stamp_s))

    def request_for_xml(
        self, xml: str | bytes, openid: str, *, credentials: Credentials | None = None, timestamp: str | None = None
    ) -> CallbackRequest:
        """The callback for any XML, also with other credentials or another time than the platform's.

        Args:
            xml: what is encrypted.
            openid: stands in the query.
            credentials: a forger's; the account's own where None.
            timestamp: as it stands in the query; now where None.
        """
        used = credentials or self.credentials
        stamp = str(self._now_s()) if timestamp is None else timestamp
        nonce = str(secrets.randbelow(10**10))
        encrypted = PrpCrypto(_key(used)).encrypt(xml, used.app_id).decode()
        body = (
            f"<xml>\n    <ToUserName><![CDATA[{self.account_id}]]></ToUserName>\n"
            f"    <Encrypt><![CDATA[{encrypted}]]></Encrypt>\n</xml>\n"
        )
        query = {
            "signature": _signature(used.token, stamp, nonce),
            "timestamp": stamp,
            "nonce": nonce,
            "openid": openid,
            "encrypt_type": "aes",
            "msg_signature": _signature(used.token, stamp, nonce, encrypted),
        }
        return CallbackRequest(query, body.encode())

    def plaintext_request(self, message: SimulatedMessage) -> CallbackRequest:
        """The same message as in the platform's plain-text mode: signed, but not over its body."""
        xml = message.xml(self.account_id, self._now_s(), next(self._message_ids))
        query = dict(self.request(message).query)
        del query["encrypt_type"], query["msg_signature"]
        return CallbackRequest(query, xml.encode())

    def url_check_query(self, echostr: str) -> dict[str, str]:
        """The query of the GET by which the platform checks a callback URL."""
        stamp, nonce = str(self._now_s()), str(secrets.randbelow(10**10))
        signature = _signature(self.credentials.token, stamp, nonce)
        return {"signature": signature, "timestamp": stamp, "nonce": nonce, "echostr": echostr}

    async def _posted(self, request: CallbackRequest) -> tuple[int, bytes]:
        return await self._post(self._url, request.query, request.body)

    def _seen_by_worker(self, body: bytes, openid: str) -> Delivery:
        if body in (b"", b"success"):
            return Delivery(DeliveryOutcome.ACKNOWLEDGED, "", 1, 0.0)
        try:
            text = self.read_reply(body, openid)
        except _UNREADABLE as error:
            detail = f"unreadable reply: {type(error).__name__}: {error}"
            return Delivery(DeliveryOutcome.FAILED_BANNER, FAULT_BANNER, 1, 0.0, detail)
        return Delivery(DeliveryOutcome.REPLIED, text, 1, 0.0)

    def read_reply(self, body: bytes, openid: str) -> str:
        """The text of an encrypted reply.

        Raises:
            ValueError: it is addressed wrongly, too long, or not a text; wechatpy's errors and `KeyError` where the
                envelope or the XML is wrong.
        """
        outer = xmltodict.parse(body)["xml"]
        crypto = WeChatCrypto(self.credentials.token, self.credentials.aes_key, self.credentials.app_id)
        xml = crypto.decrypt_message(outer, outer["MsgSignature"], outer["TimeStamp"], outer["Nonce"])
        reply = xmltodict.parse(xml, strip_whitespace=False)["xml"]
        if (reply["ToUserName"], reply["FromUserName"]) != (openid, self.account_id):
            raise ValueError("the reply is not addressed from the account to the worker")
        if reply["MsgType"] != "text" or not isinstance(reply["Content"], str) or not reply["Content"].strip():
            raise ValueError("the reply is not a text")
        if len(reply["Content"].encode()) > REPLY_MAX_BYTES:
            raise ValueError("the reply is longer than 2047 bytes")
        return reply["Content"]

    def _now_s(self) -> int:
        return int(self._clock.now().timestamp())


def with_tampered_body(request: CallbackRequest) -> CallbackRequest:
    """The same callback with one character of its ciphertext changed on the way."""
    start = request.body.index(b"<Encrypt><![CDATA[") + len(b"<Encrypt><![CDATA[")
    other = b"A" if request.body[start : start + 1] != b"A" else b"B"
    return replace(request, body=request.body[:start] + other + request.body[start + 1 :])


def with_query(request: CallbackRequest, **changed: str) -> CallbackRequest:
    """The same callback with parts of its query changed on the way."""
    return replace(request, query={**request.query, **changed})


def over_http(http: httpx2.AsyncClient) -> Post:
    """The way to a callback over a client: a real server's, or one with an ASGI transport."""

    async def post(url: str, query: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        response = await http.post(url, params=dict(query), content=body, headers={"Content-Type": "text/xml"})
        return response.status_code, response.content

    return post


def surviving_drops(post: Post) -> Post:
    """A way on which the server goes on working after the platform has dropped the connection.

    An in-process transport would otherwise cancel the server's work together with the request.
    """
    running: set[asyncio.Future[tuple[int, bytes]]] = set()

    async def shielded(url: str, query: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        work = asyncio.ensure_future(post(url, query, body))
        running.add(work)
        work.add_done_callback(_forget)
        return await asyncio.shield(work)

    def _forget(work: asyncio.Future[tuple[int, bytes]]) -> None:
        running.discard(work)
        if not work.cancelled():
            work.exception()

    return shielded


def _signature(*parts: str) -> str:
    signer = WeChatSigner()
    signer.add_data(*parts)
    return str(signer.signature)


def _key(credentials: Credentials) -> bytes:
    key: bytes = WeChatCrypto(credentials.token, credentials.aes_key, credentials.app_id).key
    return key
