"""A server as a process of its own on a free port, with its whole log in a file."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2

REPOSITORY = Path(__file__).parents[2]
STARTED_WITHIN_S = 90.0
STOPPED_WITHIN_S = 20.0
LOOKED_EVERY_S = 0.1
SERVE = ("-m", "api.commands", "serve")


class ServerProcess:
    """A running server.

    Attributes:
        url: its address.
        pid: its process.
    """

    def __init__(self, url: str, process: asyncio.subprocess.Process, log_path: Path) -> None:
        self.url = url
        self.pid = process.pid
        self._process = process
        self._log_path = log_path

    @property
    def log(self) -> str:
        """Everything that it has written so far, to either stream."""
        return self._log_path.read_text("utf-8")

    async def stop(self) -> None:
        """End it as an operator does."""
        await self._end(signal.SIGTERM)

    async def kill(self) -> None:
        """End it in the middle of whatever it does."""
        await self._end(signal.SIGKILL)

    async def _end(self, sign: signal.Signals) -> None:
        if self._process.returncode is not None:
            return
        self._process.send_signal(sign)
        try:
            await asyncio.wait_for(self._process.wait(), STOPPED_WITHIN_S)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
            raise

    async def ready(self, http: httpx2.AsyncClient) -> None:
        """Wait until it may be sent traffic.

        Raises:
            RuntimeError: it ended, or took too long; with the end of its log.
        """
        loop = asyncio.get_running_loop()
        give_up_at_s = loop.time() + STARTED_WITHIN_S
        while loop.time() < give_up_at_s and self._process.returncode is None:
            try:
                if (await http.get(f"{self.url}/ready")).status_code == httpx2.codes.OK:
                    return
            except httpx2.TransportError:
                await asyncio.sleep(LOOKED_EVERY_S)
        raise RuntimeError(f"the server did not start:\n{self.log[-4000:]}")


def free_port() -> int:
    """A port of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def server_process(environment: Mapping[str, str], log_path: Path) -> AsyncIterator[ServerProcess]:
    """A server with these settings, ready for traffic; stopped in the end.

    Args:
        environment: settings, on top of this process's environment.
        log_path: where both its streams go.
    """
    port = free_port()
    with log_path.open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *SERVE,
            "--port",
            str(port),
            cwd=REPOSITORY,
            env={**os.environ, **environment},
            stdout=log,
            stderr=log,
        )
    server = ServerProcess(f"http://127.0.0.1:{port}", process, log_path)
    try:
        async with httpx2.AsyncClient(trust_env=False) as http:
            await server.ready(http)
        yield server
    finally:
        await server.stop()
