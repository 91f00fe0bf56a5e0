"""The load generator against a scripted server on loopback: posts as the platform makes them, pushes as they arrive."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx2
import pytest

from bot.evaluation.http_wire import HttpWire, post_bytes
from bot.evaluation.load_run import LoadGenerator
from bot.evaluation.platform_server import platform_server
from bot.evaluation.worker_messages import LoadKind, PlannedMessage
from bot.gateway.system_clock import SystemClock
from bot.wechat.platform_simulator import Credentials, Failure, PlatformSimulator
from bot.wechat.simulated_messages import text_message

CREDENTIALS = Credentials("token", "A" * 43, "wx1234567890abcdef")
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nsuccess"
AWAY = b"HTTP/1.1 503 Away\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"

Script = Callable[[int], bytes]
"""From the number of a request, counted from 0, to the bytes that answer it; empty to hang up."""


class ScriptedServer(asyncio.Protocol):
    """Answers whole requests by a script; one instance for each connection."""

    def __init__(self, script: Script, received: list[bytes], connections: list[asyncio.Transport]) -> None:
        self._script = script
        self._received = received
        self._connections = connections
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._connections.append(transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while b"\r\n\r\n" in self._buffer:
            head, _, rest = self._buffer.partition(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            if len(rest) < length:
                return
            self._received.append(head + rest[:length])
            self._buffer = rest[length:]
            answer = self._script(len(self._received) - 1)
            if not answer:
                self._transport.close()
            self._transport.write(answer)


@asynccontextmanager
async def server(script: Script) -> AsyncIterator[tuple[str, list[bytes]]]:
    received: list[bytes] = []
    connections: list[asyncio.Transport] = []
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(lambda: ScriptedServer(script, received, connections), "127.0.0.1", 0)
    async with listening:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/wechat", received
        for connection in connections:
            connection.abort()
        await asyncio.sleep(0)


def generator_for(url: str, wire: HttpWire) -> tuple[LoadGenerator, PlatformSimulator]:
    simulator = PlatformSimulator(CREDENTIALS, "s" * 32, "gh_1", url, wire.posting(), SystemClock())
    return LoadGenerator(simulator, url, wire), simulator


def planned(count: int) -> list[PlannedMessage]:
    return [PlannedMessage(0.0, LoadKind.QUESTION, text_message(f"o-{number}", "欠薪")) for number in range(count)]


@pytest.fixture(autouse=True)
def fast_platform(monkeypatch: pytest.MonkeyPatch) -> None:
    """A platform that is not as patient as the real one."""
    monkeypatch.setattr("bot.evaluation.load_run.DROP_AFTER_S", 0.05)


async def test_every_message_is_posted_once_where_it_is_answered() -> None:
    async with server(lambda _number: OK) as (url, received):
        wire = HttpWire.to(url)
        run = await generator_for(url, wire)[0].run(planned(50))
        wire.close()
    assert len(received) == len(set(received)) == 50
    assert [(one.attempts, one.status, one.body) for one in run.sent] == [(1, 200, b"success")] * 50


async def test_a_refused_post_is_made_again_with_the_same_bytes_three_times_in_all() -> None:
    async with server(lambda _number: AWAY) as (url, received):
        wire = HttpWire.to(url)
        run = await generator_for(url, wire)[0].run(planned(1))
        wire.close()
    assert received == [received[0]] * 3
    assert (run.sent[0].attempts, run.sent[0].status, run.sent[0].body) == (3, 503, None)
    assert run.sent[0].ended_at_s >= 2 * 0.05  # each at its time, not at once


async def test_a_broken_connection_is_followed_by_the_next_post() -> None:
    async with server(lambda number: b"" if number == 0 else OK) as (url, received):
        wire = HttpWire.to(url)
        run = await generator_for(url, wire)[0].run(planned(1))
        wire.close()
    assert received[0] == received[1]
    assert (run.sent[0].attempts, run.sent[0].body) == (2, b"success")


async def test_a_response_in_pieces_is_put_together() -> None:
    async with server(lambda _number: OK[:20]) as (url, _received):
        wire = HttpWire.to(url)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await wire.post(post_bytes(url, {"a": "1"}, b"x"))
        wire.close()
    async with server(lambda number: (OK[:20], OK[20:])[number]) as (url, _received):
        wire = HttpWire.to(url)
        request = post_bytes(url, {}, b"")
        response = await wire.post(request + request)  # the second request fetches the second half
        wire.close()
    assert response == (200, b"success")


async def test_what_the_account_pushes_arrives_with_its_time() -> None:
    async with server(lambda _number: OK) as (url, _received):
        wire = HttpWire.to(url)
        generator, simulator = generator_for(url, wire)
        async with platform_server(simulator.api) as api_url, httpx2.AsyncClient(base_url=api_url) as account:
            run = await generator.run(planned(1))
            token = simulator.api.tokens.stable_token(
                {"appid": CREDENTIALS.app_id, "secret": "s" * 32, "grant_type": "client_credential"}
            )["access_token"]
            message = {"touser": "o-0", "msgtype": "text", "text": {"content": "答案"}}
            sent = await account.post(f"/cgi-bin/message/custom/send?access_token={token}", json=message)
            await generator.wait_for_pushes(lambda: bool(run.pushes), 0.0)
        wire.close()
    assert sent.json()["errcode"] == 0
    assert [(push.openid, push.text) for push in run.pushes] == [("o-0", "答案")]


async def test_the_platforms_server_shows_failures_and_unknown_paths_as_the_platform_does() -> None:
    simulator = PlatformSimulator(CREDENTIALS, "s" * 32, "gh_1", "", HttpWire("127.0.0.1", 1).posting(), SystemClock())
    simulator.api.fail_next("/cgi-bin/stable_token", Failure(html=True))
    async with platform_server(simulator.api) as api_url, httpx2.AsyncClient(base_url=api_url) as account:
        page = await account.post("/cgi-bin/stable_token", json={})
        no_json = await account.post("/cgi-bin/stable_token", content=b"{")
        unknown = await account.get("/cgi-bin/unknown")
    assert page.headers["content-type"] == "text/html"
    assert no_json.json()["errcode"] == 47001
    assert unknown.status_code == 404
