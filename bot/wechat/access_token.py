"""One token service per account: every process shares one access token.

Source: the platform's page "获取稳定版接口调用凭据" (``stable_token``): apart from ``/token``, the same token until
five minutes before its end, ``force_refresh`` replaces it at once but only twenty times a day.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Coroutine
from dataclasses import asdict, dataclass
from typing import Any

import httpx2

from bot.domain.errors import PlatformError
from bot.ports import Cache, Clock
from bot.wechat.error_codes import INVALID_TOKEN, RATE_EXCEEDED, SYSTEM_BUSY
from bot.wechat.platform_http import Answer, PlatformHttp, refused

PATH = "/cgi-bin/stable_token"
TIME_LIMIT_S = 3.0
EXPIRY_MARGIN_S = 300.0
FORCED_PER_DAY = 20
FORCED_REST_S = 300.0
"""A token that was forced this recently and is refused again will not be cured by forcing another."""
FRESH_S = 60.0
"""A token refused this soon after it was fetched would only be handed out again: force at once."""
LOCK_TTL_S = 30.0
"""Longer than two fetches can take (2 x 10.5 s), so that nobody releases another's lock."""
LOCK_WAIT_S = 25.0
LOCK_POLL_S = 0.1
_DAY_S = 86_400.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _KeptToken:
    """What the cache holds."""

    token: str
    fetched_at_s: float
    was_forced: bool


class AccessTokens:
    """Hands out the account's access token.

    Args:
        http: the client; closed by whoever made it.
        base_url: ``https://api.weixin.qq.com``, or a simulator.
        app_id: the account.
        app_secret: its AppSecret.
        cache: shared by all processes; holds the token and the lock.
        clock: the time.
        on_fetched: called with "forced" or "fetched" whenever the platform has given one.
    """

    def __init__(
        self,
        http: httpx2.AsyncClient,
        base_url: str,
        app_id: str,
        app_secret: str,
        cache: Cache,
        clock: Clock,
        *,
        on_fetched: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._platform = PlatformHttp(http, base_url, clock, TIME_LIMIT_S)
        self._app_id = app_id
        self._app_secret = app_secret
        self._cache = cache
        self._clock = clock
        self._on_fetched = on_fetched
        self._key = f"wechat:access_token:{app_id}"
        self._flights: dict[str, asyncio.Task[str]] = {}

    async def current(self) -> str:
        """The token to use now.

        Raises:
            PlatformError: there is none to be had; nothing was sent, so -1 means "try later".
        """
        kept = await self._kept()
        return kept.token if kept else await self._share("", self._obtain(""))

    async def refresh(self, failed: str) -> str:
        """Another token than the one that the platform refused; everyone who holds the same one shares one refresh.

        Costs at most two calls, and none where another process has replaced the token already.

        Args:
            failed: the refused token.

        Raises:
            PlatformError: 40001 where a token forced a moment ago is refused too, 45009 where today's forced refreshes
                are used up, -1 or another code where the platform gives none.
        """
        return await self._share(failed, self._obtain(failed))

    async def _share(self, failed: str, work: Coroutine[Any, Any, str]) -> str:
        """Join the running fetch for the same reason, or start it; one caller's cancellation does not stop it."""
        flight = self._flights.get(failed)
        if flight:
            work.close()
        else:
            flight = asyncio.create_task(work)
            self._flights[failed] = flight
            flight.add_done_callback(lambda done: self._land(failed, done))
        return await asyncio.shield(flight)

    def _land(self, failed: str, flight: asyncio.Task[str]) -> None:
        self._flights.pop(failed, None)
        if not flight.cancelled():
            flight.exception()  # looked at, in case every caller has gone

    async def _obtain(self, failed: str) -> str:
        """A token other than the failed one: another process's, or fetched under the lock."""
        lock = f"{self._key}:lock"
        give_up_s = self._clock.monotonic_s() + LOCK_WAIT_S
        while True:
            claimed = await self._cache.claim(lock, LOCK_TTL_S)
            try:
                kept = await self._kept()
                if kept and kept.token != failed:
                    return kept.token
                if claimed:
                    return await self._fetch_other_than(failed, kept)
            finally:
                if claimed:
                    await self._cache.release(lock)
            if self._clock.monotonic_s() >= give_up_s:
                raise PlatformError("另一个进程迟迟没有取到 access_token，请稍后再试", SYSTEM_BUSY)
            await self._clock.sleep(LOCK_POLL_S)

    async def _fetch_other_than(self, failed: str, kept: _KeptToken | None) -> str:
        age_s = self._now_s() - kept.fetched_at_s if kept else _DAY_S
        if kept and kept.was_forced and age_s < FORCED_REST_S:
            raise PlatformError(
                f"强制刷新后的 access_token 仍被拒绝，请核对 AppID 和 AppSecret（错误码 {INVALID_TOKEN}）",
                INVALID_TOKEN,
            )
        if age_s >= FRESH_S:
            token = await self._fetch(force=False)
            if token != failed:
                return token
        await self._take_forced_ration()
        return await self._fetch(force=True)

    async def _take_forced_ration(self) -> None:
        used = await self._cache.increment(f"{self._key}:forced:{self._clock.today()}", _DAY_S)
        if used > FORCED_PER_DAY:
            _log.error("access token: today's forced refreshes are used up")
            raise PlatformError(
                f"今天强制刷新 access_token 的次数已用完，请检查别的程序是否也在用它（错误码 {RATE_EXCEEDED}）",
                RATE_EXCEEDED,
            )

    async def _fetch(self, *, force: bool) -> str:
        body = {
            "grant_type": "client_credential",
            "appid": self._app_id,
            "secret": self._app_secret,
            "force_refresh": force,
        }
        answer = await self._platform.post(PATH, body, repeatable=True)
        token, life_s = _token_of(answer)
        self._on_fetched("forced" if force else "fetched")
        kept = _KeptToken(token, self._now_s(), force)
        await self._cache.put(self._key, json.dumps(asdict(kept)), life_s - min(EXPIRY_MARGIN_S, life_s / 2))
        return token

    async def _kept(self) -> _KeptToken | None:
        text = await self._cache.get(self._key)
        return _KeptToken(**json.loads(text)) if text else None

    def _now_s(self) -> float:
        return self._clock.now().timestamp()


def _token_of(answer: Answer) -> tuple[str, float]:
    """Token and remaining life in seconds."""
    token, life_s = answer.get("access_token"), answer.get("expires_in")
    if isinstance(token, str) and token and isinstance(life_s, (int, float)) and life_s > 0:
        return token, float(life_s)
    error = refused(answer)
    if error and error.errcode is not None:
        raise error
    raise PlatformError("微信平台没有给出 access_token，请稍后再试", SYSTEM_BUSY)
