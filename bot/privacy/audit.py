"""The audit log: who changed what, and who looked at whose data. It only grows.

The document ``audit_head`` decides the order: an entry is first set there by compare-and-set, then written into
``audit_log``. Two processes can therefore not fork the chain, and after a crash between the two steps the next one
writes what the head still holds; nothing acknowledged is lost.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Final

from bot.domain.errors import AuditError, DuplicateKeyError
from bot.ports import Clock, Document, DocumentStore
from bot.privacy.audit_entry import (
    HEAD,
    HEAD_ID,
    LOG,
    NO_HASH,
    AuditEntry,
    AuditSeal,
    entry_id,
    make_seal,
    open_seal,
)
from bot.privacy.cipher import FieldCipher
from bot.privacy.compare_and_set import until_won
from bot.privacy.masking import redact
from bot.privacy.moments import stored
from bot.privacy.worker_keys import WorkerKeys

SYSTEM: Final = "system"
WORKER: Final = "worker"
LONGEST_DETAIL = 200


class AuditLog:
    """Appends and reads entries.

    Args:
        store: where they lie.
        cipher: opens the log's own key with the installation's.
        keys: give workers their pseudonyms; a destroyed key unlinks them for good.
        clock: dates the entries.
    """

    def __init__(self, store: DocumentStore, cipher: FieldCipher, keys: WorkerKeys, clock: Clock) -> None:
        self._store = store
        self._cipher = cipher
        self._keys = keys
        self._clock = clock
        self._seal: AuditSeal | None = None
        self._turn = asyncio.Lock()  # saves races within one process; safety comes from the comparison

    async def prepare(self) -> None:
        """Make the index, and write the entry that a crash left in the head.

        Raises:
            AuditError: the log was damaged so that it cannot go on.
        """
        await self._store.ensure_index(LOG, ["subject"])
        await self._finish(await self._head())

    async def append(
        self,
        action: str,
        *,
        actor: str,
        worker_id: str | None = None,
        details: Mapping[str, str | int] | None = None,
    ) -> AuditEntry:
        """Add an entry; it is stored when this returns.

        Args:
            action: what was done, in lower_snake_case.
            actor: a staff id, `WORKER` or `SYSTEM`.
            worker_id: whom it was about; stands in the log as a pseudonym.
            details: more about it. Put no personal data here; telephone and ID numbers that slip in are masked.

        Raises:
            AuditError: the log was damaged so that it cannot go on: what was to be logged must not happen.
            StoreError: the store is away.
        """
        subject = (await self._keys.open(worker_id)).pseudonym if worker_id is not None else ""
        harmless = {name: _without_numbers(value) for name, value in (details or {}).items()}

        async def attempt() -> AuditEntry | None:
            head = await self._head()
            await self._finish(head)
            entry = AuditEntry(
                seq=head["seq"] + 1,
                at=stored(self._clock.now()),
                actor=actor,
                action=action,
                subject=subject,
                details=harmless,
                previous_hash=head["hash"],
            )
            won = await self._store.replace_if(HEAD, {**head, **self._news(entry)})
            if won is None:
                return None
            await self._insert(won["entry"])
            return entry

        async with self._turn:
            return await until_won(attempt)

    async def about(self, worker_id: str) -> list[AuditEntry]:
        """Everything that was logged about a worker, oldest first; nothing once their key is destroyed."""
        key = await self._keys.find(worker_id)
        if key is None:
            return []
        found = await self._store.find(LOG, {"subject": key.pseudonym}, sort=[("_id", 1)])
        return [AuditEntry.of(document) for document in found]

    async def page(self, *, before_seq: int | None = None, limit: int = 50) -> list[AuditEntry]:
        """Entries for a page, newest first.

        Args:
            before_seq: only older entries than this; None for the newest.
            limit: how many at most.
        """
        where = {} if before_seq is None else {"_id": {"$lt": entry_id(before_seq)}}
        found = await self._store.find(LOG, where, sort=[("_id", -1)], limit=limit)
        return [AuditEntry.of(document) for document in found]

    def _news(self, entry: AuditEntry) -> Document:
        if self._seal is None:
            raise AuditError("审计日志还没有打开")
        document = entry.document(self._seal)
        seal = self._seal.of_head(entry.seq, document["hash"])
        return {"seq": entry.seq, "hash": document["hash"], "seal": seal, "entry": document}

    async def _head(self) -> Document:
        head = await self._store.find_one(HEAD, {"_id": HEAD_ID})
        if head is None:
            head = await self._begin()
        if self._seal is None:
            self._seal = await open_seal(self._store, self._cipher)
        if self._seal is None or head["seal"] != self._seal.of_head(head["seq"], head["hash"]):
            raise AuditError("审计日志的末尾被改动过，不能再往下写；请先运行 gongyou audit verify")
        return head

    async def _begin(self) -> Document:
        """The head of a log without entries; a log with entries has lost its head, and must not begin anew."""
        if await self._store.find_one(LOG, {}) is None:
            seal = await make_seal(self._store, self._cipher)
            fresh = {"_id": HEAD_ID, "seq": 0, "hash": NO_HASH, "seal": seal.of_head(0, NO_HASH), "entry": None}
            with contextlib.suppress(DuplicateKeyError):
                return await self._store.insert(HEAD, fresh)
        head = await self._store.find_one(HEAD, {"_id": HEAD_ID})
        if head is None:
            raise AuditError("审计日志的末尾记录不见了，不能再往下写；请先运行 gongyou audit verify")
        return head

    async def _finish(self, head: Document) -> None:
        """Write the head's entry unless it is written; the next one must not be set before."""
        entry = head["entry"]
        if entry is not None and await self._store.find_one(LOG, {"_id": entry["_id"]}) is None:
            await self._insert(entry)

    async def _insert(self, entry: Document) -> None:
        with contextlib.suppress(DuplicateKeyError):  # somebody who came after wrote it for us
            await self._store.insert(LOG, entry)


def _without_numbers(value: str | int) -> str | int:
    return redact(value)[:LONGEST_DETAIL] if isinstance(value, str) else value
