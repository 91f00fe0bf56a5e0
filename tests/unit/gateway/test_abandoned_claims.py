"""Every post of a message met a process that died: it is answered all the same, once, or said to be offered again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from bot.domain.message import MessageKind, Reply, WorkerMessage
from bot.gateway.inbox import LEASE_S, PATIENCE_S, POSTS_OVER_S, claim_id_of
from bot.gateway.late_answer_rounds import ROUND_S
from bot.gateway.message_gateway import AccountMode
from bot.gateway.phrasing_gateway import COMES_WITH_NEXT_MESSAGE
from bot.gateway.recovery import AFTER_OUTAGE_S, CLAIMS_AT_ONCE
from bot.gateway.settlement import Acknowledged, Answered, Settlement
from tests.fakes.gateway_process import GatewayProcess, ScriptedReplier
from tests.fakes.posting_platform import BANNER, PostingPlatform
from tests.fakes.watched_store import SettledClock, WatchedStore

Write = Callable[..., WorkerMessage]
StartProcess = Callable[..., Awaitable[GatewayProcess]]
BOTH_MODES = pytest.mark.parametrize("mode", list(AccountMode))
ANSWER = "答：欠薪找谁"
BY_THEN_S = POSTS_OVER_S + PATIENCE_S + 2 * ROUND_S + 1.0
KILLED_AFTER_S = 1.0


@pytest.fixture(autouse=True)
def _work_takes_a_while(replier: ScriptedReplier) -> None:
    replier.delay_s = 2.0


async def receive_and_die(process: GatewayProcess, message: WorkerMessage, clock: SettledClock) -> None:
    """One post meets a process that dies before it is settled."""
    post = asyncio.ensure_future(process.gateway.receive(replace(message, received_at=clock.now())))
    await clock.advance(KILLED_AFTER_S)
    await process.kill()
    post.cancel()


async def three_posts_meet_death(
    start_process: StartProcess, mode: AccountMode, message: WorkerMessage, clock: SettledClock
) -> None:
    for _ in range(3):
        await receive_and_die(await start_process(mode), message, clock)
        await clock.advance(5.0 - KILLED_AFTER_S)


async def test_a_message_whose_three_posts_met_a_dying_process_is_answered_by_push(
    start_process: StartProcess, write: Write, clock: SettledClock, replier: ScriptedReplier, platform: PostingPlatform
) -> None:
    await three_posts_meet_death(start_process, AccountMode.VERIFIED, write(), clock)
    await start_process()
    await clock.advance(BY_THEN_S)
    assert platform.texts("o-zhang") == [ANSWER]
    assert len(replier.worked_on) == 1


async def test_the_same_in_passive_mode_comes_with_the_next_message(
    start_process: StartProcess, write: Write, clock: SettledClock, platform: PostingPlatform
) -> None:
    await three_posts_meet_death(start_process, AccountMode.PASSIVE_ONLY, write(), clock)
    process = await start_process(AccountMode.PASSIVE_ONLY)
    await clock.advance(BY_THEN_S)
    assert platform.texts("o-zhang") == []
    await clock.run(platform.deliver(write("1"), [process.gateway]))
    await clock.run(platform.deliver(write("2"), [process.gateway]))
    assert platform.texts("o-zhang") == [f"您之前问的“欠薪找谁”：\n{ANSWER}", "答：2"]


async def test_processes_that_find_it_at_the_same_time_answer_it_once(
    start_process: StartProcess, write: Write, clock: SettledClock, replier: ScriptedReplier, platform: PostingPlatform
) -> None:
    first, *others = [await start_process() for _ in range(4)]
    await receive_and_die(first, write(), clock)
    await clock.advance(2 * BY_THEN_S)
    assert platform.texts("o-zhang") == [ANSWER]
    assert len(replier.worked_on) == 1
    assert sum(process.counters["outbox.pushed"] for process in others) == 1


async def test_while_the_platform_may_still_post_it_is_left_to_the_next_post(
    start_process: StartProcess, write: Write, clock: SettledClock, replier: ScriptedReplier, platform: PostingPlatform
) -> None:
    first, second = await start_process(), await start_process()
    message = write()
    await receive_and_die(first, message, clock)
    await clock.advance(10.0)
    assert replier.worked_on == []
    settled = await clock.run(second.gateway.receive(replace(message, received_at=clock.now())))
    assert settled == Answered(Reply(ANSWER))
    await second.gateway.sent(message, settled)
    await clock.advance(60)
    assert platform.pushed == []
    assert await second.store.count("outbox", {}) == 0


@BOTH_MODES
async def test_a_third_post_that_comes_late_brings_no_second_answer(
    mode: AccountMode,
    start_process: StartProcess,
    write: Write,
    clock: SettledClock,
    replier: ScriptedReplier,
    platform: PostingPlatform,
) -> None:
    replier.delay_s = 3.0
    first, second, third = [await start_process(mode) for _ in range(3)]
    message = write()
    await receive_and_die(first, message, clock)
    await clock.advance(POSTS_OVER_S + ROUND_S)
    assert replier.begun == [message.key] * 2
    posts = [one.gateway.receive(replace(message, received_at=clock.now())) for one in (second, third)]
    told = Answered(Reply(COMES_WITH_NEXT_MESSAGE), is_answer=False)
    promise = Acknowledged() if mode is AccountMode.VERIFIED else told
    assert await clock.run(_all(posts)) == [promise, promise]
    await clock.advance(60)
    assert platform.texts("o-zhang") == ([ANSWER] if mode is AccountMode.VERIFIED else [])
    assert len(replier.worked_on) == 1


async def _all(posts: list[Awaitable[Settlement]]) -> list[Settlement]:
    return list(await asyncio.gather(*posts))


async def test_an_answer_that_no_post_fetched_is_offered_with_the_next_message_and_says_so(
    start_process: StartProcess, write: Write, clock: SettledClock, replier: ScriptedReplier, platform: PostingPlatform
) -> None:
    first = await start_process()
    message = write()
    await clock.run(first.gateway.receive(message))  # killed before the reply left, or before it was known to have left
    await first.kill()
    second = await start_process()
    await clock.advance(BY_THEN_S)
    assert platform.texts("o-zhang") == []
    assert second.counters["outbox.unknown"] == 1
    for text in ("查到了吗", "谢谢"):
        await clock.run(platform.deliver(write(text), [second.gateway]))
    assert platform.texts("o-zhang") == [f"您之前问的“欠薪找谁”（这条可能已经收到过）：\n{ANSWER}", "答：谢谢"]
    assert replier.begun.count(message.key) == 1


async def test_an_answer_that_went_out_is_not_offered_again(
    start_process: StartProcess, write: Write, clock: SettledClock, platform: PostingPlatform
) -> None:
    process = await start_process()
    await clock.run(platform.deliver(write(), [process.gateway]))
    await clock.run(platform.deliver(write("", kind=MessageKind.EVENT_VIEW), [process.gateway]))
    await clock.advance(60)
    assert await process.store.count("outbox", {}) == 0


async def test_an_unsubscription_whose_process_died_is_carried_out(
    start_process: StartProcess, write: Write, clock: SettledClock, replier: ScriptedReplier
) -> None:
    replier._script = lambda _: ""
    leaving = write("", kind=MessageKind.EVENT_UNSUBSCRIBE)
    await receive_and_die(await start_process(), leaving, clock)
    await start_process()
    await clock.advance(BY_THEN_S + 10)
    assert replier.worked_on == [leaving.key]


async def test_a_worker_who_left_meanwhile_is_owed_nothing(
    start_process: StartProcess, write: Write, clock: SettledClock, replier: ScriptedReplier, store: WatchedStore
) -> None:
    first = await start_process()
    message = write()
    await receive_and_die(first, message, clock)
    second = await start_process()
    await clock.advance(POSTS_OVER_S - 2.0)
    await second.inbox.erase("o-zhang")
    await clock.advance(60)
    assert replier.worked_on == []
    assert await store.count("inbox", {}) == await store.count("outbox", {}) == 0


async def test_who_leaves_while_an_unheard_answer_is_kept_leaves_nothing(
    start_process: StartProcess, write: Write, clock: SettledClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = await start_process()
    await process.rounds.stop()
    await clock.run(process.gateway.receive(write()))
    await clock.advance(60)
    keep = process.outbox.keep_unheard

    async def keep_while_they_leave(message: WorkerMessage, reply: Reply) -> None:
        await process.inbox.erase(message.openid)
        await keep(message, reply)

    monkeypatch.setattr(process.outbox, "keep_unheard", keep_while_they_leave)
    await process.recovery.recover()
    assert await process.store.count("outbox", {}) == 0


async def test_what_was_left_behind_waits_until_nobody_else_waits_and_comes_bit_by_bit(
    start_process: StartProcess, write: Write, clock: SettledClock, replier: ScriptedReplier, platform: PostingPlatform
) -> None:
    replier.delay_s = 30.0
    first = await start_process(running_max=100)
    many = CLAIMS_AT_ONCE + 8
    posts = [asyncio.ensure_future(first.gateway.receive(write(openid=f"o-{number}"))) for number in range(many)]
    await clock.advance(1.0)
    await first.kill()
    for post in posts:
        post.cancel()
    replier.delay_s = 0.5
    second = await start_process(running_max=1, queue_max=400)
    await second.rounds.stop()
    await clock.advance(POSTS_OVER_S)
    waiting = [asyncio.ensure_future(second.gateway.receive(write(openid=f"o-new-{number}"))) for number in range(2)]
    await clock.advance(0.1)
    assert await second.recovery.recover() == 0
    await clock.run(_all(waiting))
    assert await second.recovery.recover() == CLAIMS_AT_ONCE
    second.rounds.start()
    await clock.advance(60)
    assert len(platform.pushed) == many


async def test_after_an_outage_the_claims_of_what_was_answered_without_the_store_are_closed_first(
    start_process: StartProcess, write: Write, clock: SettledClock, replier: ScriptedReplier, platform: PostingPlatform
) -> None:
    replier.delay_s = 60.0
    storeless = ScriptedReplier(clock, script=lambda message: f"查到：{message.text}")
    first, second = await start_process(storeless=storeless), await start_process()
    message = write()
    delivery = asyncio.ensure_future(platform.deliver(message, [first.gateway]))
    await clock.advance(1.0)
    first.store.is_away = second.store.is_away = True
    await clock.advance(30.0)
    assert delivery.done()
    first.store.is_away = second.store.is_away = False
    await clock.advance(AFTER_OUTAGE_S + 120.0)
    assert platform.texts("o-zhang") == ["查到：欠薪找谁"]
    claim = await second.inbox.find(claim_id_of(message.key))
    assert claim is not None
    assert (claim.reply, claim.owed) == (Reply("查到：欠薪找谁"), False)
    assert BANNER not in platform.texts("o-zhang")


async def test_for_a_while_after_an_outage_nothing_is_recovered_so_that_those_claims_can_be_closed(
    start_process: StartProcess, write: Write, clock: SettledClock, replier: ScriptedReplier, platform: PostingPlatform
) -> None:
    first, second = await start_process(), await start_process()
    await receive_and_die(first, write(), clock)
    second.store.is_away = True
    await clock.advance(POSTS_OVER_S + 2 * ROUND_S)
    second.store.is_away = False
    await clock.advance(AFTER_OUTAGE_S - ROUND_S)
    assert len(replier.begun) == 1
    await clock.advance(2 * ROUND_S + 5.0)
    assert platform.texts("o-zhang") == [ANSWER]


async def test_what_died_together_three_times_is_not_begun_together_again(
    start_process: StartProcess, write: Write, clock: SettledClock, replier: ScriptedReplier, platform: PostingPlatform
) -> None:
    messages = [write(openid=f"o-{number}") for number in range(12)]
    for _ in range(3):
        process = await start_process()
        posts = [asyncio.ensure_future(process.gateway.receive(message)) for message in messages]
        await clock.advance(KILLED_AFTER_S)
        await process.kill()
        for post in posts:
            post.cancel()
        await clock.advance(LEASE_S)
    rescuer = await start_process()
    await rescuer.rounds.stop()
    await clock.advance(POSTS_OVER_S + 0.5 - 3 * (KILLED_AFTER_S + LEASE_S))
    before = len(replier.begun)
    begun_at_once = await rescuer.recovery.recover()
    assert 0 < begun_at_once < len(messages)
    rescuer.rounds.start()
    await clock.advance(PATIENCE_S + ROUND_S)
    assert len(replier.begun) - before == len(messages)
    await clock.advance(10.0)
    assert sorted(platform.pushed) == sorted((message.openid, ANSWER) for message in messages)


class TwoProcesses:
    """What posts reach while processes die: always the older of two, so that it is the one with all the work."""

    def __init__(self, start: Callable[[], Awaitable[GatewayProcess]]) -> None:
        self._start = start
        self.all: list[GatewayProcess] = []

    async def fill(self) -> None:
        while sum(not process.is_dead for process in self.all) < 2:
            self.all.append(await self._start())

    @property
    def older(self) -> GatewayProcess:
        return next(process for process in self.all if not process.is_dead)

    async def receive(self, message: WorkerMessage) -> Settlement:
        process = self.older
        settlement = await process.gateway.receive(message)
        if process.is_dead:
            await asyncio.Event().wait()  # nothing of it leaves the process
        await process.gateway.sent(message, settlement)
        return settlement

    async def sent(self, message: WorkerMessage, settlement: Settlement) -> None:
        """Recorded by the process itself."""


async def test_while_the_older_of_two_processes_dies_again_and_again_every_message_is_answered_once(
    start_process: StartProcess, write: Write, clock: SettledClock, replier: ScriptedReplier, platform: PostingPlatform
) -> None:
    replier.delay_s = 1.2
    both = TwoProcesses(start_process)
    await both.fill()
    deliveries = []
    for tick in range(100):  # a message every 0.5 s; kills almost in step with the posts
        deliveries.append(asyncio.ensure_future(platform.deliver(write(openid=f"o-{tick}"), [both])))
        await clock.advance(0.5)
        if tick % 10 == 8 + tick // 50:
            await both.older.kill()
            await both.fill()
    await clock.advance(90.0)
    assert all(delivery.done() for delivery in deliveries)
    seen = [[text for text in platform.texts(f"o-{tick}") if text != BANNER] for tick in range(100)]
    assert seen == [[ANSWER]] * 100
    assert any(BANNER in platform.texts(f"o-{tick}") for tick in range(100)), "some were posted in vain three times"
    assert sum(process.counters["gateway.given_up"] for process in both.all) == 0
