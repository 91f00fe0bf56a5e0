"""A signed, encrypted message goes in, and the right clause of the right document comes out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from api.app import create_app
from bot.gateway.system_clock import SystemClock
from bot.settings import Settings
from bot.wechat.demo_account import load_demo_account
from bot.wechat.platform_simulator import Credentials, Delivery, DeliveryOutcome, SimulatedPlatform, over_http
from bot.wechat.simulated_messages import subscribe_event, text_message


@pytest.fixture(scope="module")
def index_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("indexes")


@pytest.fixture
async def platform(tmp_path: Path, index_dir: Path) -> AsyncIterator[SimulatedPlatform]:
    settings = Settings(
        data_dir=tmp_path,
        index_dir=index_dir,
        simulator=False,
        wechat_account_mode="passive_only",
        privacy_key_file=tmp_path / "privacy.key",
        _env_file=None,
    )
    app = create_app(settings)
    account = load_demo_account(tmp_path / "demo_account.json")
    credentials = Credentials(account.token, account.aes_key, account.app_id)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://gongyou.test") as http,
    ):
        yield SimulatedPlatform(credentials, "gh_test", "http://gongyou.test/wechat", over_http(http), SystemClock())


async def says(platform: SimulatedPlatform, openid: str, text: str) -> str:
    delivery: Delivery = await platform.deliver(text_message(openid, text))
    assert delivery.outcome is DeliveryOutcome.REPLIED
    assert delivery.attempts == 1
    return delivery.text


async def test_a_worker_asks_is_asked_where_answers_and_gets_the_clause_of_their_place(
    platform: SimulatedPlatform,
) -> None:
    welcome = await platform.deliver(subscribe_event("o-bricklayer"))
    assert "工友" in welcome.text

    first = await says(platform, "o-bricklayer", "创业补贴有多少")
    assert "【福建省三明市】" in first
    assert "您在哪个省" in first

    second = await says(platform, "o-bricklayer", "我在三明永安")
    assert "永安市" in second
    assert "1万元" in second
    assert "征求意见稿" in second

    third = await says(platform, "o-bricklayer", "考了电工证回来能补多少钱")
    assert "700-3000元" in third
    assert "您在哪个省" not in third


async def test_a_worker_in_guangzhou_does_not_read_sanmings_figure(platform: SimulatedPlatform) -> None:
    answer = await says(platform, "o-cleaner", "我在广州打工，创业补贴有多少")
    assert "1万元" not in answer
    assert "三明" not in answer


async def test_a_worker_is_asked_for_the_place_only_once(platform: SimulatedPlatform) -> None:
    assert "您在哪个省" in await says(platform, "o-rider", "创业补贴有多少")
    assert "您在哪个省" not in await says(platform, "o-rider", "公租房要工作满几年")


async def test_what_the_documents_do_not_say_is_said_so(platform: SimulatedPlatform) -> None:
    answer = await says(platform, "o-cook", "我在永安，周末加班给几倍工资")
    assert "您问的几倍，文件里没有写明" in answer
    assert "12333" in answer
