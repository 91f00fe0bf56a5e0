import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.wechat import simulated_messages as sends
from bot.wechat.platform_simulator import DeliveredMessage, Failure, SimulatedMessage, SimulatedPlatformApi
from tests.fakes.fake_clock import FakeClock

W = "worker-1"
APP_ID = "wx0123456789abcdef"
SEND = "/cgi-bin/message/custom/send"
TEMPLATE = "/cgi-bin/message/template/send"
MENU = "/cgi-bin/menu/create"
TOKEN = "/cgi-bin/stable_token"

Post = Callable[..., Awaitable[int]]


async def token_of(api: SimulatedPlatformApi, **changed: Any) -> dict[str, Any]:
    body = {"grant_type": "client_credential", "appid": APP_ID, "secret": "s3cret"} | changed
    _, answer = await api.handle("POST", TOKEN, {}, body)
    assert isinstance(answer, dict)
    return answer


@pytest.fixture
def post(api: SimulatedPlatformApi) -> Post:
    """Posts with a valid token and returns the error code."""

    async def call(path: str, body: object) -> int:
        token = (await token_of(api))["access_token"]
        _, answer = await api.handle("POST", path, {"access_token": token}, body)
        assert isinstance(answer, dict)
        return int(answer["errcode"])

    return call


def text(content: str = "答") -> dict[str, Any]:
    return {"touser": W, "msgtype": "text", "text": {"content": content}}


async def test_five_messages_follow_a_workers_message_and_no_sixth(api: SimulatedPlatformApi, post: Post) -> None:
    api.worker_acted(sends.text_message(W, "问"))
    assert [await post(SEND, text()) for _ in range(6)] == [0, 0, 0, 0, 0, 45047]


async def test_the_window_of_a_message_closes_after_48_hours(
    api: SimulatedPlatformApi, post: Post, clock: FakeClock
) -> None:
    api.worker_acted(sends.text_message(W, "问"))
    await clock.advance(48 * 3600)
    assert await post(SEND, text()) == 0
    await clock.advance(1)
    assert await post(SEND, text()) == 45015


@pytest.mark.parametrize(
    "acted",
    [
        sends.event(W, "CLICK", "K"),
        sends.subscribe_event(W),
        sends.event(W, "SCAN", "1"),
        sends.scancode_event(W, "K", "r"),
    ],
    ids=lambda acted: acted.event,
)
async def test_three_messages_follow_an_event_for_a_minute(
    api: SimulatedPlatformApi, post: Post, clock: FakeClock, acted: SimulatedMessage
) -> None:
    api.worker_acted(acted)
    assert [await post(SEND, text()) for _ in range(4)] == [0, 0, 0, 45047]
    await clock.advance(61)
    assert await post(SEND, text()) == 45015


@pytest.mark.parametrize("name", ["LOCATION", "VIEW", "TEMPLATESENDJOBFINISH"])
async def test_other_events_open_nothing(api: SimulatedPlatformApi, post: Post, name: str) -> None:
    api.worker_acted(sends.event(W, name))
    assert await post(SEND, text()) == 45015


async def test_the_window_that_closes_first_pays(api: SimulatedPlatformApi, post: Post, clock: FakeClock) -> None:
    api.worker_acted(sends.text_message(W, "问"))
    api.worker_acted(sends.event(W, "CLICK", "K"))
    assert [await post(SEND, text()) for _ in range(3)] == [0, 0, 0]
    await clock.advance(61)
    assert [await post(SEND, text()) for _ in range(6)] == [0, 0, 0, 0, 0, 45047]


async def test_a_worker_who_left_cannot_be_written_to(api: SimulatedPlatformApi, post: Post) -> None:
    api.worker_acted(sends.text_message(W, "问"))
    api.worker_acted(sends.event(W, "unsubscribe", ""))
    assert await post(SEND, text()) == 40003
    api.worker_acted(sends.event(W, "LOCATION"))
    assert await post(SEND, text()) == 45015, "the old window is gone too"


