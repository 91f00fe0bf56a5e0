"""Thousands of hostile callbacks at a real process: no server error, no crash, flat memory, and it still answers."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

from api.commands.load_bench import LoadBench
from bot.evaluation.http_wire import HttpWire, post_bytes
from bot.evaluation.process_watch import MIB, look_at
from bot.wechat.platform_simulator import DeliveryOutcome
from bot.wechat.simulated_messages import text_message
from tests.fakes.hostile_callbacks import HostileCallback, HostileSender

GROWTH_MAX_MIB = 24
WARM_UP = 200
REPLAYS = 20

OpenBench = Callable[..., AbstractAsyncContextManager[LoadBench]]


async def wrong_answers(wire: HttpWire, callbacks: Sequence[HostileCallback]) -> Counter[tuple[str, int]]:
    """What was answered otherwise than it may be; a dropped connection counts as status 0."""
    wrong: Counter[tuple[str, int]] = Counter()
    for one in callbacks:
        try:
            status = (await wire.post(one.request)).status
        except OSError:
            status = 0
        if status not in one.allowed:
            wrong[one.sort, status] += 1
    return wrong


async def replayed(bench: LoadBench, wire: HttpWire) -> set[str]:
    """The different texts that one and the same post gets within the signature's window."""
    platform = bench.simulator.platform
    callback = platform.request(text_message("o-replay", "老板拖欠工资找谁"))
    request = post_bytes(bench.product.url, callback.query, callback.body)
    return {platform.read_reply((await wire.post(request)).body, "o-replay") for _ in range(REPLAYS)}


async def test_hostile_callbacks_do_no_harm_and_a_replay_gets_the_same_answer(
    open_bench: OpenBench, dice: random.Random, extent: Any
) -> None:
    async with open_bench(processes=1) as bench:
        wire = HttpWire.to(bench.product.url)
        sender = HostileSender(bench.simulator.platform, bench.product.url, dice)
        callbacks = list(sender.callbacks(extent.hostile_callbacks))
        wrong = await wrong_answers(wire, callbacks[:WARM_UP])
        warm = look_at(bench.product.pid)
        wrong += await wrong_answers(wire, callbacks[WARM_UP:])
        after = look_at(bench.product.pid)
        delivery = await bench.simulator.worker_sends(text_message("o-honest", "老板拖欠工资找谁"))
        replies = await replayed(bench, wire)
        wire.close()
    print(  # noqa: T201 - what `make test-faults` is run for
        f"{len(callbacks)} callbacks, not answered as they may be: {dict(wrong)}, memory", warm, after
    )
    assert {one.sort for one in callbacks} == set(sender.sorts)
    assert wrong == Counter()
    assert warm is not None
    assert after is not None
    assert (after.rss_bytes - warm.rss_bytes) / MIB <= GROWTH_MAX_MIB
    assert delivery.outcome is DeliveryOutcome.REPLIED
    assert len(replies) == 1
