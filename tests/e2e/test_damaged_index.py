"""A policy index that was damaged on the disk: the one before it is served, and it is said."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from http import HTTPStatus
from pathlib import Path

import httpx2
import pytest

from api.app import create_app
from bot.assembly.policy_desk import build_policy_index
from bot.gateway.system_clock import SystemClock
from bot.retrieval import index_store
from bot.settings import Settings
from bot.wechat.demo_account import load_demo_account
from bot.wechat.platform_simulator import Credentials, SimulatedPlatform, over_http
from bot.wechat.simulated_messages import text_message

LEXICON = Path("vocabulary/lay_terms.tsv")
Start = Callable[[], AbstractAsyncContextManager[tuple[SimulatedPlatform, httpx2.AsyncClient]]]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A corpus of the test's own, so that it can have an earlier build and a later one."""
    shutil.copytree("corpus", tmp_path / "corpus")
    return Settings(
        data_dir=tmp_path,
        corpus_dir=tmp_path / "corpus",
        index_dir=tmp_path / "indexes",
        simulator=False,
        wechat_account_mode="passive_only",
        privacy_key_file=tmp_path / "privacy.key",
        _env_file=None,
    )


@pytest.fixture
def builds(settings: Settings) -> tuple[str, str]:
    """The ids of the previous build and the current one."""
    previous = build_policy_index(settings).build_id
    lexicon = settings.corpus_dir / LEXICON
    lines = lexicon.read_text(encoding="utf-8").splitlines()
    lexicon.write_text("\n".join(lines[:-1]) + "\n", encoding="utf-8")
    current = build_policy_index(settings).build_id
    assert previous != current
    return previous, current


@pytest.fixture
def start(settings: Settings) -> Start:
    @asynccontextmanager
    async def started() -> AsyncIterator[tuple[SimulatedPlatform, httpx2.AsyncClient]]:
        app = create_app(settings)
        account = load_demo_account(settings.data_dir / "demo_account.json")
        credentials = Credentials(account.token, account.aes_key, account.app_id)
        async with (
            app.router.lifespan_context(app),
            httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://gongyou.test") as http,
        ):
            url = "http://gongyou.test/wechat"
            yield SimulatedPlatform(credentials, "gh_test", url, over_http(http), SystemClock()), http

    return started


def damage(settings: Settings, build_id: str) -> None:
    clauses = settings.index_dir / build_id / "clauses.jsonl"
    clauses.write_bytes(clauses.read_bytes()[:-100])


async def test_a_damaged_index_that_cannot_be_built_again_is_stood_in_for_by_the_previous_one(
    settings: Settings, builds: tuple[str, str], start: Start
) -> None:
    previous, current = builds
    damage(settings, current)
    with index_store.writing(settings.index_dir):  # as while the disk is full or read-only: nothing can be built
        async with start() as (platform, http):
            health = (await http.get("/health")).json()
            assert (health["status"], health["index"], health["build_id"]) == ("degraded", "degraded", previous)
            assert any("用的是上一份" in problem for problem in health["problems"])
            assert (await http.get("/ready")).status_code == HTTPStatus.OK
            delivery = await platform.deliver(text_message("o-zhang", "三明永安的创业补贴有多少"))
            assert "1万元" in delivery.text


async def test_a_damaged_index_is_built_again_where_that_is_possible(
    settings: Settings, builds: tuple[str, str], start: Start
) -> None:
    _, current = builds
    damage(settings, current)
    async with start() as (_, http):
        health = (await http.get("/health")).json()
        assert (health["status"], health["index"], health["build_id"]) == ("ok", "ok", current)
        assert health["problems"] == []
