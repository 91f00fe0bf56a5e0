"""``/metrics`` for Prometheus: to anybody in a demonstration, in production to this host or to who has the token."""

from __future__ import annotations

import ipaddress
import secrets
from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from bot.gateway.readings import CONTENT_TYPE, Measured, Readings

FORWARDED = ("x-forwarded-for", "x-real-ip", "forwarded", "via")
"""Whoever comes through a proxy on this host seems to come from this host, but does not."""
BEARER = "Bearer "


def metrics_router(measured: Measured, token: str, *, is_open: bool) -> APIRouter:
    """``GET /metrics``.

    Args:
        measured: the product.
        token: lets in from elsewhere, as ``Authorization: Bearer …``; "" for no such way in.
        is_open: whether anybody may read.
    """
    router = APIRouter()
    readings = Readings(measured)

    @router.get("/metrics", include_in_schema=False)
    async def metrics(request: Request) -> Response:
        if not (is_open or _has_token(request, token) or is_from_this_host(request)):
            return Response(status_code=HTTPStatus.FORBIDDEN)
        return Response(await readings.text(), media_type=CONTENT_TYPE, headers={"Cache-Control": "no-store"})

    return router


def is_from_this_host(request: Request) -> bool:
    """Whether a program on this host asks directly."""
    if request.client is None or any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def _has_token(request: Request, token: str) -> bool:
    sent = request.headers.get("authorization", "")
    if not token or not sent.startswith(BEARER):
        return False
    return secrets.compare_digest(sent.removeprefix(BEARER).encode("latin-1"), token.encode())  # as headers travel
