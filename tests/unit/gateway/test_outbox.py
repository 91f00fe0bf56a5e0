"""Late answers on their way: quota, refusals, time-outs, crashes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.domain.errors import OutboxError, PlatformError
from bot.domain.message import MessageKind, Reply, WorkerMessage
from bot.gateway.inbox import claim_id_of
from bot.gateway.late_answer import AnswerState
from bot.gateway.outbox import REPLY_AHEAD_S, RETENTION_DAYS
from bot.gateway.quota import INTERACTION, MESSAGE
from tests.fakes.gateway_process import GatewayProcess
from tests.fakes.posting_platform import PostingPlatform
from tests.fakes.watched_store import SettledClock

Write = Callable[..., WorkerMessage]
StartProcess = Callable[..., Awaitable[GatewayProcess]]


@pytest.fixture
async def process(start_process: StartProcess) -> GatewayProcess:
    """A process whose rounds go only when a test says so."""
    started = await start_process()
    await started.rounds.stop()
    return started


async def owe_and_fulfil(process: GatewayProcess, message: WorkerMessage, text: str) -> None:
    await process.ledger.opened(message.openid, MESSAGE, message.received_at)
    await process.outbox.owe(message)
    await process.outbox.fulfil(message.key, Reply(text))


async def both(first: Awaitable[int], second: Awaitable[int]) -> None:
    await asyncio.gather(first, second)


async def state_of(process: GatewayProcess, message: WorkerMessage) -> str:
    entry = await process.store.find_one("outbox", {"_id": claim_id_of(message.key)})
    assert entry is not None
    return str(entry["state"])


async def test_what_tells_who_the_worker_is_goes_with_the_delivery(
    process: GatewayProcess, write: Write, platform: PostingPlatform
) -> None:
    message = write("我叫张三")
    await owe_and_fulfil(process, message, "答")
    assert await process.pusher.push_ready() == 1
    assert platform.pushed == [("o-zhang", "答")]
    entry = await process.store.find_one("outbox", {"_id": claim_id_of(message.key)})
    assert "张三" not in str(entry)
    assert "o-zhang" not in str(entry)


async def test_pushing_again_sends_nothing_twice(
    process: GatewayProcess, write: Write, platform: PostingPlatform, clock: SettledClock
) -> None:
    await owe_and_fulfil(process, write(), "答")
    await clock.run(both(process.pusher.push_ready(), process.pusher.push_ready()))
    await process.pusher.push_ready()
    assert len(platform.pushed) == 1


async def test_two_processes_push_each_answer_once(
    process: GatewayProcess, start_process: StartProcess, write: Write, platform: PostingPlatform, clock: SettledClock
) -> None:
    other = await start_process()
    await other.rounds.stop()
    for number in range(4):
        await owe_and_fulfil(process, write(openid=f"o-{number}"), f"答{number}")
    await clock.run(both(process.pusher.push_ready(), other.pusher.push_ready()))
    assert sorted(text for _, text in platform.pushed) == ["答0", "答1", "答2", "答3"]


async def test_fulfilling_twice_keeps_the_first_answer(
    process: GatewayProcess, write: Write, platform: PostingPlatform
) -> None:
    message = write()
    await owe_and_fulfil(process, message, "一")
    await process.outbox.fulfil(message.key, Reply("二"))
    await process.pusher.push_ready()
    assert platform.texts("o-zhang") == ["一"]


async def test_the_sixth_answer_waits_for_the_worker_to_write(
    process: GatewayProcess, write: Write, platform: PostingPlatform, clock: SettledClock
) -> None:
    messages = [write(f"问{number}") for number in range(6)]
    for message in messages:
        await owe_and_fulfil(process, message, f"答：{message.text}")
        await clock.advance(1)
    await process.pusher.push_ready()
    await process.pusher.push_ready()
    assert len(platform.pushed) == 5
    assert process.counters["outbox.out_of_quota"] == 1
    waiting = await process.outbox.collect("o-zhang", carrier="next", room_bytes=1900)
    assert [reply.text for reply in waiting] == ["您之前问的“问5”：\n答：问5"]
    await process.outbox.confirm("next")
    assert await state_of(process, messages[-1]) == "delivered"


async def test_the_rest_of_a_long_answer_is_not_pushed_before_the_reply_that_begins_it_can_have_been_read(
    process: GatewayProcess, write: Write, platform: PostingPlatform, clock: SettledClock
) -> None:
    message = write()
    await process.ledger.opened(message.openid, MESSAGE, message.received_at)
    await process.outbox.keep(message, "后一半")
    assert await process.pusher.push_ready() == 0
    await clock.advance(REPLY_AHEAD_S)
    assert await process.pusher.push_ready() == 1
    assert platform.texts("o-zhang") == ["后一半"]


async def test_a_menu_click_answered_after_a_minute_is_kept(
    process: GatewayProcess, write: Write, platform: PostingPlatform, clock: SettledClock
) -> None:
    click = write("", kind=MessageKind.EVENT_CLICK)
    await process.ledger.opened("o-zhang", INTERACTION, clock.now())
    await process.outbox.owe(click)
    await clock.advance(61)
    await process.outbox.fulfil(click.key, Reply("答"))
    await process.pusher.push_ready()
    assert platform.pushed == []
    waiting = await process.outbox.collect("o-zhang", carrier="next", room_bytes=1900)
    assert [reply.text for reply in waiting] == ["您之前问的：\n答"]


async def test_a_time_out_inside_the_call_is_unknown_and_offered_with_the_next_message(
    process: GatewayProcess, write: Write, platform: PostingPlatform
) -> None:
    message = write()
    await owe_and_fulfil(process, message, "答")
    platform.failure = PlatformError("超时")
    await process.pusher.push_ready()
    platform.failure = None
    await process.pusher.push_ready()
    assert platform.calls == 1
    assert await state_of(process, message) == "unknown"
    assert process.counters["outbox.unknown"] == 1
    waiting = await process.outbox.collect("o-zhang", carrier="next", room_bytes=1900)
    assert [reply.text for reply in waiting] == ["您之前问的“欠薪找谁”（这条可能已经收到过）：\n答"]


async def test_a_kill_inside_the_call_is_found_and_never_pushed_again(
    process: GatewayProcess, start_process: StartProcess, write: Write, platform: PostingPlatform, clock: SettledClock
) -> None:
    message = write()
    await owe_and_fulfil(process, message, "答")
    platform.hangs = True
    push = asyncio.ensure_future(process.pusher.push_ready())
    await clock.let_run()
    process.store.is_away = True
    push.cancel()
    await asyncio.gather(push, return_exceptions=True)
    platform.hangs = False
    other = await start_process()
    await clock.advance(70)
    assert platform.calls == 1
    assert await state_of(other, message) == "unknown"


async def test_stopping_inside_the_call_leaves_the_answer_unknown(
    process: GatewayProcess, write: Write, platform: PostingPlatform, clock: SettledClock
) -> None:
    message = write()
    await owe_and_fulfil(process, message, "答")
    platform.hangs = True
    push = asyncio.ensure_future(process.pusher.push_ready())
    await clock.let_run()
    push.cancel()
    await asyncio.gather(push, return_exceptions=True)
    assert await state_of(process, message) == "unknown"


@pytest.mark.parametrize(
    ("errcode", "calls", "state"),
    [(45015, 1, "ready"), (45047, 1, "ready"), (48001, 1, "dead"), (43101, 1, "dead"), (40003, 1, "dead"),
     (40200, 1, "dead"), (45009, 1, "ready"), (-1, 4, "ready"), (40001, 4, "ready"), (40014, 4, "ready"),
     (42001, 4, "ready"), (40164, 4, "ready")],
)  # fmt: skip
async def test_every_refusal_ends_and_the_answer_still_goes_with_the_workers_next_message(
    errcode: int, calls: int, state: str, process: GatewayProcess, write: Write, platform: PostingPlatform,
    clock: SettledClock,
) -> None:  # fmt: skip
    message = write()
    await owe_and_fulfil(process, message, "答")
    platform.failure = PlatformError("拒绝", errcode)
    for _ in range(8):
        await process.pusher.push_ready()
        await clock.advance(60)
    assert platform.calls == calls
    assert await state_of(process, message) == state
    assert process.counters[f"outbox.refused.{errcode}"] == calls
    [offered] = await process.outbox.collect(message.openid, carrier="下一条", room_bytes=1000)
    assert "答" in offered.text
    await process.outbox.confirm("下一条")
    assert await state_of(process, message) == "delivered"


async def test_what_the_platform_will_never_take_is_not_pushed_again_whatever_becomes_of_its_carrier(
    process: GatewayProcess, write: Write, platform: PostingPlatform
) -> None:
    message = write()
    await owe_and_fulfil(process, message, "答")
    platform.failure = PlatformError("没有权限", 48001)
    await process.pusher.push_ready()
    await process.outbox.collect(message.openid, carrier="下一条", room_bytes=1000)
    await process.outbox.release("下一条")
    await process.pusher.push_ready()
    assert (platform.calls, await state_of(process, message)) == (1, "dead")


async def test_after_45009_the_pushing_goes_on_when_the_pause_is_over(
    process: GatewayProcess, write: Write, platform: PostingPlatform, clock: SettledClock
) -> None:
    await owe_and_fulfil(process, write(), "答")
    platform.failure = PlatformError("次数用完", 45009)
    await process.pusher.push_ready()
    platform.failure = None
    assert await process.pusher.push_ready() == 0
    await clock.advance(601)
    assert await process.pusher.push_ready() == 1


async def test_a_text_too_long_for_the_platform_is_cut(
    process: GatewayProcess, write: Write, platform: PostingPlatform
) -> None:
    text = "农民工工资应当按月足额支付。" * 20
    await owe_and_fulfil(process, write(), text)
    platform.failure = PlatformError("太长", 45002)
    await process.pusher.push_ready()
    platform.failure = None
    await process.pusher.push_ready()
    assert len(platform.pushed) == 2
    assert "".join(platform.texts("o-zhang")) == text


async def test_carried_answers_come_again_for_the_same_carrier_and_for_no_other(
    process: GatewayProcess, write: Write
) -> None:
    await owe_and_fulfil(process, write(), "答")
    first = await process.outbox.collect("o-zhang", carrier="a", room_bytes=1900)
    assert await process.outbox.collect("o-zhang", carrier="b", room_bytes=1900) == []
    assert await process.outbox.collect("o-zhang", carrier="a", room_bytes=1900) == first
    assert len(first) == 1


async def test_an_answer_whose_carrier_never_came_to_be_is_free_again(
    process: GatewayProcess, write: Write, clock: SettledClock, platform: PostingPlatform
) -> None:
    message = write()
    await owe_and_fulfil(process, message, "答")
    await process.outbox.collect("o-zhang", carrier="a", room_bytes=1900)
    await process.recovery.recover()
    assert await state_of(process, message) == AnswerState.SENDING
    await clock.advance(31)
    await process.recovery.recover()
    await process.pusher.push_ready()
    assert platform.texts("o-zhang") == ["答"]


async def test_an_answer_whose_carrier_is_stored_counts_as_delivered(
    process: GatewayProcess, write: Write, clock: SettledClock
) -> None:
    message, carrier = write(), write("1")
    await owe_and_fulfil(process, message, "答")
    claim = await process.inbox.claim(carrier)
    await process.outbox.collect("o-zhang", carrier=carrier.key, room_bytes=1900)
    await process.inbox.finish(claim.claim_id, Reply("答"))
    await clock.advance(31)
    await process.recovery.recover()
    assert await state_of(process, message) == "delivered"


async def test_owing_fails_loudly_when_the_store_refuses(process: GatewayProcess, write: Write) -> None:
    process.store.refuses.add(("insert", "outbox"))
    with pytest.raises(OutboxError):
        await process.outbox.owe(write())


async def test_a_withdrawn_promise_is_gone_but_a_fulfilled_one_stays(process: GatewayProcess, write: Write) -> None:
    first, second = write(), write()
    await process.outbox.owe(first)
    await process.outbox.withdraw(first.key)
    assert await process.outbox.waiting("o-zhang") == (0, 0, 0)
    await owe_and_fulfil(process, second, "答")
    await process.outbox.withdraw(second.key)
    assert await process.outbox.waiting("o-zhang") == (1, 0, 0)


async def test_what_nobody_came_for_is_swept_away(process: GatewayProcess, write: Write, clock: SettledClock) -> None:
    await owe_and_fulfil(process, write(), "答")
    await process.recovery.sweep()
    assert await process.outbox.waiting("o-zhang") == (1, 0, 0)
    clock.set(clock.now() + timedelta(days=RETENTION_DAYS, seconds=1))
    assert await process.recovery.sweep() == 1
    assert await process.outbox.waiting("o-zhang") == (0, 0, 0)
