"""The platform posts, drops and posts again over the real endpoint: one answer reaches the worker, never a banner."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.gateway import phrasing_gateway as phrasing
from bot.gateway.message_gateway import AccountMode
from bot.wechat.platform_simulator import over_http
from bot.wechat.simulated_messages import event, text_message
from bot.wechat.simulated_worker import DeliveryOutcome
from tests.fakes.gateway_process import ScriptedReplier
from tests.fakes.watched_store import SettledClock

DELAYS_S = (0.0, 3.9, 4.1, 4.9, 6.0, 12.0, 20.0)
OpenAccount = Callable[..., Awaitable[Any]]


@pytest.mark.parametrize("delay_s", DELAYS_S)
async def test_a_verified_account_answers_once(
    delay_s: float, open_account: OpenAccount, clock: SettledClock, replier: ScriptedReplier
) -> None:
    replier.delay_s = delay_s
    account = await open_account()
    delivery = await clock.run(account.simulator.worker_sends(text_message("o-zhang", "欠薪找谁")))
    await clock.advance(30)
    expected = DeliveryOutcome.REPLIED if delay_s < 4 else DeliveryOutcome.ACKNOWLEDGED
    assert (delivery.outcome, delivery.attempts) == (expected, 1)
    assert [text for text in (delivery.text, *account.seen("o-zhang")) if text] == ["答：欠薪找谁"]
    assert len(replier.begun) == 1


@pytest.mark.parametrize("delay_s", DELAYS_S)
async def test_an_account_with_passive_replies_only_answers_once(
    delay_s: float, open_account: OpenAccount, clock: SettledClock, replier: ScriptedReplier
) -> None:
    replier.delay_s = delay_s
    account = await open_account(AccountMode.PASSIVE_ONLY)
    delivery = await clock.run(account.simulator.worker_sends(text_message("o-zhang", "欠薪找谁")))
    assert delivery.outcome is DeliveryOutcome.REPLIED
    assert delivery.attempts == (1 if delay_s < 4 else 2 if delay_s < 9 else 3)
    assert delivery.text == (phrasing.COMES_WITH_NEXT_MESSAGE if delay_s > 14 else "答：欠薪找谁")
    await clock.advance(30)
    replier.delay_s = 0.0
    following = await clock.run(account.simulator.worker_sends(text_message("o-zhang", "好了吗")))
    texts = [delivery.text, following.text]
    assert sum(text.count("答：欠薪找谁") for text in texts) == 1
    assert account.seen("o-zhang") == []
    assert replier.begun.count(replier.begun[0]) == 1


async def test_the_same_signed_bytes_again_bring_the_same_reply(
    open_account: OpenAccount, clock: SettledClock, replier: ScriptedReplier
) -> None:
    account = await open_account()
    request = account.simulator.platform.request(text_message("o-zhang", "欠薪找谁"))
    first = await clock.run(account.simulator.platform.deliver_request(request, "o-zhang"))
    await clock.advance(60)
    again = await clock.run(account.simulator.platform.deliver_request(request, "o-zhang"))
    assert first.text == again.text == "答：欠薪找谁"
    assert len(replier.begun) == 1


async def test_a_promised_answer_waits_for_the_window_to_open_again(
    open_account: OpenAccount, clock: SettledClock, replier: ScriptedReplier
) -> None:
    replier.delay_s = 61.0
    account = await open_account()
    await clock.run(account.simulator.worker_sends(event("o-zhang", "CLICK", "HELP")))
    await clock.advance(90)
    assert account.seen("o-zhang") == []
    replier.delay_s = 0.0
    delivery = await clock.run(account.simulator.worker_sends(text_message("o-zhang", "你好")))
    assert delivery.text.startswith("您之前问的：\n答：")


async def test_a_withheld_post_is_never_answered_while_the_platform_listens(
    open_account: OpenAccount, clock: SettledClock, replier: ScriptedReplier
) -> None:
    replier.delay_s = 20.0
    account = await open_account(AccountMode.PASSIVE_ONLY)
    request = account.simulator.platform.request(text_message("o-zhang", "欠薪找谁"))
    began_s = clock.monotonic_s()
    status, body = await clock.run(over_http(account.web)("/wechat", request.query, request.body))  # type: ignore[arg-type]
    assert clock.monotonic_s() - began_s > 5.0
    assert (status, body) == (503, b"")


async def test_all_hops_around_the_dialogue_are_traced(
    open_account: OpenAccount, clock: SettledClock, replier: ScriptedReplier
) -> None:
    account = await open_account()
    await clock.run(account.simulator.worker_sends(text_message("o-zhang", "欠薪找谁")))
    replier.delay_s = 6.0
    await clock.run(account.simulator.worker_sends(text_message("o-zhang", "有补贴吗")))
    await clock.advance(10)
    assert account.traces == [
        ["callback.open", "gateway.claim", "dialogue", "settle", "callback.seal"],
        ["callback.open", "gateway.claim", "settle", "dialogue"],
    ]
