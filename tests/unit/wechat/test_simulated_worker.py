import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, field, replace

import httpx2
import pytest

from bot.domain.message import Reply
from bot.wechat import simulated_messages as sends
from bot.wechat.callback import WechatCallback
from bot.wechat.platform_simulator import (
    Credentials,
    DeliveryOutcome,
    PlatformSimulator,
    SimulatedPlatform,
    over_http,
    surviving_drops,
)
from tests.fakes.fake_clock import FakeClock

W = "worker-1"


@dataclass
class Account:
    """An account's server: answers each post after its own delay."""

    callback: WechatCallback
    clock: FakeClock
    delays_s: list[float] = field(default_factory=list)
    answer: Callable[[bytes], tuple[int, bytes]] | None = None
    posts: list[tuple[Mapping[str, str], bytes]] = field(default_factory=list)
    finished: int = 0

    async def post(self, _url: str, query: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        self.posts.append((dict(query), body))
        if self.delays_s:
            await self.clock.sleep(self.delays_s.pop(0))
        self.finished += 1
        sealed = self.callback.seal(self.callback.open(query, body), Reply("答"))
        return self.answer(sealed) if self.answer else (200, sealed)


@pytest.fixture
def account(callback: WechatCallback, clock: FakeClock) -> Account:
    return Account(callback, clock)


@pytest.fixture
def platform_of(credentials: Credentials, clock: FakeClock) -> Callable[[Account], SimulatedPlatform]:
    return lambda account: SimulatedPlatform(credentials, "gh_account", "http://account.test/", account.post, clock)


PlatformOf = Callable[[Account], SimulatedPlatform]


@pytest.mark.parametrize(
    ("delays_s", "outcome", "attempts", "took_s"),
    [
        ([], DeliveryOutcome.REPLIED, 1, 0),
        ([4.9], DeliveryOutcome.REPLIED, 1, 4.9),
        ([6, 1], DeliveryOutcome.REPLIED, 2, 6),
        ([6, 6, 4], DeliveryOutcome.REPLIED, 3, 14),
        ([6, 6, 6], DeliveryOutcome.FAILED_BANNER, 3, 15),
    ],
)
async def test_a_slow_account_is_dropped_after_5_s_and_asked_three_times_in_all(
    account: Account,
    platform_of: PlatformOf,
    clock: FakeClock,
    delays_s: list[float],
    outcome: DeliveryOutcome,
    attempts: int,
    took_s: float,
) -> None:
    account.delays_s = delays_s
    delivery = await clock.run(platform_of(account).deliver(sends.text_message(W, "问")))
    assert (delivery.outcome, delivery.attempts, len(account.posts)) == (outcome, attempts, attempts)
    assert delivery.took_s == pytest.approx(took_s)
    assert delivery.text == ("答" if outcome is DeliveryOutcome.REPLIED else "该公众号提供的服务出现故障，请稍后再试")


async def test_a_resend_is_identical_to_the_byte(account: Account, platform_of: PlatformOf, clock: FakeClock) -> None:
    account.delays_s = [6, 6, 6]
    await clock.run(platform_of(account).deliver(sends.text_message(W, "问")))
    assert account.posts[0] == account.posts[1] == account.posts[2]


async def test_two_messages_are_never_identical(account: Account, platform_of: PlatformOf) -> None:
    platform = platform_of(account)
    for _ in range(2):
        await platform.deliver(sends.text_message(W, "问"))
    assert account.posts[0] != account.posts[1]


@pytest.mark.parametrize("body", [b"success", b""])
async def test_an_acknowledgement_shows_the_worker_nothing(
    account: Account, platform_of: PlatformOf, body: bytes
) -> None:
    account.answer = lambda _sealed: (200, body)
    delivery = await platform_of(account).deliver(sends.text_message(W, "问"))
    assert (delivery.outcome, delivery.text, delivery.attempts) == (DeliveryOutcome.ACKNOWLEDGED, "", 1)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda sealed: sealed.replace(b"<MsgSignature><![CDATA[", b"<MsgSignature><![CDATA[0"),
        lambda sealed: sealed.replace(b"<TimeStamp>1", b"<TimeStamp>2"),
        lambda sealed: sealed[:-20],
        lambda _sealed: b'{"ok": true}',
        lambda _sealed: "<xml><Content>明文</Content></xml>".encode(),
        lambda _sealed: b"Success",
    ],
    ids=["signature", "timestamp", "cut off", "JSON", "plain text", "another word"],
)
async def test_a_reply_that_the_platform_cannot_trust_shows_the_fault_banner(
    account: Account, platform_of: PlatformOf, spoil: Callable[[bytes], bytes]
) -> None:
    account.answer = lambda sealed: (200, spoil(sealed))
    delivery = await platform_of(account).deliver(sends.text_message(W, "问"))
    assert delivery.outcome is DeliveryOutcome.FAILED_BANNER
    assert delivery.detail.startswith("unreadable reply")


