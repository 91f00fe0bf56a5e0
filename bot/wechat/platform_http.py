"""One HTTP call to the platform: bounded in time and tries, an answer or a `PlatformError`."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any

import httpx2

from bot.domain.errors import PlatformError
from bot.ports import Clock
from bot.wechat.error_codes import SYSTEM_BUSY, meaning_of
from bot.wechat.time_limit import within

TRIES = 3
TIME_LIMIT_S = 5.0
_FIRST_PAUSE_S = 0.5
_HTTP_OK = 200

_NOT_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)
"""Failures before the request left: repeating it cannot send anything twice."""

Answer = dict[str, Any]


class PlatformHttp:
    """Calls the platform's JSON interfaces.

    Args:
        http: the client, with its pool; closed by whoever made it.
        base_url: ``https://api.weixin.qq.com``, or a simulator.
        clock: limits and pauses go by it.
        time_limit_s: for one try.
    """

    def __init__(
        self, http: httpx2.AsyncClient, base_url: str, clock: Clock, time_limit_s: float = TIME_LIMIT_S
    ) -> None:
        self._http = http
        self._base_url = base_url.rstrip("/")
        self._clock = clock
        self._time_limit_s = time_limit_s
        keep_query_strings_out_of_logs()

    async def post(
        self, path: str, body: Mapping[str, Any], *, query: Mapping[str, str] | None = None, repeatable: bool = False
    ) -> Answer:
        r"""Post JSON and return the platform's JSON.

        "System busy" and failures to connect are tried again after pauses of 0.5 and 1 s.

        Args:
            path: e.g. ``/cgi-bin/message/custom/send``.
            body: sent as UTF-8 without ``\u`` escapes, which the platform would show to the worker.
            query: e.g. the access token.
            repeatable: whether a call without an answer may be tried again too.

        Returns:
            The answer with its ``errcode``, never -1; absent where the interface has none.

        Raises:
            PlatformError: ``errcode`` -1 where nothing happened and trying later may help, None where nobody knows.
        """
        for attempt in range(TRIES):
            if attempt:
                await self._clock.sleep(_FIRST_PAUSE_S * 2 ** (attempt - 1))
            try:
                answer = await within(self._clock, self._time_limit_s, self._once(path, body, query or {}))
            except _NOT_SENT:
                continue
            except (TimeoutError, httpx2.HTTPError, PlatformError) as error:
                if not repeatable:
                    raise _platform_error(None) from error
                continue
            if answer.get("errcode") != SYSTEM_BUSY:
                return answer
        raise _platform_error(SYSTEM_BUSY)

    async def _once(self, path: str, body: Mapping[str, Any], query: Mapping[str, str]) -> Answer:
        response = await self._http.post(
            self._base_url + path,
            params=dict(query),
            # Half an emoji cannot be sent as UTF-8; it is left out rather than the whole message.
            content=json.dumps(body, ensure_ascii=False).encode("utf-8", "ignore"),
            headers={"Content-Type": "application/json; charset=utf-8"},
        )
        if response.status_code != _HTTP_OK:
            raise _platform_error(None)
        return _json_object(response.content)


def refused(answer: Answer) -> PlatformError | None:
    """The platform's refusal as an error, or None where the call succeeded.

    An answer without a usable ``errcode`` says nothing about what happened.
    """
    errcode = answer.get("errcode")
    if errcode == 0:
        return None
    return _platform_error(errcode if isinstance(errcode, int) else None)


def _platform_error(errcode: int | None) -> PlatformError:
    advice = meaning_of(errcode).advice
    return PlatformError(advice if errcode is None else f"{advice}（错误码 {errcode}）", errcode)


def _json_object(content: bytes) -> Answer:
    try:
        # The platform lets raw control characters through in names and messages.
        answer = json.loads(content.decode("utf-8"), strict=False)
    except (ValueError, RecursionError) as error:
        raise _platform_error(None) from error
    if not isinstance(answer, dict):
        raise _platform_error(None)
    return answer


def keep_query_strings_out_of_logs() -> None:
    """Make httpx2 log its requests without their query strings, which hold access tokens; idempotent."""
    logging.getLogger("httpx2").addFilter(_without_query)


def _without_query(record: logging.LogRecord) -> bool:
    if isinstance(record.args, tuple):
        record.args = tuple(
            part.copy_with(query=None) if isinstance(part, httpx2.URL) else part for part in record.args
        )
    return True
