"""One access token for all processes: two event loops, each with its own connection to the common cache."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2

from bot.gateway.system_clock import SystemClock
from bot.storage.open_engines import open_cache
from bot.wechat.access_token import AccessTokens
from bot.wechat.platform_simulator import SimulatedPlatformApi

APP_ID, APP_SECRET = "wx0123456789abcdef", "s" * 32
CALLERS = 20
ENDPOINT_TAKES_S = 0.3


class TokenEndpoint:
    """The platform's, slow enough for everybody to come while it works."""

    def __init__(self) -> None:
        self.api = SimulatedPlatformApi(APP_ID, APP_SECRET, SystemClock())
        self._lock = threading.Lock()

    async def __call__(self, request: httpx2.Request) -> httpx2.Response:
        await asyncio.sleep(ENDPOINT_TAKES_S)
        with self._lock:
            _, answer = self.api.judge(request.method, request.url.path, {}, json.loads(request.content))
        return httpx2.Response(200, json=answer)


def _process(endpoint: TokenEndpoint, cache_path: Path, together: threading.Barrier, refused: str = "") -> set[str]:
    """What `CALLERS` callers of one process get."""

    async def main() -> set[str]:
        cache = await open_cache("", cache_path, clock=SystemClock())
        async with httpx2.AsyncClient(transport=httpx2.MockTransport(endpoint)) as http:
            tokens = AccessTokens(http, "https://platform.test", APP_ID, APP_SECRET, cache, SystemClock())
            await asyncio.to_thread(together.wait, 10)
            ask = (lambda: tokens.refresh(refused)) if refused else tokens.current
            got = await asyncio.gather(*(ask() for _ in range(CALLERS)))
        await cache.close()
        return set(got)

    return asyncio.run(main())


def _both(endpoint: TokenEndpoint, cache_path: Path, refused: str = "") -> set[str]:
    together = threading.Barrier(2)
    with ThreadPoolExecutor(2) as loops:
        running = [loops.submit(_process, endpoint, cache_path, together, refused) for _ in range(2)]
        return set().union(*(one.result(30) for one in running))


def test_cold_processes_fetch_one_token_and_replace_a_refused_one_together(tmp_path: Path) -> None:
    endpoint = TokenEndpoint()
    began_s = time.monotonic()
    [token] = _both(endpoint, tmp_path / "cache.sqlite3")
    assert endpoint.api.tokens.calls == 1
    [renewed] = _both(endpoint, tmp_path / "cache.sqlite3", refused=token)
    assert renewed != token
    assert endpoint.api.tokens.calls <= 3
    assert time.monotonic() - began_s >= 2 * ENDPOINT_TAKES_S