async def test_a_reply_for_somebody_else_shows_the_fault_banner(
    account: Account, platform_of: PlatformOf, callback: WechatCallback
) -> None:
    platform = platform_of(account)
    request = platform.request(sends.text_message("worker-2", "问"))
    sealed = callback.seal(callback.open(request.query, request.body), Reply("给别人的"))
    account.answer = lambda _sealed: (200, sealed)
    delivery = await platform.deliver(sends.text_message(W, "问"))
    assert delivery.outcome is DeliveryOutcome.FAILED_BANNER
    assert "addressed" in delivery.detail


@pytest.mark.parametrize("changed", [{"app_id": "wx-other"}, {"aes_key": "Z" * 43}, {"token": "other"}])
async def test_a_reply_sealed_with_other_credentials_shows_the_fault_banner(
    account: Account, platform_of: PlatformOf, clock: FakeClock, changed: dict[str, str]
) -> None:
    platform = platform_of(account)
    request = platform.request(sends.text_message(W, "问"))
    message = account.callback.open(request.query, request.body)
    other = asdict(replace(platform.credentials, **changed))
    sealed = WechatCallback(**other, tolerance_s=300, max_bytes=1024, clock=clock).seal(message, Reply("答"))
    account.answer = lambda _sealed: (200, sealed)
    assert (await platform.deliver(sends.text_message(W, "问"))).outcome is DeliveryOutcome.FAILED_BANNER


@pytest.mark.parametrize(("status", "attempts"), [(500, 3), (403, 3), (200, 1)])
async def test_an_error_status_is_asked_again(
    account: Account, platform_of: PlatformOf, status: int, attempts: int
) -> None:
    account.answer = lambda sealed: (status, sealed)
    delivery = await platform_of(account).deliver(sends.text_message(W, "问"))
    assert delivery.attempts == attempts
    assert (delivery.outcome is DeliveryOutcome.REPLIED) == (status == 200)


async def test_a_server_that_is_away_shows_the_fault_banner(credentials: Credentials, clock: FakeClock) -> None:
    async def refuse(_url: str, _query: Mapping[str, str], _body: bytes) -> tuple[int, bytes]:
        raise ConnectionRefusedError

    platform = SimulatedPlatform(credentials, "gh_account", "http://account.test/", refuse, clock)
    delivery = await platform.deliver(sends.text_message(W, "问"))
    assert (delivery.outcome, delivery.attempts) == (DeliveryOutcome.FAILED_BANNER, 3)
    assert "ConnectionRefusedError" in delivery.detail


@pytest.mark.parametrize(
    ("wrap", "finished"), [(lambda post: post, 0), (surviving_drops, 3)], ids=["cancels", "survives"]
)
async def test_a_drop_cancels_the_servers_work_unless_told_otherwise(
    account: Account,
    credentials: Credentials,
    clock: FakeClock,
    wrap: Callable[[Callable[..., Awaitable[tuple[int, bytes]]]], Callable[..., Awaitable[tuple[int, bytes]]]],
    finished: int,
) -> None:
    account.delays_s = [6, 6, 6]
    platform = SimulatedPlatform(credentials, "gh_account", "http://account.test/", wrap(account.post), clock)
    await clock.run(platform.deliver(sends.text_message(W, "问")))
    await clock.advance(20)
    assert account.finished == finished


