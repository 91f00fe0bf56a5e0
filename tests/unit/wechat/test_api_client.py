import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import httpx2
import pytest

from bot.domain.errors import PlatformError
from bot.ports import WechatPlatform
from bot.wechat import simulated_messages as sends
from bot.wechat.access_token import AccessTokens
from bot.wechat.api_client import CALL_LIMIT_S, MENU_PATH, SEND_PATH, STOP_S, TEMPLATE_PATH, WechatApiClient
from bot.wechat.platform_simulator import Failure, SimulatedPlatformApi
from tests.fakes.fake_clock import FakeClock

TOKEN_PATH = "/cgi-bin/stable_token"
W = "worker-1"


@dataclass(frozen=True)
class Tried:
    """How one send went."""

    errcode: int | None
    sends: int
    token_calls: int
    read: list[str]


TryToSend = Callable[..., Awaitable[Tried]]


@pytest.fixture(autouse=True)
def worker_wrote(api: SimulatedPlatformApi) -> None:
    api.worker_acted(sends.text_message(W, "问"))


@pytest.fixture
def try_to_send(client: WechatApiClient, api: SimulatedPlatformApi, clock: FakeClock) -> TryToSend:
    async def attempt(text: str = "答") -> Tried:
        errcode: int | None = 0
        try:
            await clock.run(client.send_text(W, text))
        except PlatformError as error:
            errcode = error.errcode
        read = [message.text for message in api.inbox.get(W, [])]
        return Tried(errcode, api.call_count(SEND_PATH), api.call_count(TOKEN_PATH), read)

    return attempt


async def test_a_message_reaches_the_worker(client: WechatApiClient, try_to_send: TryToSend) -> None:
    assert await try_to_send("您好😀 <b>“工资”") == Tried(0, 1, 1, ["您好😀 <b>“工资”"])
    platform: WechatPlatform = client
    assert platform


async def test_text_goes_out_as_utf_8_without_escapes(client: WechatApiClient, requests: list[httpx2.Request]) -> None:
    await client.send_text(W, "工资\ud83d被拖欠\x00")
    sent = requests[-1]
    assert "工资被拖欠".encode() in sent.content
    assert b"\\u" not in sent.content
    assert json.loads(sent.content)["touser"] == W


@pytest.mark.parametrize("errcode", [40003, 40200, 43101, 48001, 45015, 45047, 45002, 45009, 40013, 99999])
async def test_a_refusal_is_reported_with_its_code_and_not_repeated(
    try_to_send: TryToSend, api: SimulatedPlatformApi, errcode: int
) -> None:
    api.fail_next(SEND_PATH, Failure(errcode=errcode), times=9)
    assert await try_to_send() == Tried(errcode, 1, 1, [])


async def test_a_busy_system_is_asked_three_times_with_pauses(
    try_to_send: TryToSend, api: SimulatedPlatformApi, clock: FakeClock
) -> None:
    api.fail_next(SEND_PATH, Failure(errcode=-1), times=9)
    assert await try_to_send() == Tried(-1, 3, 1, [])
    assert clock.monotonic_s() == pytest.approx(1.5)


async def test_a_system_busy_for_a_moment_delivers_once(try_to_send: TryToSend, api: SimulatedPlatformApi) -> None:
    api.fail_next(SEND_PATH, Failure(errcode=-1), times=2)
    assert await try_to_send() == Tried(0, 3, 1, ["答"])


@pytest.mark.parametrize("errcode", [40001, 40014, 42001])
async def test_a_refused_token_is_replaced_and_the_message_sent_once(
    try_to_send: TryToSend, api: SimulatedPlatformApi, errcode: int
) -> None:
    api.fail_next(SEND_PATH, Failure(errcode=errcode))
    assert await try_to_send() == Tried(0, 2, 2, ["答"])


@pytest.mark.parametrize("errcode", [40001, 40014, 42001])
async def test_a_token_refused_for_good_costs_two_token_calls(
    try_to_send: TryToSend, api: SimulatedPlatformApi, errcode: int
) -> None:
    api.fail_next(SEND_PATH, Failure(errcode=errcode), times=999)
    assert await try_to_send() == Tried(errcode, 2, 2, [])


async def test_a_token_refused_for_good_costs_no_more_for_the_next_hundred_messages(
    client: WechatApiClient, api: SimulatedPlatformApi, clock: FakeClock
) -> None:
    api.fail_next(SEND_PATH, Failure(errcode=40001), times=999)
    for _ in range(100):
        with pytest.raises(PlatformError) as caught:
            await clock.run(client.send_text(W, "答"))
        assert caught.value.errcode == 40001
    assert api.call_count(TOKEN_PATH) == 2


