"""Who may read ``/metrics``."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from api.metrics import metrics_router
from bot.gateway.instruments import Instruments

TOKEN = "monitoring-令牌"
ELSEWHERE = ("10.0.0.7", 40000)
HERE = ("127.0.0.1", 40000)

Ask = Callable[..., Any]


@pytest.fixture
def measured() -> Any:
    async def count(_collection: str, _where: object) -> int:
        return 0

    return SimpleNamespace(
        instruments=Instruments(),
        vital_signs=SimpleNamespace(take=lambda: None),
        documents=SimpleNamespace(count=count),
        clock=SimpleNamespace(monotonic_s=lambda: 0.0),
        build_id="b1",
        document_count=5,
        clause_count=108,
    )


@pytest.fixture
async def ask(measured: Any) -> AsyncIterator[Ask]:
    clients: list[httpx2.AsyncClient] = []

    async def ask(
        client: tuple[str, int], *, token: str = TOKEN, is_open: bool = False, **headers: str
    ) -> httpx2.Response:
        app = FastAPI()
        app.include_router(metrics_router(measured, token, is_open=is_open))
        transport = httpx2.ASGITransport(app=app, client=client)
        clients.append(httpx2.AsyncClient(transport=transport, base_url="http://gongyou.test"))
        sent = {name.replace("_", "-").encode(): value.encode() for name, value in headers.items()}
        return await clients[-1].get("/metrics", headers=sent)

    yield ask
    for client in clients:
        await client.aclose()


async def test_a_demonstration_shows_them_to_anybody_in_prometheus_format(ask: Ask) -> None:
    answer = await ask(ELSEWHERE, is_open=True)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert answer.headers["cache-control"] == "no-store"
    assert 'gongyou_index_info{build_id="b1"} 1.0' in answer.text


async def test_production_shows_them_to_who_has_the_token(ask: Ask) -> None:
    answer = await ask(ELSEWHERE, authorization=f"Bearer {TOKEN}")
    assert (answer.status_code, "gongyou_running_jobs" in answer.text) == (200, True)


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", TOKEN])
async def test_production_refuses_everybody_else(authorization: str, ask: Ask) -> None:
    answer = await ask(ELSEWHERE, **({"authorization": authorization} if authorization else {}))
    assert (answer.status_code, answer.content) == (403, b"")


@pytest.mark.parametrize("authorization", ["Bearer ", "Bearer", "Bearer x"])
async def test_without_a_token_in_the_settings_none_lets_in(authorization: str, ask: Ask) -> None:
    assert (await ask(ELSEWHERE, token="", authorization=authorization)).status_code == 403


@pytest.mark.parametrize("client", [HERE, ("::1", 40000)])
async def test_a_program_on_this_host_needs_no_token(client: tuple[str, int], ask: Ask) -> None:
    assert (await ask(client)).status_code == 200


@pytest.mark.parametrize("header", ["x_forwarded_for", "x_real_ip", "forwarded", "via"])
async def test_who_comes_through_a_proxy_on_this_host_is_not_of_this_host(header: str, ask: Ask) -> None:
    assert (await ask(HERE, **{header: "127.0.0.1"})).status_code == 403


async def test_who_has_no_address_is_not_of_this_host(ask: Ask) -> None:
    assert (await ask(("testclient", 0))).status_code == 403
