"""Photos from the simulated platform."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx2
import pytest

from bot.domain.errors import PlatformError
from bot.evaluation.platform_server import platform_server
from bot.wechat.access_token import AccessTokens
from bot.wechat.media import MEDIA_PATH, WechatMedia
from bot.wechat.platform_simulator import Failure
from bot.wechat.simulated_api import SimulatedPlatformApi
from tests.fakes.fake_clock import FakeClock
from tests.fakes.memory_cache import MemoryCache

APP_ID, APP_SECRET = "wx1234567890abcdef", "s" * 32


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def api(clock: FakeClock) -> SimulatedPlatformApi:
    return SimulatedPlatformApi(APP_ID, APP_SECRET, clock)


@pytest.fixture
async def media(api: SimulatedPlatformApi, clock: FakeClock) -> AsyncIterator[WechatMedia]:
    async with platform_server(api) as url, httpx2.AsyncClient(trust_env=False) as http:
        tokens = AccessTokens(http, url, APP_ID, APP_SECRET, MemoryCache(clock), clock)
        yield WechatMedia(http, url, tokens, clock)


async def test_a_photo_is_fetched_by_its_id(media: WechatMedia) -> None:
    assert await media.fetch_picture("m1", "") == b"simulated picture m1"


async def test_a_refused_token_is_replaced_once(media: WechatMedia, api: SimulatedPlatformApi) -> None:
    api.fail_next(MEDIA_PATH, Failure(errcode=40001))

    assert await media.fetch_picture("m1", "") == b"simulated picture m1"


async def test_a_refusal_says_its_code(media: WechatMedia) -> None:
    with pytest.raises(PlatformError) as refused:
        await media.fetch_picture("", "")

    assert refused.value.errcode == 40007


async def test_an_account_without_interfaces_fetches_from_the_photos_own_address(
    api: SimulatedPlatformApi, clock: FakeClock
) -> None:
    async with platform_server(api) as url, httpx2.AsyncClient(trust_env=False) as http:
        media = WechatMedia(http, url, None, clock)
        with pytest.raises(PlatformError):
            await media.fetch_picture("m1", f"{url}/nowhere")
        with pytest.raises(PlatformError):
            await media.fetch_picture("m1", "file:///etc/passwd")
