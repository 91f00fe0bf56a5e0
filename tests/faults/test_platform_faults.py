"""A platform that is slow, hangs, answers nonsense or refuses: a late answer arrives once, or is given up rightly.

The account runs in processes of its own; questions about 劳动仲裁 take it longer than its deadline, so their answers go
out as customer-service messages.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest

from api.commands.load_bench import LoadBench
from bot.wechat.api_client import SEND_PATH
from bot.wechat.platform_simulator import DeliveryOutcome, Failure
from bot.wechat.simulated_messages import text_message
from tests.fakes.slow_account import slow_command

SETTINGS = {"GONGYOU_REPLY_DEADLINE_S": "1.0", "SLOW_PATTERN": "劳动仲裁", "SLOW_S": "1.5"}
SLOW_QUESTION = "申请劳动仲裁要多久"
NEXT_MESSAGE = "查到了吗"
TOKEN_PATH = "/cgi-bin/stable_token"
PATIENCE_S = 25.0
QUIET_S = 2.0

OpenBench = Callable[..., AbstractAsyncContextManager[LoadBench]]


async def pushed(bench: LoadBench, openid: str, count: int = 1) -> list[str]:
    """What the worker was pushed, once there are so many."""
    async with asyncio.timeout(PATIENCE_S):
        while len(bench.simulator.read_by(openid)) < count:  # noqa: ASYNC110 - the platform tells no event
            await asyncio.sleep(0.1)
    await asyncio.sleep(QUIET_S)  # would show one too many
    return bench.simulator.read_by(openid)


async def refused(bench: LoadBench, calls: int) -> None:
    """Wait until the account has made so many calls in all, and has taken note of the last answer."""
    async with asyncio.timeout(PATIENCE_S):
        while bench.simulator.api.call_count(SEND_PATH) < calls:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    await asyncio.sleep(QUIET_S)


async def ask(bench: LoadBench, openid: str) -> None:
    delivery = await bench.simulator.worker_sends(text_message(openid, SLOW_QUESTION))
    assert delivery.outcome is DeliveryOutcome.ACKNOWLEDGED


async def test_a_platform_that_takes_3_s_gets_every_answer_once(open_bench: OpenBench) -> None:
    workers = [f"o-slow-{number}" for number in range(12)]
    async with open_bench(SETTINGS, command=slow_command) as bench:
        bench.simulator.api.fail_next(SEND_PATH, Failure(delay_s=3.0), times=len(workers))
        await asyncio.gather(*(ask(bench, openid) for openid in workers))
        texts = await asyncio.gather(*(pushed(bench, openid) for openid in workers))
    assert [len(one) for one in texts] == [1] * len(workers)


@pytest.mark.parametrize(
    "failure",
    [Failure(hangs=True), Failure(hangs=True, after_effect=True), Failure(html=True)],
    ids=["hangs", "hangs after it has sent", "answers a web page"],
)
async def test_where_nobody_knows_the_answer_is_offered_again_with_the_next_message(
    failure: Failure, open_bench: OpenBench
) -> None:
    async with open_bench(SETTINGS, command=slow_command, processes=1) as bench:
        bench.simulator.api.fail_next(SEND_PATH, failure)
        await ask(bench, "o-unknown")
        await refused(bench, 1)
        await asyncio.sleep(0 if failure.html else 5.0)  # the time limit of a call
        first = await bench.simulator.worker_sends(text_message("o-unknown", NEXT_MESSAGE))
        second = await bench.simulator.worker_sends(text_message("o-unknown", NEXT_MESSAGE))
        texts = bench.simulator.read_by("o-unknown")
    assert "这条可能已经收到过" in first.text
    assert "您之前问的" not in second.text
    assert len(texts) == (1 if failure.after_effect else 0)


async def test_each_error_code_is_treated_by_the_table(open_bench: OpenBench) -> None:
    async with open_bench(SETTINGS, command=slow_command, processes=1) as bench:
        await _repeated_codes_deliver(bench)
        await _split_code_delivers_in_parts(bench)
        await _codes_that_wait_deliver_with_the_next_message(bench)
        await _permanent_codes_give_up(bench)
        await _the_daily_limit_stops_all_calls(bench)


async def _repeated_codes_deliver(bench: LoadBench) -> None:
    for code in (-1, 40001, 40014, 42001):
        openid, tokens = f"o-{code}", bench.simulator.api.call_count(TOKEN_PATH)
        bench.simulator.api.fail_next(SEND_PATH, Failure(errcode=code))
        await ask(bench, openid)
        assert len(await pushed(bench, openid)) == 1, code
        assert bench.simulator.api.call_count(TOKEN_PATH) - tokens <= 2, code


async def _split_code_delivers_in_parts(bench: LoadBench) -> None:
    bench.simulator.api.fail_next(SEND_PATH, Failure(errcode=45002))
    await ask(bench, "o-45002")
    parts = await pushed(bench, "o-45002", 2)
    assert len(set(parts)) == len(parts) >= 2


async def _codes_that_wait_deliver_with_the_next_message(bench: LoadBench) -> None:
    for code in (45015, 45047, 43101, 48001):
        openid, calls = f"o-{code}", bench.simulator.api.call_count(SEND_PATH)
        bench.simulator.api.fail_next(SEND_PATH, Failure(errcode=code))
        await ask(bench, openid)
        await refused(bench, calls + 1)
        delivery = await bench.simulator.worker_sends(text_message(openid, NEXT_MESSAGE))
        assert "您之前问的" in delivery.text, code
        assert bench.simulator.api.call_count(SEND_PATH) == calls + 1, code
        assert bench.simulator.read_by(openid) == [], code


async def _permanent_codes_give_up(bench: LoadBench) -> None:
    for code in (40003, 40200):
        openid, calls = f"o-{code}", bench.simulator.api.call_count(SEND_PATH)
        bench.simulator.api.fail_next(SEND_PATH, Failure(errcode=code))
        await ask(bench, openid)
        await refused(bench, calls + 1)
        delivery = await bench.simulator.worker_sends(text_message(openid, NEXT_MESSAGE))
        assert "您之前问的" not in delivery.text, code
        assert bench.simulator.read_by(openid) == [], code


async def _the_daily_limit_stops_all_calls(bench: LoadBench) -> None:
    calls = bench.simulator.api.call_count(SEND_PATH)
    bench.simulator.api.fail_next(SEND_PATH, Failure(errcode=45009))
    await ask(bench, "o-45009")
    await refused(bench, calls + 1)
    await ask(bench, "o-after-45009")
    await asyncio.sleep(QUIET_S)
    assert bench.simulator.api.call_count(SEND_PATH) == calls + 1
    delivery = await bench.simulator.worker_sends(text_message("o-45009", NEXT_MESSAGE))
    assert "您之前问的" in delivery.text
