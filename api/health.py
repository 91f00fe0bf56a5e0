"""Is it alive, is it well, may it be sent traffic."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Literal, Protocol

from fastapi import APIRouter, Response
from pydantic import BaseModel

from bot.domain.errors import BotError
from bot.ports import Cache, DocumentStore

log = logging.getLogger(__name__)

PROBE_KEY = "health:probe"
PROBE_TTL_S = 60.0
PROBE_COLLECTION = "health_probe"

Condition = Literal["ok", "failing"]


class Examined(Protocol):
    """What the health page looks at."""

    @property
    def documents(self) -> DocumentStore:
        """The document store."""
        ...

    @property
    def cache(self) -> Cache:
        """The cache."""
        ...

    @property
    def build_id(self) -> str:
        """Build of the policy index in use, "" while there is none."""
        ...

    @property
    def document_count(self) -> int:
        """Policy documents in the index."""
        ...

    @property
    def clause_count(self) -> int:
        """Clauses in the index."""
        ...


class Health(BaseModel):
    """The installation's condition.

    Attributes:
        status: ``degraded`` as soon as one part fails.
        mode: demo or production.
        store: the document store answers.
        cache: the cache takes and gives back.
        index: a policy index is in use.
        build_id: build of the index.
        documents: policy documents in the index.
        clauses: clauses in the index.
    """

    status: Literal["ok", "degraded"]
    mode: str
    store: Condition
    cache: Condition
    index: Condition
    build_id: str
    documents: int
    clauses: int


def health_router(examined: Examined, mode: str) -> APIRouter:
    """``GET /health`` for people and monitors (200 even when degraded, it says so), ``GET /ready`` for balancers."""
    router = APIRouter()

    async def examine() -> Health:
        store = await _condition("document store", lambda: examined.documents.count(PROBE_COLLECTION, {}))
        cache = await _condition("cache", lambda: _round_trip(examined.cache))
        index: Condition = "ok" if examined.build_id and examined.clause_count else "failing"
        return Health(
            status="ok" if {store, cache, index} == {"ok"} else "degraded",
            mode=mode,
            store=store,
            cache=cache,
            index=index,
            build_id=examined.build_id,
            documents=examined.document_count,
            clauses=examined.clause_count,
        )

    @router.get("/health", summary="运行状况")
    async def health() -> Health:
        return await examine()

    @router.get("/ready", summary="能不能接待请求", responses={503: {"model": Health}})
    async def ready(response: Response) -> Health:
        found = await examine()
        if found.status != "ok":
            response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
        return found

    return router


async def _condition(name: str, probe: Callable[[], Awaitable[object]]) -> Condition:
    try:
        await probe()
    except (BotError, OSError) as error:
        log.warning("%s does not answer: %s", name, error)
        return "failing"
    return "ok"


async def _round_trip(cache: Cache) -> None:
    await cache.put(PROBE_KEY, "1", PROBE_TTL_S)
    if await cache.get(PROBE_KEY) != "1":
        raise OSError("the cache forgot a value at once")
