"""kill -9 of serving processes: every message is answered once, whenever its processes die."""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import signal
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, closing
from pathlib import Path
from typing import Any

import httpx2

from api.commands.load_bench import LoadBench
from bot.evaluation.load_answers import ANSWERED
from bot.evaluation.worker_messages import WorkerMessages
from bot.gateway.late_answer_rounds import ROUND_S
from bot.wechat.simulated_messages import text_message
from bot.wechat.simulated_worker import POSTS
from tests.fakes.serving_process import until
from tests.fakes.slow_account import slow_command

SETTINGS = {"GONGYOU_REPLY_DEADLINE_S": "2.0", "SLOW_PATTERN": "[急谢谢]$", "SLOW_S": "2.2", "LEASE_S": "15"}
"""Every seventh question or so is answered late, so that kills also hit answers that are owed or being pushed."""
ALL_SLOW = {"SLOW_PATTERN": ".", "SLOW_S": "3.0"}
"""Time enough to be killed in the middle of it, and none of it late."""
TURNED_AWAY_AT_MOST = 0.01
"""Told to write again, where the machine is busy with other work: the claim did not come within the deadline."""
LATER = 0.06
"""Of the time between two posts (0.3 s): each kill falls so much later against the posts than the last one."""
W = "oWorkerWhosePostsMeetDeath01"
QUESTION = "我在三明，创业补贴有多少"
SETTLING_S = 1.5 * ROUND_S

OpenBench = Callable[..., AbstractAsyncContextManager[LoadBench]]


def pauses(every_s: float, dice: random.Random) -> Iterator[float]:
    """Between two kills: three almost in step with the platform's posts, which come every 5 s, then one out of step.

    Exactly in step, a message that arrives milliseconds before a kill would do so three times, and be known to nobody.
    As it is, what one kill met before it was claimed, the next ones meet in the middle of the work.
    """
    while True:
        yield from (every_s * (1 + LATER + dice.uniform(-LATER, LATER) / 8) for _ in range(POSTS))
        yield every_s * dice.uniform(0.5, 1.1)


def killer(bench: LoadBench, extent: Any, dice: random.Random, killed: list[int]) -> Callable[[], Awaitable[None]]:
    """Kills the serving process that has lived longest, again and again, while another one serves."""

    async def kill_again_and_again() -> None:
        loop = asyncio.get_running_loop()
        at_s = loop.time()
        last_s = at_s + extent.kill_seconds
        for pause_s in pauses(extent.kill_every_s, dice):
            at_s = max(at_s + pause_s, loop.time())
            if at_s > last_s:
                return
            await asyncio.sleep(at_s - loop.time())
            while len(ready := bench.ready_pids()) < 2:  # noqa: ASYNC110 - processes tell no event
                await asyncio.sleep(0.05)
            os.kill(ready[0], signal.SIGKILL)
            killed.append(ready[0])

    return kill_again_and_again


async def test_every_message_is_answered_once_while_processes_are_killed(
    open_bench: OpenBench, messages: WorkerMessages, extent: Any, dice: random.Random
) -> None:
    killed: list[int] = []
    plan = messages.poisson(extent.kill_rate, extent.kill_seconds)
    async with open_bench(SETTINGS, command=slow_command) as bench:
        bench.unknown_after_s = float(SETTINGS["LEASE_S"]) + 2 * ROUND_S
        kills = killer(bench, extent, dice, killed)
        measured = await bench.measure(plan, rate=extent.kill_rate, seconds=extent.kill_seconds, meanwhile=kills)
        unknown = await unknown_count(bench)
    report = measured.report
    print(  # noqa: T201 - what `make test-faults` is run for
        f"{len(killed)} kills, {report.messages} messages:", dict(report.outcomes),
        f"again: {report.offered_again} of {unknown} unknown, doubled: {report.doubled}", report.latency_ms,
    )  # fmt: skip
    assert len(killed) >= extent.kills
    assert report.outcomes["late"] > 0
    answered = sum(report.outcomes[one] for one in ANSWERED)
    assert answered + report.outcomes["turned_away"] == report.messages, report.misses
    assert report.outcomes["turned_away"] <= TURNED_AWAY_AT_MOST * report.messages
    assert report.doubled == 0
    assert report.offered_again <= unknown


async def unknown_count(bench: LoadBench) -> int:
    """Of how many answers the product says that nobody knows whether they arrived."""
    async with httpx2.AsyncClient(trust_env=False, timeout=30) as http:
        text = (await http.get(bench.product.url.replace("/wechat", "/metrics"))).text
    return sum(
        int(float(count))
        for count in re.findall(r'^gongyou_late_answers_total{step="unknown"} (\S+)$', text, re.MULTILINE)
    )


async def test_a_message_whose_every_post_meets_a_killed_process_is_answered_once(
    open_bench: OpenBench, tmp_path: Path
) -> None:
    async with open_bench(ALL_SLOW, command=slow_command) as bench:
        sending = asyncio.create_task(bench.generator.send_now([text_message(W, QUESTION)], rate=1.0))
        for attempt in range(1, POSTS + 1):
            await until(lambda number=attempt: begun(tmp_path) == number, 30, f"the work begins, attempt {attempt}")
            for pid in bench.product.serving_pids():
                os.kill(pid, signal.SIGKILL)
        (sent,) = await sending
        assert (sent.attempts, sent.status) == (POSTS, 0)
        assert bench.simulator.read_by(W) == []
        await until(lambda: bench.simulator.read_by(W), 40, "the answer is pushed")
        await asyncio.sleep(SETTLING_S)
        (answer,) = bench.simulator.read_by(W)
        later = await bench.simulator.worker_sends(text_message(W, "谢谢"))
    assert "1万元" in answer
    assert "您之前问的" not in later.text


def begun(folder: Path) -> int:
    """How often the work on the one message began."""
    with closing(sqlite3.connect(folder / "gongyou.sqlite3")) as connection:
        rows = connection.execute("SELECT body FROM documents_inbox").fetchall()
    return max((json.loads(body)["attempts"] for (body,) in rows), default=0)
