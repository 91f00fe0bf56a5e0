"""A Redis and a server of MongoDB's protocol on loopback, started by a measurement or a test and ended with it."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from api.commands.bench_servers import STOP_LIMIT_S, free_port
from bot.domain.errors import MeasurementError

START_LIMIT_S = 60.0
_POLL_S = 0.05


class EngineServer:
    """One database server on a fixed port, which can be killed and started again on the same data.

    Args:
        command: how it is started.
        port: where it listens.
        url: what the product opens.
        log: where its output goes.
    """

    def __init__(self, command: Sequence[str], port: int, url: str, log: Path) -> None:
        self.url = url
        self._command = list(command)
        self._port = port
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Its process; 0 while it does not run."""
        return self._process.pid if self._process is not None else 0

    def start(self) -> None:
        """Start it and wait until it listens.

        Raises:
            MeasurementError: it ended, or does not listen in time.
        """
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603 - two fixed programs
                self._command, cwd=self._log.parent, stdout=output, stderr=subprocess.STDOUT
            )
        give_up_at_s = time.monotonic() + START_LIMIT_S
        while time.monotonic() < give_up_at_s and self._process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self._port), timeout=1).close()
            except OSError:
                time.sleep(_POLL_S)
            else:
                return
        self.kill()
        raise MeasurementError(f"{Path(self._command[0]).name} 没有启动，请看它的日志：{self._log}")

    def kill(self) -> None:
        """End it at once, as kill -9 does."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it in order."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(how)
        try:
            self._process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None


@contextmanager
def redis_server(folder: Path) -> Iterator[EngineServer]:
    """A Redis without persistence, as a cache has it.

    Raises:
        MeasurementError: it is not installed, or does not start.
    """
    program = shutil.which("redis-server")
    if program is None:
        raise MeasurementError("没有找到 redis-server，请先安装：apt-get install redis-server")
    port = free_port()
    command = [program, "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"]
    with _running(EngineServer(command, port, f"redis://127.0.0.1:{port}/0", folder / "redis.log")) as server:
        yield server


@contextmanager
def mongo_server(folder: Path) -> Iterator[EngineServer]:
    """A real server of MongoDB's protocol (SecantusDB), every commit on the disk.

    Raises:
        MeasurementError: it is not installed, or does not start.
    """
    program = Path(sys.executable).with_name("secantusd-py")
    if not program.exists():
        raise MeasurementError("没有找到 secantusd-py，请先安装：pip install SecantusDB==0.7.0b3")
    port = free_port()
    command = [str(program), "--host", "127.0.0.1", "--port", str(port), "--log-level", "WARNING"]
    command += ["--storage-path", str(folder / "mongo"), "--sync-on-commit"]
    url = f"mongodb://127.0.0.1:{port}/gongyou"
    with _running(EngineServer(command, port, url, folder / "mongo.log")) as server:
        yield server


@contextmanager
def _running(server: EngineServer) -> Iterator[EngineServer]:
    server.start()
    try:
        yield server
    finally:
        server.stop()
