import json
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import httpx2
import pytest

from bot.domain.message import Reply, WorkerMessage
from bot.wechat.access_token import AccessTokens
from bot.wechat.api_client import WechatApiClient
from bot.wechat.callback import WechatCallback
from bot.wechat.platform_simulator import Credentials, SimulatedPlatform, SimulatedPlatformApi
from tests.fakes.fake_clock import FakeClock
from tests.fakes.memory_cache import MemoryCache

APP_SECRET = "s3cret"
BASE_URL = "http://platform.test"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def credentials() -> Credentials:
    return Credentials(
        token="AAAAA", aes_key="abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", app_id="wx0123456789abcdef"
    )


@pytest.fixture
def callback(credentials: Credentials, clock: FakeClock) -> WechatCallback:
    return WechatCallback(
        token=credentials.token,
        aes_key=credentials.aes_key,
        app_id=credentials.app_id,
        tolerance_s=300,
        max_bytes=64 * 1024,
        clock=clock,
    )


@pytest.fixture
def platform(callback: WechatCallback, credentials: Credentials, clock: FakeClock) -> SimulatedPlatform:
    """A platform whose account answers every message with the worker's own words."""

    async def echo(_url: str, query: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        message = callback.open(query, body)
        return 200, callback.seal(message, Reply(message.text))

    return SimulatedPlatform(credentials, "gh_account", "http://account.test/wechat", echo, clock)


@pytest.fixture
def opened(callback: WechatCallback, platform: SimulatedPlatform) -> Callable[[str | bytes], WorkerMessage]:
    """Opens any XML as if the platform had sent it."""

    def open_xml(xml: str | bytes) -> WorkerMessage:
        request = platform.request_for_xml(xml, "worker-1")
        return callback.open(request.query, request.body)

    return open_xml


@pytest.fixture
def api(credentials: Credentials, clock: FakeClock) -> SimulatedPlatformApi:
    return SimulatedPlatformApi(credentials.app_id, APP_SECRET, clock)


@pytest.fixture
def requests() -> list[httpx2.Request]:
    """Every request that reached the simulated platform."""
    return []


@pytest.fixture
async def http(api: SimulatedPlatformApi, requests: list[httpx2.Request]) -> AsyncIterator[httpx2.AsyncClient]:
    async def answer(request: httpx2.Request) -> httpx2.Response:
        requests.append(request)
        body = json.loads(request.content) if request.content else None
        status, content = await api.handle(request.method, request.url.path, dict(request.url.params), body)
        if isinstance(content, str):
            return httpx2.Response(status, html=content)
        return httpx2.Response(status, json=content)

    async with httpx2.AsyncClient(transport=httpx2.MockTransport(answer)) as client:
        yield client


@pytest.fixture
def cache(clock: FakeClock) -> MemoryCache:
    return MemoryCache(clock)


@pytest.fixture
def new_tokens(
    http: httpx2.AsyncClient, credentials: Credentials, cache: MemoryCache, clock: FakeClock
) -> Callable[..., AccessTokens]:
    """Makes the token service of one more process."""

    def make(**changed: Any) -> AccessTokens:
        return AccessTokens(
            http,
            BASE_URL,
            credentials.app_id,
            changed.get("app_secret", APP_SECRET),
            cache,
            changed.get("clock", clock),
        )

    return make


@pytest.fixture
def tokens(new_tokens: Callable[..., AccessTokens]) -> AccessTokens:
    return new_tokens()


@pytest.fixture
def client(http: httpx2.AsyncClient, tokens: AccessTokens, clock: FakeClock) -> WechatApiClient:
    return WechatApiClient(http, BASE_URL, tokens, clock)
