from http import HTTPStatus
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.health import health_router
from bot.domain.errors import StoreUnavailableError


class Answering:
    async def count(self, _collection: str, _where: object) -> int:
        return 0


class Away:
    async def count(self, _collection: str, _where: object) -> int:
        raise StoreUnavailableError("存储连不上")

    async def put(self, _key: str, _value: str, _ttl_s: float) -> None:
        raise StoreUnavailableError("缓存连不上")

    async def get(self, _key: str) -> str | None:
        raise StoreUnavailableError("缓存连不上")


class Remembering:
    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    async def put(self, key: str, value: str, _ttl_s: float) -> None:
        self.values[key] = value

    async def get(self, key: str) -> str | None:
        return self.values.get(key)


class Forgetful(Remembering):
    async def put(self, _key: str, _value: str, _ttl_s: float) -> None:
        pass


def client_of(**changes: Any) -> TestClient:
    parts = {
        "documents": Answering(),
        "cache": Remembering(),
        "build_id": "b1",
        "document_count": 5,
        "clause_count": 240,
        **changes,
    }
    app = FastAPI()
    app.include_router(health_router(SimpleNamespace(**parts), "demo"))
    return TestClient(app)


def test_a_well_installation_says_so_with_its_counts() -> None:
    assert client_of().get("/health").json() == {
        "status": "ok",
        "mode": "demo",
        "store": "ok",
        "cache": "ok",
        "index": "ok",
        "build_id": "b1",
        "documents": 5,
        "clauses": 240,
    }


@pytest.mark.parametrize(
    ("part", "changes"),
    [
        ("store", {"documents": Away()}),
        ("cache", {"cache": Away()}),
        ("cache", {"cache": Forgetful()}),
        ("index", {"build_id": ""}),
        ("index", {"clause_count": 0}),
    ],
)
def test_a_failing_part_degrades_the_whole_and_takes_it_out_of_service(part: str, changes: dict[str, Any]) -> None:
    client = client_of(**changes)
    health = client.get("/health")
    assert health.status_code == HTTPStatus.OK
    assert health.json()["status"] == "degraded"
    assert health.json()[part] == "failing"
    assert client.get("/ready").status_code == HTTPStatus.SERVICE_UNAVAILABLE


def test_a_well_installation_is_ready() -> None:
    assert client_of().get("/ready").status_code == HTTPStatus.OK
