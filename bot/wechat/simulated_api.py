"""The platform's side of the API: a state machine that answers as api.weixin.qq.com does, without HTTP."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.ports import Clock
from bot.wechat.simulated_menu import judge_menu
from bot.wechat.simulated_messages import SimulatedMessage
from bot.wechat.simulated_tokens import TOKEN_LIFE_S, Answer, TokenDesk, refusal
from bot.wechat.simulated_windows import ReplyWindows

TEXT_MAX_BYTES = 2048
TEMPLATE_REPEAT_S = 600.0
CODE_LIFE_S = 300.0
INBOX_KEEPS = 200
HTML_PAGE = "<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>"

TOKEN_PATH = "/cgi-bin/stable_token"  # noqa: S105 - an address
MEDIA_PATH = "/cgi-bin/media/get"

_OK = 200
_NOT_FOUND = (404, "404 page not found")


@dataclass(frozen=True, slots=True)
class Failure:
    """What goes wrong with a call.

    Attributes:
        errcode: refuse with this code; 0 to let the call through.
        delay_s: answer this much later.
        hangs: never answer.
        html: answer 200 with a web page.
        after_effect: the call has its effect before it goes wrong, as when only the answer is lost.
    """

    errcode: int = 0
    delay_s: float = 0.0
    hangs: bool = False
    html: bool = False
    after_effect: bool = False


@dataclass(frozen=True, slots=True)
class DeliveredMessage:
    """What reached a worker through the API.

    Attributes:
        openid: the worker.
        text: a customer-service text, or a template's values joined by new lines.
        at: when, aware UTC.
        template_id: "" for a customer-service message.
    """

    openid: str
    text: str
    at: datetime
    template_id: str = ""


@dataclass(slots=True)
class _LoginCode:
    openid: str
    ends_at_s: float
    is_used: bool = False


class SimulatedPlatformApi:
    """``stable_token``, ``message/custom/send``, ``message/template/send``, ``menu/create`` and the two log-ins.

    Args:
        app_id: the account's appid.
        app_secret: its AppSecret.
        clock: the platform's time.
        is_verified: whether the account may use more than passive replies (48001 otherwise).
        token_life_s: how long an access token is valid.

    Attributes:
        tokens: gives out and judges access tokens.
        inbox: what reached each worker, by openid, oldest first; the last 200.
        menu: the menu last created; None before.
        on_delivered: called with every delivered message, for live display.
    """

    def __init__(
        self,
        app_id: str,
        app_secret: str,
        clock: Clock,
        *,
        is_verified: bool = True,
        token_life_s: float = TOKEN_LIFE_S,
    ) -> None:
        self.tokens = TokenDesk(app_id, app_secret, clock, token_life_s)
        self.inbox: dict[str, list[DeliveredMessage]] = {}
        self.menu: dict[str, Any] | None = None
        self.on_delivered: Callable[[DeliveredMessage], None] | None = None
        self._clock = clock
        self._is_verified = is_verified
        self._windows = ReplyWindows()
        self._followers: set[str] = set()
        self._failures: dict[str, deque[Failure]] = {}
        self._calls: dict[str, int] = {}
        self._message_ids = itertools.count(secrets.randbits(48))
        self._templates_sent: dict[tuple[str, str], tuple[float, int]] = {}
        self._codes: dict[str, _LoginCode] = {}
        self._routes: dict[tuple[str, str], Callable[[Mapping[str, str], Mapping[str, Any]], Answer | str]] = {
            ("POST", TOKEN_PATH): lambda _query, body: self.tokens.stable_token(body),
            ("POST", "/cgi-bin/message/custom/send"): self._with_token(self._custom_send),
            ("POST", "/cgi-bin/message/template/send"): self._with_token(self._template_send),
            ("POST", "/cgi-bin/menu/create"): self._with_token(self._menu_create),
            ("GET", MEDIA_PATH): self._media_get,
            ("GET", "/sns/oauth2/access_token"): self._oauth,
            ("GET", "/sns/jscode2session"): self._jscode,
        }

    async def handle(
        self, method: str, path: str, query: Mapping[str, str], body: object = None
    ) -> tuple[int, Answer | str]:
        """Answer one call.

        Args:
            method: GET or POST.
            path: e.g. ``/cgi-bin/stable_token``.
            query: its query, URL-decoded.
            body: the parsed JSON; None where there was none or it was not JSON.

        Returns:
            HTTP status and the JSON answer, or a web page as a string where that failure was asked for.
        """
        route = self._routes.get((method.upper(), path))
        if route is None:
            return _NOT_FOUND
        self._calls[path] = self._calls.get(path, 0) + 1
        failure = self._next_failure(path)
        goes_through = failure.after_effect or not (failure.errcode or failure.hangs or failure.html)
        answer = self._answer(route, query, body) if goes_through else refusal(failure.errcode, "injected")
        if failure.hangs:
            await asyncio.Event().wait()
        if failure.delay_s:
            await self._clock.sleep(failure.delay_s)
        if failure.html:
            return _OK, HTML_PAGE
        return _OK, refusal(failure.errcode, "injected") if failure.errcode else answer

    def judge(self, method: str, path: str, query: Mapping[str, str], body: object = None) -> tuple[int, Answer | str]:
        """Answer one call at once, without any of the failures that were asked for; see `handle`."""
        route = self._routes.get((method.upper(), path))
        return _NOT_FOUND if route is None else (_OK, self._answer(route, query, body))

    def memory_of(self, openid: str) -> dict[str, Any]:
        """What decides about messages to a worker, as JSON; for `recall`, also in another process."""
        sent = self._templates_sent.items()
        return {
            "follows": openid in self._followers,
            "windows": self._windows.memory_of(openid),
            "templates": [[client_id, *when_and_id] for (whose, client_id), when_and_id in sent if whose == openid],
        }

    def recall(self, openid: str, memory: Mapping[str, Any]) -> None:
        """Remember what `memory_of` gave; templates that may be sent again are forgotten."""
        (self._followers.add if memory["follows"] else self._followers.discard)(openid)
        self._windows.recall(openid, memory["windows"])
        for client_id, sent_at_s, message_id in memory["templates"]:
            if self._now_s() - sent_at_s <= TEMPLATE_REPEAT_S:
                self._templates_sent[openid, client_id] = (sent_at_s, message_id)

    def worker_acted(self, message: SimulatedMessage) -> None:
        """Note what a worker did: it opens windows, and only followers can be written to."""
        self._windows.worker_acted(message, self._now_s())
        if message.event == "unsubscribe":
            self._followers.discard(message.openid)
        else:
            self._followers.add(message.openid)

    def fail_next(self, path: str, failure: Failure, times: int = 1) -> None:
        """Let the next calls of a path go wrong, after those asked for before."""
        self._failures.setdefault(path, deque()).extend([failure] * times)

    def call_count(self, path: str) -> int:
        """How often a path was called, failures included."""
        return self._calls.get(path, 0)

    def issue_code(self, openid: str) -> str:
        """A log-in code as the platform gives it to a page (OAuth) or a mini program; good once, for 5 minutes."""
        code = secrets.token_hex(16)
        self._codes[code] = _LoginCode(openid, self._now_s() + CODE_LIFE_S)
        return code

    def _next_failure(self, path: str) -> Failure:
        waiting = self._failures.get(path)
        return waiting.popleft() if waiting else Failure()

    def _answer(
        self,
        route: Callable[[Mapping[str, str], Mapping[str, Any]], Answer | str],
        query: Mapping[str, str],
        body: object,
    ) -> Answer | str:
        if body is not None and not isinstance(body, Mapping):
            return refusal(47001, "data format error")
        return route(query, body or {})

    def _with_token(
        self, call: Callable[[Mapping[str, Any]], Answer]
    ) -> Callable[[Mapping[str, str], Mapping[str, Any]], Answer]:
        """A call that needs an access token and a verified account."""

        def judged(query: Mapping[str, str], body: Mapping[str, Any]) -> Answer:
            if refused := self.tokens.judge(query.get("access_token", "")):
                return refused
            return call(body) if self._is_verified else refusal(48001, "api unauthorized")

        return judged

    def _custom_send(self, body: Mapping[str, Any]) -> Answer:
        openid, content = str(body.get("touser", "")), body.get("text")
        if body.get("msgtype") != "text" or not isinstance(content, Mapping):
            return refusal(40008, "invalid message type")
        text = content.get("content")
        if not isinstance(text, str) or not text.strip():
            return refusal(44004, "empty content")
        if len(text.encode("utf-8", "surrogatepass")) > TEXT_MAX_BYTES:
            return refusal(45002, "content size out of limit")
        if openid not in self._followers:
            return refusal(40003, "invalid openid")
        if errcode := self._windows.take(openid, self._now_s()):
            return refusal(errcode, "response out of time limit or out of response count limit")
        self._deliver(DeliveredMessage(openid, text, self._clock.now()))
        return refusal(0, "ok")

    def _template_send(self, body: Mapping[str, Any]) -> Answer:
        openid, template_id, data = str(body.get("touser", "")), str(body.get("template_id", "")), body.get("data")
        if not template_id:
            return refusal(40037, "invalid template_id")
        if not isinstance(data, Mapping) or not all(isinstance(part, Mapping) for part in data.values()):
            return refusal(47003, "argument invalid")
        if openid not in self._followers:
            return refusal(40003, "invalid openid")
        client_id = str(body.get("client_msg_id", ""))
        if (repeated := self._repeated_template(openid, client_id)) is not None:
            return refusal(0, "ok") | {"msgid": repeated}
        message_id = next(self._message_ids)
        if client_id:
            self._templates_sent[openid, client_id] = (self._now_s(), message_id)
        text = "\n".join(str(part.get("value", "")) for part in data.values())
        self._deliver(DeliveredMessage(openid, text, self._clock.now(), template_id))
        return refusal(0, "ok") | {"msgid": message_id}

    def _repeated_template(self, openid: str, client_id: str) -> int | None:
        """The id of the message that this client id delivered within 10 minutes."""
        sent_at_s, message_id = self._templates_sent.get((openid, client_id), (float("-inf"), 0))
        return message_id if self._now_s() - sent_at_s <= TEMPLATE_REPEAT_S else None

    def _menu_create(self, body: Mapping[str, Any]) -> Answer:
        if errcode := judge_menu(body):
            return refusal(errcode, "invalid menu")
        self.menu = dict(body)
        return refusal(0, "ok")

    def _media_get(self, query: Mapping[str, str], _body: Mapping[str, Any]) -> Answer | str:
        """The bytes of a photo, which the simulator makes up out of its id."""
        if refused := self.tokens.judge(query.get("access_token", "")):
            return refused
        if not self._is_verified:
            return refusal(48001, "api unauthorized")
        media_id = query.get("media_id", "")
        return f"simulated picture {media_id}" if media_id else refusal(40007, "invalid media_id")

    def _oauth(self, query: Mapping[str, str], _body: Mapping[str, Any]) -> Answer:
        openid = self._logged_in(query, query.get("code", ""), "authorization_code")
        if not isinstance(openid, str):
            return openid
        return {
            "access_token": secrets.token_hex(16),
            "expires_in": TOKEN_LIFE_S,
            "refresh_token": secrets.token_hex(16),
            "openid": openid,
            "scope": "snsapi_base",
        }

    def _jscode(self, query: Mapping[str, str], _body: Mapping[str, Any]) -> Answer:
        openid = self._logged_in(query, query.get("js_code", ""), "authorization_code")
        return {"openid": openid, "session_key": secrets.token_hex(8)} if isinstance(openid, str) else openid

    def _logged_in(self, query: Mapping[str, str], code: str, grant_type: str) -> str | Answer:
        if refused := self.tokens.judge_secret(query.get("appid"), query.get("secret")):
            return refused
        if query.get("grant_type") != grant_type:
            return refusal(40002, "invalid grant_type")
        if not code:
            return refusal(41008, "missing code")
        login = self._codes.get(code)
        if login is None or login.ends_at_s < self._now_s():
            return refusal(40029, "invalid code")
        if login.is_used:
            return refusal(40163, "code been used")
        login.is_used = True
        return login.openid

    def _deliver(self, message: DeliveredMessage) -> None:
        messages = self.inbox.setdefault(message.openid, [])
        messages.append(message)
        del messages[:-INBOX_KEEPS]
        if self.on_delivered:
            self.on_delivered(message)

    def _now_s(self) -> float:
        return self._clock.now().timestamp()
