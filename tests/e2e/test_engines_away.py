"""MongoDB and Redis are killed under the whole product and come back; nobody restarts it, no worker is left alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any, NamedTuple

import httpx2
import pytest

from api.app import create_app
from bot.gateway.system_clock import SystemClock
from bot.settings import Settings
from bot.storage.open_engines import open_documents
from bot.wechat.demo_account import load_demo_account
from bot.wechat.platform_simulator import Credentials, DeliveryOutcome, SimulatedPlatform, over_http
from bot.wechat.simulated_messages import event, text_message
from tests.fakes.killable_server import KillableServer, mongo_in, redis_in

PATIENCE_S = 30.0
QUESTION = "三明永安的创业补贴有多少"


class Product(NamedTuple):
    """The running web application before the platform and before a monitor."""

    platform: SimulatedPlatform
    http: httpx2.AsyncClient

    async def says(self, openid: str, text: str) -> str:
        """What a worker reads after a message: the first post is answered, also the first one after a server died."""
        delivery = await self.platform.deliver(text_message(openid, text))
        assert (delivery.outcome, delivery.attempts) == (DeliveryOutcome.REPLIED, 1)
        return delivery.text

    async def health(self) -> dict[str, Any]:
        answer = await self.http.get("/health")
        assert answer.status_code == HTTPStatus.OK
        return dict(answer.json())

    async def until_health(self, **parts: str) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE_S):
            while True:
                health = await self.health()
                if health.items() >= parts.items():
                    return health
                await asyncio.sleep(0.1)


Outage = Callable[[KillableServer], None]
Start = Callable[[], AbstractAsyncContextManager[Product]]


@pytest.fixture(scope="module")
def index_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("indexes")


@pytest.fixture
def mongo(tmp_path: Path) -> Iterator[KillableServer]:
    server = mongo_in(tmp_path)
    server.start()
    yield server
    server.end()


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[KillableServer]:
    server = redis_in(tmp_path)
    server.start()
    yield server
    server.end()


@pytest.fixture
def mongo_url(mongo: KillableServer) -> str:
    return f"mongodb://127.0.0.1:{mongo.port}/away"


@pytest.fixture
def start(mongo_url: str, redis: KillableServer, tmp_path: Path, index_dir: Path) -> Start:
    settings = Settings(
        data_dir=tmp_path,
        index_dir=index_dir,
        documents_url=mongo_url,
        cache_url=f"redis://127.0.0.1:{redis.port}/0",
        simulator=False,
        wechat_account_mode="passive_only",
        privacy_key_file=tmp_path / "privacy.key",
        _env_file=None,
    )

    @asynccontextmanager
    async def started() -> AsyncIterator[Product]:
        app = create_app(settings)
        account = load_demo_account(tmp_path / "demo_account.json")
        credentials = Credentials(account.token, account.aes_key, account.app_id)
        async with (
            app.router.lifespan_context(app),
            httpx2.AsyncClient(
                transport=httpx2.ASGITransport(app=app), base_url="http://gongyou.test", timeout=PATIENCE_S
            ) as http,
        ):
            post = over_http(http)
            yield Product(
                SimulatedPlatform(credentials, "gh_test", "http://gongyou.test/wechat", post, SystemClock()), http
            )

    return started


async def both_come_back(mongo: KillableServer, redis: KillableServer) -> None:
    await asyncio.gather(asyncio.to_thread(mongo.start), asyncio.to_thread(redis.start))


@pytest.mark.parametrize(
    ("begin", "end"),
    [(KillableServer.kill, KillableServer.start), (KillableServer.freeze, KillableServer.thaw)],
    ids=["killed", "frozen"],
)
async def test_with_mongodb_away_questions_are_answered_and_what_must_be_kept_is_put_off(
    start: Start, mongo: KillableServer, begin: Outage, end: Outage
) -> None:
    async with start() as product:
        assert (await product.health())["status"] == "ok"
        assert "永安" in await product.says("o-zhang", "我在三明永安")
        begin(mongo)

        first = await product.says("o-zhang", QUESTION)
        assert "1万元" in first
        assert "征求意见稿" in first
        health = await product.until_health(status="degraded", store="failing", files="failing", index="ok")
        assert any("政策问题照常回答，要保存的事请工友稍后再试" in problem for problem in health["problems"])
        assert (await product.http.get("/ready")).status_code == HTTPStatus.OK

        assert "请稍后再试" in await product.says("o-zhang", "我在广州打工")
        assert "请稍后再试" in await product.says("o-zhang", "删除我的资料")
        assert "请稍后再试" in await product.says("o-zhang", "2")
        assert "1万元" in await product.says("o-zhang", QUESTION)
        assert "您在哪个省" in await product.says("o-zhang", "创业补贴有多少")

        await asyncio.to_thread(end, mongo)
        await product.until_health(status="ok", store="ok")
        assert "1万元" in await product.says("o-zhang", "创业补贴有多少"), "the place told before is still known"


async def test_with_redis_killed_everything_goes_on(start: Start, redis: KillableServer) -> None:
    async with start() as product:
        redis.kill()
        health = await product.until_health(status="degraded", cache="degraded", store="ok")
        assert ["暂时改用文档库" in problem for problem in health["problems"]] == [True]
        assert "永安" in await product.says("o-li", "我在三明永安")
        assert "1万元" in await product.says("o-li", "创业补贴有多少")
        await asyncio.to_thread(redis.start)
        await product.until_health(status="ok", cache="ok")


async def test_the_product_starts_with_both_away_and_makes_up_for_it_when_they_come(
    start: Start, mongo: KillableServer, redis: KillableServer
) -> None:
    mongo.kill()
    redis.kill()
    async with start() as product:
        assert "1万元" in await product.says("o-wang", QUESTION)
        assert "请稍后再试" in await product.says("o-wang", "我在三明永安")
        health = await product.until_health(status="degraded", store="failing", cache="failing", index="ok")
        assert len(health["problems"]) == 3
        assert (await product.http.get("/ready")).status_code == HTTPStatus.OK

        await both_come_back(mongo, redis)
        await product.until_health(status="ok")
        assert "永安" in await product.says("o-wang", "我在三明永安")
        assert "1万元" in await product.says("o-wang", "创业补贴有多少")


async def test_who_unsubscribes_while_mongodb_is_away_is_forgotten_when_it_is_back(
    start: Start, mongo: KillableServer, mongo_url: str, tmp_path: Path
) -> None:
    async with start() as product:
        await product.says("o-zhao", "我在三明永安")
        store = await open_documents(mongo_url, tmp_path / "unused")
        assert await store.count("conversations", {}) == 1
        mongo.kill()
        await product.says("o-other", QUESTION)
        posts = asyncio.create_task(product.platform.deliver(event("o-zhao", "unsubscribe")))
        await product.until_health(store="failing")
        await asyncio.sleep(0.5)
        await asyncio.to_thread(mongo.start)
        await product.until_health(status="ok")
        async with asyncio.timeout(PATIENCE_S):
            while await store.count("conversations", {}):  # noqa: ASYNC110 - another process's work sets no event
                await asyncio.sleep(0.1)
        await posts
        await store.close()
