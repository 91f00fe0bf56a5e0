"""The platform's way in: the URL check and the callback."""

from __future__ import annotations

import asyncio
import logging

from fastapi import APIRouter, Request, Response
from starlette.background import BackgroundTask
from starlette.requests import ClientDisconnect

from bot.domain.errors import CallbackError, MessageParseError
from bot.domain.message import WorkerMessage
from bot.domain.trace import hop, tracing
from bot.gateway.counters import Counters
from bot.gateway.message_gateway import MessageGateway
from bot.gateway.settlement import Acknowledged, Answered, Settlement
from bot.wechat.callback import SUCCESS, WechatCallback

logger = logging.getLogger("gongyou.wechat")

MAX_BODY_BYTES = 64 * 1024
PLAIN = "text/plain; charset=utf-8"


class BodyTooLargeError(Exception):
    """The body exceeds its cap; the rest of it is not read."""


def wechat_router(
    callback: WechatCallback, gateway: MessageGateway, counters: Counters, *, max_body_bytes: int = MAX_BODY_BYTES
) -> APIRouter:
    """The routes that the platform calls, both on ``/wechat``.

    Nothing of a request reaches the log but why it was refused: query strings carry signatures, bodies carry people.

    Args:
        callback: opens and seals.
        gateway: settles.
        counters: counts refusals.
        max_body_bytes: bodies above it are refused before they are read whole.
    """
    router = APIRouter(tags=["wechat"])
    endpoint = CallbackEndpoint(callback, gateway, counters, max_body_bytes)

    @router.get("/wechat", include_in_schema=False)
    async def verify_url(request: Request) -> Response:
        return endpoint.verify_url(request)

    @router.post("/wechat", include_in_schema=False)
    async def receive_callback(request: Request) -> Response:
        with tracing() as trace:
            try:
                return await endpoint.receive(request)
            finally:
                counters.timed(trace)

    return router


class CallbackEndpoint:
    """From a request to a response; see `wechat_router` for the arguments."""

    def __init__(
        self, callback: WechatCallback, gateway: MessageGateway, counters: Counters, max_body_bytes: int
    ) -> None:
        self._callback = callback
        self._gateway = gateway
        self._counters = counters
        self._max_body_bytes = max_body_bytes

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
            is_heard = not await request.is_disconnected()
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


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
