"""A whole account in one process: the platform posts signed bytes to the endpoint, the endpoint answers or pushes."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI
from starlette.routing import Route

from api.wechat import CALLBACK_PATH, CallbackApp
from bot.assembly import ensure_policy_index
from bot.domain.message import WorkerMessage
from bot.domain.trace import TurnTrace
from bot.gateway.message_gateway import AccountMode
from bot.settings import Settings
from bot.storage.sqlite_documents import SqliteDocumentStore
from bot.wechat.access_token import AccessTokens
from bot.wechat.api_client import WechatApiClient
from bot.wechat.callback import WechatCallback
from bot.wechat.platform_simulator import Credentials, PlatformSimulator, over_http, surviving_drops
from tests.fakes.gateway_process import GatewayProcess, ScriptedReplier
from tests.fakes.killable_server import HAS_MONGO, HAS_REDIS, SERVERS_REQUIRED
from tests.fakes.memory_cache import MemoryCache
from tests.fakes.server_process import REPOSITORY
from tests.fakes.watched_store import SettledClock, WatchedStore

CREDENTIALS = Credentials("令牌token1234".encode().hex(), "A" * 43, "wx1234567890abcdef")
APP_SECRET = "s" * 32

collect_ignore = [] if SERVERS_REQUIRED or (HAS_MONGO and HAS_REDIS) else ["test_engines_away.py"]


class Account:
    """An official account, the platform it is on, and the process that serves it.

    Attributes:
        simulator: the platform.
        process: the server.
        web: a client of the endpoint.
        traces: hops of every trace that was told.
    """

    def __init__(self, simulator: PlatformSimulator, process: GatewayProcess, web: httpx2.AsyncClient) -> None:
        self.simulator = simulator
        self.process = process
        self.web = web
        self.traces: list[list[str]] = []

    def seen(self, openid: str) -> list[str]:
        """What reached the worker by push."""
        return self.simulator.read_by(openid)


@pytest.fixture(scope="session")
def index_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the corpus, built once for the servers of all tests."""
    index_dir = tmp_path_factory.mktemp("indexes")
    ensure_policy_index(
        Settings(
            _env_file=None,
            corpus_dir=REPOSITORY / "corpus",
            encoder=str(REPOSITORY / "indexes" / "encoder"),
            index_dir=index_dir,
        )
    )
    return index_dir


@pytest.fixture
def clock() -> SettledClock:
    return SettledClock()


@pytest.fixture
def replier(clock: SettledClock) -> ScriptedReplier:
    return ScriptedReplier(clock)


@pytest.fixture
async def open_account(
    clock: SettledClock, replier: ScriptedReplier, tmp_path: Path
) -> AsyncIterator[Callable[..., Awaitable[Account]]]:
    async with AsyncExitStack() as stack:

        async def open_account(mode: AccountMode = AccountMode.VERIFIED) -> Account:
            inner = await SqliteDocumentStore.open(tmp_path / "gongyou.sqlite3", synchronous="NORMAL")
            stack.push_async_callback(inner.close)
            app = FastAPI()
            web = httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://account.test")
            await stack.enter_async_context(web)
            simulator = PlatformSimulator(
                CREDENTIALS,
                APP_SECRET,
                "gh_1",
                "/wechat",
                surviving_drops(over_http(web)),
                clock,
                is_verified=mode is AccountMode.VERIFIED,
            )
            api_web = httpx2.AsyncClient(transport=httpx2.MockTransport(_answering(simulator)))
            await stack.enter_async_context(api_web)
            cache = MemoryCache(clock)
            tokens = AccessTokens(api_web, "https://platform.test", CREDENTIALS.app_id, APP_SECRET, cache, clock)
            told: list[list[str]] = []

            async def keep(message: WorkerMessage, trace: TurnTrace) -> None:
                del message
                told.append([hop.name for hop in trace.hops])

            process = GatewayProcess(
                WatchedStore(inner, clock.activity),
                clock,
                replier,
                WechatApiClient(api_web, "https://platform.test", tokens, clock),
                mode,
                keep,
            )
            callback = WechatCallback(
                token=CREDENTIALS.token,
                aes_key=CREDENTIALS.aes_key,
                app_id=CREDENTIALS.app_id,
                tolerance_s=300,
                max_bytes=64 * 1024,
                clock=clock,
            )
            app.router.routes.append(Route(CALLBACK_PATH, CallbackApp(callback, process.gateway, process.counters)))
            await process.start()
            stack.push_async_callback(process.stop)
            account = Account(simulator, process, web)
            account.traces = told
            return account

        yield open_account


def _answering(simulator: PlatformSimulator) -> Callable[[httpx2.Request], Awaitable[httpx2.Response]]:
    async def answer(request: httpx2.Request) -> httpx2.Response:
        body = json.loads(request.content) if request.content else None
        status, content = await simulator.api.handle(request.method, request.url.path, dict(request.url.params), body)
        if isinstance(content, str):
            return httpx2.Response(status, text=content)
        return httpx2.Response(status, json=content)

    return answer
