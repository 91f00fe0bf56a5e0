"""How pages are made and kept safe: the Jinja environment, security headers, and the check of a form's origin."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fastapi import HTTPException, Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.datastructures import MutableHeaders
from starlette.responses import HTMLResponse

HERE = Path(__file__).parent
TEMPLATES_DIR = HERE / "templates"
STATIC_DIR = HERE / "static"

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]


class Pages:
    """Renders the templates of `api/templates`; autoescape is on and an unknown name is an error."""

    def __init__(self, templates_dir: Path = TEMPLATES_DIR, static_dir: Path = STATIC_DIR) -> None:
        self._static_dir = static_dir
        self._versions: dict[str, str] = {}
        self._environment = Environment(
            loader=FileSystemLoader(templates_dir),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals["static_url"] = self.static_url

    def static_url(self, name: str) -> str:
        """The address of an own static file; it changes with the content, so that browsers never keep an old one."""
        if name not in self._versions:
            content = (self._static_dir / name).read_bytes()
            self._versions[name] = hashlib.sha256(content).hexdigest()[:12]
        return f"/static/{name}?v={self._versions[name]}"

    def text(self, name: str, **context: object) -> str:
        """A template as text."""
        return self._environment.get_template(name).render(**context)

    def render(self, name: str, *, status_code: int = HTTPStatus.OK, **context: object) -> HTMLResponse:
        """A template as a response that no cache keeps."""
        return HTMLResponse(self.text(name, **context), status_code=status_code, headers={"Cache-Control": "no-store"})


class SecurityHeaders:
    """ASGI middleware that puts `SECURITY_HEADERS` on every response, streams included."""

    def __init__(self, app: AsgiApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on and add the headers where a response starts."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers[name] = value
            await send(message)

        await self._app(scope, receive, send_with_headers)


async def require_same_origin(request: Request) -> None:
    """Let a form through only where a page of this site sent it.

    Browsers send ``Origin`` with every POST; the cookie's SameSite=Lax alone does not cover sibling hosts.

    Raises:
        HTTPException: 403, the origin is missing or another one.
    """
    origin = request.headers.get("origin", "")
    if not origin or urlsplit(origin).netloc != request.headers.get("host", ""):
        raise HTTPException(HTTPStatus.FORBIDDEN)
