"""``gongyou serve --workers 2`` as an operator runs it."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from tests.fakes.serving_process import REPOSITORY, Installation, installation, until

STARTED_WITHIN_S = 240
ENDED_WITHIN_S = 40


class Service:
    """The command, and what it has printed."""

    def __init__(self, place: Installation, folder: Path) -> None:
        self.out, self.log = folder / "out.txt", folder / "log.txt"
        environment = place.environment(GONGYOU_WECHAT_API_URL="https://api.weixin.qq.com")
        command = [sys.executable, "-m", "api.commands", "serve", "--port", "0", "--workers", "2"]
        with self.out.open("wb") as out, self.log.open("wb") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own command
                command, cwd=REPOSITORY, env=environment, stdout=out, stderr=log
            )

    def printed(self) -> str:
        return self.out.read_text(encoding="utf-8")

    @property
    def url(self) -> str:
        found = re.search(r"http://127\.0\.0\.1:\d+", self.printed())
        assert found
        return found[0]

    def workers(self) -> list[int]:
        """Pids of the serving processes."""
        return [pid for pid in _children(self.process.pid) if b"spawn_main" in _command_line(pid)]


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


def _command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return b""


@pytest.fixture
async def service(tmp_path: Path, index_dir: Path) -> AsyncIterator[Service]:
    async with installation(tmp_path, index_dir) as (place, _):
        service = Service(place, tmp_path)
        workers: list[int] = []
        try:
            await until(lambda: "健康检查" in service.printed() or service.process.poll() is not None,
                        STARTED_WITHIN_S, "the service says where to look")  # fmt: skip
            assert service.process.poll() is None, service.log.read_text(encoding="utf-8")
            workers = service.workers()
            yield service
        finally:
            if service.process.poll() is None:
                service.process.kill()
                service.process.wait(ENDED_WITHIN_S)
            for pid in workers:
                if b"spawn_main" in _command_line(pid):
                    os.kill(pid, signal.SIGKILL)


async def test_workers_share_a_port_are_replaced_when_killed_and_end_together(service: Service) -> None:
    assert service.printed().count("健康检查") == 1
    first = service.workers()
    assert len(first) == 2
    async with httpx2.AsyncClient(base_url=service.url, trust_env=False, timeout=30) as http:
        assert (await http.get("/health")).json()["status"] == "ok"
        os.kill(first[0], signal.SIGKILL)
        for _ in range(5):
            async with httpx2.AsyncClient(base_url=service.url, trust_env=False, timeout=30) as newcomer:
                assert (await newcomer.get("/health")).status_code == 200
        await until(lambda: len(set(service.workers()) - set(first)) == 1, 10, "another worker is started")
        assert first[1] in service.workers()
        metrics = (await http.get("/metrics")).text
        assert metrics.count("# TYPE gongyou_running_jobs gauge") == 1  # one answers for both
        assert "\ngongyou_running_jobs 0.0\n" in metrics
    replaced = service.workers()
    service.process.send_signal(signal.SIGTERM)
    assert await asyncio.to_thread(service.process.wait, ENDED_WITHIN_S) == 0
    assert [pid for pid in replaced if b"spawn_main" in _command_line(pid)] == []
    assert "Traceback" not in service.log.read_text(encoding="utf-8")


async def test_workers_end_when_their_parent_is_killed_and_a_taken_port_is_explained(service: Service) -> None:
    port = service.url.rsplit(":", 1)[1]
    second = subprocess.run(  # noqa: ASYNC221, S603 - our own command, which ends at once
        [sys.executable, "-m", "api.commands", "serve", "--port", port, "--workers", "2"],
        cwd=REPOSITORY, env=dict(os.environ), capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert second.returncode == 1
    assert "端口用不了" in second.stderr.decode()
    workers = service.workers()
    service.process.kill()
    service.process.wait(ENDED_WITHIN_S)
    await until(lambda: not any(b"spawn_main" in _command_line(pid) for pid in workers), ENDED_WITHIN_S,
                "the workers notice that they are alone")  # fmt: skip
