"""kill -9 of serving processes under load: every message is answered, once, or turned away in words."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from api.commands.load_bench import LoadBench
from bot.evaluation.load_answers import ANSWERED
from bot.evaluation.worker_messages import WorkerMessages
from bot.gateway.late_answer_rounds import ROUND_S
from bot.gateway.outbox_pusher import AT_ONCE
from tests.fakes.slow_account import slow_command

SETTINGS = {"GONGYOU_REPLY_DEADLINE_S": "0.6", "SLOW_PATTERN": "[急谢谢]$", "SLOW_S": "1.0", "LEASE_S": "15"}
"""Every seventh question or so is answered late, so that kills also hit answers that are owed or being pushed."""

ANSWERED_AT_LEAST = 0.9
"""The rest was told to write again: while a process is replaced, the other one has the whole load and the start of that
one to carry, which is too much for a busy machine."""

OpenBench = Callable[..., AbstractAsyncContextManager[LoadBench]]


def killer(bench: LoadBench, every_s: float, killed: list[int]) -> Callable[[], Awaitable[None]]:
    """Kills the serving process that has lived longest, again and again, while another one serves."""

    async def kill_again_and_again() -> None:
        while True:
            await asyncio.sleep(every_s)
            while len(ready := bench.ready_pids()) < 2:  # noqa: ASYNC110 - processes tell no event
                await asyncio.sleep(0.25)  # a machine that is slow to start processes has to get one up again first
            os.kill(ready[0], signal.SIGKILL)
            killed.append(ready[0])

    return kill_again_and_again


async def test_every_message_is_answered_once_or_turned_away_while_processes_are_killed(
    open_bench: OpenBench, messages: WorkerMessages, extent: Any
) -> None:
    killed: list[int] = []
    plan = messages.poisson(extent.kill_rate, extent.kill_seconds)
    async with open_bench(SETTINGS, command=slow_command) as bench:
        bench.unknown_after_s = float(SETTINGS["LEASE_S"]) + 2 * ROUND_S
        kills = killer(bench, extent.kill_every_s, killed)
        measured = await bench.measure(plan, rate=extent.kill_rate, seconds=extent.kill_seconds, meanwhile=kills)
    report = measured.report
    print(  # noqa: T201 - what `make test-faults` is run for
        f"{len(killed)} kills, {report.messages} messages:", dict(report.outcomes), f"again: {report.offered_again}"
    )
    assert len(killed) >= extent.kills
    assert report.outcomes["late"] > 0
    answered = sum(report.outcomes[one] for one in ANSWERED)
    assert answered + report.outcomes["turned_away"] == report.messages, report.misses
    assert answered >= ANSWERED_AT_LEAST * report.messages
    assert report.doubled == 0
    assert report.offered_again <= len(killed) * AT_ONCE  # what was with the platform when its process died
