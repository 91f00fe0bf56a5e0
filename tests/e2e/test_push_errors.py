"""Every error code of the platform while a late answer is pushed: the answer reaches the worker once, in both modes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.gateway.message_gateway import AccountMode
from bot.wechat.access_token import PATH as TOKEN_PATH
from bot.wechat.api_client import SEND_PATH
from bot.wechat.platform_simulator import Failure
from bot.wechat.simulated_messages import event, subscribe_event, text_message
from tests.fakes.gateway_process import ScriptedReplier
from tests.fakes.watched_store import SettledClock

OpenAccount = Callable[..., Awaitable[Any]]
Ask = Callable[..., Awaitable[None]]

W = "o-zhang"
ANSWER = "答：欠薪找谁"
LATE_S = 6.0
FOREVER = 1000
PUSHED, WITH_THE_NEXT = "pushed", "with the next message"


@pytest.fixture
def ask(clock: SettledClock, replier: ScriptedReplier) -> Ask:
    """The worker asks something that takes too long, and half a minute passes."""

    async def ask(account: Any, late_s: float = LATE_S) -> None:
        replier.delay_s = late_s
        await clock.run(account.simulator.worker_sends(text_message(W, "欠薪找谁")))
        await clock.advance(30)
        replier.delay_s = 0.0

    return ask


async def received(account: Any, clock: SettledClock) -> tuple[str, int]:
    """By which way the answer came, and how often in all; asked with two further messages."""
    pushed = account.seen(W).count(ANSWER)
    texts = [
        (await clock.run(account.simulator.worker_sends(text_message(W, "还有一件事")))).text,
        (await clock.run(account.simulator.worker_sends(text_message(W, "没有了")))).text,
    ]
    await clock.advance(700)
    carried = sum(text.count(ANSWER) for text in texts)
    return PUSHED if pushed else WITH_THE_NEXT, carried + account.seen(W).count(ANSWER)


@pytest.mark.parametrize(
    ("failure", "times", "sends", "token_calls", "way"),
    [
        (Failure(errcode=-1), 1, 2, 1, PUSHED),
        (Failure(errcode=-1), FOREVER, 6, 1, WITH_THE_NEXT),
        (Failure(errcode=40001), 1, 2, 2, PUSHED),
        (Failure(errcode=40014), 1, 2, 2, PUSHED),
        (Failure(errcode=42001), 1, 2, 2, PUSHED),
        (Failure(errcode=40001), FOREVER, 3, 2, WITH_THE_NEXT),
        (Failure(errcode=45009), 1, 1, 1, WITH_THE_NEXT),
        (Failure(errcode=45015), 1, 1, 1, WITH_THE_NEXT),
        (Failure(errcode=45047), 1, 1, 1, WITH_THE_NEXT),
        (Failure(errcode=45002), 1, 1, 1, WITH_THE_NEXT),
        (Failure(errcode=40003), 1, 1, 1, WITH_THE_NEXT),
        (Failure(errcode=40200), 1, 1, 1, WITH_THE_NEXT),
        (Failure(errcode=43101), 1, 1, 1, WITH_THE_NEXT),
        (Failure(errcode=48001), 1, 1, 1, WITH_THE_NEXT),
        (Failure(html=True), 1, 1, 1, WITH_THE_NEXT),
        (Failure(hangs=True), 1, 1, 1, WITH_THE_NEXT),
    ],
    ids=lambda value: str(value) if not isinstance(value, Failure) else f"{value.errcode or value}",
)
async def test_a_verified_account_delivers_once_whatever_the_platform_says(  # noqa: PLR0917 - a table's columns
    failure: Failure,
    times: int,
    sends: int,
    token_calls: int,
    way: str,
    open_account: OpenAccount,
    clock: SettledClock,
    ask: Ask,
) -> None:
    account = await open_account()
    account.simulator.api.fail_next(SEND_PATH, failure, times)
    await ask(account)
    assert account.simulator.api.call_count(SEND_PATH) == sends
    assert account.simulator.api.tokens.calls == token_calls
    assert await received(account, clock) == (way, 1)


@pytest.mark.parametrize("errcode", [0, 48001])
async def test_an_account_with_passive_replies_only_calls_nobody_and_delivers_once(
    errcode: int, open_account: OpenAccount, clock: SettledClock, ask: Ask
) -> None:
    account = await open_account(AccountMode.PASSIVE_ONLY)
    account.simulator.api.fail_next(SEND_PATH, Failure(errcode=errcode), FOREVER)
    await ask(account, late_s=20.0)
    assert await received(account, clock) == (WITH_THE_NEXT, 1)
    assert account.simulator.api.call_count(SEND_PATH) == account.simulator.api.call_count(TOKEN_PATH) == 0


async def test_a_text_that_the_platform_finds_too_long_arrives_whole_in_pieces(
    open_account: OpenAccount, replier: ScriptedReplier, ask: Ask
) -> None:
    whole = "农民工工资应当按月足额支付。" * 20
    replier._script = lambda _: whole
    account = await open_account()
    account.simulator.api.fail_next(SEND_PATH, Failure(errcode=45002))
    await ask(account)
    assert len(account.seen(W)) == 2
    assert "".join(account.seen(W)) == whole


async def test_a_hung_token_endpoint_delays_the_answer_and_loses_nothing(
    open_account: OpenAccount, clock: SettledClock, ask: Ask
) -> None:
    account = await open_account()
    account.simulator.api.fail_next(TOKEN_PATH, Failure(hangs=True), 3)
    await ask(account)
    await clock.advance(60)
    assert await received(account, clock) == (PUSHED, 1)


async def test_a_token_that_expires_in_mid_send_is_replaced(open_account: OpenAccount, ask: Ask) -> None:
    account = await open_account()
    await ask(account)
    account.simulator.api.tokens.expire_all()
    await ask(account)
    assert account.seen(W) == [ANSWER, ANSWER]
    assert account.simulator.api.tokens.calls == 2


async def test_the_sixth_late_answer_waits_for_the_worker_to_write(
    open_account: OpenAccount, clock: SettledClock, replier: ScriptedReplier
) -> None:
    account = await open_account()
    replier.delay_s = 60.0
    for number in range(6):
        await clock.run(account.simulator.worker_sends(text_message(W, f"第{number}问")))
    await clock.advance(200)
    assert account.seen(W) == [f"答：第{number}问" for number in range(5)]
    replier.delay_s = 0.0
    delivery = await clock.run(account.simulator.worker_sends(text_message(W, "还在吗")))
    assert "答：第5问" in delivery.text


@pytest.mark.parametrize("occasion", ["CLICK", "subscribe"])
async def test_an_act_answered_within_its_minute_is_pushed_and_after_it_is_kept(
    occasion: str, open_account: OpenAccount, clock: SettledClock, replier: ScriptedReplier
) -> None:
    account = await open_account()
    act = subscribe_event(W) if occasion == "subscribe" else event(W, "CLICK", "HELP")
    replier.delay_s = 30.0
    await clock.run(account.simulator.worker_sends(act))
    await clock.advance(40)
    assert len(account.seen(W)) == 1
    replier.delay_s = 70.0
    await clock.run(account.simulator.worker_sends(event(W, "CLICK", "OTHER")))
    await clock.advance(120)
    assert len(account.seen(W)) == 1
    assert account.simulator.api.call_count(SEND_PATH) == 1
