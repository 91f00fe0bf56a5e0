"""Two real processes of the product over one data folder, and workers who write to both in turn."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from bot.gateway.system_clock import SystemClock
from bot.wechat.demo_account import load_demo_account
from bot.wechat.platform_simulator import Credentials, SimulatedPlatform
from bot.wechat.simulated_messages import (
    SimulatedMessage,
    event,
    image_message,
    location_message,
    text_message,
)
from tests.fakes.server_process import REPOSITORY, free_port

ACCOUNT_ID = "gh_gongyou_demo"
STARTED_WITHIN_S = 240
STOPPED_WITHIN_S = 20
POST_WITHIN_S = 20.0


@dataclass(slots=True)
class _Server:
    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/wechat"

    @property
    def is_alive(self) -> bool:
        return self.process.poll() is None


class ServingPair:
    """Both processes; each message goes to the one whose turn it is, a repeat to the next that answers.

    Args:
        folder: its data.
        index_dir: with a built index.
    """

    def __init__(self, folder: Path, index_dir: Path) -> None:
        self._folder = folder
        self._index_dir = index_dir
        self._crash_file = folder / "crash"
        self._turn = itertools.count()
        account = load_demo_account(folder / "var" / "demo_account.json")
        self.credentials = Credentials(account.token, account.aes_key, account.app_id)
        self._servers = [self._start() for _ in range(2)]
        for server in self._servers:
            self._wait_until_ready(server)

    def revive(self) -> None:
        """Start anew what was killed."""
        for position, server in enumerate(self._servers):
            if not server.is_alive:
                self._servers[position] = self._start()
                self._wait_until_ready(self._servers[position])

    def crash_next(self) -> None:
        """Whichever process works out the next reply dies before it is stored in the gateway."""
        self._crash_file.touch()

    @property
    def killed(self) -> int:
        """How many processes are dead."""
        return sum(not server.is_alive for server in self._servers)

    def close(self) -> None:
        """End both."""
        for server in self._servers:
            server.process.kill()
            server.process.wait(STOPPED_WITHIN_S)

    async def post(self, url: str, query: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        """Post to the process whose turn it is, as a load balancer does."""
        del url
        alive = [server for server in self._servers if server.is_alive]
        server = alive[next(self._turn) % len(alive)]
        async with httpx2.AsyncClient(trust_env=False, timeout=POST_WITHIN_S) as http:
            answer = await http.post(server.url, params=dict(query), content=body, headers={"Content-Type": "text/xml"})
            return answer.status_code, answer.content

    def _start(self) -> _Server:
        port = free_port()
        environment = {
            **os.environ,
            "GONGYOU_MODE": "demo",
            "GONGYOU_PORT": str(port),
            "GONGYOU_DATA_DIR": str(self._folder / "var"),
            "GONGYOU_INDEX_DIR": str(self._index_dir),
            "GONGYOU_CORPUS_DIR": str(REPOSITORY / "corpus"),
            "GONGYOU_WECHAT_ACCOUNT_MODE": "passive_only",
            "GONGYOU_TEST_SLOW_S": "0",
            "GONGYOU_TEST_LEASE_S": "60",
            "GONGYOU_TEST_CRASH_FILE": str(self._crash_file),
        }
        options = ["--factory", "--host", "127.0.0.1", "--port", str(port)]
        command = [sys.executable, "-m", "uvicorn", "tests.fakes.slow_server:app", *options]
        with (self._folder / f"server-{port}.log").open("wb") as log:
            process = subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=log, stderr=log)  # noqa: S603
        return _Server(port, process)

    def _wait_until_ready(self, server: _Server) -> None:
        give_up_at = time.monotonic() + STARTED_WITHIN_S
        while time.monotonic() < give_up_at and server.is_alive:
            try:
                health = server.url.replace("/wechat", "/ready")
                if httpx2.get(health, trust_env=False).status_code == httpx2.codes.OK:
                    return
            except httpx2.TransportError:
                time.sleep(0.1)
        log = self._folder / f"server-{server.port}.log"
        pytest.fail(f"a server did not start:\n{log.read_text(errors='replace')[-4000:]}")


class PairedWorker:
    """Writes to both processes in turn.

    Args:
        pair: the processes.
        openid: who writes.
    """

    def __init__(self, pair: ServingPair, openid: str) -> None:
        self._openid = openid
        self._platform = SimulatedPlatform(pair.credentials, ACCOUNT_ID, "/wechat", pair.post, SystemClock())

    async def does(self, turn: Mapping[str, Any]) -> str:
        """What a turn of a conversation says; returns the reply, "" for silence."""
        return (await self._platform.deliver(self._message(turn))).text

    def _message(self, turn: Mapping[str, Any]) -> SimulatedMessage:
        if "click" in turn:
            return event(self._openid, "CLICK", turn["click"])
        if "locate" in turn:
            latitude, longitude, label = turn["locate"]
            return location_message(self._openid, latitude, longitude, label)
        if "picture" in turn:
            return image_message(self._openid)
        return text_message(self._openid, turn["say"])
