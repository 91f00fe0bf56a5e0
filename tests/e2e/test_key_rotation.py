"""After the rotation command nothing in the store needs the old key, and conversations go on where they were."""

from __future__ import annotations

import asyncio
import contextlib
import re
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from typer.testing import CliRunner

from api.app import completed, create_app
from api.commands import app as command_line
from bot.assembly import open_privacy
from bot.domain.message import MessageKind, WorkerMessage
from bot.gateway.inbox import Inbox
from bot.gateway.system_clock import SystemClock
from bot.settings import Settings
from bot.wechat.demo_account import load_demo_account
from bot.wechat.platform_simulator import Credentials, SimulatedPlatform, over_http
from bot.wechat.simulated_messages import text_message
from tests.fakes.fake_clock import FakeClock

OPENID = "o6_bmjrPTlm6_2sgVt7hMZOPfL2M"
LEFT = "o8_leftBehindByItsProcess001"
QUESTION = "我叫刘铁柱，电话13812345678，创业补贴有多少"

Open = Callable[[], AbstractAsyncContextManager[SimulatedPlatform]]


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "privacy.key"


@pytest.fixture
def settings(tmp_path: Path, index_dir: Path, key_file: Path) -> Settings:
    return Settings(
        data_dir=tmp_path / "var",
        index_dir=index_dir,
        simulator=False,
        wechat_account_mode="passive_only",
        privacy_key_file=key_file,
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


def key_ids_in(settings: Settings) -> dict[str, int]:
    """How many tokens and indexes of each key lie in the documents."""
    with contextlib.closing(sqlite3.connect(settings.documents_path)) as connection:
        dump = "\n".join(connection.iterdump())
    found = re.findall(r"gy1\.([A-Za-z0-9_-]+)\.", dump)
    return {key_id: found.count(key_id) for key_id in set(found)}


def remove_key(key_file: Path, key_id: str) -> None:
    lines = key_file.read_text("ascii").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(f"{key_id}:")]
    assert len(kept) == len(lines) - 1
    key_file.write_text("".join(kept))


async def leave_a_question_behind(settings: Settings) -> None:
    """As a process does that was killed a minute ago."""
    at = datetime.now(UTC) - timedelta(minutes=1)
    asked = WorkerMessage(f"gh_test|{LEFT}|7", LEFT, "gh_test", MessageKind.TEXT, "我在三明永安", at)
    async with open_privacy(completed(settings)) as desk:
        await Inbox(desk.store, FakeClock(at), desk.pseudonyms, desk.cipher).claim(asked)


async def test_after_the_rotation_the_old_key_may_go(
    open_account: Open, settings: Settings, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_account() as platform:
        assert "哪" in (await platform.deliver(text_message(OPENID, QUESTION))).text
    await leave_a_question_behind(settings)
    before = key_ids_in(settings)
    assert len(before) == 1
    assert sum(before.values()) >= 4, "the check of the keys, the reply, the question that waits, the one left behind"

    monkeypatch.setenv("GONGYOU_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("GONGYOU_PRIVACY_KEY_FILE", str(key_file))
    for command in ("add", "rotate"):
        result = await asyncio.to_thread(CliRunner().invoke, command_line, ["keys", command])
        assert result.exit_code == 0, result.output
    after = key_ids_in(settings)
    assert len(after) == 1
    assert after.keys() != before.keys()

    remove_key(key_file, next(iter(before)))
    async with open_account() as platform:
        answered = (await platform.deliver(text_message(OPENID, "三明永安"))).text
        async with asyncio.timeout(20):
            while "您之前问的" not in (left := (await platform.deliver(text_message(LEFT, "查到了吗"))).text):  # noqa: ASYNC110
                await asyncio.sleep(0.2)
    assert "创业" in answered
    assert "永安市" in left
