"""Photos that workers sent, fetched from the platform before it forgets them.

Source: the platform's page "获取临时素材": ``GET /cgi-bin/media/get`` gives the bytes, or JSON with an ``errcode``. An
account without that interface has the photo's own address (``PicUrl``), which the platform signs into the message.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import urlsplit

import httpx2

from bot.domain.errors import PlatformError
from bot.ports import Clock
from bot.wechat.access_token import AccessTokens
from bot.wechat.error_codes import ErrorAction, action_for, meaning_of
from bot.wechat.platform_http import keep_query_strings_out_of_logs
from bot.wechat.time_limit import within

MEDIA_PATH = "/cgi-bin/media/get"
TIME_LIMIT_S = 3.0
"""For one photo: a worker waits for the confirmation meanwhile, and what does not come is fetched later."""
LARGEST_BYTES = 10 * 1024 * 1024
_HTTP_OK = 200


class WechatMedia:
    """Fetches photos.

    Args:
        http: the client; closed by whoever made it.
        base_url: ``https://api.weixin.qq.com``, or a simulator.
        tokens: the account's token service; None for an account without interfaces.
        clock: limits go by it.
    """

    def __init__(self, http: httpx2.AsyncClient, base_url: str, tokens: AccessTokens | None, clock: Clock) -> None:
        self._http = http
        self._base_url = base_url.rstrip("/")
        self._tokens = tokens
        self._clock = clock
        keep_query_strings_out_of_logs()

    async def fetch_picture(self, media_id: str, url: str) -> bytes:
        """The bytes of a photo.

        Args:
            media_id: the platform's id of it.
            url: its own address; used where the account has no interfaces.

        Raises:
            PlatformError: it cannot be had now: refused (``errcode`` set), no answer in time, or too large.
        """
        try:
            return await within(self._clock, TIME_LIMIT_S, self._fetched(media_id, url))
        except (TimeoutError, httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise _error(None) from error

    async def _fetched(self, media_id: str, url: str) -> bytes:
        if self._tokens is None:
            if urlsplit(url).scheme not in ("http", "https"):
                raise _error(None)
            return await self._get(url, {})
        token = await self._tokens.current()
        try:
            return await self._of_account(media_id, token)
        except PlatformError as error:
            if action_for(error.errcode) is not ErrorAction.REFRESH_TOKEN:
                raise
        return await self._of_account(media_id, await self._tokens.refresh(token))

    async def _of_account(self, media_id: str, token: str) -> bytes:
        return await self._get(self._base_url + MEDIA_PATH, {"access_token": token, "media_id": media_id})

    async def _get(self, url: str, query: Mapping[str, str]) -> bytes:
        content = bytearray()
        async with self._http.stream("GET", url, params=dict(query) or None) as response:
            async for chunk in response.aiter_bytes():
                content += chunk
                if len(content) > LARGEST_BYTES:
                    raise _error(None)
            if response.status_code != _HTTP_OK or not content:
                raise _error(None)
            if "json" in response.headers.get("content-type", ""):
                raise _error(_errcode(bytes(content)))
        return bytes(content)


def _errcode(content: bytes) -> int | None:
    try:
        errcode = json.loads(content)["errcode"]
    except (ValueError, KeyError, TypeError):
        return None
    return errcode if isinstance(errcode, int) else None


def _error(errcode: int | None) -> PlatformError:
    return PlatformError(meaning_of(errcode).advice, errcode)
