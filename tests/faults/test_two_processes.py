"""Two real processes on one data folder: what one does, the other knows."""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest

from bot.assembly import build_policy_index
from bot.retrieval.index_store import switch
from bot.settings import Settings
from bot.wechat.platform_simulator import DeliveryOutcome, PlatformSimulator
from bot.wechat.simulated_messages import text_message
from tests.fakes.serving_process import REPOSITORY, Installation, ServingProcess, installation, until

W = "oWorkerWithAPhone00000000001"
SWITCHED_WITHIN_S = 2.0
"""On a machine that has nothing else to do; more where others wait for its processors, too."""

Pair = tuple[Installation, PlatformSimulator, list[ServingProcess]]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation to whose corpus nobody has written similar questions yet."""
    corpus = tmp_path / "corpus"
    shutil.copytree(REPOSITORY / "corpus", corpus)
    shutil.rmtree(corpus / "similar_questions")
    encoder = str(REPOSITORY / "indexes" / "encoder")
    return Settings(corpus_dir=corpus, index_dir=tmp_path / "indexes", encoder=encoder, _env_file=None)


@pytest.fixture
async def pair(tmp_path: Path, settings: Settings) -> AsyncIterator[Pair]:
    build_policy_index(settings)
    async with installation(tmp_path, settings.index_dir) as (place, platform):
        corpus = {"GONGYOU_CORPUS_DIR": str(settings.corpus_dir)}
        servers = await asyncio.gather(place.start(**corpus), place.start(**corpus))
        yield place, platform, servers


async def test_what_one_process_does_the_other_knows(pair: Pair, settings: Settings) -> None:
    place, platform, servers = pair
    await _a_repeat_at_the_other_process_joins_the_work(place, servers)
    await _a_late_answer_is_pushed_once(place, platform, servers)
    await _a_browser_hears_of_messages_to_the_other_process(servers)
    await _a_switch_of_the_index_reaches_both(settings, servers)


async def _a_repeat_at_the_other_process_joins_the_work(place: Installation, servers: list[ServingProcess]) -> None:
    both = [place.simulator(server.url).platform for server in servers]
    request = both[0].request(text_message(W, "我在三明，创业补贴有多少"))
    replies = await asyncio.gather(*(one.deliver_request(request, W) for one in both for _ in range(3)))
    assert {reply.outcome for reply in replies} == {DeliveryOutcome.REPLIED}
    assert len({reply.text for reply in replies}) == 1
    same_id = both[0].request_for_xml(
        text_message("oSomebodyElse", "你好").xml("gh_gongyou_demo", int(time.time()), 7), "o"
    )
    twin = both[1].request_for_xml(text_message(W, "你好").xml("gh_gongyou_demo", int(time.time()), 7), W)
    other, mine = await asyncio.gather(
        both[0].deliver_request(replace(same_id), "oSomebodyElse"), both[1].deliver_request(twin, W)
    )
    assert {other.outcome, mine.outcome} == {DeliveryOutcome.REPLIED}


async def _a_late_answer_is_pushed_once(
    place: Installation, platform: PlatformSimulator, servers: list[ServingProcess]
) -> None:
    delivery = await place.simulator(servers[0].url).worker_sends(text_message(W, "慢慢查：创业担保贷款"))
    assert delivery.outcome is DeliveryOutcome.ACKNOWLEDGED
    await until(lambda: platform.read_by(W), 20, "the answer is pushed")
    assert len(platform.read_by(W)) == 1


async def _a_browser_hears_of_messages_to_the_other_process(servers: list[ServingProcess]) -> None:
    first, second = servers
    async with httpx2.AsyncClient(trust_env=False, timeout=30) as browser:
        await browser.get(f"{first.url}/simulator")
        async with browser.stream("GET", f"{second.url}/simulator/events") as events:
            lines = events.aiter_lines()
            assert [await anext(lines) for _ in range(2)][1] == "event: resync"
            headers = {"HX-Request": "true", "Origin": first.url}
            await browser.post(f"{first.url}/simulator/messages", data={"text": "你好"}, headers=headers)
            async with asyncio.timeout(20):
                async for line in lines:
                    if line == "event: bubble":
                        return
    raise AssertionError("the stream ended without a word")


async def _a_switch_of_the_index_reaches_both(settings: Settings, servers: list[ServingProcess]) -> None:
    small = (await servers[0].health())["build_id"]
    whole = settings.model_copy(update={"corpus_dir": REPOSITORY / "corpus"})
    large = (await asyncio.to_thread(build_policy_index, whole)).build_id
    await _switched(servers, large)
    switch(settings.index_dir, small)
    await _switched(servers, small)
    file = settings.index_dir / large / "embeddings.npy"
    file.write_bytes(file.read_bytes()[:-4])
    switch(settings.index_dir, large)
    await asyncio.sleep(SWITCHED_WITHIN_S)
    found = [await server.health() for server in servers]
    assert [(one["build_id"], one["index"]) for one in found] == [(small, "ok")] * 2


async def _switched(servers: list[ServingProcess], build_id: str) -> None:
    """Both say in time that they use a build."""

    async def all_use_it() -> bool:
        return all([(await server.health()).get("build_id") == build_id for server in servers])

    waiting_for_a_processor = os.getloadavg()[0] / (os.cpu_count() or 1)
    await until(all_use_it, SWITCHED_WITHIN_S * max(1.0, waiting_for_a_processor), f"both processes use {build_id}")