@pytest.mark.parametrize(
    ("body", "errcode"),
    [
        (text("工" * 682), 0),
        (text("工" * 683), 45002),
        (text(""), 44004),
        ({"touser": W, "msgtype": "hologram"}, 40008),
        ({**text(), "touser": "stranger"}, 40003),
        ([], 47001),
        ("not JSON", 47001),
    ],
)
async def test_a_message_is_judged(api: SimulatedPlatformApi, post: Post, body: object, errcode: int) -> None:
    api.worker_acted(sends.text_message(W, "问"))
    assert await post(SEND, body) == errcode


async def test_an_unverified_account_has_no_customer_service_messages(clock: FakeClock) -> None:
    api = SimulatedPlatformApi(APP_ID, "s3cret", clock, is_verified=False)
    api.worker_acted(sends.text_message(W, "问"))
    query = {"access_token": (await token_of(api))["access_token"]}
    assert (await api.handle("POST", SEND, query, text()))[1] == {"errcode": 48001, "errmsg": "api unauthorized"}


async def test_tokens_are_judged(api: SimulatedPlatformApi, clock: FakeClock) -> None:
    async def errcode(token: str) -> int:
        _, answer = await api.handle("POST", SEND, {"access_token": token}, text())
        assert isinstance(answer, dict)
        return int(answer["errcode"])

    api.worker_acted(sends.text_message(W, "问"))
    token = (await token_of(api))["access_token"]
    assert [await errcode(t) for t in ("", "foreign", token)] == [41001, 40001, 0]
    await clock.advance(7200)
    assert await errcode(token) == 42001


async def test_the_stable_token_stays_the_same_until_shortly_before_its_end(
    api: SimulatedPlatformApi, clock: FakeClock
) -> None:
    first = await token_of(api)
    await clock.advance(6000)
    again = await token_of(api)
    assert (again["access_token"], again["expires_in"]) == (first["access_token"], 1200)
    await clock.advance(901)
    renewed = await token_of(api)
    assert renewed["access_token"] != first["access_token"]
    assert api.tokens.judge(first["access_token"]) is None, "the former token lives on to its end"


async def test_a_forced_refresh_ends_the_former_token_and_is_rationed(api: SimulatedPlatformApi) -> None:
    first = (await token_of(api))["access_token"]
    forced = (await token_of(api, force_refresh=True))["access_token"]
    refused = api.tokens.judge(first)
    assert forced != first
    assert refused is not None
    assert refused["errcode"] == 40001
    for _ in range(19):
        await token_of(api, force_refresh=True)
    assert (await token_of(api, force_refresh=True))["errcode"] == 45009


@pytest.mark.parametrize(
    ("changed", "errcode"), [({"appid": "wx"}, 40013), ({"secret": "x"}, 40125), ({"grant_type": "x"}, 40002)]
)
async def test_wrong_credentials_get_no_token(api: SimulatedPlatformApi, changed: dict[str, str], errcode: int) -> None:
    assert (await token_of(api, **changed))["errcode"] == errcode


async def test_a_template_id_repeats_only_within_ten_minutes(
    api: SimulatedPlatformApi, post: Post, clock: FakeClock
) -> None:
    api.worker_acted(sends.subscribe_event(W))
    body = {"touser": W, "template_id": "T", "data": {"a": {"value": "预约"}}, "client_msg_id": "1"}
    await post(TEMPLATE, body)
    await clock.advance(600)
    await post(TEMPLATE, body)
    assert len(api.inbox[W]) == 1
    await clock.advance(1)
    await post(TEMPLATE, body)
    assert len(api.inbox[W]) == 2


@pytest.mark.parametrize(
    ("changed", "errcode"), [({"template_id": ""}, 40037), ({"data": "x"}, 47003), ({"touser": "stranger"}, 40003)]
)
async def test_a_template_is_judged(
    api: SimulatedPlatformApi, post: Post, changed: dict[str, str], errcode: int
) -> None:
    api.worker_acted(sends.subscribe_event(W))
    body = {"touser": W, "template_id": "T", "data": {"a": {"value": "预约"}}} | changed
    assert await post(TEMPLATE, body) == errcode
    assert api.inbox == {}


