"""Real processes that add up in one folder, one of which dies with work in hand."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

PROGRAMS = Path(__file__).parent / "programs"
REPOSITORY = Path(__file__).parents[3]

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Not made before: the first process makes it."""
    return tmp_path / "not" / "there" / "yet"


@pytest.fixture
def start(folder: Path) -> Iterator[Start]:
    started: list[subprocess.Popen[str]] = []

    def start(program: str, *arguments: str) -> subprocess.Popen[str]:
        environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(folder), "PYTHONPATH": str(REPOSITORY)}
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, str(PROGRAMS / program), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        with process:
            process.kill()


def line_from(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def readings_of(reader: subprocess.Popen[str]) -> dict[str, float]:
    assert reader.stdin is not None
    reader.stdin.write("read\n")
    reader.stdin.flush()
    assert reader.stdout is not None
    lines = list(iter(reader.stdout.readline, "# EOF\n"))
    families = text_string_to_metric_families("".join(lines))
    return {
        f"{sample.name}{'/'.join(sample.labels.values())}": sample.value
        for family in families
        for sample in family.samples
    }


def test_counts_add_up_and_states_end_with_their_process(start: Start, folder: Path) -> None:
    loaded = start("hold_jobs.py", "3", "7")
    assert line_from(loaded) == "ready"
    also_loaded = start("hold_jobs.py", "2", "0")
    assert line_from(also_loaded) == "ready"
    reader = start("read_metrics.py")
    found = readings_of(reader)
    assert found["gongyou_posts_totalanswered"] == 5
    assert (found["gongyou_running_jobs"], found["gongyou_queued_jobs"]) == (5, 7)
    assert found["gongyou_engine_awaycache"] == 1

    loaded.kill()
    loaded.wait()
    found = readings_of(reader)
    assert found["gongyou_posts_totalanswered"] == 5
    assert (found["gongyou_running_jobs"], found["gongyou_queued_jobs"]) == (2, 0)
    assert not list(folder.glob(f"gauge_*_{loaded.pid}.db"))

    also_loaded.kill()
    also_loaded.wait()
    found = readings_of(reader)
    assert found["gongyou_posts_totalanswered"] == 5
    assert found["gongyou_running_jobs"] == 0
    assert found["gongyou_engine_awaycache"] == 0


def test_a_process_that_begins_takes_no_states_of_its_numbers_former_owner(start: Start, folder: Path) -> None:
    """In a container every first process has the same number, and its folder may outlive it."""
    former = start("hold_jobs.py", "3", "7")
    assert line_from(former) == "ready"
    former.kill()
    former.wait()
    assert list(folder.glob(f"gauge_*_{former.pid}.db"))
    found = readings_of(start("read_metrics.py", str(former.pid)))
    assert (found["gongyou_running_jobs"], found["gongyou_queued_jobs"]) == (0, 0)
    assert found["gongyou_posts_totalanswered"] == 3
