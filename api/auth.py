"""Who is asking, may they, and did their own page send it: the staff's cookies and the guards of their pages.

The session's cookie holds a random secret; the token in its forms is an HMAC under that secret, so that every process
can check it and no key of the server is needed. A browser that is not logged in gets a cookie for the log-in form
alone, with the same construction: nobody can be logged in by another site's form.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlsplit

from fastapi import HTTPException, Request, Response
from fastapi.routing import APIRoute

from bot.accounts.log_in import Accounts
from bot.accounts.permissions import check_allowed
from bot.domain.staff import Permission, StaffSession

LOG_IN_PATH = "/staff/login"
HOME_PATH = "/staff"
SECURE_COOKIE = "__Host-gongyou"
PLAIN_COOKIE = "gongyou_staff"
SECURE_FORM_COOKIE = "__Host-gongyou-form"
PLAIN_FORM_COOKIE = "gongyou_staff_form"
SECURE_COOKIES = "secure_cookies"
"""Set in the application's state where cookies are for https alone whatever the scheme seems to be."""
FORM_MAX_BYTES = 64 * 1024
MAX_LENGTH_DIGITS = 9
MAX_NEXT_LENGTH = 512

_FORM_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
_LOCAL_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*")
"""Visible ASCII without backslashes: browsers drop tabs and newlines, and read ``/\\`` as ``//``."""


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A request from somebody who is logged in.

    Attributes:
        session: who, since when, on which device.
        token: the browser's secret; goes nowhere but into cookies.
        csrf: for the forms of the page.
    """

    session: StaffSession
    token: str
    csrf: str


class StaffAuth:
    """FastAPI dependencies for the staff's pages.

    ::

        @router.get("/staff/queue")
        async def queue(staff: Annotated[LoggedIn, Depends(auth.require(Permission.ANSWER_WORKERS))]) -> Response: ...

    Modules that write guards like this leave out ``from __future__ import annotations``: FastAPI could not find the
    local name ``auth`` in a text. Routers take ``route_class=StaffRoute``: it refuses large bodies before anything
    reads them.

    Args:
        accounts: the staff accounts.
    """

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    async def known(self, request: Request) -> LoggedIn | None:
        """Who is asking; None where nobody is logged in."""
        token = request.cookies.get(session_cookie(request), "")
        session = await self._accounts.sessions.resolve(token)
        return LoggedIn(session, token, csrf_token(token)) if session else None

    async def current_staff(self, request: Request) -> LoggedIn:
        """Who is asking; for a form also whether their own page sent it.

        The token stands in the form's field ``csrf`` or, from htmx, in the header ``X-CSRF-Token``.

        Raises:
            HTTPException: 303 to the log-in page (401 for programs and parts of pages), or 403 for a form from
                elsewhere.
        """
        is_form = is_unsafe(request)
        if is_form:
            require_own_origin(request)
        known = await self.known(request)
        if known is None:
            raise log_in_first(request)
        if is_form and not is_token_of(known.token, await _sent_token(request)):
            raise HTTPException(HTTPStatus.FORBIDDEN)
        return known

    def require(self, permission: Permission) -> Callable[..., Awaitable[LoggedIn]]:
        """A dependency that lets through who has a permission anywhere; pages check the place with ``may``."""

        async def allowed(request: Request) -> LoggedIn:
            known = await self.current_staff(request)
            check_allowed(known.session.account, permission)
            return known

        return allowed


class StaffRoute(APIRoute):
    """A route whose forms have a length that is said beforehand and is small."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler behind the check."""
        handle = super().get_route_handler()

        async def handle_small(request: Request) -> Response:
            if is_unsafe(request):
                _refuse_large(request)
            return await handle(request)

        return handle_small


def session_cookie(request: Request) -> str:
    """The name of the session's cookie; over https browsers keep it to this very host."""
    return SECURE_COOKIE if _is_secure(request) else PLAIN_COOKIE


def set_session(request: Request, response: Response, token: str) -> None:
    """Give the browser a session's secret, and take the log-in form's."""
    response.set_cookie(
        session_cookie(request), token, path="/", httponly=True, secure=_is_secure(request), samesite="lax"
    )
    _forget(request, response, _form_cookie(request))


def forget_session(request: Request, response: Response) -> None:
    """Take the session's secret from the browser."""
    _forget(request, response, session_cookie(request))


