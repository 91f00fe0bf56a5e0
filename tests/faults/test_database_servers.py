"""Redis or the MongoDB server killed and restarted under load: nobody is forgotten, nobody is answered twice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from api.commands.engine_servers import EngineServer
from api.commands.load_bench import LoadBench
from bot.evaluation.load_answers import ANSWERED, Outcome, Verdict
from bot.evaluation.worker_messages import WorkerMessages
from bot.wechat.platform_simulator import DeliveryOutcome
from bot.wechat.simulated_messages import text_message

AWAY_S = 3.0
RECOVERED_AFTER_S = 5.0

OpenBench = Callable[..., AbstractAsyncContextManager[LoadBench]]


class Outages:
    """Takes a server away in the middle of a load and brings it back.

    Attributes:
        back_at_s: when it was back for the last time, by the load's clock.
    """

    def __init__(self, server: EngineServer, seconds: float) -> None:
        self._server = server
        self._begins_s = seconds / 4
        self.back_at_s = 0.0

    async def __call__(self) -> None:
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        await asyncio.sleep(self._begins_s)
        self._server.kill()
        await asyncio.sleep(AWAY_S)
        await asyncio.to_thread(self._server.start)
        self.back_at_s = loop.time() - began_s


def sent_after(verdicts: list[Verdict], at_s: float) -> list[Verdict]:
    return [one for one in verdicts if one.sent.planned.at_s > at_s]


@pytest.mark.parametrize("engine", ["redis", "mongo"])
async def test_a_database_server_may_die_and_come_back_under_load(
    engine: str, open_bench: OpenBench, messages: WorkerMessages, extent: Any
) -> None:
    rate, seconds = extent.outage_rate, extent.outage_seconds
    async with open_bench(engines="servers") as bench:
        before = bench.product.serving_pids()
        outage = Outages(bench.engines[engine], seconds)
        measured = await bench.measure(messages.poisson(rate, seconds), rate=rate, seconds=seconds, meanwhile=outage)
        after = bench.product.serving_pids()
        delivery = await bench.simulator.worker_sends(text_message("o-afterwards", "老板拖欠工资找谁"))
    outcomes = {one.outcome for one in measured.verdicts}
    assert outage.back_at_s > 0
    assert after == before  # recovered without a restart
    assert outcomes <= (ANSWERED if engine == "redis" else ANSWERED | {Outcome.TURNED_AWAY, Outcome.FAILED}), (
        measured.report.misses
    )
    assert measured.report.doubled == 0
    recovered = sent_after(measured.verdicts, outage.back_at_s + RECOVERED_AFTER_S)
    assert {one.outcome for one in recovered} <= ANSWERED
    assert delivery.outcome is not DeliveryOutcome.FAILED_BANNER
