"""Two real processes with one outbox; one is killed or stopped at the worst moment."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx2

from bot.wechat.api_client import SEND_PATH
from bot.wechat.platform_simulator import DeliveryOutcome, Failure, PlatformSimulator
from bot.wechat.simulated_messages import text_message
from tests.fakes.serving_process import Installation, ServingProcess, installation, until

FIRST, SECOND, THIRD = (f"oWorkerWithAPhone000000000{number:02d}" for number in range(3))
SLOW_QUESTION = "慢慢查：我在三明，创业补贴有多少"
SETTLING_S = 2.0
LEASE_S = 4


async def test_answers_outlive_the_processes_that_work_them_out(tmp_path: Path, index_dir: Path) -> None:
    async with installation(tmp_path, index_dir) as (servers, platform):
        lease = {"GONGYOU_TEST_LEASE_S": str(LEASE_S)}
        first, second = await asyncio.gather(servers.start(**lease), servers.start(**lease))
        await _a_burst_of_late_answers_is_pushed_once_each(servers, platform, [first, second])
        await _an_answer_comes_once_whose_process_is_killed_in_the_middle_of_the_work(servers, platform, first)
        third = await _an_answer_whose_process_is_killed_inside_the_platforms_call_is_unknown_and_offered_once_more(
            servers, platform, second, lease
        )
        await _a_process_that_is_asked_to_stop_finishes_what_it_accepted(servers, platform, third)


async def _a_burst_of_late_answers_is_pushed_once_each(
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


async def _an_answer_comes_once_whose_process_is_killed_in_the_middle_of_the_work(
    servers: Installation, platform: PlatformSimulator, working: ServingProcess
) -> None:
    delivery = await servers.simulator(working.url).worker_sends(text_message(FIRST, SLOW_QUESTION))
    assert (delivery.outcome, delivery.attempts) == (DeliveryOutcome.ACKNOWLEDGED, 1)
    working.kill()
    assert platform.read_by(FIRST) == []
    await until(lambda: platform.read_by(FIRST), 30, "the other process pushes the answer")
    await asyncio.sleep(SETTLING_S)
    [answer] = platform.read_by(FIRST)
    assert "1万元" in answer


async def _an_answer_whose_process_is_killed_inside_the_platforms_call_is_unknown_and_offered_once_more(
    servers: Installation, platform: PlatformSimulator, pushing: ServingProcess, lease: dict[str, str]
) -> ServingProcess:
    calls = platform.api.call_count(SEND_PATH)
    platform.api.fail_next(SEND_PATH, Failure(hangs=True))
    await servers.simulator(pushing.url).worker_sends(text_message(SECOND, SLOW_QUESTION))
    await until(lambda: platform.api.call_count(SEND_PATH) > calls, 20, "the push begins")
    pushing.kill()
    next_one = await servers.start(**lease)
    await until(lambda: _unknown_count(next_one.url), LEASE_S + 20, "the push counts as unknown")
    await asyncio.sleep(SETTLING_S)
    assert platform.read_by(SECOND) == []
    assert platform.api.call_count(SEND_PATH) == calls + 1, "an unknown push must never be repeated by itself"
    following = await servers.simulator(next_one.url).worker_sends(text_message(SECOND, "谢谢"))
    assert following.text.count("1万元") == 1
    after = await servers.simulator(next_one.url).worker_sends(text_message(SECOND, "谢谢你"))
    assert "1万元" not in after.text
    assert await _unknown_count(next_one.url) == 1
    return next_one


async def _a_process_that_is_asked_to_stop_finishes_what_it_accepted(
    servers: Installation, platform: PlatformSimulator, server: ServingProcess
) -> None:
    sending = asyncio.create_task(servers.simulator(server.url).worker_sends(text_message(THIRD, SLOW_QUESTION)))
    await asyncio.sleep(1.0)
    stopping = asyncio.create_task(server.stop())
    delivery = await sending
    assert (delivery.outcome, delivery.attempts) == (DeliveryOutcome.ACKNOWLEDGED, 1)
    await stopping
    if not platform.read_by(THIRD):
        await servers.start()
        await until(lambda: platform.read_by(THIRD), 20, "the next process pushes what the first one stored")
    await asyncio.sleep(SETTLING_S)
    [answer] = platform.read_by(THIRD)
    assert "1万元" in answer
    assert "Traceback" not in server.log.read_text()


async def _unknown_count(url: str) -> float:
    async with httpx2.AsyncClient(trust_env=False, timeout=30) as http:
        text = (await http.get(f"{url}/metrics")).text
    lines = [line for line in text.splitlines() if line.startswith("gongyou_late_answers_total") and "unknown" in line]
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines)
