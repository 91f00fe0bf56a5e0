"""What is not the platform's is refused before it is read whole, and nothing of it reaches the log."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from bot.wechat.platform_simulator import with_query, with_tampered_body
from bot.wechat.simulated_messages import text_message
from tests.fakes.gateway_process import ScriptedReplier
from tests.fakes.watched_store import SettledClock

OpenAccount = Callable[..., Awaitable[Any]]


@pytest.fixture
async def account(open_account: OpenAccount) -> Any:
    return await open_account()


async def post(account: Any, query: Any, body: bytes) -> tuple[int, bytes]:
    response = await account.web.post("/wechat", params=dict(query), content=body)
    return response.status_code, response.content


async def test_the_url_check_gets_its_echo_verbatim(account: Any) -> None:
    query = account.simulator.platform.url_check_query("回声<5>&")
    response = await account.web.get("/wechat", params=query)
    assert (response.status_code, response.text) == (200, "回声<5>&")
    assert response.headers["content-type"].startswith("text/plain")


async def test_a_url_check_by_somebody_else_is_refused(account: Any) -> None:
    query = account.simulator.platform.url_check_query("echo") | {"signature": "0" * 40}
    response = await account.web.get("/wechat", params=query)
    assert (response.status_code, response.content) == (403, b"")


@pytest.mark.parametrize("forge", ["tampered", "stale", "shifted", "unsigned", "plain"])
async def test_a_forged_callback_is_refused_without_work(
    forge: str, account: Any, clock: SettledClock, replier: ScriptedReplier
) -> None:
    platform = account.simulator.platform
    message = text_message("o-zhang", "欠薪找谁")
    request = {
        "tampered": lambda: with_tampered_body(platform.request(message)),
        "stale": lambda: platform.request_for_xml("<xml/>", "o", timestamp=str(int(clock.now().timestamp()) - 301)),
        "shifted": lambda: with_query(platform.request(message), timestamp=str(int(clock.now().timestamp()) + 1)),
        "unsigned": lambda: with_query(platform.request(message), msg_signature=""),
        "plain": lambda: platform.plaintext_request(message),
    }[forge]()
    assert await post(account, request.query, request.body) == (403, b"")
    assert replier.begun == []
    assert account.process.counters["wechat.refused"] == 1


async def test_a_body_that_announces_too_much_is_refused_unread(account: Any) -> None:
    request = account.simulator.platform.request(text_message("o-zhang", "欠薪找谁"))
    assert await post(account, request.query, b"x" * (64 * 1024 + 1)) == (403, b"")


async def test_a_body_in_chunks_is_given_up_at_its_cap(account: Any) -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(1000):
            read += 16 * 1024
            yield b"x" * 16 * 1024

    request = account.simulator.platform.request(text_message("o-zhang", "欠薪找谁"))
    response = await account.web.post("/wechat", params=dict(request.query), content=endless())
    assert response.status_code == 403
    assert read <= 64 * 1024 + 2 * 16 * 1024


async def test_a_signed_callback_that_is_no_message_is_acknowledged_and_counted(
    account: Any, replier: ScriptedReplier
) -> None:
    request = account.simulator.platform.request_for_xml("<xml><A>1</A></xml>", "o-zhang")
    assert await post(account, request.query, request.body) == (200, b"success")
    assert account.process.counters["wechat.unreadable"] == 1
    assert replier.begun == []


async def test_no_query_openid_or_text_reaches_the_log(
    account: Any, clock: SettledClock, caplog: pytest.LogCaptureFixture
) -> None:
    platform = account.simulator.platform
    good = platform.request(text_message("o-zhang", "我叫张三"))
    bad = with_tampered_body(good)
    unreadable = platform.request_for_xml("<xml><A>张三</A></xml>", "o-zhang")
    with caplog.at_level(logging.DEBUG, logger="gongyou"):
        await clock.run(platform.deliver_request(good, "o-zhang"))
        for request in (bad, unreadable):
            await post(account, request.query, request.body)
    told = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("gongyou"))
    assert "签名不符" in told
    for secret in ("o-zhang", "张三", *good.query.values()):
        if secret != "aes":
            assert secret not in told
