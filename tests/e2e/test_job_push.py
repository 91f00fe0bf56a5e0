"""A subscriber of an account without push hears of new jobs with their next message, once, and never after 退订."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import httpx2
import pytest

from api.app import completed, create_app
from bot.assembly import open_jobs
from bot.gateway.system_clock import SystemClock
from bot.settings import Settings
from bot.wechat.demo_account import load_demo_account
from bot.wechat.platform_simulator import Credentials, SimulatedPlatform, over_http
from bot.wechat.simulated_messages import text_message
from tests.fakes.server_process import REPOSITORY

ZHANG = "o6_bmjrPTlm6_2sgVt7hMZOPfL2M"
POSTING = "岗位,用工单位,工作地点,薪资,联系电话\n{title},甲乙丙丁机械厂,三明永安,6000-8000元/月,0598-1234567\n"

Open = Callable[[], AbstractAsyncContextManager[SimulatedPlatform]]


@pytest.fixture
def settings(tmp_path: Path, index_dir: Path) -> Settings:
    return Settings(
        data_dir=tmp_path / "var",
        corpus_dir=REPOSITORY / "corpus",
        index_dir=index_dir,
        simulator=False,
        wechat_account_mode="passive_only",
        privacy_key_file=tmp_path / "privacy.key",
        _env_file=None,
    )


@pytest.fixture
def open_account(settings: Settings) -> Open:
    @asynccontextmanager
    async def open_account() -> AsyncIterator[SimulatedPlatform]:
        app = create_app(settings)
        account = load_demo_account(settings.data_dir / "demo_account.json")
        credentials = Credentials(account.token, account.aes_key, account.app_id)
        async with (
            app.router.lifespan_context(app),
            httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://gongyou.test") as http,
        ):
            url = "http://gongyou.test/wechat"
            yield SimulatedPlatform(credentials, "gh_test", url, over_http(http), SystemClock())

    return open_account


@pytest.fixture(autouse=True)
def at_any_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.jobs.job_push.FIRST_HOUR", 0)
    monkeypatch.setattr("bot.jobs.job_push.LAST_HOUR", 24)


async def says(platform: SimulatedPlatform, text: str) -> str:
    return (await platform.deliver(text_message(ZHANG, text))).text


async def import_jobs(settings: Settings, folder: Path, title: str) -> int:
    """As ``gongyou jobs import`` does while the service runs."""
    path = folder / "jobs.csv"
    path.write_text(POSTING.format(title=title), encoding="utf-8")
    async with open_jobs(completed(settings)) as desk:
        await desk.job_import.run(path, source="三明公共招聘网")
        return await desk.push.push_due()


async def test_new_jobs_come_with_the_next_message_once(open_account: Open, settings: Settings, tmp_path: Path) -> None:
    async with open_account() as platform:
        await says(platform, "订三明的电焊工招工信息，一个月五千以上，全职")
        assert "订好了" in await says(platform, "同意")
        assert await import_jobs(settings, tmp_path, "电焊工（全职）") == 1
        heard = await says(platform, "你好")
        assert "有1个新岗位" in heard
        assert "电焊工（全职），永安市，6000-8000元/月，甲乙丙丁机械厂" in heard
        assert "新岗位" not in await says(platform, "你好")
        assert "联系：0598-1234567" in await says(platform, "看新岗位") + await says(platform, "1")


async def test_what_waits_is_not_told_any_more_after_stopping(
    open_account: Open, settings: Settings, tmp_path: Path
) -> None:
    async with open_account() as platform:
        await says(platform, "订三明的电焊工招工信息，一个月五千以上，全职")
        await says(platform, "同意")
        assert await import_jobs(settings, tmp_path, "电焊工（全职）") == 1
        reply = await says(platform, "退订")
        assert "退订好了" in reply
        assert "新岗位：" not in reply
        assert "新岗位" not in await says(platform, "你好")
        assert await import_jobs(settings, tmp_path, "二保焊工（全职）") == 0