def set_form_secret(request: Request, response: Response, secret: str) -> None:
    """Give the browser the secret that the log-in form's token belongs to."""
    response.set_cookie(
        _form_cookie(request), secret, path="/", httponly=True, secure=_is_secure(request), samesite="strict"
    )


def form_secret(request: Request) -> str:
    """The browser's secret for the log-in form, or a new one."""
    secret = request.cookies.get(_form_cookie(request), "")
    return secret if _FORM_SECRET.fullmatch(secret) else secrets.token_urlsafe(32)


async def own_log_in_form(request: Request) -> None:
    """Let the log-in form through only where this site's page sent it.

    Raises:
        HTTPException: 403.
    """
    require_own_origin(request)
    secret = request.cookies.get(_form_cookie(request), "")
    if not _FORM_SECRET.fullmatch(secret) or not is_token_of(secret, await _sent_token(request)):
        raise HTTPException(HTTPStatus.FORBIDDEN)


def csrf_token(secret: str) -> str:
    """The token for forms of whoever holds a secret: HMAC-SHA256 under it, 64 hex digits."""
    return hmac.new(secret.encode(), b"gongyou staff form", hashlib.sha256).hexdigest()


def is_token_of(secret: str, csrf: str) -> bool:
    """Whether a form's token belongs to a secret; compared in constant time."""
    return hmac.compare_digest(csrf_token(secret).encode(), csrf.encode("utf-8", "surrogatepass"))


def is_unsafe(request: Request) -> bool:
    """Whether a request may change something (RFC 9110, section 9.2.1)."""
    return request.method not in {"GET", "HEAD", "OPTIONS", "TRACE"}


def require_own_origin(request: Request) -> None:
    """Let a request through only where a page of this site sent it; browsers say so with every POST.

    A proxy that ends TLS may leave ``http`` as the scheme here, so that https from the same host always counts.

    Raises:
        HTTPException: 403, the origin is missing or another one.
    """
    origin = urlsplit(request.headers.get("origin", ""))
    schemes = {"https"} if _is_https(request) else {"http", "https"}
    if origin.scheme not in schemes or origin.netloc != request.headers.get("host", ""):
        raise HTTPException(HTTPStatus.FORBIDDEN)


def safe_next(target: str) -> str:
    """Where to go after log-in: a path of this site, or the staff's first page for anything else."""
    is_local = len(target) <= MAX_NEXT_LENGTH and _LOCAL_PATH.fullmatch(target)
    path = target.partition("?")[0].rstrip("/")
    return target if is_local and path != LOG_IN_PATH else HOME_PATH


def log_in_first(request: Request) -> HTTPException:
    """The way to the log-in page and back: for a browser, for a part of a page, for a program."""
    target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if is_unsafe(request) or safe_next(target) == HOME_PATH:
        address = LOG_IN_PATH
    else:
        address = f"{LOG_IN_PATH}?next={quote(target, safe='/')}"
    if "hx-request" in request.headers:
        return HTTPException(HTTPStatus.UNAUTHORIZED, headers={"HX-Redirect": address})
    if "text/html" in request.headers.get("accept", ""):
        return HTTPException(HTTPStatus.SEE_OTHER, headers={"Location": address})
    return HTTPException(HTTPStatus.UNAUTHORIZED)


async def _sent_token(request: Request) -> str:
    sent = request.headers.get("x-csrf-token") or (await request.form()).get("csrf")
    return sent if isinstance(sent, str) else ""


def _is_https(request: Request) -> bool:
    return request.url.scheme == "https"


def _is_secure(request: Request) -> bool:
    """Whether cookies are for https alone: in production always, also behind a proxy that ends TLS and does not say so.

    Whoever opens a production's pages over plain http is not kept logged in; browsers make an exception for localhost.
    """
    return _is_https(request) or bool(getattr(request.app.state, SECURE_COOKIES, False))


def _form_cookie(request: Request) -> str:
    return SECURE_FORM_COOKIE if _is_secure(request) else PLAIN_FORM_COOKIE


def _forget(request: Request, response: Response, name: str) -> None:
    response.delete_cookie(name, path="/", httponly=True, secure=_is_secure(request), samesite="lax")


def _refuse_large(request: Request) -> None:
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or len(length) > MAX_LENGTH_DIGITS or int(length) > FORM_MAX_BYTES:
        raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
