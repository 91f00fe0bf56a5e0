"""More messages than a process can answer: the rest is turned away politely, in time, and leaves nothing behind."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.domain.message import MessageKind, Reply, WorkerMessage
from bot.gateway import phrasing_gateway as phrasing
from bot.gateway.inbox import claim_id_of
from bot.gateway.message_gateway import AccountMode
from bot.gateway.settlement import Acknowledged, Answered, Settlement, Withheld
from tests.fakes.gateway_process import GatewayProcess, ScriptedReplier
from tests.fakes.posting_platform import BANNER, PostingPlatform
from tests.fakes.watched_store import SettledClock

Write = Callable[..., WorkerMessage]
StartProcess = Callable[..., Awaitable[GatewayProcess]]
BUSY = Answered(Reply(phrasing.BUSY), is_answer=False)
BOTH_MODES = pytest.mark.parametrize("mode", list(AccountMode))


async def _all(process: GatewayProcess, messages: list[WorkerMessage]) -> list[Settlement]:
    return await asyncio.gather(*(process.gateway.receive(message) for message in messages))


@BOTH_MODES
async def test_a_burst_beyond_the_room_is_turned_away_and_the_rest_is_answered(
    mode: AccountMode, start_process: StartProcess, write: Write, clock: SettledClock, replier: ScriptedReplier
) -> None:
    replier.delay_s = 0.5
    process = await start_process(mode, running_max=4, queue_max=6)
    messages = [write(openid=f"o-{number}") for number in range(40)]
    began_s = clock.monotonic_s()
    settlements = await clock.run(_all(process, messages))
    assert settlements[:10] == [Answered(Reply("答：欠薪找谁"))] * 10
    assert settlements[10:] == [BUSY] * 30
    assert clock.monotonic_s() - began_s < 4.0
    assert process.counters["gateway.shed"] == 30


async def test_no_more_messages_are_worked_on_at_once_than_there_is_room_for(
    start_process: StartProcess, write: Write, clock: SettledClock, replier: ScriptedReplier
) -> None:
    replier.delay_s = 1.0
    process = await start_process(running_max=3, queue_max=10)
    posts = asyncio.gather(*(process.gateway.receive(write(openid=f"o-{number}")) for number in range(13)))
    await clock.advance(0.9)
    assert (len(replier.begun), process.jobs.count) == (3, 13)
    await clock.advance(10)
    await posts


async def test_the_first_post_of_a_message_is_turned_away_without_asking_a_store_that_has_enough_to_do(
    start_process: StartProcess, write: Write, clock: SettledClock, replier: ScriptedReplier
) -> None:
    replier.delay_s = 1.0
    process = await start_process(running_max=1, queue_max=0)
    first = asyncio.ensure_future(process.gateway.receive(write(openid="o-li")))
    await clock.advance(0.5)
    asked = clock.activity.ended
    message = write(openid="o-wang", CreateTime=str(int(clock.now().timestamp())))
    assert await process.gateway.receive(message) == BUSY
    assert clock.activity.ended == asked
    await clock.advance(10)
    await first


@BOTH_MODES
async def test_a_message_whose_turn_does_not_come_in_time_is_turned_away_before_the_platform_hangs_up(
    mode: AccountMode, start_process: StartProcess, write: Write, clock: SettledClock, replier: ScriptedReplier
) -> None:
    replier.delay_s = 3.0
    process = await start_process(mode, running_max=1, queue_max=5)
    began_s = clock.monotonic_s()
    settlements = await clock.run(_all(process, [write(openid=f"o-{number}") for number in range(4)]))
    assert clock.monotonic_s() - began_s < 5.0
    assert settlements[0] == Answered(Reply("答：欠薪找谁"))
    assert settlements[2:] == [BUSY] * 2
    await clock.advance(60)
    assert process.jobs.count == 0


async def test_a_message_that_was_turned_away_leaves_nothing_behind_and_can_be_sent_again(
    start_process: StartProcess, write: Write, clock: SettledClock, replier: ScriptedReplier
) -> None:
    replier.delay_s = 1.0
    process = await start_process(running_max=1, queue_max=0)
    first, second = write(openid="o-1"), write(openid="o-2")
    assert (await clock.run(_all(process, [first, second])))[1] == BUSY
    assert await process.store.count("inbox", {"_id": claim_id_of(second.key)}) == 0
    assert await process.store.count("outbox", {"openid": "o-2"}) == 0
    assert await clock.run(process.gateway.receive(write(openid="o-2"))) == Answered(Reply("答：欠薪找谁"))


async def test_a_repeat_joins_its_job_however_full_the_process_is(
    start_process: StartProcess, write: Write, clock: SettledClock, replier: ScriptedReplier
) -> None:
    replier.delay_s = 2.0
    process = await start_process(running_max=1, queue_max=0)
    message = write()
    assert await clock.run(_all(process, [message, message])) == [Answered(Reply("答：欠薪找谁"))] * 2


async def test_a_full_process_does_not_turn_away_what_another_one_works_on(
    start_process: StartProcess, write: Write, clock: SettledClock, replier: ScriptedReplier
) -> None:
    replier.delay_s = 3.5
    working, full = await start_process(), await start_process(running_max=1, queue_max=0)
    message = write()
    first = asyncio.ensure_future(working.gateway.receive(message))
    blocking = asyncio.ensure_future(full.gateway.receive(write(openid="o-li")))
    await clock.advance(1.0)
    assert await clock.run(full.gateway.receive(message)) == Withheld()
    await clock.advance(2.5)
    assert await first == Answered(Reply("答：欠薪找谁"))
    await blocking
    again = asyncio.ensure_future(full.gateway.receive(write(openid="o-li")))
    await clock.advance(0.1)
    assert await clock.run(full.gateway.receive(message)) == Answered(Reply("答：欠薪找谁"))
    await clock.run(_ended(again))


async def test_a_store_that_is_slow_to_owe_an_answer_lets_no_post_run_into_the_hang_up(
    start_process: StartProcess,
    write: Write,
    clock: SettledClock,
    replier: ScriptedReplier,
    platform: PostingPlatform,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    replier.delay_s = 60.0
    process = await start_process()
    owe = process.outbox.owe

    async def owe_slowly(message: WorkerMessage) -> None:
        await clock.sleep(3.0)
        await owe(message)

    monkeypatch.setattr(process.outbox, "owe", owe_slowly)
    began_s = clock.monotonic_s()
    settled = await clock.run(platform.deliver(write(), [process.gateway]))
    assert settled == Answered(Reply(phrasing.TRY_AGAIN_LATER), is_answer=False)
    assert clock.monotonic_s() - began_s < 15.0
    assert BANNER not in platform.texts("o-zhang")
    assert process.counters["gateway.not_kept"] == 3
    monkeypatch.undo()
    await clock.advance(120)
    assert platform.pushed == [], "nothing was acknowledged, so nothing follows"


async def test_the_last_post_of_what_another_process_works_on_is_told_to_come_again_by_a_full_one(
    start_process: StartProcess, write: Write, clock: SettledClock, replier: ScriptedReplier, platform: PostingPlatform
) -> None:
    replier.delay_s = 30.0
    working, full = await start_process(), await start_process(running_max=1, queue_max=0)
    message = write(CreateTime=str(int(clock.now().timestamp())))
    first = asyncio.ensure_future(working.gateway.receive(message))
    await clock.advance(0.1)
    await working.kill()
    await asyncio.gather(first, return_exceptions=True)
    blocking = asyncio.ensure_future(full.gateway.receive(write(openid="o-li")))
    await clock.advance(0.1)
    assert await clock.run(platform.deliver(message, [full.gateway])) == BUSY
    await clock.run(_ended(blocking))


async def _ended(work: asyncio.Future[Settlement]) -> Settlement:
    return await work


async def test_an_event_without_an_answer_is_only_acknowledged_and_an_unsubscription_always_let_in(
    start_process: StartProcess, write: Write, clock: SettledClock, replier: ScriptedReplier
) -> None:
    replier.delay_s = 1.0
    process = await start_process(running_max=1, queue_max=0)
    posts = [
        write(),
        write("", kind=MessageKind.EVENT_LOCATION, openid="o-li"),
        write("", kind=MessageKind.EVENT_UNSUBSCRIBE, openid="o-wang"),
    ]
    settlements = await clock.run(_all(process, posts))
    assert settlements[1] == Acknowledged()
    assert posts[2].key in replier.worked_on


async def test_an_unsubscription_whose_turn_does_not_come_is_not_acknowledged(
    start_process: StartProcess, write: Write, clock: SettledClock, replier: ScriptedReplier
) -> None:
    replier.delay_s = 5.0
    process = await start_process(running_max=1, queue_max=5)
    leaving = write("", kind=MessageKind.EVENT_UNSUBSCRIBE, openid="o-wang")
    settlements = await clock.run(_all(process, [write(), leaving]))
    assert settlements[1] == Withheld()
    await clock.advance(30)
    assert leaving.key in replier.worked_on


async def test_promises_are_only_brought_forward_while_there_is_room(
    start_process: StartProcess, write: Write, clock: SettledClock, replier: ScriptedReplier
) -> None:
    replier.delay_s = 30.0
    first = await start_process()
    for number in range(5):
        await clock.run(first.gateway.receive(write(openid=f"o-{number}")))
    await first.kill()
    await clock.advance(10)
    second = await start_process(running_max=1, queue_max=2)
    await clock.advance(3)
    assert second.jobs.count == 3
    replier.delay_s = 0.0
    await clock.advance(120)
    assert await second.store.count("outbox", {"state": "owed"}) == 0


async def test_while_the_first_in_line_waits_for_too_long_nobody_else_is_let_in(
    start_process: StartProcess, write: Write, clock: SettledClock, replier: ScriptedReplier
) -> None:
    replier.delay_s = 3.0
    process = await start_process(running_max=1, queue_max=100)
    waiting = asyncio.gather(*(process.gateway.receive(write(openid=f"o-{number}")) for number in range(2)))
    await clock.advance(1.4)
    assert not process.jobs.is_full
    await clock.advance(0.2)
    assert await process.gateway.receive(write(openid="o-late")) == BUSY
    await clock.advance(10)
    await waiting
    assert not process.jobs.is_full
