"""One line in the log for each request, and a number by which everything that it caused is found again.

The line names the route, never the address: query strings carry signatures and openids, paths may carry numbers that
belong to somebody.
"""

from __future__ import annotations

import logging
import re
import secrets
import time
from http import HTTPStatus

import structlog
from starlette.datastructures import MutableHeaders

from api.pages import AsgiApp, Message, Receive, Scope, Send

REQUEST_ID = "X-Request-Id"
_HEADER = REQUEST_ID.lower().encode()
_ACCEPTED = re.compile(rb"[0-9a-fA-F-]{8,36}")
"""Proxies send UUIDs or hexadecimal digits; anything else could be somebody's words."""
QUIET = frozenset({"/health", "/ready", "/metrics", "/static", "/vendor", "/wechat"})
"""Told at the level ``debug`` where they went well: what probes, browsers and the platform call all the time is counted
by the metrics."""
CHAT_PAGE = "/simulator/"
"""The chat page asks for its bubbles several times a second."""
MOUNTS = ("/static/", "/vendor/")
NO_ROUTE = "-"

_standard_log = logging.getLogger("gongyou.requests")
_log = structlog.stdlib.get_logger("gongyou.requests")


class RequestLog:
    """ASGI middleware: gives the request its number and logs how it ended."""

    def __init__(self, app: AsgiApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on; its number stands in ``request.state.request_id`` and in every line logged meanwhile."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _sent_id(scope) or secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id
        tokens = structlog.contextvars.bind_contextvars(request_id=request_id)
        watch = _ResponseWatch(send, request_id)
        try:
            await self._app(scope, receive, watch.send)
        finally:
            watch.log(scope)
        # Where something broke the number stays bound until the task ends, because the server logs it there.
        structlog.contextvars.reset_contextvars(**tokens)


class _ResponseWatch:
    """Puts the number on a response and remembers what of it goes by."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._request_id = request_id
        self._began_s = time.perf_counter()
        self._status = int(HTTPStatus.INTERNAL_SERVER_ERROR)  # what stays where nothing is sent
        self._bytes = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = int(message["status"])
            MutableHeaders(scope=message)[REQUEST_ID] = self._request_id
        elif message["type"] == "http.response.body":
            self._bytes += len(message.get("body", b""))
        await self._send(message)

    def log(self, scope: Scope) -> None:
        route = route_of(scope)
        if self._status == HTTPStatus.INTERNAL_SERVER_ERROR:
            level = logging.ERROR
        elif self._status > HTTPStatus.INTERNAL_SERVER_ERROR:  # something is away, or an answer is withheld on purpose
            level = logging.WARNING
        else:
            level = logging.DEBUG if _is_quiet(route) and self._status < HTTPStatus.BAD_REQUEST else logging.INFO
        if not _standard_log.isEnabledFor(level):
            return
        _log.log(
            level,
            "request",
            method=scope["method"],
            route=route,
            status=self._status,
            duration_ms=round((time.perf_counter() - self._began_s) * 1000, 1),
            bytes=self._bytes,
        )


def _is_quiet(route: str) -> bool:
    return route in QUIET or route.startswith(CHAT_PAGE)


def route_of(scope: Scope) -> str:
    """The template of the route that took a request, ``-`` where none did."""
    path = getattr(scope.get("route"), "path", "")
    if path:
        return str(path)
    return next((mount.rstrip("/") for mount in MOUNTS if scope["path"].startswith(mount)), NO_ROUTE)


def _sent_id(scope: Scope) -> str:
    """The number that a proxy has given the request already, "" for none."""
    for name, value in scope["headers"]:
        if name == _HEADER and _ACCEPTED.fullmatch(value):
            return str(value.decode("ascii"))
    return ""
