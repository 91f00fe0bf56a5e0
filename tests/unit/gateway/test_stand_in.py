"""While nothing can be stored: what can be answered is, nothing is promised, and what was lost is made up for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.domain.errors import StoreUnavailableError
from bot.domain.message import MessageKind, Reply, WorkerMessage
from bot.gateway import phrasing_gateway as phrasing
from bot.gateway.message_gateway import AccountMode
from bot.gateway.settlement import Acknowledged, Answered, Withheld
from bot.gateway.stand_in import DEADLINE_S
from tests.fakes.gateway_process import GatewayProcess, ScriptedReplier
from tests.fakes.posting_platform import PostingPlatform
from tests.fakes.watched_store import SettledClock

Write = Callable[..., WorkerMessage]
StartProcess = Callable[..., Awaitable[GatewayProcess]]
BOTH_MODES = pytest.mark.parametrize("mode", list(AccountMode))


class MeetsAnAwayStore(ScriptedReplier):
    """The store goes away while the reply is worked out."""

    async def next_turn(self, message: WorkerMessage) -> Reply:
        await super().next_turn(message)
        raise StoreUnavailableError("away")


class BrokenReplier(ScriptedReplier):
    async def next_turn(self, message: WorkerMessage) -> Reply:
        raise ValueError(message.text)


@pytest.fixture
def storeless(clock: SettledClock) -> ScriptedReplier:
    return ScriptedReplier(clock, script=lambda message: f"查到：{message.text}" if message.text else "")


@BOTH_MODES
async def test_with_the_store_away_the_first_post_is_answered_and_nothing_is_written(
    mode: AccountMode,
    start_process: StartProcess,
    write: Write,
    clock: SettledClock,
    replier: ScriptedReplier,
    storeless: ScriptedReplier,
    platform: PostingPlatform,
) -> None:
    process = await start_process(mode, storeless=storeless)
    process.store.is_away = True
    settled = await clock.run(platform.deliver(write(), [process.gateway]))
    assert settled == Answered(Reply("查到：欠薪找谁"), is_answer=False)
    process.store.is_away = False
    await clock.advance(60)
    assert platform.texts("o-zhang") == ["查到：欠薪找谁"], "nothing comes once more afterwards"
    assert replier.begun == []
    assert await process.store.count("inbox", {}) == await process.store.count("outbox", {}) == 0


@BOTH_MODES
async def test_a_store_that_goes_away_during_the_work_costs_no_answer(
    mode: AccountMode,
    start_process: StartProcess,
    write: Write,
    clock: SettledClock,
    storeless: ScriptedReplier,
    platform: PostingPlatform,
) -> None:
    process = await start_process(mode, replier=MeetsAnAwayStore(clock), storeless=storeless)
    await clock.run(platform.deliver(write(), [process.gateway]))
    assert platform.texts("o-zhang") == ["查到：欠薪找谁"]


async def test_an_answer_that_cannot_be_stored_is_given_from_the_index_and_not_promised(
    start_process: StartProcess,
    write: Write,
    clock: SettledClock,
    replier: ScriptedReplier,
    storeless: ScriptedReplier,
    platform: PostingPlatform,
) -> None:
    replier.delay_s = 1.0
    process = await start_process(storeless=storeless)
    message = write()
    delivery = asyncio.ensure_future(platform.deliver(message, [process.gateway]))
    await clock.advance(0.5)
    process.store.is_away = True
    await clock.advance(DEADLINE_S)
    assert delivery.done()
    assert platform.texts("o-zhang") == ["查到：欠薪找谁"]
    process.store.is_away = False
    await clock.advance(120)
    assert platform.texts("o-zhang") == ["查到：欠薪找谁"]
    assert await process.store.count("outbox", {}) == 0


async def test_what_was_promised_before_the_outage_still_comes_after_it(
    start_process: StartProcess,
    write: Write,
    clock: SettledClock,
    replier: ScriptedReplier,
    storeless: ScriptedReplier,
    platform: PostingPlatform,
) -> None:
    replier.delay_s = 6.0
    process = await start_process(storeless=storeless)
    assert await clock.run(platform.deliver(write(), [process.gateway])) == Acknowledged()
    process.store.is_away = True
    await clock.advance(30)
    assert platform.texts("o-zhang") == []
    process.store.is_away = False
    await clock.advance(60)
    assert platform.texts("o-zhang") == ["答：欠薪找谁"]


async def test_repeats_join_what_runs(
    start_process: StartProcess, write: Write, clock: SettledClock, storeless: ScriptedReplier
) -> None:
    storeless.delay_s = 1.0
    process = await start_process(storeless=storeless)
    process.store.is_away = True
    message = write()

    async def thrice() -> list[object]:
        return list(await asyncio.gather(*(process.gateway.receive(message) for _ in range(3))))

    assert await clock.run(thrice()) == [Answered(Reply("查到：欠薪找谁"), is_answer=False)] * 3
    assert len(storeless.begun) == 1


async def test_more_than_can_be_worked_on_are_asked_to_come_again(
    start_process: StartProcess, write: Write, clock: SettledClock, storeless: ScriptedReplier
) -> None:
    storeless.delay_s = 1.0
    process = await start_process(storeless=storeless)
    process.store.is_away = True

    async def five_workers() -> list[str]:
        settled = await asyncio.gather(*(process.gateway.receive(write(openid=f"o-{number}")) for number in range(5)))
        return [settlement.reply.text for settlement in settled if isinstance(settlement, Answered)]

    texts = await clock.run(five_workers())
    assert sorted(texts) == sorted(["查到：欠薪找谁"] * 3 + [phrasing.BUSY] * 2)


@pytest.mark.parametrize("kind", ["slow", "broken"])
async def test_what_cannot_be_answered_in_time_is_asked_to_come_later(
    kind: str, start_process: StartProcess, write: Write, clock: SettledClock, platform: PostingPlatform
) -> None:
    storeless = ScriptedReplier(clock, delay_s=30.0) if kind == "slow" else BrokenReplier(clock)
    process = await start_process(storeless=storeless)
    process.store.is_away = True
    began_at = clock.now()
    await clock.run(platform.deliver(write(), [process.gateway]))
    assert platform.texts("o-zhang") == [phrasing.TRY_AGAIN_LATER]
    assert (clock.now() - began_at).total_seconds() < 5
    await process.gateway.close()


async def test_an_event_that_nobody_waits_for_is_acknowledged(
    start_process: StartProcess, write: Write, clock: SettledClock, storeless: ScriptedReplier
) -> None:
    process = await start_process(storeless=storeless)
    process.store.is_away = True
    event = write("", kind=MessageKind.EVENT_VIEW)
    assert await clock.run(process.gateway.receive(event)) == Acknowledged()


async def test_who_unsubscribes_meanwhile_is_worked_on_when_the_store_is_back(
    start_process: StartProcess,
    write: Write,
    clock: SettledClock,
    replier: ScriptedReplier,
    storeless: ScriptedReplier,
) -> None:
    process = await start_process(storeless=storeless)
    process.store.is_away = True
    events = [write("", openid=f"o-{number}", kind=MessageKind.EVENT_UNSUBSCRIBE) for number in range(3)]
    for event in [*events, events[0]]:
        assert await clock.run(process.gateway.receive(event)) == Withheld()
    await clock.advance(60)
    assert replier.begun == []
    process.store.is_away = False
    await clock.advance(10)
    assert sorted(replier.begun) == sorted(event.key for event in events)
    assert await process.store.count("inbox", {"state": "ready"}) == 3
    await clock.advance(60)
    assert len(replier.begun) == 3
    await process.gateway.close()
