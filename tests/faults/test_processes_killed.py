"""Two real processes with one outbox; one is killed or stopped at the worst moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from bot.wechat.api_client import SEND_PATH
from bot.wechat.platform_simulator import DeliveryOutcome, Failure, PlatformSimulator
from bot.wechat.simulated_messages import text_message
from tests.fakes.serving_process import Installation, ServingProcess, installation, until

W = "oWorkerWithAPhone00000000001"
SLOW_QUESTION = "慢慢查：我在三明，创业补贴有多少"
SETTLING_S = 2.0
LEASE_S = 4

Place = tuple[Installation, PlatformSimulator]


@pytest.fixture
async def place(tmp_path: Path, index_dir: Path) -> AsyncIterator[Place]:
    async with installation(tmp_path, index_dir) as opened:
        yield opened


async def test_of_two_processes_each_answer_comes_once_also_where_one_is_killed_in_the_middle_of_the_work(
    place: Place,
) -> None:
    servers, platform = place
    first, second = await asyncio.gather(servers.start(), servers.start())
    await _push_a_burst_of_late_answers_once_each(servers, platform, [first, second])
    delivery = await servers.simulator(first.url).worker_sends(text_message(W, SLOW_QUESTION))
    assert (delivery.outcome, delivery.attempts) == (DeliveryOutcome.ACKNOWLEDGED, 1)
    first.kill()
    await until(lambda: platform.read_by(W), 30, "the other process pushes the answer")
    await asyncio.sleep(SETTLING_S)
    [answer] = platform.read_by(W)
    assert "1万元" in answer


async def _push_a_burst_of_late_answers_once_each(
    servers: Installation, platform: PlatformSimulator, both: list[ServingProcess]
) -> None:
    workers = [f"oWorker{number:021d}" for number in range(12)]
    deliveries = await asyncio.gather(
        *(
            servers.simulator(both[number % 2].url).worker_sends(text_message(openid, SLOW_QUESTION))
            for number, openid in enumerate(workers)
        )
    )
    assert {delivery.outcome for delivery in deliveries} == {DeliveryOutcome.ACKNOWLEDGED}
    await until(lambda: all(platform.read_by(openid) for openid in workers), 30, "everybody gets an answer")
    await asyncio.sleep(SETTLING_S)
    assert [len(platform.read_by(openid)) for openid in workers] == [1] * len(workers)
    assert platform.api.tokens.calls == 1


async def test_an_answer_whose_process_is_killed_inside_the_platforms_call_is_unknown_and_offered_once_more(
    place: Place,
) -> None:
    servers, platform = place
    first = await servers.start(GONGYOU_TEST_LEASE_S=str(LEASE_S))
    platform.api.fail_next(SEND_PATH, Failure(hangs=True))
    await servers.simulator(first.url).worker_sends(text_message(W, SLOW_QUESTION))
    await until(lambda: platform.api.call_count(SEND_PATH), 20, "the push begins")
    first.kill()
    second = await servers.start(GONGYOU_TEST_LEASE_S=str(LEASE_S))
    await asyncio.sleep(LEASE_S + SETTLING_S)
    assert platform.read_by(W) == []
    assert platform.api.call_count(SEND_PATH) == 1, "an unknown push must never be repeated by itself"
    next_one = await servers.simulator(second.url).worker_sends(text_message(W, "谢谢"))
    assert next_one.text.count("1万元") == 1
    after = await servers.simulator(second.url).worker_sends(text_message(W, "谢谢你"))
    assert "1万元" not in after.text
    assert await _unknown_count(second.url) == 1


async def test_a_process_that_is_asked_to_stop_finishes_what_it_accepted(place: Place) -> None:
    servers, platform = place
    server = await servers.start()
    sending = asyncio.create_task(servers.simulator(server.url).worker_sends(text_message(W, SLOW_QUESTION)))
    await asyncio.sleep(1.5)
    stopping = asyncio.create_task(server.stop())
    delivery = await sending
    assert (delivery.outcome, delivery.attempts) == (DeliveryOutcome.ACKNOWLEDGED, 1)
    await stopping
    if not platform.read_by(W):
        await servers.start()
        await until(lambda: platform.read_by(W), 20, "the next process pushes what the first one stored")
    await asyncio.sleep(SETTLING_S)
    [answer] = platform.read_by(W)
    assert "1万元" in answer
    assert "Traceback" not in server.log.read_text()


async def _unknown_count(url: str) -> float:
    async with httpx2.AsyncClient(trust_env=False, timeout=30) as http:
        text = (await http.get(f"{url}/metrics")).text
    [line] = [line for line in text.splitlines() if line.startswith("gongyou_late_answers_total") and "unknown" in line]
    return float(line.rsplit(" ", 1)[1])