def button(**changed: Any) -> dict[str, Any]:
    return {"type": "click", "name": "我的", "key": "MINE"} | changed


@pytest.mark.parametrize(
    ("buttons", "errcode"),
    [
        ([button()] * 3, 0),
        ([button(type="view", url="https://a.cn")], 0),
        ([button(sub_button=[button()] * 5)], 0),
        ([], 40016),
        ([button()] * 4, 40016),
        ("x", 40016),
        ([button(sub_button=[button()] * 6)], 40023),
        ([button(sub_button=[button(name="")])], 40018),
        ([button(name="工" * 6)], 40018),
        ([button(name="")], 40018),
        ([button(type="dance")], 40017),
        ([button(key="")], 40019),
        ([button(key="k" * 129)], 40019),
        ([button(type="view", url="javascript:alert(1)")], 40020),
        ([button(type="view", url="https://a.cn/" + "a" * 1024)], 40020),
    ],
)
async def test_a_menu_is_judged(api: SimulatedPlatformApi, post: Post, buttons: object, errcode: int) -> None:
    assert await post(MENU, {"button": buttons}) == errcode
    assert (api.menu is not None) == (errcode == 0)


async def log_in(api: SimulatedPlatformApi, path: str, **changed: str) -> dict[str, Any]:
    query = {"appid": APP_ID, "secret": "s3cret", "grant_type": "authorization_code"} | changed
    _, answer = await api.handle("GET", path, query)
    assert isinstance(answer, dict)
    return answer


@pytest.mark.parametrize(("path", "name"), [("/sns/oauth2/access_token", "code"), ("/sns/jscode2session", "js_code")])
async def test_a_login_code_is_good_once_and_for_five_minutes(
    api: SimulatedPlatformApi, clock: FakeClock, path: str, name: str
) -> None:
    code = api.issue_code(W)
    assert (await log_in(api, path, **{name: code}))["openid"] == W
    assert (await log_in(api, path, **{name: code}))["errcode"] == 40163
    assert (await log_in(api, path, **{name: "made-up"}))["errcode"] == 40029
    assert (await log_in(api, path))["errcode"] == 41008
    assert (await log_in(api, path, secret="x", **{name: code}))["errcode"] == 40125
    assert (await log_in(api, path, grant_type="x", **{name: code}))["errcode"] == 40002
    late = api.issue_code(W)
    await clock.advance(301)
    assert (await log_in(api, path, **{name: late}))["errcode"] == 40029


async def test_failures_come_in_the_order_asked_for_and_then_end(api: SimulatedPlatformApi, post: Post) -> None:
    api.worker_acted(sends.text_message(W, "问"))
    api.fail_next(SEND, Failure(errcode=-1), times=2)
    api.fail_next(SEND, Failure(errcode=45009, after_effect=True))
    assert [await post(SEND, text(str(n))) for n in range(4)] == [-1, -1, 45009, 0]
    assert [message.text for message in api.inbox[W]] == ["2", "3"]
    assert api.call_count(SEND) == 4


async def test_a_hung_call_ends_only_with_its_caller(api: SimulatedPlatformApi, clock: FakeClock) -> None:
    api.fail_next(TOKEN, Failure(hangs=True))
    call = asyncio.create_task(token_of(api))
    await clock.advance(3600)
    assert not call.done()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call


async def test_a_page_that_does_not_exist_is_404(api: SimulatedPlatformApi) -> None:
    assert (await api.handle("GET", TOKEN, {}))[0] == 404
    assert (await api.handle("POST", "/cgi-bin/user/info", {}))[0] == 404


async def test_deliveries_are_shown_live_and_the_inbox_stays_small(api: SimulatedPlatformApi, post: Post) -> None:
    shown: list[DeliveredMessage] = []
    api.on_delivered = shown.append
    for number in range(210):
        api.worker_acted(sends.text_message(W, "问"))
        await post(SEND, text(str(number)))
    assert len(shown) == 210
    assert [message.text for message in api.inbox[W]] == [str(number) for number in range(10, 210)]
