"""A real server that a test kills, freezes and starts again on the same port with the same data."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

START_PATIENCE_S = 60.0
SERVERS_REQUIRED = os.environ.get("GONGYOU_REQUIRE_SERVERS") == "1"
SECANTUS_COMMAND = Path(sys.executable).with_name("secantusd-py")
HAS_MONGO = importlib.util.find_spec("secantus") is not None and SECANTUS_COMMAND.exists()
HAS_REDIS = shutil.which("redis-server") is not None
MONGO_MISSING = "GONGYOU_REQUIRE_SERVERS=1, but SecantusDB is missing: pip install SecantusDB==0.7.0b3"
REDIS_MISSING = "GONGYOU_REQUIRE_SERVERS=1, but redis-server is missing: apt-get install redis-server"


class KillableServer:
    """One process at a time, ours alone.

    Args:
        command: makes the command line from a port.
        folder: where it runs and logs.
    """

    def __init__(self, command: Callable[[int], list[str]], folder: Path) -> None:
        self.port = free_port()
        self._command = command(self.port)
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, or begin anew after `kill`; returns when it listens."""
        log = self._folder / "server.log"
        with log.open("ab") as output:
            self._process = subprocess.Popen(self._command, cwd=self._folder, stdout=output, stderr=output)  # noqa: S603
        give_up_at_s = time.monotonic() + START_PATIENCE_S
        while time.monotonic() < give_up_at_s and self._process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError(f"{self._command} does not listen:\n{log.read_text(errors='replace')[-2000:]}")

    def kill(self) -> None:
        """As a power cut ends it."""
        self._signal(signal.SIGKILL)
        assert self._process is not None
        self._process.wait()

    def freeze(self) -> None:
        """It keeps its connections and says nothing."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on."""
        self._signal(signal.SIGCONT)

    def end(self) -> None:
        """For good."""
        if self._process is not None and self._process.poll() is None:
            self.kill()

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)


def mongo_in(folder: Path) -> KillableServer:
    """A server of MongoDB's protocol that keeps its data in a folder; it is not started yet."""
    assert HAS_MONGO, MONGO_MISSING
    options = ["--log-level", "WARNING", "--storage-path", str(folder / "mongo_data"), "--sync-on-commit"]
    return KillableServer(
        lambda port: [str(SECANTUS_COMMAND), "--host", "127.0.0.1", "--port", str(port), *options], folder
    )


def redis_in(folder: Path) -> KillableServer:
    """A Redis server that keeps nothing on the disk; it is not started yet."""
    assert HAS_REDIS, REDIS_MISSING
    options = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    return KillableServer(lambda port: ["redis-server", "--port", str(port), *options], folder)


def free_port() -> int:
    """A TCP port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
