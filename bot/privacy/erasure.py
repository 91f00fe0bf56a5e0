"""A worker who wishes it, or unsubscribes, is erased; what is under way for them stays until it is closed.

Consent goes first, so that nothing new is kept; the worker's key goes last, and with it everything that a copy or a
backup still holds. What is asked for is written down before, so that an erasure that a crash or an open matter
interrupts is finished later.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors import DuplicateKeyError
from bot.ports import Clock, DocumentStore
from bot.privacy.audit import SYSTEM, WORKER, AuditLog
from bot.privacy.consent import Consents
from bot.privacy.holders import HolderRegistry, OpenMatter
from bot.privacy.moments import stored
from bot.privacy.phrasing_consent import CONSENTS, PROFILE
from bot.privacy.profiles import Profiles
from bot.privacy.worker_keys import WorkerKeys

COLLECTION = "erasures"


@dataclass(frozen=True, slots=True)
class ErasureReport:
    """What an erasure did.

    Attributes:
        erased: how many items went, by heading.
        kept: what stays until it is closed; the rest follows then.
    """

    erased: Mapping[str, int]
    kept: tuple[OpenMatter, ...]

    @property
    def is_complete(self) -> bool:
        """Whether the worker's key is destroyed and nothing is left."""
        return not self.kept


class WorkerEraser:
    """Erases workers.

    Args:
        store: where unfinished erasures are written down.
        keys: the workers' keys.
        consents: what they agreed to.
        profiles: who they are.
        holders: what other rooms keep.
        audit: learns of every erasure.
        clock: dates them.
    """

    def __init__(
        self,
        store: DocumentStore,
        keys: WorkerKeys,
        consents: Consents,
        profiles: Profiles,
        holders: HolderRegistry,
        audit: AuditLog,
        clock: Clock,
    ) -> None:
        self._store = store
        self._keys = keys
        self._consents = consents
        self._profiles = profiles
        self._holders = holders
        self._audit = audit
        self._clock = clock

    async def erase_worker(self, worker_id: str, *, actor: str = WORKER) -> ErasureReport:
        """Erase everything about a worker but open matters; it may be called again.

        Args:
            worker_id: whom.
            actor: who asked for it.

        Raises:
            StoreError: the store is away; `finish_erasures` does the rest.
        """
        with contextlib.suppress(DuplicateKeyError):
            await self._store.insert(COLLECTION, {"_id": worker_id, "requested_at": stored(self._clock.now())})
        await self._log("erasure_requested", actor, worker_id)
        return await self._carry_out(worker_id, actor)

    async def finish_erasures(self) -> int:
        """Finish what a crash or an open matter interrupted, and return how many workers are erased now.

        A worker who came back meanwhile and agreed anew is no longer to be erased.
        """
        finished = 0
        for request in await self._store.find(COLLECTION, {}):
            consent = await self._consents.latest(request["_id"])
            if consent is not None and consent.given_at > datetime.fromisoformat(request["requested_at"]):
                await self._store.delete(COLLECTION, {"_id": request["_id"]})
                continue
            finished += (await self._carry_out(request["_id"], SYSTEM)).is_complete
        return finished

    async def _carry_out(self, worker_id: str, actor: str) -> ErasureReport:
        erased = {CONSENTS: await self._consents.erase(worker_id), PROFILE: await self._profiles.erase(worker_id)}
        kept: list[OpenMatter] = []
        for holder in self._holders:
            erased[holder.label] = await holder.erase(worker_id)
            kept += await holder.open_matters(worker_id)
        if not kept:
            await self._log("erasure_completed", actor, worker_id)
            await self._keys.destroy(worker_id)
            await self._store.delete(COLLECTION, {"_id": worker_id})
        return ErasureReport(erased, tuple(kept))

    async def _log(self, action: str, actor: str, worker_id: str) -> None:
        """Log about a worker who has a key; a worker who has none gets none in order to be erased."""
        known = await self._keys.find(worker_id) is not None
        await self._audit.append(action, actor=actor, worker_id=worker_id if known else None)
