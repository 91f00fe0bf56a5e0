"""Server processes for the measuring commands: the product or the bare echo endpoint, on loopback."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import httpx2

from bot.domain.errors import MeasurementError
from bot.evaluation.process_watch import children_of
from bot.wechat.platform_simulator import Credentials

START_LIMIT_S = 120.0
STOP_LIMIT_S = 30.0
"""More than the product gives its own workers."""
_POLL_S = 0.05


@dataclass(frozen=True, slots=True)
class BenchServer:
    """A running server.

    Attributes:
        url: of its callback.
        pid: its process.
        start_s: from the start of the process to the first ready answer.
    """

    url: str
    pid: int
    start_s: float

    def resident_mib(self) -> float:
        """Resident memory now, from ``/proc`` (0.0 where there is none)."""
        try:
            status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        except OSError:
            return 0.0
        kib = next((line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:")), "0")
        return int(kib) / 1024

    def serving_pids(self) -> list[int]:
        """The processes that serve: those of several workers, or the one itself."""
        return [pid for pid in children_of(self.pid) if _is_serving(pid)] or [self.pid]


def product_command(port: int, processes: int) -> tuple[str, list[str]]:
    """Module and arguments that serve the product with so many processes."""
    return "api.commands", ["serve", "--port", str(port), "--workers", str(processes)]


@contextmanager
def running(
    module: str,
    arguments: list[str],
    port: int,
    credentials: Credentials,
    data_dir: Path,
    *,
    settings: Mapping[str, str] | None = None,
    log: Path | None = None,
) -> Iterator[BenchServer]:
    """Run ``python -m module arguments`` until the context ends.

    Args:
        module: what to run.
        arguments: its arguments.
        port: where it will listen.
        credentials: of the account.
        data_dir: where it keeps its data.
        settings: further environment variables.
        log: where its output goes; nowhere, and errors to this terminal, where None.

    Raises:
        MeasurementError: it ended, or was not ready in time.
    """
    environment = {
        **os.environ,
        "GONGYOU_MODE": "demo",
        "GONGYOU_SIMULATOR": "false",
        "GONGYOU_WECHAT_ACCOUNT_MODE": "passive_only",
        "GONGYOU_DATA_DIR": str(data_dir),
        "GONGYOU_WECHAT_TOKEN": credentials.token,
        "GONGYOU_WECHAT_AES_KEY": credentials.aes_key,
        "GONGYOU_WECHAT_APP_ID": credentials.app_id,
        **(settings or {}),
    }
    began_s = time.perf_counter()
    command = [sys.executable, "-m", module, *arguments]
    with log.open("ab") if log else nullcontext() as output:
        process = subprocess.Popen(  # noqa: S603 - our own modules
            command, env=environment, stdout=output or subprocess.DEVNULL, stderr=output
        )
    try:
        _wait_until_ready(process, port)
        yield BenchServer(f"http://127.0.0.1:{port}/wechat", process.pid, time.perf_counter() - began_s)
    finally:
        process.terminate()
        try:
            process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    """A TCP port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_serving(pid: int) -> bool:
    """Whether a child of a server with several workers is one of them, and not Python's resource tracker."""
    try:
        return b"resource_tracker" not in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def _wait_until_ready(process: subprocess.Popen[bytes], port: int) -> None:
    deadline_s = time.perf_counter() + START_LIMIT_S
    with httpx2.Client(trust_env=False, timeout=2.0) as http:
        while time.perf_counter() < deadline_s:
            if process.poll() is not None:
                raise MeasurementError(
                    f"测试用的服务没有启动，退出码 {process.returncode}；请先单独运行 gongyou serve 看原因"
                )
            try:
                if http.get(f"http://127.0.0.1:{port}/ready").status_code == httpx2.codes.OK:
                    return
            except httpx2.HTTPError:
                pass
            time.sleep(_POLL_S)
    raise MeasurementError(f"测试用的服务 {START_LIMIT_S:.0f} 秒内没有就绪；请先单独运行 gongyou serve 看原因")
