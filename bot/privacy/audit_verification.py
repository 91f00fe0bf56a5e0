"""Follows the audit log from its first entry to its last and says what was tampered with."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.errors import DecryptionError
from bot.ports import Document, DocumentStore, Sleep
from bot.privacy.audit_entry import HEAD, HEAD_ID, LOG, NO_HASH, AuditSeal, entry_hash, is_whole, open_seal
from bot.privacy.cipher import FieldCipher

PAGE = 500
MOST_PROBLEMS = 100
TAIL_ATTEMPTS = 5
TAIL_PAUSE_S = 0.1


class Tampering(StrEnum):
    """What was done to the log."""

    CHANGED = "changed"
    REMOVED = "removed"
    RELINKED = "relinked"
    FORGED = "forged"
    INSERTED = "inserted"
    TRUNCATED = "truncated"
    HEAD = "head"
    KEY = "key"


_TEXTS = {
    Tampering.CHANGED: "这一条的内容被改动过",
    Tampering.REMOVED: "这一条之前缺了记录",
    Tampering.RELINKED: "这一条接不上前一条，有记录被插入、调换或替换",
    Tampering.FORGED: "这一条不是本系统写的（签名不对）",
    Tampering.INSERTED: "这一条在日志末尾之后，是多出来的",
    Tampering.TRUNCATED: "日志末尾缺了记录，应到这一条为止",
    Tampering.HEAD: "日志的末尾记录不见了或被改动过",
    Tampering.KEY: "日志的密钥不见了或打不开，签名没法核对",
}


@dataclass(frozen=True, slots=True)
class AuditProblem:
    """One trace of tampering.

    Attributes:
        seq: number of the entry where it shows; 0 for the log as a whole.
        kind: what was done.
    """

    seq: int
    kind: Tampering

    def __str__(self) -> str:
        where = f"第 {self.seq} 条：" if self.seq else ""
        return f"{where}{_TEXTS[self.kind]}"


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What a verification found.

    Attributes:
        entries: how many entries were read.
        last_seq: number of the last entry.
        last_hash: its hash. Kept outside the installation and given to the next verification, it shows even whether the
            whole store was set back to an old copy.
        problems: traces of tampering, in order, at most `MOST_PROBLEMS`.
    """

    entries: int
    last_seq: int
    last_hash: str
    problems: tuple[AuditProblem, ...]

    @property
    def is_intact(self) -> bool:
        """Whether nothing was tampered with."""
        return not self.problems


@dataclass(slots=True)
class _Walk:
    seal: AuditSeal | None
    known: tuple[int, str] | None
    entries: int = 0
    seq: int = 0
    hash: str = NO_HASH
    last_id: str = ""
    problems: list[AuditProblem] = field(default_factory=list)

    def found(self, seq: int, kind: Tampering) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(AuditProblem(seq, kind))

    def step(self, document: Document) -> None:
        self.entries += 1
        self.last_id = document["_id"]
        seq = document.get("seq") if isinstance(document.get("seq"), int) else None
        if seq is None or not is_whole(document):
            self.found(self.seq + 1, Tampering.CHANGED)
        elif seq != self.seq + 1:
            self.found(seq, Tampering.REMOVED)
        elif document["previous_hash"] != self.hash:
            self.found(seq, Tampering.RELINKED)
        if self.seal is not None and document.get("seal") != self.seal.of_entry(entry_hash(document)):
            self.found(seq or self.seq + 1, Tampering.FORGED)
        self.seq = seq if seq is not None else self.seq + 1
        self.hash = str(document.get("hash", ""))
        if self.known is not None and self.known[0] == self.seq and self.known[1] != self.hash:
            self.found(self.seq, Tampering.RELINKED)


async def verify(
    store: DocumentStore,
    cipher: FieldCipher,
    *,
    known: tuple[int, str] | None = None,
    sleep: Sleep = asyncio.sleep,
) -> AuditReport:
    """Check every entry; the log may go on growing meanwhile, and nothing is changed.

    Args:
        store: where the log lies.
        cipher: opens the log's own key.
        known: number and hash of an entry as an earlier report gave them.
        sleep: how to wait for an entry that is being written just now.

    Raises:
        StoreError: the store is away.
    """
    head = await store.find_one(HEAD, {"_id": HEAD_ID})
    walk = _Walk(await _seal(store, cipher), known)
    promised = max(_promised_seq(head), known[0] if known is not None else 0)
    for attempt in range(TAIL_ATTEMPTS):
        if attempt:
            await sleep(TAIL_PAUSE_S)
        async for document in _entries(store, walk):
            walk.step(document)
        if walk.seq >= promised:
            break
    _check_end(walk, promised, await store.find_one(HEAD, {"_id": HEAD_ID}))
    return AuditReport(walk.entries, walk.seq, walk.hash, tuple(walk.problems))


def _check_end(walk: _Walk, promised: int, head: Document | None) -> None:
    if walk.seq < promised:
        walk.found(promised, Tampering.TRUNCATED)
    if head is None:
        if walk.entries or promised:
            walk.found(0, Tampering.HEAD)
        return
    if walk.seal is None:
        walk.found(0, Tampering.KEY)
    elif head.get("seal") != walk.seal.of_head(head.get("seq", 0), head.get("hash", "")):
        walk.found(0, Tampering.HEAD)
    if walk.seq > _promised_seq(head):
        walk.found(walk.seq, Tampering.INSERTED)
    elif walk.seq == head.get("seq") and walk.hash != head.get("hash"):
        walk.found(walk.seq, Tampering.RELINKED)


def _promised_seq(head: Document | None) -> int:
    seq = head.get("seq") if head is not None else 0
    return seq if isinstance(seq, int) else 0


async def _seal(store: DocumentStore, cipher: FieldCipher) -> AuditSeal | None:
    try:
        return await open_seal(store, cipher)
    except DecryptionError:
        return None


async def _entries(store: DocumentStore, walk: _Walk) -> AsyncIterator[Document]:
    """Stored entries that were not walked yet, page by page."""
    while page := await store.find(LOG, {"_id": {"$gt": walk.last_id}}, sort=[("_id", 1)], limit=PAGE):
        for document in page:
            yield document
