"""Memory and processor time of the processes under test, read from ``/proc``."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

MIB = 1024 * 1024
_DEAD = "Z"
_CLOCK_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_STATE, _UTIME, _STIME, _RSS = 0, 11, 12, 21
"""Fields of ``/proc/<pid>/stat`` after the command's name, which may hold blanks."""


@dataclass(frozen=True, slots=True)
class ProcessSample:
    """One look at one process.

    Attributes:
        at_s: seconds after the watch began.
        pid: which.
        rss_bytes: resident memory.
        cpu_s: processor time since the process began.
    """

    at_s: float
    pid: int
    rss_bytes: int
    cpu_s: float


def look_at(pid: int, at_s: float = 0.0) -> ProcessSample | None:
    """A process now; None where it is gone or dead, or there is no ``/proc``."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()
    if fields[_STATE] == _DEAD:
        return None
    cpu_s = (int(fields[_UTIME]) + int(fields[_STIME])) / _CLOCK_TICKS
    return ProcessSample(at_s, pid, int(fields[_RSS]) * _PAGE_BYTES, cpu_s)


def children_of(pid: int) -> list[int]:
    """The processes that a process started and that still run."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return []
    return [int(child) for child in children if look_at(int(child)) is not None]


class ProcessWatch:
    """Looks at processes again and again while a load runs.

    Args:
        pids: which processes there are now; asked at every look, since killed ones are replaced.
        every_s: how often.
    """

    def __init__(self, pids: Callable[[], Iterable[int]], every_s: float = 1.0) -> None:
        self.samples: list[ProcessSample] = []
        self._pids = pids
        self._every_s = every_s
        self._began_s = 0.0
        self._before: dict[int, float] = {}
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Take the first look and go on in the background."""
        self._began_s = time.monotonic()
        self.look()
        self._before = {sample.pid: sample.cpu_s for sample in self.samples}
        self._task = asyncio.create_task(self._go_on())

    async def end(self) -> None:
        """Take the last look."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self.look()

    def look(self) -> None:
        """Look at all processes now."""
        at_s = time.monotonic() - self._began_s
        found = (look_at(pid, at_s) for pid in self._pids())
        self.samples += [sample for sample in found if sample is not None]

    def cpu_s(self) -> dict[int, float]:
        """Processor time of each process since the beginning, as far as it was seen."""
        last = {sample.pid: sample.cpu_s for sample in self.samples}
        return {pid: cpu_s - self._before.get(pid, 0.0) for pid, cpu_s in last.items()}

    async def _go_on(self) -> None:
        while True:
            await asyncio.sleep(self._every_s)
            self.look()
