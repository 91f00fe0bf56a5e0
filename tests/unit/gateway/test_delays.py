"""Delays of 0 to 20 s in both account modes: one answer, work done once, no banner."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable

import pytest

from bot.domain.message import WorkerMessage
from bot.gateway import phrasing_gateway as phrasing
from bot.gateway.message_gateway import AccountMode
from bot.gateway.settlement import Acknowledged, Answered
from tests.fakes.gateway_process import GatewayProcess, ScriptedReplier
from tests.fakes.posting_platform import BANNER, PostingPlatform
from tests.fakes.watched_store import SettledClock

DELAYS_S = (0.0, 3.9, 4.1, 4.9, 6.0, 12.0, 20.0)
Write = Callable[..., WorkerMessage]
StartProcess = Callable[..., Awaitable[GatewayProcess]]


def count_answers(texts: list[str]) -> int:
    return sum(text.count("答：欠薪找谁") for text in texts)


@pytest.mark.parametrize("delay_s", DELAYS_S)
@pytest.mark.parametrize("processes", [1, 2])
async def test_a_verified_account_gets_one_answer_at_its_moment(
    delay_s: float,
    processes: int,
    start_process: StartProcess,
    write: Write,
    clock: SettledClock,
    platform: PostingPlatform,
    replier: ScriptedReplier,
) -> None:
    replier.delay_s = delay_s
    gateways = [(await start_process()).gateway for _ in range(processes)]
    began_s = clock.monotonic_s()
    settlement = await clock.run(platform.deliver(write(), gateways))
    settled_s = clock.monotonic_s() - began_s
    await clock.advance(30)
    assert platform.texts("o-zhang") == ["答：欠薪找谁"]
    assert len(replier.begun) == 1
    assert settled_s == pytest.approx(min(delay_s, 4.0))
    assert isinstance(settlement, Answered if delay_s < 4 else Acknowledged)
    assert len(platform.pushed) == (0 if delay_s < 4 else 1)


@pytest.mark.parametrize("delay_s", DELAYS_S)
@pytest.mark.parametrize("processes", [1, 2, 3])
async def test_passive_replies_alone_bring_one_answer(
    delay_s: float,
    processes: int,
    start_process: StartProcess,
    write: Write,
    clock: SettledClock,
    platform: PostingPlatform,
    replier: ScriptedReplier,
) -> None:
    replier.delay_s = delay_s
    gateways = [(await start_process(AccountMode.PASSIVE_ONLY)).gateway for _ in range(processes)]
    await clock.run(platform.deliver(write(), gateways))
    placeholder = phrasing.COMES_WITH_NEXT_MESSAGE
    assert platform.texts("o-zhang") == ([placeholder] if delay_s > 14 else ["答：欠薪找谁"])
    await clock.advance(30)
    replier.delay_s = 0
    await clock.run(platform.deliver(write("1"), gateways))
    await clock.run(platform.deliver(write("2"), gateways))
    texts = platform.texts("o-zhang")
    assert count_answers(texts) == 1
    assert BANNER not in texts
    assert platform.pushed == []
    assert Counter(replier.begun).most_common(1)[0][1] == 1


async def test_passive_posts_end_when_their_answer_is_there(
    start_process: StartProcess,
    write: Write,
    clock: SettledClock,
    platform: PostingPlatform,
    replier: ScriptedReplier,
) -> None:
    replier.delay_s = 6.0
    process = await start_process(AccountMode.PASSIVE_ONLY)
    began_s = clock.monotonic_s()
    await clock.run(platform.deliver(write(), [process.gateway]))
    assert clock.monotonic_s() - began_s == pytest.approx(6.0)


async def test_a_late_answer_names_the_question_it_is_for(
    start_process: StartProcess,
    write: Write,
    clock: SettledClock,
    platform: PostingPlatform,
    replier: ScriptedReplier,
) -> None:
    replier.delay_s = 20.0
    process = await start_process(AccountMode.PASSIVE_ONLY)
    await clock.run(platform.deliver(write(), [process.gateway]))
    await clock.advance(10)
    replier.delay_s = 0
    await clock.run(platform.deliver(write("有技能补贴吗"), [process.gateway]))
    assert platform.texts("o-zhang")[-1] == "您之前问的“欠薪找谁”：\n答：欠薪找谁\n\n答：有技能补贴吗"


async def test_asking_for_an_answer_that_is_not_there_yet_is_told_so(
    start_process: StartProcess,
    write: Write,
    clock: SettledClock,
    platform: PostingPlatform,
    replier: ScriptedReplier,
) -> None:
    replier.delay_s = 20.0
    process = await start_process(AccountMode.PASSIVE_ONLY)
    await clock.run(platform.deliver(write(), [process.gateway]))
    await clock.run(platform.deliver(write("好了吗"), [process.gateway]))
    assert platform.texts("o-zhang")[-1] == phrasing.STILL_WORKING
    await clock.advance(10)
    await clock.run(platform.deliver(write("好了吗"), [process.gateway]))
    assert count_answers(platform.texts("o-zhang")) == 1
    assert len(replier.begun) == 1
