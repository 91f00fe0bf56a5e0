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

from bot.evaluation.process_watch import children_of, look_at
from tests.fakes.serving_process import REPOSITORY, Installation, installation, until

STARTED_WITHIN_S = 240
ENDED_WITHIN_S = 40
NOT_NEEDED = ("torch", "sentence_transformers", "transformers", "sklearn", "matplotlib", "pandas", "numba", "PIL")
"""Libraries of other commands: half a second to several seconds, and up to hundreds of megabytes, each."""


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

    def serving_count(self) -> int:
        """How many workers have said so far that they serve."""
        return self.log.read_text(encoding="utf-8").count(" serves")

    def workers(self) -> list[int]:
        """Pids of the serving processes."""
        return children_of(self.process.pid)


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
                if look_at(pid) is not None:
                    os.kill(pid, signal.SIGKILL)


def what_the_parent_has_loaded_is_shared(parent: int, worker: int) -> None:
    assert len(list(Path(f"/proc/{parent}/task").iterdir())) == 1, "a thread would not survive a fork"
    memory = memory_kib(worker)
    assert memory["Private_Clean"] + memory["Private_Dirty"] < memory["Rss"] / 3
    mapped = Path(f"/proc/{worker}/maps").read_text()
    assert [name for name in NOT_NEEDED if f"/{name}" in mapped] == []


async def a_killed_worker_is_replaced_by_one_that_need_not_load_it_again(service: Service) -> None:
    first, served = service.workers(), service.serving_count()
    os.kill(first[0], signal.SIGKILL)
    async with httpx2.AsyncClient(trust_env=False, timeout=30) as newcomer:
        assert (await newcomer.get(f"{service.url}/health")).status_code == 200
    await until(lambda: service.serving_count() > served, STARTED_WITHIN_S, "a replacement serves")
    (new,) = set(service.workers()) - set(first)
    assert first[1] in service.workers()
    loading, replacing = look_at(service.process.pid), look_at(new)
    assert loading is not None
    assert replacing is not None
    assert replacing.cpu_s < loading.cpu_s / 3


def memory_kib(pid: int) -> dict[str, int]:
    lines = (line.split() for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:])
    return {name.rstrip(":"): int(size) for name, size, *_ in lines}


async def test_workers_share_memory_and_a_port_are_replaced_when_killed_and_end_together(service: Service) -> None:
    assert service.printed().count("健康检查") == 1
    first = service.workers()
    assert len(first) == 2
    what_the_parent_has_loaded_is_shared(service.process.pid, first[0])
    for _ in range(2):
        await a_killed_worker_is_replaced_by_one_that_need_not_load_it_again(service)
    async with httpx2.AsyncClient(base_url=service.url, trust_env=False, timeout=30) as http:
        assert (await http.get("/health")).json()["status"] == "ok"
        metrics = (await http.get("/metrics")).text
    assert metrics.count("# TYPE gongyou_running_jobs gauge") == 1  # one answers for both
    assert "\ngongyou_running_jobs 0.0\n" in metrics
    replaced = service.workers()
    assert set(replaced).isdisjoint(first)
    service.process.send_signal(signal.SIGTERM)
    assert await asyncio.to_thread(service.process.wait, ENDED_WITHIN_S) == 0
    assert [pid for pid in replaced if look_at(pid) is not None] == []
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
    await until(lambda: not any(look_at(pid) for pid in workers), ENDED_WITHIN_S,
                "the workers notice that they are alone")  # fmt: skip