async def test_many_workers_at_once_each_get_their_own_reply(
    callback: WechatCallback, credentials: Credentials, clock: FakeClock
) -> None:
    async def echo(_url: str, query: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        message = callback.open(query, body)
        await clock.sleep(int(message.text) % 7)
        return 200, callback.seal(message, Reply(message.text))

    platform = SimulatedPlatform(credentials, "gh_account", "http://account.test/", surviving_drops(echo), clock)

    async def all_at_once() -> list[str]:
        workers = range(60)
        deliveries = await asyncio.gather(*(platform.deliver(sends.text_message(f"w{n}", str(n))) for n in workers))
        return [d.text for n, d in enumerate(deliveries) if n % 7 < 5]

    assert await clock.run(all_at_once()) == [str(n) for n in range(60) if n % 7 < 5]


async def test_callbacks_go_over_http_as_the_platform_posts_them(
    callback: WechatCallback, credentials: Credentials, clock: FakeClock
) -> None:
    def server(request: httpx2.Request) -> httpx2.Response:
        assert (request.method, request.url.path) == ("POST", "/wechat")
        assert request.headers["Content-Type"] == "text/xml"
        message = callback.open(dict(request.url.params), request.content)
        return httpx2.Response(200, content=callback.seal(message, Reply(message.text)))

    async with httpx2.AsyncClient(transport=httpx2.MockTransport(server)) as http:
        platform = SimulatedPlatform(credentials, "gh_account", "http://account.test/wechat", over_http(http), clock)
        assert (await platform.deliver(sends.text_message(W, "你好&+= %"))).text == "你好&+= %"


async def test_what_a_worker_does_opens_the_windows_for_what_they_get(
    account: Account, credentials: Credentials, clock: FakeClock
) -> None:
    simulator = PlatformSimulator(
        credentials, "s3cret", "gh_account", "http://account.test/", account.post, clock, is_verified=True
    )
    _, answer = await simulator.api.handle(
        "POST",
        "/cgi-bin/stable_token",
        {},
        {"grant_type": "client_credential", "appid": credentials.app_id, "secret": "s3cret"},
    )
    assert isinstance(answer, dict)
    query = {"access_token": answer["access_token"]}
    body = {"touser": W, "msgtype": "text", "text": {"content": "晚到的答案"}}
    path = "/cgi-bin/message/custom/send"
    assert await simulator.api.handle("POST", path, query, body) == (
        200,
        {"errcode": 40003, "errmsg": "invalid openid"},
    )
    assert (await simulator.worker_sends(sends.text_message(W, "问"))).text == "答"
    assert (await simulator.api.handle("POST", path, query, body))[1] == {"errcode": 0, "errmsg": "ok"}
    assert simulator.read_by(W) == ["晚到的答案"]
    assert simulator.read_by("worker-2") == []


@pytest.mark.parametrize(("size_bytes", "outcome"), [(2047, "replied"), (2048, "failed_banner")])
async def test_a_reply_over_2047_bytes_shows_the_fault_banner(
    account: Account, platform_of: PlatformOf, callback: WechatCallback, size_bytes: int, outcome: str
) -> None:
    content = "a" * size_bytes
    xml = (
        f"<xml><ToUserName>{W}</ToUserName><FromUserName>gh_account</FromUserName>"
        f"<MsgType>text</MsgType><Content>{content}</Content></xml>"
    )
    account.answer = lambda _sealed: (200, callback._sealed(xml, "1714035600"))
    assert (await platform_of(account).deliver(sends.text_message(W, "问"))).outcome == outcome
