"""The simulated platform with its memory in the document store: whichever process is asked, it is one platform.

A worker's message may be posted by one process and the late answer be sent to another; the token may come from a third.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from bot.domain.errors import DuplicateKeyError
from bot.ports import Clock, Document, DocumentStore
from bot.storage.change import change
from bot.wechat.simulated_api import TOKEN_PATH, SimulatedPlatformApi
from bot.wechat.simulated_messages import SimulatedMessage
from bot.wechat.simulated_tokens import Answer

COLLECTION = "simulator_platform"
TOKENS_ID = "tokens"
WORKER_PREFIX = "worker:"


class SharedPlatform:
    """The platform's side of the API for all processes of a demonstration.

    Args:
        documents: where it remembers tokens, and each worker's windows and messages.
        clock: the time.
        fresh_api: a platform that remembers nothing.
    """

    def __init__(self, documents: DocumentStore, clock: Clock, fresh_api: Callable[[], SimulatedPlatformApi]) -> None:
        self._documents = documents
        self._clock = clock
        self._fresh_api = fresh_api

    async def handle(self, method: str, path: str, query: Mapping[str, str], body: object) -> tuple[int, Answer | str]:
        """Answer one call; see `bot.wechat.simulated_api.SimulatedPlatformApi.judge`."""
        tokens = await self._documents.find_one(COLLECTION, {"_id": TOKENS_ID})
        openid = str(body.get("touser", "")) if isinstance(body, Mapping) else ""
        if path == TOKEN_PATH:
            return await self._remembering(TOKENS_ID, None, openid, lambda api: api.judge(method, path, query, body))
        if not openid:
            return self._recalled(tokens, None, "").judge(method, path, query, body)
        worker_id = WORKER_PREFIX + openid
        return await self._remembering(worker_id, tokens, openid, lambda api: api.judge(method, path, query, body))

    async def worker_acted(self, message: SimulatedMessage) -> None:
        """Note what a worker did: it decides when they can be written to."""

        def act(api: SimulatedPlatformApi) -> tuple[int, None]:
            api.worker_acted(message)
            return 0, None

        await self._remembering(WORKER_PREFIX + message.openid, None, message.openid, act)

    async def _remembering(
        self,
        document_id: str,
        tokens: Document | None,
        openid: str,
        act: Callable[[SimulatedPlatformApi], tuple[int, Any]],
    ) -> tuple[int, Any]:
        """Act on what is remembered in one document, and keep there what the platform remembers then."""
        result: tuple[int, Any] = (0, None)
        is_tokens = document_id == TOKENS_ID

        def acted(document: Document) -> Document | None:
            nonlocal result
            api = self._recalled(document if is_tokens else tokens, None if is_tokens else document, openid)
            result = act(api)
            memory = api.tokens.memory() if is_tokens else api.memory_of(openid)
            if memory == document["memory"]:
                return None
            return document | {"memory": memory, "written_at": self._stamp()}

        await self._ensure(document_id)
        await change(self._documents, COLLECTION, document_id, acted, sleep=self._clock.sleep)
        return result

    def _recalled(self, tokens: Document | None, worker: Document | None, openid: str) -> SimulatedPlatformApi:
        api = self._fresh_api()
        if tokens is not None and tokens["memory"]:
            api.tokens.recall(tokens["memory"])
        if worker is not None and worker["memory"]:
            api.recall(openid, worker["memory"])
        return api

    async def _ensure(self, document_id: str) -> None:
        if await self._documents.find_one(COLLECTION, {"_id": document_id}) is None:
            with suppress(DuplicateKeyError):
                await self._documents.insert(
                    COLLECTION, {"_id": document_id, "memory": {}, "written_at": self._stamp()}
                )

    def _stamp(self) -> str:
        return self._clock.now().isoformat(timespec="microseconds")
