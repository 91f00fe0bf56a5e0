from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.domain.message import WorkerMessage
from bot.gateway.recovery import AFTER_OUTAGE_S
from tests.fakes.gateway_process import GatewayProcess, ScriptedReplier
from tests.fakes.posting_platform import PostingPlatform
from tests.fakes.watched_store import SettledClock

Write = Callable[..., WorkerMessage]
StartProcess = Callable[..., Awaitable[GatewayProcess]]


async def test_a_platform_that_hangs_on_one_worker_holds_up_nobody_else(
    start_process: StartProcess, write: Write, clock: SettledClock, replier: ScriptedReplier, platform: PostingPlatform
) -> None:
    replier.delay_s = 5.0
    process = await start_process()
    platform.hangs = True
    await clock.run(platform.deliver(write(openid="o-hangs"), [process.gateway]))
    await clock.advance(3)
    assert platform.calls == 1
    platform.hangs = False
    await clock.run(platform.deliver(write(openid="o-li"), [process.gateway]))
    await clock.advance(3)
    assert platform.texts("o-li") == ["答：欠薪找谁"]


async def test_a_failing_round_does_not_end_the_rounds(
    start_process: StartProcess, write: Write, clock: SettledClock, replier: ScriptedReplier, platform: PostingPlatform
) -> None:
    replier.delay_s = 5.0
    process = await start_process()
    await clock.run(platform.deliver(write(), [process.gateway]))
    process.store.refuses |= {("find", "outbox"), ("replace_if", "outbox")}
    await clock.advance(20)
    assert platform.texts("o-zhang") == []
    process.store.refuses.clear()
    await clock.advance(AFTER_OUTAGE_S + 5)
    assert platform.texts("o-zhang") == ["答：欠薪找谁"]
