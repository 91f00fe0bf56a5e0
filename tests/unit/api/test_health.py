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


class Filing:
    async def keys(self, *, after: str = "", limit: int = 1000) -> list[str]:
        return [after][:limit]


class Away:
    async def keys(self, **_window: object) -> list[str]:
        raise StoreUnavailableError("文件库连不上")

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


class StandingIn(Remembering):
    is_degraded = True


class Forgetful(Remembering):
    async def put(self, _key: str, _value: str, _ttl_s: float) -> None:
        pass


def client_of(**changes: Any) -> TestClient:
    parts = {
        "documents": Answering(),
        "cache": Remembering(),
        "files": Filing(),
        "build_id": "b1",
        "is_index_fallback": False,
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
        "files": "ok",
        "index": "ok",
        "problems": [],
        "build_id": "b1",
        "documents": 5,
        "clauses": 240,
    }


@pytest.mark.parametrize(
    ("part", "condition", "changes", "told"),
    [
        ("store", "failing", {"documents": Away()}, "政策问题照常回答，要保存的事请工友稍后再试"),
        ("cache", "failing", {"cache": Away()}, "缓存用不了"),
        ("cache", "failing", {"cache": Forgetful()}, "缓存用不了"),
        ("cache", "degraded", {"cache": StandingIn()}, "Redis 连不上：暂时改用文档库"),
        ("files", "failing", {"files": Away()}, "文件库连不上"),
        ("index", "degraded", {"is_index_fallback": True}, "用的是上一份"),
    ],
)
def test_what_is_not_well_is_told_in_plain_words_and_workers_are_still_let_in(
    part: str, condition: str, changes: dict[str, Any], told: str
) -> None:
    client = client_of(**changes)
    health = client.get("/health")
    assert health.status_code == HTTPStatus.OK
    assert (health.json()["status"], health.json()[part]) == ("degraded", condition)
    assert [problem for problem in health.json()["problems"] if told in problem] == health.json()["problems"] != []
    assert client.get("/ready").status_code == HTTPStatus.OK


@pytest.mark.parametrize("changes", [{"build_id": ""}, {"clause_count": 0}])
def test_without_an_index_no_worker_is_let_in(changes: dict[str, Any]) -> None:
    client = client_of(**changes)
    assert client.get("/health").json()["index"] == "failing"
    answer = client.get("/ready")
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert "答不了政策问题" in answer.json()["problems"][0]


def test_every_part_that_fails_is_told() -> None:
    health = client_of(documents=Away(), cache=Away(), files=Away(), build_id="").get("/health").json()
    assert len(health["problems"]) == 4


def test_a_well_installation_is_ready() -> None:
    assert client_of().get("/ready").status_code == HTTPStatus.OK
