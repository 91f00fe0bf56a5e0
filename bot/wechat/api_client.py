"""The few calls that the product makes to the platform."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import httpx2

from bot.domain.errors import PlatformError
from bot.ports import Clock
from bot.wechat.access_token import AccessTokens
from bot.wechat.error_codes import RATE_EXCEEDED, ErrorAction, action_for, meaning_of
from bot.wechat.message_text import clean_text
from bot.wechat.platform_http import Answer, PlatformHttp, refused
from bot.wechat.time_limit import within

SEND_PATH = "/cgi-bin/message/custom/send"
TEMPLATE_PATH = "/cgi-bin/message/template/send"
MENU_PATH = "/cgi-bin/menu/create"

CALL_LIMIT_S = 40.0
"""For a call with its token and all its tries; shorter than the outbox leases an entry for."""
STOP_S = 600.0
"""How long an interface rests after its daily limit; an admin may have it cleared during the day."""

_log = logging.getLogger(__name__)


class WechatApiClient:
    """`bot.ports.WechatPlatform` over HTTPS, plus template messages and the menu.

    Args:
        http: the client; closed by whoever made it.
        base_url: ``https://api.weixin.qq.com``, or a simulator.
        tokens: the account's token service.
        clock: the time.
    """

    def __init__(self, http: httpx2.AsyncClient, base_url: str, tokens: AccessTokens, clock: Clock) -> None:
        self._platform = PlatformHttp(http, base_url, clock)
        self._tokens = tokens
        self._clock = clock
        self._stopped_until_s: dict[str, float] = {}

    async def send_text(self, openid: str, text: str) -> None:
        """Send a customer-service message; one call is one message of the worker's quota.

        Raises:
            PlatformError: refused (``errcode`` set; nothing went out), or outcome unknown (None): a time-out or an
                unreadable answer. `error_codes.action_for` says what to do; 45002 is the caller's, who knows which
                pieces the worker has.
        """
        await self._call(SEND_PATH, {"touser": openid, "msgtype": "text", "text": {"content": clean_text(text)}})

    async def send_template(
        self,
        openid: str,
        template_id: str,
        data: Mapping[str, str],
        *,
        url: str = "",
        client_msg_id: str = "",
    ) -> str:
        """Send a template message.

        Args:
            openid: the worker.
            template_id: from the account's template library.
            data: the template's keywords and their texts.
            url: opened by a tap; "" for none.
            client_msg_id: the platform delivers one message per id within 10 minutes; "" for none.

        Returns:
            The platform's message id.

        Raises:
            PlatformError: refused, or outcome unknown (safe to repeat with the same ``client_msg_id``).
        """
        body: dict[str, Any] = {
            "touser": openid,
            "template_id": template_id,
            "data": {name: {"value": clean_text(value)} for name, value in data.items()},
        }
        optional = {"url": url, "client_msg_id": client_msg_id}
        answer = await self._call(TEMPLATE_PATH, body | {name: value for name, value in optional.items() if value})
        return str(answer.get("msgid", ""))

    async def create_menu(self, menu: Mapping[str, Any]) -> None:
        """Replace the account's menu.

        Args:
            menu: ``{"button": [...]}`` as the platform's page "创建接口" describes it.

        Raises:
            PlatformError: refused, or outcome unknown (safe to repeat).
        """
        await self._call(MENU_PATH, menu)

    async def _call(self, path: str, body: Mapping[str, Any]) -> Answer:
        """Call within the limit, unless the interface rests."""
        self._refuse_while_stopped(path)
        try:
            answer = await within(self._clock, CALL_LIMIT_S, self._authorised(path, body))
        except TimeoutError as error:
            raise PlatformError(meaning_of(None).advice) from error
        if (failure := refused(answer)) is None:
            return answer
        if action_for(failure.errcode) is ErrorAction.STOP_AND_ALERT:
            self._stop(path)
        raise failure

    async def _authorised(self, path: str, body: Mapping[str, Any]) -> Answer:
        """Call with a token; a refused token is replaced once."""
        token = await self._tokens.current()
        answer = await self._platform.post(path, body, query={"access_token": token})
        failure = refused(answer)
        if failure is None or action_for(failure.errcode) is not ErrorAction.REFRESH_TOKEN:
            return answer
        token = await self._tokens.refresh(token)
        return await self._platform.post(path, body, query={"access_token": token})

    def _stop(self, path: str) -> None:
        _log.error("the platform's daily limit of %s is reached: no more calls for %d s", path, STOP_S)
        self._stopped_until_s[path] = self._clock.monotonic_s() + STOP_S

    def _refuse_while_stopped(self, path: str) -> None:
        if self._clock.monotonic_s() < self._stopped_until_s.get(path, 0.0):
            raise PlatformError(f"{meaning_of(RATE_EXCEEDED).advice}（错误码 {RATE_EXCEEDED}）", RATE_EXCEEDED)
