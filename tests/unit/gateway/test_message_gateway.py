"""Repeats, crashes and failing stores: one answer, or an honest retry."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from bot.domain.message import MessageKind, Reply, WorkerMessage
from bot.domain.trace import TurnTrace, tracing
from bot.gateway import phrasing_gateway as phrasing
from bot.gateway.inbox import LEASE_S, PATIENCE_S, claim_id_of
from bot.gateway.jobs import MOST_ATTEMPTS
from bot.gateway.late_answer_rounds import ROUND_S
from bot.gateway.message_gateway import AccountMode
from bot.gateway.settlement import Acknowledged, Answered, Withheld
from tests.fakes.gateway_process import GatewayProcess, ScriptedReplier
from tests.fakes.posting_platform import BANNER, PostingPlatform
from tests.fakes.watched_store import SettledClock, WatchedStore

Write = Callable[..., WorkerMessage]
StartProcess = Callable[..., Awaitable[GatewayProcess]]
BOTH_MODES = pytest.mark.parametrize("mode", list(AccountMode))


class BrokenReplier(ScriptedReplier):
    async def next_turn(self, message: WorkerMessage) -> Reply:
        await super().next_turn(message)
        raise ValueError(message.text)


@BOTH_MODES
@pytest.mark.parametrize("delay_s", [0.0, 2.0, 3.99])
async def test_concurrent_duplicates_on_two_processes_are_worked_on_once(
    mode: AccountMode,
    delay_s: float,
    start_process: StartProcess,
    write: Write,
    clock: SettledClock,
    replier: ScriptedReplier,
) -> None:
    replier.delay_s = delay_s
    first, second = await start_process(mode), await start_process(mode)
    message = write()
    both = asyncio.gather(*(process.gateway.receive(message) for process in (first, second, first)))
    settlements = await clock.run(_outcome(both))
    assert len(replier.begun) == 1
    answers = {settlement.reply.text for settlement in settlements if isinstance(settlement, Answered)}
    assert answers <= {"答：欠薪找谁"}
    assert not any(isinstance(settlement, Acknowledged) for settlement in settlements) or not answers
    await clock.advance(30)


async def _outcome(work: asyncio.Future[list[object]]) -> list[object]:
    return await work


async def test_a_duplicate_that_settles_late_does_not_bring_a_second_answer(
    start_process: StartProcess, write: Write, clock: SettledClock, replier: ScriptedReplier, platform: PostingPlatform
) -> None:
    replier.delay_s = 3.99
    first, second = await start_process(), await start_process()
    message = write()
    both = asyncio.gather(first.gateway.receive(message), second.gateway.receive(message))
    settlements = await clock.run(_outcome(both))
    await clock.advance(60)
    answered = [settlement for settlement in settlements if isinstance(settlement, Answered)]
    assert bool(answered) != bool(platform.pushed)


async def test_the_same_message_id_from_two_workers_is_two_messages(
    start_process: StartProcess, write: Write, clock: SettledClock, platform: PostingPlatform
) -> None:
    process = await start_process()
    for openid in ("o-zhang", "o-li"):
        message = write(f"我是{openid}", openid=openid, key=f"gh_1|{openid}|77")
        await clock.run(platform.deliver(message, [process.gateway]))
    assert platform.texts("o-zhang") == ["答：我是o-zhang"]
    assert platform.texts("o-li") == ["答：我是o-li"]


async def test_location_and_click_in_the_same_second_are_two_events(
    start_process: StartProcess, write: Write, clock: SettledClock, replier: ScriptedReplier
) -> None:
    process = await start_process()
    events = [
        write("", kind=MessageKind.EVENT_LOCATION, key="gh_1|o-zhang|1714036504|LOCATION|"),
        write("", kind=MessageKind.EVENT_CLICK, key="gh_1|o-zhang|1714036504|CLICK|HELP"),
    ]
    await clock.run(_outcome(asyncio.gather(*(process.gateway.receive(event) for event in events))))
    assert sorted(replier.worked_on) == sorted(event.key for event in events)


async def test_a_replay_after_delivery_gets_the_same_reply_without_new_work(
    start_process: StartProcess, write: Write, clock: SettledClock, replier: ScriptedReplier, platform: PostingPlatform
) -> None:
    process = await start_process()
    message = write()
    await clock.run(platform.deliver(message, [process.gateway]))
    assert (await process.inbox.find(claim_id_of(message.key))).state == "delivered"  # type: ignore[union-attr]
    await clock.advance(60)
    replay = replace(message, received_at=clock.now())
    assert await clock.run(process.gateway.receive(replay)) == Answered(Reply("答：欠薪找谁"))
    assert len(replier.begun) == 1


async def test_a_replay_of_an_acknowledged_post_is_acknowledged_again(
    start_process: StartProcess, write: Write, clock: SettledClock, replier: ScriptedReplier, platform: PostingPlatform
) -> None:
    replier.delay_s = 6.0
    process = await start_process()
    message = write()
    await clock.run(platform.deliver(message, [process.gateway]))
    await clock.advance(10)
    replay = replace(message, received_at=clock.now())
    assert await clock.run(process.gateway.receive(replay)) == Acknowledged()
    await clock.advance(60)
    assert platform.texts("o-zhang") == ["答：欠薪找谁"]


async def test_an_answer_that_comes_while_it_is_being_owed_goes_out_at_once(
    start_process: StartProcess,
    write: Write,
    clock: SettledClock,
    replier: ScriptedReplier,
    platform: PostingPlatform,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    replier.delay_s = 60.0
    process = await start_process()
    message, owe = write(), process.outbox.owe

    async def owe_while_it_comes(owed: WorkerMessage) -> None:
        await owe(owed)
        await process.inbox.finish(claim_id_of(owed.key), Reply("答"))

    monkeypatch.setattr(process.outbox, "owe", owe_while_it_comes)
    assert await clock.run(platform.deliver(message, [process.gateway])) == Answered(Reply("答"))
    assert await process.outbox.waiting("o-zhang") == (0, 0, 0)
    await clock.advance(90)
    assert platform.texts("o-zhang") == ["答"]


async def test_a_kill_between_owing_and_deciding_loses_no_answer(
    start_process: StartProcess, write: Write, clock: SettledClock, platform: PostingPlatform
) -> None:
    first = await start_process()
    message = write()
    await first.ledger.opened("o-zhang", "message", clock.now())
    await first.inbox.claim(message)
    await first.outbox.owe(message)
    await first.kill()
    await start_process()
    await clock.advance(10)
    assert platform.texts("o-zhang") == ["答：欠薪找谁"]


async def test_a_kill_between_the_answer_and_the_outbox_loses_no_answer(
    start_process: StartProcess, write: Write, clock: SettledClock, replier: ScriptedReplier, platform: PostingPlatform
) -> None:
    first = await start_process()
    message = write()
    await first.ledger.opened("o-zhang", "message", clock.now())
    claim = await first.inbox.claim(message)
    await first.outbox.owe(message)
    await first.inbox.mark_owed(claim.claim_id)
    await first.inbox.finish(claim.claim_id, Reply("答"))
    await first.kill()
    await start_process()
    await clock.advance(10)
    assert platform.texts("o-zhang") == ["答"]
    assert replier.begun == []


async def test_an_aborted_post_is_never_marked_delivered(
    start_process: StartProcess, write: Write, clock: SettledClock, replier: ScriptedReplier
) -> None:
    replier.delay_s = 1.0
    process = await start_process()
    message = write()
    post = asyncio.ensure_future(process.gateway.receive(message))
    await clock.advance(0.5)
    post.cancel()
    await clock.advance(2.0)
    claim = await process.inbox.find(claim_id_of(message.key))
    assert claim is not None
    assert claim.state == "ready"
    assert await clock.run(process.gateway.receive(message)) == Answered(Reply("答：欠薪找谁"))
    assert len(replier.begun) == 1


@BOTH_MODES
async def test_the_next_post_takes_a_job_over_whose_process_was_killed(
    mode: AccountMode,
    start_process: StartProcess,
    write: Write,
    clock: SettledClock,
    replier: ScriptedReplier,
    platform: PostingPlatform,
) -> None:
    replier.delay_s = 2.0
    first, second = await start_process(mode), await start_process(mode)
    delivery = asyncio.ensure_future(platform.deliver(write(), [first.gateway, second.gateway]))
    await clock.advance(1.0)
    await first.kill()
    await clock.run(_outcome(delivery))
    await clock.advance(30)
    assert platform.texts("o-zhang") == ["答：欠薪找谁"]
    assert len(replier.worked_on) == 1


async def test_a_promised_answer_survives_the_kill_of_its_process(
    start_process: StartProcess, write: Write, clock: SettledClock, replier: ScriptedReplier, platform: PostingPlatform
) -> None:
    replier.delay_s = 8.0
    first = await start_process()
    assert await clock.run(platform.deliver(write(), [first.gateway])) == Acknowledged()
    await first.kill()
    await clock.advance(60)
    assert platform.texts("o-zhang") == []
    await start_process()
    await clock.advance(60)
    assert platform.texts("o-zhang") == ["答：欠薪找谁"]


async def test_a_passive_promise_survives_the_kill_of_its_process(
    start_process: StartProcess, write: Write, clock: SettledClock, replier: ScriptedReplier, platform: PostingPlatform
) -> None:
    replier.delay_s = 20.0
    first = await start_process(AccountMode.PASSIVE_ONLY)
    await clock.run(platform.deliver(write(), [first.gateway]))
    await first.kill()
    second = await start_process(AccountMode.PASSIVE_ONLY)
    await clock.advance(60)
    await clock.run(platform.deliver(write("1"), [second.gateway]))
    assert platform.texts("o-zhang") == [
        phrasing.COMES_WITH_NEXT_MESSAGE,
        "您之前问的“欠薪找谁”：\n答：欠薪找谁",
    ]


async def test_a_message_during_which_processes_keep_dying_is_given_up(
    start_process: StartProcess, write: Write, clock: SettledClock, replier: ScriptedReplier, platform: PostingPlatform
) -> None:
    replier.delay_s = 8.0
    process = await start_process()
    await clock.run(platform.deliver(write(), [process.gateway]))
    for _ in range(MOST_ATTEMPTS - 1):
        await process.kill()
        process = await start_process()
        await clock.advance(LEASE_S + PATIENCE_S + ROUND_S)
    await process.kill()
    last = await start_process()
    await clock.advance(30)
    assert platform.texts("o-zhang") == [phrasing.SORRY]
    assert last.counters["gateway.given_up"] == 1


@BOTH_MODES
async def test_a_handler_that_breaks_brings_an_apology_and_logs_no_contents(
    mode: AccountMode,
    start_process: StartProcess,
    write: Write,
    clock: SettledClock,
    platform: PostingPlatform,
    caplog: pytest.LogCaptureFixture,
) -> None:
    process = await start_process(mode, replier=BrokenReplier(clock))
    message = write("我叫张三，欠薪三万")
    with caplog.at_level(logging.DEBUG, logger="gongyou"):
        await clock.run(platform.deliver(message, [process.gateway]))
    assert platform.texts("o-zhang") == [phrasing.SORRY]
    assert "12333" in phrasing.SORRY
    told = "\n".join(record.getMessage() + str(record.exc_text) for record in caplog.records)
    assert "ValueError" in told
    assert "张三" not in told
    assert "o-zhang" not in told
    claim = await process.inbox.find(claim_id_of(message.key))
    assert claim is not None
    assert claim.is_finished


@BOTH_MODES
@pytest.mark.parametrize("delay_s", [6.0, 20.0])
async def test_an_outbox_that_cannot_store_never_lets_a_post_be_acknowledged(
    mode: AccountMode,
    delay_s: float,
    start_process: StartProcess,
    write: Write,
    clock: SettledClock,
    replier: ScriptedReplier,
    platform: PostingPlatform,
) -> None:
    replier.delay_s = delay_s
    process = await start_process(mode)
    process.store.refuses.add(("insert", "outbox"))
    settlement = await clock.run(platform.deliver(write(), [process.gateway]))
    assert isinstance(settlement, Answered)
    assert platform.texts("o-zhang") == ["答：欠薪找谁" if delay_s < 14 else phrasing.TRY_AGAIN_LATER]
    assert len(replier.begun) == 1


@BOTH_MODES
async def test_while_the_store_is_away_the_last_post_is_told_to_try_later(
    mode: AccountMode, start_process: StartProcess, write: Write, clock: SettledClock, platform: PostingPlatform
) -> None:
    process = await start_process(mode)
    process.store.is_away = True
    message = write(CreateTime=str(int(clock.now().timestamp())))
    assert await clock.run(process.gateway.receive(message)) == Withheld()
    await clock.run(platform.deliver(message, [process.gateway]))
    assert platform.texts("o-zhang") == [phrasing.TRY_AGAIN_LATER]
    assert BANNER not in platform.texts("o-zhang")


async def test_a_silent_event_is_acknowledged(
    start_process: StartProcess, write: Write, clock: SettledClock, platform: PostingPlatform
) -> None:
    process = await start_process(replier=ScriptedReplier(clock, script=lambda _: ""))
    event = write("", kind=MessageKind.EVENT_VIEW)
    assert await clock.run(platform.deliver(event, [process.gateway])) == Acknowledged()
    assert platform.texts("o-zhang") == []


async def test_a_reply_longer_than_one_message_comes_in_two(
    start_process: StartProcess, write: Write, clock: SettledClock, platform: PostingPlatform
) -> None:
    lines = "\n".join(f"第{number}条，农民工工资应当按月足额支付。" for number in range(60))
    process = await start_process(AccountMode.PASSIVE_ONLY, replier=ScriptedReplier(clock, script=lambda _: lines))
    for text in ("有哪些规定", "1", "2"):
        await clock.run(platform.deliver(write(text), [process.gateway]))
    seen = platform.texts("o-zhang")
    assert all(len(text.encode()) <= 2000 for text in seen)
    assert seen[0].endswith(phrasing.MORE_WAITS)
    told = "\n".join(seen[:2])
    assert all(told.count(f"第{number}条") == 1 for number in range(60))


async def test_late_answers_come_oldest_first_and_never_over_the_limit(
    start_process: StartProcess, write: Write, clock: SettledClock, replier: ScriptedReplier, platform: PostingPlatform
) -> None:
    replier._script = lambda message: message.text * 300
    replier.delay_s = 20.0
    process = await start_process(AccountMode.PASSIVE_ONLY)
    for text in ("甲", "乙", "丙"):
        await clock.run(platform.deliver(write(text), [process.gateway]))
    await clock.advance(30)
    replier.delay_s = 0.0
    for text in ("1", "2", "3"):
        await clock.run(platform.deliver(write(text), [process.gateway]))
    seen = platform.texts("o-zhang")[3:]
    assert all(len(text.encode()) <= 2000 for text in seen)
    assert [text.count("甲" * 300) + 2 * text.count("乙" * 300) for text in seen] == [3, 0, 0]
    assert ["丙" * 300 in text for text in seen] == [False, True, False]
    assert seen[0].endswith(phrasing.MORE_WAITS)


async def test_the_trace_of_a_job_is_handed_over_once(
    start_process: StartProcess, write: Write, clock: SettledClock, replier: ScriptedReplier, platform: PostingPlatform
) -> None:
    told: list[tuple[str, list[str]]] = []

    async def keep(message: WorkerMessage, trace: TurnTrace) -> None:
        told.append((message.text, [hop.name for hop in trace.hops]))

    process = await start_process(trace_sink=keep)
    for text, delay_s in (("快", 0.0), ("慢", 6.0)):
        replier.delay_s = delay_s
        with tracing():
            await clock.run(platform.deliver(write(text), [process.gateway]))
        await clock.advance(10)
    assert told == [
        ("快", ["gateway.claim", "dialogue", "settle"]),
        ("慢", ["gateway.claim", "settle", "dialogue"]),
    ]


async def test_work_that_ends_after_the_worker_left_brings_nothing_back(
    start_process: StartProcess,
    write: Write,
    clock: SettledClock,
    replier: ScriptedReplier,
    platform: PostingPlatform,
    store: WatchedStore,
) -> None:
    replier.delay_s = 8.0
    process = await start_process()
    await clock.run(platform.deliver(write(), [process.gateway]))
    await process.outbox.erase("o-zhang")
    await process.ledger.erase("o-zhang")
    await process.inbox.erase("o-zhang")
    await clock.advance(30)
    assert platform.texts("o-zhang") == []
    for collection in ("inbox", "outbox", "quota"):
        assert await store.count(collection, {}) == 0


async def test_an_answer_survives_the_kill_of_the_reply_that_carried_it(
    start_process: StartProcess, write: Write, clock: SettledClock, platform: PostingPlatform
) -> None:
    first = await start_process()
    await first.rounds.stop()
    earlier, later = write("甲"), write("乙")
    await first.ledger.opened("o-zhang", "message", clock.now())
    await first.outbox.owe(earlier)
    await first.outbox.fulfil(earlier.key, Reply("答：甲"))
    claim = await first.inbox.claim(later)
    await first.outbox.collect("o-zhang", carrier=later.key, room_bytes=1900)
    await first.outbox.owe(later)
    await first.inbox.mark_owed(claim.claim_id)
    await first.kill()
    await start_process()
    await clock.advance(10)
    assert sorted(platform.texts("o-zhang")) == ["答：乙", "答：甲"]
