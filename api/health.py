"""Is it alive, is it well, may it be sent traffic."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Literal, Protocol

from fastapi import APIRouter, Response
from pydantic import BaseModel

from bot.domain.errors import BotError
from bot.ports import Cache, Degrading, DocumentStore, FileStore

log = logging.getLogger(__name__)

PROBE_KEY = "health:probe"
PROBE_TTL_S = 60.0
PROBE_COLLECTION = "health_probe"

Condition = Literal["ok", "degraded", "failing"]

PROBLEMS: dict[tuple[str, Condition], str] = {
    ("store", "failing"): (
        "文档库连不上：政策问题照常回答，要保存的事请工友稍后再试；恢复后自动接着用，不用重启。"
        "请检查 MongoDB（或数据目录的磁盘）"
    ),
    ("cache", "degraded"): "Redis 连不上：暂时改用文档库，慢一些，功能不少；恢复后自动换回，不用重启。请检查 Redis",
    (
        "cache",
        "failing",
    ): "缓存用不了：登录限次、平台令牌和网页即时更新会受影响；恢复后自动接着用。请检查 Redis 和文档库",
    (
        "files",
        "failing",
    ): "文件库连不上：文件和照片暂时存不了、打不开；恢复后自动接着用。请检查 MongoDB 或数据目录的磁盘",
    ("index", "degraded"): "现在的政策索引坏了又没能重建，用的是上一份：答案可能不是最新。请运行 gongyou index build",
    ("index", "failing"): "没有能用的政策索引，答不了政策问题。请运行 gongyou index build",
}
"""What people read about each part that is not well."""


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
    def files(self) -> FileStore:
        """The file store."""
        ...

    @property
    def build_id(self) -> str:
        """Build of the policy index in use, "" while there is none."""
        ...

    @property
    def is_index_fallback(self) -> bool:
        """Whether an earlier build stands in for a damaged one."""
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
        status: ``degraded`` as soon as one part is not ``ok``.
        mode: demo or production.
        store: the document store answers.
        cache: the cache takes and gives back; ``degraded`` while the document store does it in Redis' place.
        files: the file store answers.
        index: a policy index is in use; ``degraded`` where it is an earlier one than the damaged current one.
        problems: what is not well, in plain Chinese: what it means, and what to do.
        build_id: build of the index.
        documents: policy documents in the index.
        clauses: clauses in the index.
    """

    status: Literal["ok", "degraded"]
    mode: str
    store: Condition
    cache: Condition
    files: Condition
    index: Condition
    problems: list[str]
    build_id: str
    documents: int
    clauses: int


def health_router(examined: Examined, mode: str) -> APIRouter:
    """``GET /health`` for people and monitors, ``GET /ready`` for balancers.

    ``/health`` is 200 even when degraded, it says so. ``/ready`` is 200 as long as this process can answer a worker,
    that is, as long as it has a policy index: a store that is away is away for every host, and taking all of them out
    of service would silence the answers that need no store.
    """
    router = APIRouter()

    async def examine() -> Health:
        store, cache, files = await asyncio.gather(
            _condition("document store", lambda: examined.documents.count(PROBE_COLLECTION, {})),
            _condition("cache", lambda: _round_trip(examined.cache)),
            _condition("file store", lambda: examined.files.keys(limit=1)),
        )
        if cache == "ok" and isinstance(examined.cache, Degrading) and examined.cache.is_degraded:
            cache = "degraded"
        parts: dict[str, Condition] = {"store": store, "cache": cache, "files": files, "index": _index(examined)}
        problems = [PROBLEMS[part, condition] for part, condition in parts.items() if condition != "ok"]
        return Health(
            status="degraded" if problems else "ok",
            mode=mode,
            store=store,
            cache=cache,
            files=files,
            index=parts["index"],
            problems=problems,
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
        if found.index == "failing":
            response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
        return found

    return router


def _index(examined: Examined) -> Condition:
    if not examined.build_id or not examined.clause_count:
        return "failing"
    return "degraded" if examined.is_index_fallback else "ok"


async def _condition(name: str, probe: Callable[[], Awaitable[object]]) -> Condition:
    try:
        await probe()
    except (BotError, OSError) as error:
        log.warning("%s does not answer: %s", name, type(error).__name__)
        return "failing"
    return "ok"


async def _round_trip(cache: Cache) -> None:
    await cache.put(PROBE_KEY, "1", PROBE_TTL_S)
    if await cache.get(PROBE_KEY) != "1":
        raise OSError("the cache forgot a value at once")
