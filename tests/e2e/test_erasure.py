"""A worker who leaves is gone: from the documents, from the freed pages of the file, from its journal."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from typer.testing import CliRunner

from api.app import completed, create_app
from api.commands import app as command_line
from bot.assembly import open_privacy
from bot.domain.message import MessageKind, WorkerMessage
from bot.domain.pseudonym import WorkerPseudonyms
from bot.gateway.inbox import Inbox
from bot.gateway.system_clock import SystemClock
from bot.settings import Settings
from bot.wechat.demo_account import load_demo_account
from bot.wechat.platform_simulator import Credentials, SimulatedPlatform, over_http
from bot.wechat.simulated_messages import event, text_message

OPENID = "o6_bmjrPTlm6_2sgVt7hMZOPfL2M"
QUESTION = "我是瓦工刘铁柱，老板拖欠工资八千六找谁"
STAYS = "o7_staysHereForTheWholeTest1"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        data_dir=tmp_path / "var",
        index_dir=tmp_path / "indexes",
        simulator=False,
        wechat_account_mode="passive_only",
        privacy_key_file=tmp_path / "keys" / "privacy.key",
        _env_file=None,
    )


@pytest.fixture
async def platform(settings: Settings) -> AsyncIterator[SimulatedPlatform]:
    app = create_app(settings)
    account = load_demo_account(settings.data_dir / "demo_account.json")
    credentials = Credentials(account.token, account.aes_key, account.app_id)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://gongyou.test") as http,
    ):
        yield SimulatedPlatform(credentials, "gh_test", "http://gongyou.test/wechat", over_http(http), SystemClock())


def places_of(folder: Path, text: str) -> list[str]:
    """Files that hold the bytes of a text, plain or as JSON escapes it."""
    forms = {text.encode(), text.encode("unicode_escape")}
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if any(form in path.read_bytes() for form in forms)]


def checkpoint(settings: Settings) -> None:
    """Bring the journals into the files, as the last process does when it ends."""
    for path in (settings.documents_path, settings.cache_path):
        with contextlib.closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0


def pseudonym_of(settings: Settings, openid: str) -> str:
    account = load_demo_account(settings.data_dir / "demo_account.json")
    return WorkerPseudonyms(account.app_secret).of(openid)


async def test_nothing_of_a_worker_who_unsubscribes_is_left_on_the_disk(
    platform: SimulatedPlatform, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    pseudonym = pseudonym_of(settings, OPENID)
    for openid in (OPENID, STAYS):
        await platform.deliver(text_message(openid, "我在三明永安"))
        answer = await platform.deliver(text_message(openid, QUESTION if openid == OPENID else "创业补贴有多少"))
        assert answer.text
        assert "永安市" in (await platform.deliver(text_message(openid, "我的信息"))).text
    checkpoint(settings)
    assert places_of(settings.data_dir, pseudonym) == ["gongyou.sqlite3"]

    await platform.deliver(event(OPENID, "unsubscribe"))
    checkpoint(settings)

    assert places_of(settings.data_dir, OPENID) == []
    assert places_of(settings.data_dir, pseudonym) == []
    for part in ("刘铁柱", "八千六"):
        assert places_of(settings.data_dir, part) == []
    assert places_of(settings.data_dir, pseudonym_of(settings, STAYS)) == ["gongyou.sqlite3"]
    monkeypatch.setenv("GONGYOU_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("GONGYOU_PRIVACY_KEY_FILE", str(settings.privacy_key_file))
    verified = await asyncio.to_thread(CliRunner().invoke, command_line, ["audit", "verify"])
    assert verified.exit_code == 0, verified.output


async def test_a_question_that_a_killed_process_left_behind_lies_sealed_and_goes_with_its_worker(
    platform: SimulatedPlatform, settings: Settings
) -> None:
    asked = WorkerMessage(f"gh_test|{OPENID}|7", OPENID, "gh_test", MessageKind.TEXT, QUESTION, SystemClock().now())
    async with open_privacy(completed(settings)) as desk:
        await Inbox(desk.store, SystemClock(), desk.pseudonyms, desk.cipher).claim(asked)
        assert await desk.store.count("inbox", {"sealed_message": {"$exists": True}}) == 1
    checkpoint(settings)
    pseudonym = pseudonym_of(settings, OPENID)
    assert places_of(settings.data_dir, pseudonym) == ["gongyou.sqlite3"]
    assert places_of(settings.data_dir, "刘铁柱") == places_of(settings.data_dir, OPENID) == []

    await platform.deliver(event(OPENID, "unsubscribe"))
    checkpoint(settings)
    assert places_of(settings.data_dir, pseudonym) == []


async def test_a_worker_who_asks_in_words_is_erased_and_told_so(
    platform: SimulatedPlatform, settings: Settings
) -> None:
    await platform.deliver(text_message(OPENID, QUESTION))
    await platform.deliver(text_message(OPENID, "我在三明永安"))
    assert "确认删除" in (await platform.deliver(text_message(OPENID, "删除我的信息"))).text
    assert "已经删掉了" in (await platform.deliver(text_message(OPENID, "确认删除"))).text
    checkpoint(settings)
    assert places_of(settings.data_dir, "刘铁柱") == []
    assert places_of(settings.data_dir, OPENID) == []
    assert "没有记您的" in (await platform.deliver(text_message(OPENID, "我的信息"))).text
