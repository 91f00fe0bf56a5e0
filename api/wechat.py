"""The platform's way in: the URL check and the callback."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from http import HTTPStatus
from typing import Any, cast

from starlette.background import BackgroundTask
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from api.pages import Message, Receive, Scope, Send
from bot.domain.errors import CallbackError, MessageParseError
from bot.domain.message import WorkerMessage
from bot.domain.trace import hop, tracing
from bot.gateway.counters import Counters
from bot.gateway.message_gateway import MessageGateway
from bot.gateway.settlement import Acknowledged, Answered, Settlement
from bot.wechat.callback import SUCCESS, WechatCallback

logger = logging.getLogger("gongyou.wechat")

CALLBACK_PATH = "/wechat"
MAX_BODY_BYTES = 64 * 1024
PLAIN = "text/plain; charset=utf-8"


class BodyTooLargeError(Exception):
    """The body exceeds its cap; the rest of it is not read."""


class CallbackApp:
    """What the platform calls, on ``/wechat``: a plain ASGI application beside the routes for people.

    FastAPI's machinery around a route (validation, dependencies, exit stacks, seven layers of middleware) costs more
    than opening and sealing a message, and none of it has anything to do here.

    Nothing of a request reaches the log but why it was refused: query strings carry signatures, bodies carry people.

    Args:
        callback: opens and seals.
        gateway: settles.
        counters: counts refusals.
        max_body_bytes: bodies above it are refused before they are read whole.
        is_shown: somebody looks at the traces, so that they tell more than times.
    """

    path = CALLBACK_PATH
    """As a route has one: the request log names it."""

    def __init__(
        self,
        callback: WechatCallback,
        gateway: MessageGateway,
        counters: Counters,
        *,
        max_body_bytes: int = MAX_BODY_BYTES,
        is_shown: bool = False,
    ) -> None:
        self._callback = callback
        self._gateway = gateway
        self._counters = counters
        self._max_body_bytes = max_body_bytes
        self._is_shown = is_shown

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        scope["route"] = self
        response = await self._answered(Request(scope, receive))
        await response(scope, receive, send)

    async def _answered(self, request: Request) -> Response:
        if request.method == "GET":
            return self.verify_url(request)
        if request.method != "POST":
            return Response(status_code=HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": "GET, POST"})
        with tracing(is_shown=self._is_shown) as trace:
            try:
                return await self.receive(request)
            except Exception as error:
                logger.exception("callback failed", exc_info=error)
                return Response(status_code=HTTPStatus.INTERNAL_SERVER_ERROR)
            finally:
                self._counters.timed(trace)

    def verify_url(self, request: Request) -> Response:
        """The platform's URL check: ``echostr`` back verbatim, or 403."""
        try:
            return Response(self._callback.verify_url(request.query_params), media_type=PLAIN)
        except CallbackError as error:
            return self._refused(error.reason, str(error))

    async def receive(self, request: Request) -> Response:
        """One post of one message."""
        try:
            body = await self._read(request)
            with hop("callback.open"):
                message = self._callback.open(request.query_params, body)
        except BodyTooLargeError:
            return self._refused("body_too_large", "正文过大")
        except ClientDisconnect:
            return self._refused("client_gone", "连接中断")
        except CallbackError as error:
            return self._refused(error.reason, str(error))
        except MessageParseError:
            self._counters.add("wechat.unreadable")
            logger.warning("message not readable")
            return Response(SUCCESS, media_type=PLAIN)
        settlement = await self._gateway.receive(message)
        return await self._response(request, message, settlement)

    async def _response(self, request: Request, message: WorkerMessage, settlement: Settlement) -> Response:
        if isinstance(settlement, Acknowledged):
            return Response(SUCCESS, media_type=PLAIN)
        if isinstance(settlement, Answered):
            with hop("callback.seal"):
                sealed = self._callback.seal(message, settlement.reply)
            # Asked before sending: once a response is complete, every server calls its client gone.
            is_heard = not _has_hung_up(request.receive)
            told = BackgroundTask(self._gateway.sent, message, settlement) if is_heard else None
            return Response(sealed, media_type="application/xml", background=told)
        await self._outlast(request, message)
        # Nobody listens any more. An empty 200 would stop the retries if somebody did, and the answer would be lost.
        return Response(status_code=503)

    async def _outlast(self, request: Request, message: WorkerMessage) -> None:
        """Wait until the platform has hung up."""
        hung_up = asyncio.ensure_future(_disconnected(request))
        late = asyncio.ensure_future(self._gateway.outlast(message))
        try:
            await asyncio.wait({hung_up, late}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            hung_up.cancel()
            late.cancel()

    async def _read(self, request: Request) -> bytes:
        """The body, given up as soon as it is known to be too large, announced or not."""
        announced = request.headers.get("content-length", "0")
        if announced.isdecimal() and int(announced) > self._max_body_bytes:
            raise BodyTooLargeError
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > self._max_body_bytes:
                raise BodyTooLargeError
        return bytes(body)

    def _refused(self, reason: str, advice: str) -> Response:
        """403 without a body; both texts are our own fixed ones."""
        self._counters.add("wechat.refused")
        self._counters.add(f"wechat.refused.{reason}")
        logger.warning("callback refused: %s", advice)
        return Response(status_code=403)


def _has_hung_up(receive: Receive) -> bool:
    """Whether the platform has hung up by now; asks the server without waiting for it.

    Starlette's ``is_disconnected`` does the same by way of a cancelled scope, at ten times the cost.
    """
    asking = cast("Coroutine[Any, Any, Message]", receive())  # as it is with every server
    try:
        asking.send(None)
    except StopIteration as told:
        return bool(told.value["type"] == "http.disconnect")
    asking.close()
    return False


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
