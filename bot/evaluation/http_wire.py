"""HTTP/1.1 posts with next to no work of one's own, so that a load generator can share its machine with the server.

Requests are bytes made before the clock starts; of a response only status, length and body are read.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple, cast
from urllib.parse import urlencode, urlsplit

CONNECTIONS_MAX = 1500
_HEAD_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)", re.IGNORECASE)
_CLOSES = re.compile(rb"\r\nconnection:[ \t]*close", re.IGNORECASE)
_STATUS = slice(9, 12)
_HEAD_MAX_BYTES = 64 * 1024


class WireResponse(NamedTuple):
    """What came back.

    Attributes:
        status: of HTTP.
        body: as sent.
    """

    status: int
    body: bytes


def post_bytes(url: str, query: Mapping[str, str], body: bytes, content_type: str = "text/xml") -> bytes:
    """A whole POST request as it goes over the wire."""
    parts = urlsplit(url)
    head = (
        f"POST {parts.path or '/'}?{urlencode(query, errors='surrogatepass')} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
        f"Content-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode("ascii") + body


class HttpWire:
    """Keep-alive connections to one server.

    Idle connections are used in turn, not the last one first: a server with several processes accepts each connection
    in one of them, and all of them are to work.

    Args:
        host: the server's, a loopback address.
        port: its port.
        connections_max: open at once; a request beyond them waits, and its latency shows it.
    """

    def __init__(self, host: str, port: int, connections_max: int = CONNECTIONS_MAX) -> None:
        self._host = host
        self._port = port
        self._idle: deque[_Connection] = deque()
        self._places = asyncio.Semaphore(connections_max)

    @classmethod
    def to(cls, url: str, connections_max: int = CONNECTIONS_MAX) -> HttpWire:
        """Connections to the server of a URL."""
        address = urlsplit(url)
        return cls(str(address.hostname), int(address.port or 0), connections_max)

    async def open(self, count: int) -> None:
        """Open connections before they are needed.

        Raises:
            OSError: the server does not take them.
        """
        self._idle.extend(await asyncio.gather(*(self._connect() for _ in range(count))))

    async def post(self, request: bytes) -> WireResponse:
        """Send a request and wait for its response; a cancelled wait drops the connection, as the platform does.

        Raises:
            OSError: there is no connection, it broke, or what came is not a response with a length.
        """
        async with self._places:
            connection = self._take_idle() or await self._connect()
            try:
                response = await connection.exchange(request)
            except BaseException:
                connection.close()
                raise
            if connection.is_usable:
                self._idle.append(connection)
            return response

    def posting(self) -> Callable[[str, Mapping[str, str], bytes], Awaitable[tuple[int, bytes]]]:
        """The way to a callback for `bot.wechat.platform_simulator`."""

        async def post(url: str, query: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
            return await self.post(post_bytes(url, query, body))

        return post

    def close(self) -> None:
        """Close the idle connections."""
        while self._idle:
            self._idle.popleft().close()

    def _take_idle(self) -> _Connection | None:
        while self._idle:
            connection = self._idle.popleft()
            if connection.is_usable:
                return connection
        return None

    async def _connect(self) -> _Connection:
        _, connection = await asyncio.get_running_loop().create_connection(_Connection, self._host, self._port)
        return connection


class _Connection(asyncio.Protocol):
    """One connection with one exchange at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._received = bytearray()
        self._waiting: asyncio.Future[WireResponse] | None = None
        self.is_usable = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is one by its methods only
        self.is_usable = True

    async def exchange(self, request: bytes) -> WireResponse:
        if self._transport is None or not self.is_usable:
            raise ConnectionResetError("the connection is closed")
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._waiting

    def data_received(self, data: bytes) -> None:
        self._received += data
        head_length = self._received.find(_HEAD_END)
        if head_length < 0:
            if len(self._received) > _HEAD_MAX_BYTES:
                self._fail(OSError("no response head"))
            return
        head = bytes(self._received[: head_length + 2])
        length = _LENGTH.search(head)
        if length is None or not head[_STATUS].isdigit():
            self._fail(OSError("a response without a length"))
            return
        start = head_length + len(_HEAD_END)
        end = start + int(length[1])
        if len(self._received) >= end:
            self._finish(WireResponse(int(head[_STATUS]), bytes(self._received[start:end])), head)

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail(exc if isinstance(exc, OSError) else ConnectionResetError("the server closed the connection"))

    def close(self) -> None:
        self.is_usable = False
        if self._transport is not None:
            self._transport.abort()

    def _finish(self, response: WireResponse, head: bytes) -> None:
        self._received.clear()
        if _CLOSES.search(head):
            self.close()
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(response)

    def _fail(self, error: OSError) -> None:
        self.close()
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(error)