async def test_a_warm_token_refused_for_good_costs_two_token_calls(
    client: WechatApiClient, api: SimulatedPlatformApi, clock: FakeClock
) -> None:
    await client.send_text(W, "暖")
    await clock.advance(600)
    api.fail_next(SEND_PATH, Failure(errcode=40001), times=999)
    with pytest.raises(PlatformError):
        await clock.run(client.send_text(W, "答"))
    assert api.call_count(TOKEN_PATH) - 1 == 2


async def test_a_token_that_expires_in_mid_send_is_replaced(
    client: WechatApiClient, api: SimulatedPlatformApi, clock: FakeClock
) -> None:
    await client.send_text(W, "一")
    await clock.advance(600)
    api.tokens.expire_all()
    await client.send_text(W, "二")
    assert [message.text for message in api.inbox[W]] == ["一", "二"]
    assert api.call_count(TOKEN_PATH) == 2


async def test_a_hundred_senders_share_one_refresh(
    client: WechatApiClient, api: SimulatedPlatformApi, clock: FakeClock
) -> None:
    await client.send_text(W, "一")
    await clock.advance(600)
    api.tokens.expire_all()

    async def all_at_once() -> None:
        await asyncio.gather(*(client.send_text(W, "二") for _ in range(100)), return_exceptions=True)

    await clock.run(all_at_once())
    assert api.call_count(TOKEN_PATH) == 2


@pytest.mark.parametrize("after_effect", [False, True])
async def test_a_time_out_is_unknown_and_never_repeated(
    try_to_send: TryToSend, api: SimulatedPlatformApi, clock: FakeClock, *, after_effect: bool
) -> None:
    api.fail_next(SEND_PATH, Failure(hangs=True, after_effect=after_effect))
    assert await try_to_send() == Tried(None, 1, 1, ["答"] if after_effect else [])
    assert clock.monotonic_s() == pytest.approx(5)


async def test_a_slow_answer_within_the_limit_is_taken(try_to_send: TryToSend, api: SimulatedPlatformApi) -> None:
    api.fail_next(SEND_PATH, Failure(delay_s=4.9))
    assert await try_to_send() == Tried(0, 1, 1, ["答"])


async def test_a_web_page_instead_of_an_answer_is_unknown(try_to_send: TryToSend, api: SimulatedPlatformApi) -> None:
    api.fail_next(SEND_PATH, Failure(html=True))
    assert await try_to_send() == Tried(None, 1, 1, [])


async def test_a_hung_token_endpoint_sends_nothing_and_says_try_later(
    try_to_send: TryToSend, api: SimulatedPlatformApi, clock: FakeClock
) -> None:
    api.fail_next(TOKEN_PATH, Failure(hangs=True), times=99)
    assert await try_to_send() == Tried(-1, 0, 3, [])
    assert clock.monotonic_s() < CALL_LIMIT_S


async def test_a_call_with_all_its_tries_stays_within_its_limit(
    try_to_send: TryToSend, api: SimulatedPlatformApi, clock: FakeClock
) -> None:
    for _ in range(2):
        api.fail_next(TOKEN_PATH, Failure(delay_s=2.9, errcode=-1), times=2)
        api.fail_next(TOKEN_PATH, Failure(delay_s=2.9))
        api.fail_next(SEND_PATH, Failure(delay_s=4.9, errcode=-1), times=2)
        api.fail_next(SEND_PATH, Failure(delay_s=4.9, errcode=40001))
    tried = await try_to_send()
    assert (tried.errcode, tried.token_calls) == (None, 6)
    assert clock.monotonic_s() == pytest.approx(CALL_LIMIT_S)


async def test_the_sixth_message_is_refused_until_the_worker_writes_again(
    client: WechatApiClient, api: SimulatedPlatformApi
) -> None:
    for number in range(5):
        await client.send_text(W, str(number))
    with pytest.raises(PlatformError) as caught:
        await client.send_text(W, "5")
    assert caught.value.errcode == 45047
    api.worker_acted(sends.text_message(W, "还在吗"))
    await client.send_text(W, "5")
    assert [message.text for message in api.inbox[W]] == list("012345")


