"""The simulated platform's API on a loopback port, in the load generator's own event loop."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from bot.wechat.platform_simulator import SimulatedPlatformApi

_HEAD_END = b"\r\n\r\n"
_BODY_MAX_BYTES = 256 * 1024


class _Call(NamedTuple):
    method: str
    target: str
    body: object


@asynccontextmanager
async def platform_server(api: SimulatedPlatformApi, port: int = 0) -> AsyncIterator[str]:
    """Answer the account's calls until the context ends.

    Args:
        api: what the platform answers.
        port: of loopback; any free one where 0.

    Yields:
        The base URL for ``GONGYOU_WECHAT_API_URL``.
    """
    serving: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - streams run their callback as a task
        serving.add(task)
        try:
            await _answer_calls(api, reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            pass  # the account hung up, or it does not speak HTTP
        except asyncio.CancelledError:
            pass  # the platform closes; streams report a callback that ends cancelled as a failure
        finally:
            serving.discard(task)
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", port)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)


async def _answer_calls(api: SimulatedPlatformApi, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while (call := await _read_call(reader)) is not None:
        address = urlsplit(call.target)
        status, answer = await api.handle(call.method, address.path, dict(parse_qsl(address.query)), call.body)
        text, kind = (answer, "text/html") if isinstance(answer, str) else (json.dumps(answer), "application/json")
        content = text.encode()
        head = f"HTTP/1.1 {status} -\r\nContent-Type: {kind}\r\nContent-Length: {len(content)}\r\n\r\n"
        writer.write(head.encode() + content)
        await writer.drain()


async def _read_call(reader: asyncio.StreamReader) -> _Call | None:
    """The next call of a connection; None at its end."""
    try:
        head = (await reader.readuntil(_HEAD_END)).decode("latin-1")
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise
        return None
    first, *lines = head.rstrip().split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    length = int(headers.get("content-length", "0"))
    if length > _BODY_MAX_BYTES:
        raise ValueError("the body is too large")
    return _Call(method, target, _parsed(await reader.readexactly(length)))


def _parsed(content: bytes) -> object:
    if not content:
        return None
    try:
        return json.loads(content)
    except ValueError:
        return content.decode("latin-1")
