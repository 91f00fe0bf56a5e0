"""Real serving processes on one data folder, and a real platform on another port."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

import httpx2
import uvicorn

from bot.gateway.system_clock import SystemClock
from bot.wechat.demo_account import load_demo_account
from bot.wechat.platform_simulator import Credentials, PlatformSimulator, over_http

REPOSITORY = Path(__file__).parents[2]
ACCOUNT_ID = "gh_gongyou_demo"
STARTED_WITHIN_S = 240
STOPPED_WITHIN_S = 40


class ServingProcess:
    """One server; `kill` is kill -9."""

    def __init__(self, command: list[str], port: int, environment: dict[str, str], log: Path) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.log = log
        self._port = port
        with log.open("ab") as file:
            self.process = subprocess.Popen(  # noqa: S603 - our own server
                command, cwd=REPOSITORY, env=environment, stdout=file, stderr=subprocess.STDOUT
            )

    async def ready(self) -> ServingProcess:
        give_up_at = time.monotonic() + STARTED_WITHIN_S
        while time.monotonic() < give_up_at and self.process.poll() is None:
            if self._listens() and await self.health():
                return self
            await asyncio.sleep(0.05)
        raise AssertionError(f"the server did not start:\n{self.log.read_text(errors='replace')[-4000:]}")

    def _listens(self) -> bool:
        """Whether it is worth a request; making a client for one costs more than a connection."""
        try:
            socket.create_connection(("127.0.0.1", self._port), timeout=1).close()
        except OSError:
            return False
        return True

    async def health(self) -> dict[str, Any]:
        """What it says about itself; {} while it says nothing."""
        with suppress(httpx2.TransportError):
            async with httpx2.AsyncClient(trust_env=False, timeout=30) as http:
                return dict((await http.get(f"{self.url}/health")).json())
        return {}

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(STOPPED_WITHIN_S)

    async def stop(self) -> int:
        """SIGTERM, and wait; the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return await asyncio.to_thread(self.process.wait, STOPPED_WITHIN_S)


class Installation:
    """One data folder, the platform that its account is on, and the servers started on it."""

    def __init__(
        self, folder: Path, index_dir: Path, platform_url: str, simulator: Callable[[str], PlatformSimulator]
    ) -> None:
        self.folder = folder
        self.index_dir = index_dir
        self._platform_url = platform_url
        self.simulator = simulator
        self.servers: list[ServingProcess] = []

    def environment(self, **more: str) -> dict[str, str]:
        return {
            **os.environ,
            "GONGYOU_MODE": "demo",
            "GONGYOU_DATA_DIR": str(self.folder / "var"),
            "GONGYOU_INDEX_DIR": str(self.index_dir),
            "GONGYOU_CORPUS_DIR": str(REPOSITORY / "corpus"),
            "GONGYOU_WECHAT_API_URL": self._platform_url,
            "GONGYOU_PRIVACY_KEY_FILE": str(self.folder / "privacy.key"),
            "GONGYOU_REPLY_DEADLINE_S": "2",
            "GONGYOU_TEST_SLOW_S": "3.5",
            "GONGYOU_TEST_LEASE_S": "60",
            **more,
        }

    async def start(self, **more: str) -> ServingProcess:
        """One more process of the (slowed) product on this data folder."""
        port = free_port()
        options = ["--host", "127.0.0.1", "--port", str(port), "--timeout-graceful-shutdown", "5"]
        command = [sys.executable, "-m", "uvicorn", "tests.fakes.slow_server:app", "--factory", *options]
        environment = self.environment(GONGYOU_PORT=str(port), **more)
        server = ServingProcess(command, port, environment, self.folder / f"server-{port}.log")
        self.servers.append(server)
        return await server.ready()


@asynccontextmanager
async def installation(folder: Path, index_dir: Path) -> AsyncIterator[tuple[Installation, PlatformSimulator]]:
    """A data folder with its platform; the servers are stopped in the end.

    `Installation.simulator` gives the platform as it posts to one of the servers; all are one platform.
    """
    account = load_demo_account(folder / "var" / "demo_account.json")
    credentials = Credentials(account.token, account.aes_key, account.app_id)
    async with httpx2.AsyncClient(trust_env=False, timeout=20) as http:
        clock = SystemClock()

        def posting_to(server_url: str) -> PlatformSimulator:
            way = over_http(http)
            made = PlatformSimulator(credentials, account.app_secret, ACCOUNT_ID, f"{server_url}/wechat", way, clock)
            made.api = simulator.api
            return made

        simulator = PlatformSimulator(credentials, account.app_secret, ACCOUNT_ID, "", over_http(http), clock)
        async with _served(_asgi(simulator)) as url:
            place = Installation(folder, index_dir, url, posting_to)
            try:
                yield place, simulator
            finally:
                for server in place.servers:
                    if server.process.poll() is None:
                        server.kill()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def until(condition: Callable[[], Awaitable[Any] | Any], within_s: float, what: str) -> None:
    """Wait for something to become true.

    Raises:
        AssertionError: it did not in time.
    """
    give_up_at = time.monotonic() + within_s
    while time.monotonic() < give_up_at:
        found = condition()
        if asyncio.iscoroutine(found):
            found = await found
        if found:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"not within {within_s} s: {what}")


def _asgi(simulator: PlatformSimulator) -> Callable[..., Awaitable[None]]:
    async def app(scope: dict[str, Any], receive: Callable[..., Any], send: Callable[..., Any]) -> None:
        body, more = b"", True
        while more:
            event = await receive()
            body, more = body + event.get("body", b""), event.get("more_body", False)
        query = dict(httpx2.QueryParams(scope["query_string"].decode()))
        sent = json.loads(body) if body else None
        status, answer = await simulator.api.handle(scope["method"], scope["path"], query, sent)
        content = answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)
        kind = b"text/html" if isinstance(answer, str) else b"application/json"
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", kind)]})
        await send({"type": "http.response.body", "body": content.encode()})

    return app


class _QuietServer(uvicorn.Server):
    """A server inside a test: the signals are the test runner's."""

    @staticmethod
    def capture_signals() -> Any:
        return nullcontext()


@asynccontextmanager
async def _served(app: Callable[..., Awaitable[None]]) -> AsyncIterator[str]:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        config = uvicorn.Config(app, lifespan="off", log_config=None, log_level="critical", timeout_graceful_shutdown=1)  # type: ignore[arg-type]
        server = _QuietServer(config)
        running = asyncio.create_task(server.serve([sock]))
        try:
            yield f"http://127.0.0.1:{sock.getsockname()[1]}"
        finally:
            server.should_exit = True
            await running