async def test_after_the_daily_limit_an_interface_rests_and_somebody_is_told(
    client: WechatApiClient, api: SimulatedPlatformApi, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    api.fail_next(SEND_PATH, Failure(errcode=45009))
    for _ in range(5):
        with pytest.raises(PlatformError) as caught:
            await client.send_text(W, "答")
        assert caught.value.errcode == 45009
    assert api.call_count(SEND_PATH) == 1
    assert [record.levelno for record in caplog.records if "daily limit" in record.message] == [logging.ERROR]
    await client.create_menu({"button": [{"type": "click", "name": "我的", "key": "MINE"}]})
    await clock.advance(STOP_S)
    await client.send_text(W, "答")
    assert api.call_count(SEND_PATH) == 2


async def test_a_template_is_delivered_once_for_its_id(client: WechatApiClient, api: SimulatedPlatformApi) -> None:
    data = {"thing1": "法律援助预约", "time2": "5月6日 9:00"}
    first = await client.send_template(W, "T1", data, url="https://account.cn/b", client_msg_id="booking-1")
    second = await client.send_template(W, "T1", data, client_msg_id="booking-1")
    other = await client.send_template(W, "T1", data, client_msg_id="booking-2")
    assert first == second != other
    assert [message.text for message in api.inbox[W]] == ["法律援助预约\n5月6日 9:00"] * 2


async def test_a_template_body_leaves_out_what_is_empty(
    client: WechatApiClient, requests: list[httpx2.Request]
) -> None:
    await client.send_template(W, "T1", {"thing1": "预约"})
    assert json.loads(requests[-1].content) == {
        "touser": W,
        "template_id": "T1",
        "data": {"thing1": {"value": "预约"}},
    }
    assert requests[-1].url.path == TEMPLATE_PATH


async def test_a_menu_is_created_in_chinese(
    client: WechatApiClient, api: SimulatedPlatformApi, requests: list[httpx2.Request]
) -> None:
    menu = {"button": [{"name": "办事", "sub_button": [{"type": "click", "name": "预约", "key": "BOOK"}]}]}
    await client.create_menu(menu)
    assert api.menu == menu
    assert "办事".encode() in requests[-1].content
    with pytest.raises(PlatformError) as caught:
        await client.create_menu({"button": []})
    assert caught.value.errcode == 40016
    assert requests[-1].url.path == MENU_PATH


def client_over(answer: httpx2.Response | Exception, tokens: AccessTokens, clock: FakeClock) -> WechatApiClient:
    def handler(_request: httpx2.Request) -> httpx2.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    http = httpx2.AsyncClient(transport=httpx2.MockTransport(handler))
    return WechatApiClient(http, "http://platform.test/", tokens, clock)


@pytest.mark.parametrize(
    "answer",
    [
        httpx2.Response(500, json={"errcode": 0}),
        httpx2.Response(200, json={}),
        httpx2.Response(200, json=[]),
        httpx2.Response(200, json={"errcode": "0"}),
        httpx2.Response(200, content=b"\xff\xfe"),
        httpx2.Response(200, content=b""),
        httpx2.Response(200, content=b"[" * 100_000),
        httpx2.Response(302, headers={"Location": "http://elsewhere.test/"}),
        httpx2.ReadTimeout("slow"),
        httpx2.ReadError("reset"),
        httpx2.RemoteProtocolError("garbage"),
    ],
    ids=lambda answer: (getattr(answer, "text", None) and answer.text[:12]) or type(answer).__name__,
)
async def test_an_answer_that_says_nothing_leaves_the_outcome_unknown(
    answer: httpx2.Response | Exception, tokens: AccessTokens, clock: FakeClock
) -> None:
    with pytest.raises(PlatformError) as caught:
        await clock.run(client_over(answer, tokens, clock).send_text(W, "答"))
    assert caught.value.errcode is None


@pytest.mark.parametrize(
    "error", [httpx2.ConnectError("refused"), httpx2.ConnectTimeout("slow"), httpx2.PoolTimeout("full")]
)
async def test_a_platform_that_cannot_be_reached_is_tried_later(
    error: Exception, tokens: AccessTokens, clock: FakeClock
) -> None:
    with pytest.raises(PlatformError) as caught:
        await clock.run(client_over(error, tokens, clock).send_text(W, "答"))
    assert caught.value.errcode == -1
    assert clock.monotonic_s() == pytest.approx(1.5)


async def test_raw_control_characters_in_an_answer_are_survived(tokens: AccessTokens, clock: FakeClock) -> None:
    answer = httpx2.Response(200, content=b'{"errcode":0,"errmsg":"o\x01k"}')
    await client_over(answer, tokens, clock).send_text(W, "答")


async def test_logs_hold_no_token_no_secret_no_openid_and_no_text(
    client: WechatApiClient, api: SimulatedPlatformApi, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    api.fail_next(SEND_PATH, Failure(errcode=40001))
    await client.send_text(W, "私密内容")
    api.fail_next(SEND_PATH, Failure(errcode=45009))
    with pytest.raises(PlatformError):
        await clock.run(client.send_text(W, "私密内容"))
    assert "message/custom/send" in caplog.text, "the request itself is logged"
    for secret in ("simulated-", "access_token", "s3cret", W, "私密"):
        assert secret not in caplog.text
