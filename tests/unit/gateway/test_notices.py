"""What the service tells workers on its own accord: kept first, by template, message or with the next reply, once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.domain.errors import OutboxError, PlatformError
from bot.domain.message import Reply, WorkerMessage
from bot.domain.notice import Notice
from bot.gateway.dead_letters import DeadLetters
from bot.gateway.message_gateway import AccountMode
from bot.gateway.outbox import COLLECTION, REPLY_AHEAD_S
from bot.gateway.personal_data import gateway_holders
from bot.gateway.quota import MESSAGE
from bot.gateway.template_messages import MessageTemplate
from bot.privacy.rotation import rotate
from tests.fakes.gateway_process import CIPHER, GatewayProcess
from tests.fakes.posting_platform import PostingPlatform
from tests.fakes.watched_store import SettledClock, WatchedStore

Write = Callable[..., WorkerMessage]
StartProcess = Callable[..., Awaitable[GatewayProcess]]

W = "o-zhang"
TEXT = "提醒您：12月1日（周二）上午9点，到三明市法律援助中心。"
REMINDER = Notice("reminder:A7K2:2026-12-01", TEXT, "booking_reminder", {"time": "12月1日 9:00", "office": "三明" * 11})
TEMPLATES = {"booking_reminder": MessageTemplate("tpl-1", {"time": "time2", "office": "thing3"})}
AS_TEMPLATE = [(W, "tpl-1", {"time2": "12月1日 9:00", "thing3": ("三明" * 11)[:20]})]


@pytest.fixture
def start_quiet(start_process: StartProcess) -> StartProcess:
    """A process whose rounds go only when a test says so."""

    async def start(**others: object) -> GatewayProcess:
        process = await start_process(**others)
        await process.rounds.stop()
        return process

    return start


@pytest.fixture
async def process(start_quiet: StartProcess) -> GatewayProcess:
    """Of an account without templates."""
    return await start_quiet()


@pytest.fixture
async def with_template(start_quiet: StartProcess) -> GatewayProcess:
    return await start_quiet(templates=TEMPLATES)


async def entry_of(store: WatchedStore) -> dict[str, object]:
    [entry] = await store.find(COLLECTION, {})
    return entry


async def carried(process: GatewayProcess, openid: str = W) -> list[str]:
    return [reply.text for reply in await process.outbox.collect(openid, carrier="k-next", room_bytes=1900)]


async def open_window(process: GatewayProcess, clock: SettledClock) -> None:
    await process.ledger.opened(W, MESSAGE, clock.now())


async def test_within_the_quota_a_notice_goes_out_as_a_message(
    process: GatewayProcess, platform: PostingPlatform, clock: SettledClock
) -> None:
    await open_window(process, clock)
    await process.notices.send(W, REMINDER)
    assert process.outbox.has_ready.is_set()
    assert await process.pusher.push_ready() == 1
    assert platform.pushed == [(W, TEXT)]
    assert platform.templates == []


async def test_outside_the_quota_a_notice_goes_with_the_workers_next_message(
    process: GatewayProcess, platform: PostingPlatform
) -> None:
    await process.notices.send(W, REMINDER)
    assert await process.pusher.push_ready() == 0
    assert platform.seen == []
    assert await carried(process) == [f"另外通知您一件事：\n{TEXT}"]
    await process.outbox.confirm("k-next")
    assert (await entry_of(process.store))["state"] == "delivered"


async def test_with_a_template_a_notice_needs_no_quota_and_its_fields_become_the_keywords(
    with_template: GatewayProcess, platform: PostingPlatform
) -> None:
    await with_template.notices.send(W, REMINDER)
    assert await with_template.pusher.push_ready() == 1
    assert platform.templates == AS_TEMPLATE
    assert platform.pushed == []
    assert with_template.counters["quota.taken"] == 0


async def test_a_notice_of_another_kind_than_the_templates_is_a_plain_message(
    with_template: GatewayProcess, platform: PostingPlatform, clock: SettledClock
) -> None:
    await open_window(with_template, clock)
    await with_template.notices.send(W, Notice("digest:1", "三明有3个新岗位", "job_digest"))
    await with_template.pusher.push_ready()
    assert platform.texts(W) == ["三明有3个新岗位"]
    assert platform.templates == []


async def test_the_same_key_is_delivered_once_across_processes_and_after_the_delivery(
    process: GatewayProcess, start_quiet: StartProcess, platform: PostingPlatform, clock: SettledClock
) -> None:
    other = await start_quiet()
    await open_window(process, clock)
    await asyncio.gather(*(sender.notices.send(W, REMINDER) for sender in (process, other) * 10))
    await process.pusher.push_ready()
    await other.notices.send(W, REMINDER)
    await other.pusher.push_ready()
    assert platform.pushed == [(W, TEXT)]


async def test_the_same_key_for_two_workers_is_two_notices(process: GatewayProcess) -> None:
    await process.notices.send(W, REMINDER)
    await process.notices.send("o-li", REMINDER)
    assert await carried(process) == await carried(process, "o-li")
    assert await process.store.count(COLLECTION, {}) == 2


async def test_a_killed_process_s_notice_is_sent_by_the_next_one(
    process: GatewayProcess, start_process: StartProcess, platform: PostingPlatform, clock: SettledClock
) -> None:
    await open_window(process, clock)
    await process.notices.send(W, REMINDER)
    await process.kill()
    await start_process()
    await clock.advance(5)
    assert platform.pushed == [(W, TEXT)]


async def test_a_passive_account_s_notice_comes_above_the_next_reply(
    start_process: StartProcess, platform: PostingPlatform, write: Write, clock: SettledClock
) -> None:
    process = await start_process(mode=AccountMode.PASSIVE_ONLY)
    await process.notices.send(W, REMINDER)
    await clock.run(platform.deliver(write("欠薪找谁"), [process.gateway]))
    assert platform.texts(W) == [f"另外通知您一件事：\n{TEXT}\n\n答：欠薪找谁"]


async def test_neither_worker_nor_text_nor_fields_lie_in_the_store_in_clear(process: GatewayProcess) -> None:
    await process.notices.send(W, REMINDER)
    kept = str(await entry_of(process.store))
    for secret in (W, "法律援助", "12月1日", "booking_reminder", "A7K2"):
        assert secret not in kept


async def test_an_unknown_outcome_is_repeated_under_the_same_id_and_seen_once(
    with_template: GatewayProcess, platform: PostingPlatform, clock: SettledClock
) -> None:
    await with_template.notices.send(W, REMINDER)
    platform.template_failure = PlatformError("超时")
    await with_template.pusher.push_ready()
    assert await with_template.pusher.push_ready() == 0
    platform.template_failure = None
    await clock.advance(6)
    assert await with_template.pusher.push_ready() == 1
    assert platform.templates == AS_TEMPLATE
    assert len(set(platform.template_calls)) == 1
    assert len(platform.template_calls) == 2


async def test_a_template_call_that_never_ends_well_is_offered_with_the_next_message(
    with_template: GatewayProcess, platform: PostingPlatform, clock: SettledClock
) -> None:
    await with_template.notices.send(W, REMINDER)
    platform.template_failure = PlatformError("超时")
    for _ in range(8):
        await with_template.pusher.push_ready()
        await clock.advance(130)
    assert len(platform.template_calls) == 4
    assert await carried(with_template) == [f"另外通知您一件事（这条可能已经收到过）：\n{TEXT}"]


@pytest.mark.parametrize(("down_s", "calls", "state"), [(70, 2, "delivered"), (700, 1, "unknown")])
async def test_a_kill_inside_the_template_call_is_repeated_while_the_platform_drops_repeats(
    down_s: float, calls: int, state: str, with_template: GatewayProcess, start_process: StartProcess,
    platform: PostingPlatform, clock: SettledClock,
) -> None:  # fmt: skip
    await with_template.notices.send(W, REMINDER)
    platform.hangs = True
    push = asyncio.ensure_future(with_template.pusher.push_ready())
    await clock.let_run()
    with_template.store.is_away = True
    push.cancel()
    await asyncio.gather(push, return_exceptions=True)
    platform.hangs = False
    await clock.advance(down_s)
    other = await start_process(templates=TEMPLATES)
    await clock.advance(10)
    assert len(platform.template_calls) == calls
    assert (await entry_of(other.store))["state"] == state


@pytest.mark.parametrize("errcode", [40037, 43101, 47003, 48001])
async def test_a_template_that_the_platform_will_not_have_becomes_a_plain_message(
    errcode: int, with_template: GatewayProcess, platform: PostingPlatform, clock: SettledClock
) -> None:
    await open_window(with_template, clock)
    await with_template.notices.send(W, REMINDER)
    platform.template_failure = PlatformError("拒绝", errcode)
    await with_template.pusher.push_ready()
    await with_template.pusher.push_ready()
    assert len(platform.template_calls) == 1
    assert platform.pushed == [(W, TEXT)]
    assert with_template.counters[f"outbox.template_refused.{errcode}"] == 1


async def test_a_used_up_day_of_template_calls_holds_up_no_answer(
    with_template: GatewayProcess, platform: PostingPlatform, clock: SettledClock, write: Write
) -> None:
    await open_window(with_template, clock)
    await with_template.notices.send(W, REMINDER)
    platform.template_failure = PlatformError("限额", 45009)
    await with_template.pusher.push_ready()
    await with_template.outbox.keep(write(), "后面还有")
    await clock.advance(REPLY_AHEAD_S)
    assert await with_template.pusher.push_ready() == 1
    assert platform.texts(W) == ["后面还有"]
    platform.template_failure = None
    await clock.advance(601)
    await with_template.pusher.push_ready()
    assert platform.templates == AS_TEMPLATE


@pytest.mark.parametrize("errcode", [40003, 40200])
async def test_a_worker_who_is_not_there_leaves_a_dead_letter_like_an_answer(
    errcode: int, with_template: GatewayProcess, platform: PostingPlatform
) -> None:
    await with_template.notices.send(W, REMINDER)
    platform.template_failure = PlatformError("没有关注", errcode)
    await with_template.pusher.push_ready()
    [letter] = await DeadLetters(with_template.outbox).find_all()
    assert (letter.state, letter.errcode, letter.parts_left) == ("dead", errcode, 1)
    assert letter.question.startswith("通知：提醒您")
    await DeadLetters(with_template.outbox).dismiss(letter.answer_id)
    assert "texts" not in await entry_of(with_template.store)


async def test_many_notices_that_wait_for_their_workers_hold_up_nobody_elses(
    process: GatewayProcess, platform: PostingPlatform, clock: SettledClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.gateway.outbox_pusher.BATCH", 3)
    for number in range(5):
        await process.notices.send(f"o-{number}", REMINDER)
        await process.pusher.push_ready()
        await clock.advance(1)
    await open_window(process, clock)
    await process.notices.send(W, REMINDER)
    assert await process.pusher.push_ready() == 1
    assert platform.pushed == [(W, TEXT)]


async def test_a_notice_is_exported_erased_and_brought_under_a_new_key(process: GatewayProcess) -> None:
    await process.notices.send(W, REMINDER)
    holder = gateway_holders(process.store, process.outbox.workers, CIPHER, process.clock)[0]
    worker_id = process.outbox.workers.worker_id(W)
    [told] = await holder.export(worker_id)
    assert told["通知"] == TEXT
    [counts] = await rotate(process.store, [process.outbox.workers.rotation()])
    assert counts.current == 1
    assert await holder.erase(worker_id) == 1
    assert await process.store.count(COLLECTION, {}) == 0


async def test_a_store_that_is_away_is_said_and_nothing_is_promised(process: GatewayProcess) -> None:
    process.store.refuses.add(("insert", COLLECTION))
    with pytest.raises(OutboxError):
        await process.notices.send(W, REMINDER)


async def test_answers_and_notices_go_out_together_in_order(
    process: GatewayProcess, platform: PostingPlatform, clock: SettledClock, write: Write
) -> None:
    await open_window(process, clock)
    message = write()
    await process.outbox.owe(message)
    await process.outbox.fulfil(message.key, Reply("答"))
    await clock.advance(1)
    await process.notices.send(W, REMINDER)
    await process.pusher.push_ready()
    assert platform.texts(W) == ["答", TEXT]
