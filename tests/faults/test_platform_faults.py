"""A platform that is slow, hangs, answers nonsense or refuses: a late answer arrives once, or is given up rightly.

The account runs in processes of its own; questions about 劳动仲裁 take it longer than its deadline, so their answers go
out as customer-service messages.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from api.commands.load_bench import LoadBench, product_under_load
from bot.wechat.api_client import SEND_PATH
from bot.wechat.platform_simulator import DeliveryOutcome, Failure
from bot.wechat.simulated_messages import text_message
from tests.fakes.slow_account import slow_command

SETTINGS = {"GONGYOU_REPLY_DEADLINE_S": "0.5", "SLOW_PATTERN": "劳动仲裁", "SLOW_S": "0.8"}
SLOW_QUESTION = "申请劳动仲裁要多久"
NEXT_MESSAGE = "查到了吗"
TOKEN_PATH = "/cgi-bin/stable_token"
CALL_LIMIT_S = 5.0
"""After which the account gives a call up."""
PATIENCE_S = 25.0
QUIET_S = 1.0
REPEATED, OUT_OF_QUOTA, PERMANENT = (40001, -1, 40014, 42001), (45015, 45047), (40003, 40200, 43101, 48001)
"""Error codes by what they ask for; the first of each is tried in the short version."""

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bench(tmp_path_factory: pytest.TempPathFactory, index_dir: Path) -> AsyncIterator[LoadBench]:
    """One account for all of it: every case has workers of its own, and leaves no failure behind."""
    folder = tmp_path_factory.mktemp("platform_faults")
    settings = {**SETTINGS, "GONGYOU_INDEX_DIR": str(index_dir)}
    async with product_under_load(folder, settings=settings, command=slow_command, processes=1) as bench:
        yield bench


async def pushed(bench: LoadBench, openid: str, count: int = 1) -> list[str]:
    """What the worker was pushed, once there are so many."""
    async with asyncio.timeout(PATIENCE_S):
        while len(bench.simulator.read_by(openid)) < count:  # noqa: ASYNC110 - the platform tells no event
            await asyncio.sleep(0.1)
    await asyncio.sleep(QUIET_S)  # would show one too many
    return bench.simulator.read_by(openid)


async def called(bench: LoadBench, calls: int) -> None:
    """Wait until the account has made so many calls in all."""
    async with asyncio.timeout(PATIENCE_S):
        while bench.simulator.api.call_count(SEND_PATH) < calls:  # noqa: ASYNC110
            await asyncio.sleep(0.1)


async def refused(bench: LoadBench, calls: int) -> None:
    """Wait until the account has made so many calls in all, and has taken note of the last answer."""
    await called(bench, calls)
    await asyncio.sleep(QUIET_S)


async def ask(bench: LoadBench, openid: str) -> None:
    delivery = await bench.simulator.worker_sends(text_message(openid, SLOW_QUESTION))
    assert delivery.outcome is DeliveryOutcome.ACKNOWLEDGED


async def test_a_platform_that_takes_3_s_gets_every_answer_once(bench: LoadBench) -> None:
    workers = [f"o-slow-{number}" for number in range(12)]
    bench.simulator.api.fail_next(SEND_PATH, Failure(delay_s=3.0), times=len(workers))
    await asyncio.gather(*(ask(bench, openid) for openid in workers))
    texts = await asyncio.gather(*(pushed(bench, openid) for openid in workers))
    assert [len(one) for one in texts] == [1] * len(workers)


async def test_where_nobody_knows_the_answer_is_offered_again_with_the_next_message(bench: LoadBench) -> None:
    failures = {
        "o-hangs": Failure(hangs=True),
        "o-hangs-after-it-has-sent": Failure(hangs=True, after_effect=True),
        "o-answers-a-web-page": Failure(html=True),
    }
    for openid, failure in failures.items():
        calls = bench.simulator.api.call_count(SEND_PATH)
        bench.simulator.api.fail_next(SEND_PATH, failure)
        await ask(bench, openid)
        await called(bench, calls + 1)
    await asyncio.sleep(CALL_LIMIT_S + QUIET_S)
    for openid, failure in failures.items():
        first = await bench.simulator.worker_sends(text_message(openid, NEXT_MESSAGE))
        second = await bench.simulator.worker_sends(text_message(openid, NEXT_MESSAGE))
        assert "这条可能已经收到过" in first.text, openid
        assert "您之前问的" not in second.text, openid
        assert len(bench.simulator.read_by(openid)) == (1 if failure.after_effect else 0), openid


async def test_each_error_code_is_treated_by_the_table(bench: LoadBench, extent: Any) -> None:
    tried = None if extent.all_error_codes else 1
    await _repeated_codes_deliver(bench, REPEATED[:tried])
    await _split_code_delivers_in_parts(bench)
    await _not_pushed_again_but_with_the_next_message(bench, [*OUT_OF_QUOTA[:tried], *PERMANENT[:tried]])
    await _the_daily_limit_stops_all_calls(bench)  # and nothing is pushed for ten minutes


async def _repeated_codes_deliver(bench: LoadBench, codes: Sequence[int]) -> None:
    for code in codes:
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


async def _not_pushed_again_but_with_the_next_message(bench: LoadBench, codes: Sequence[int]) -> None:
    for code in codes:
        openid, calls = f"o-{code}", bench.simulator.api.call_count(SEND_PATH)
        bench.simulator.api.fail_next(SEND_PATH, Failure(errcode=code))
        await ask(bench, openid)
        await refused(bench, calls + 1)
        delivery = await bench.simulator.worker_sends(text_message(openid, NEXT_MESSAGE))
        assert "您之前问的" in delivery.text, code
        assert bench.simulator.api.call_count(SEND_PATH) == calls + 1, code
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
