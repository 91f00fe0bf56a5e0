"""Moves an installation from one document store and file store into others, say from the embedded engines to servers.

It reads by ascending id and skips what is there already, so that it can be broken off at any point and started again.
Nothing in the target is ever overwritten: what differs there is reported. Afterwards everything is read once more on
both sides and compared. Indexes are not moved: the application creates its own at every start, and what they would
refuse in the target, they refused in the source. The cache's short-lived state is left behind.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.domain.errors import DuplicateKeyError, StoreError, StoreUnavailableError
from bot.ports import Document, DocumentStore, FileStore
from bot.storage.document_cache import SHORT_LIVED

PAGE_SIZE = 500
AT_ONCE = 16
NAMED_AT_MOST = 20
PROBE_COLLECTION = "migration_probe"
FILES = "files"


class Progress(NamedTuple):
    """How far a migration is.

    Attributes:
        is_verifying: whether both sides are being compared; before that, it moves.
        name: of the collection; `FILES` for the files.
        done: documents or files dealt with.
        total: how many there are.
    """

    is_verifying: bool
    name: str
    done: int
    total: int


Listener = Callable[[Progress], None]


@dataclass(slots=True)
class PartReport:
    """What became of one collection, or of the files.

    Attributes:
        name: of the collection; `FILES` for the files.
        moved: were copied now.
        present: were in the target already, the same.
        source_count: are in the source, as counted by the comparison.
        target_count: are in the target.
        matching: are the same on both sides.
        differing: how many are there with another content; in the target they stay as they are.
        missing: how many of the source are not in the target.
        unreadable: how many of the source are damaged.
        examples: ids of some that differ, are missing or unreadable.
        source_hash: SHA-256 over everything in the source, in order.
        target_hash: the same of the target.
    """

    name: str
    moved: int = 0
    present: int = 0
    source_count: int = 0
    target_count: int = 0
    matching: int = 0
    differing: int = 0
    missing: int = 0
    unreadable: int = 0
    examples: list[str] = field(default_factory=list)
    source_hash: str = ""
    target_hash: str = ""

    @property
    def surplus(self) -> int:
        """How many in the target have no counterpart in the source."""
        return self.target_count - self.matching - self.differing

    @property
    def is_verified(self) -> bool:
        """Whether both sides hold the same, no more and no less."""
        return self.matching == self.source_count == self.target_count and self.source_hash == self.target_hash

    def note(self, identity: str) -> None:
        """Keep an id as an example."""
        if len(self.examples) < NAMED_AT_MOST and identity not in self.examples:
            self.examples.append(identity)


@dataclass(frozen=True, slots=True)
class MigrationReport:
    """What a migration did and found.

    Attributes:
        collections: each collection, by name.
        files: the files.
    """

    collections: tuple[PartReport, ...]
    files: PartReport

    @property
    def parts(self) -> tuple[PartReport, ...]:
        """Collections and files."""
        return (*self.collections, self.files)

    @property
    def is_verified(self) -> bool:
        """Whether everything is on both sides and the same."""
        return all(part.is_verified for part in self.parts)


async def migrate(
    source_documents: DocumentStore,
    target_documents: DocumentStore,
    source_files: FileStore,
    target_files: FileStore,
    progress: Listener,
    *,
    verify_only: bool = False,
) -> MigrationReport:
    """Move everything and compare both sides.

    Nobody else may write to the source meanwhile; for an embedded installation, `bot.storage.in_use` sees to that.

    Args:
        source_documents: where the documents are.
        target_documents: where they go.
        source_files: where the files are.
        target_files: where they go.
        progress: told after every page.
        verify_only: move nothing.

    Raises:
        StoreError: source and target are the same.
        StoreUnavailableError: an engine is away; starting again goes on where this ended.
    """
    await _refuse_the_same(source_documents, target_documents)
    parts = {name: PartReport(name) for name in await _collections(source_documents)}
    files = PartReport(FILES)
    if not verify_only:
        for part in parts.values():
            await _move_documents(source_documents, target_documents, part, progress)
        await _move_files(source_files, target_files, files, progress)
    for name in await _collections(target_documents):
        parts.setdefault(name, PartReport(name))
    for part in parts.values():
        await _verify_documents(source_documents, target_documents, part, progress)
    await _verify_files(source_files, target_files, files, progress)
    return MigrationReport(tuple(parts[name] for name in sorted(parts)), files)


async def _collections(store: DocumentStore) -> list[str]:
    return [name for name in await store.collections() if name not in SHORT_LIVED and name != PROBE_COLLECTION]


async def _refuse_the_same(source: DocumentStore, target: DocumentStore) -> None:
    """Two addresses may lead to one place: what is written to the one must not show up in the other."""
    probe = uuid.uuid4().hex
    await target.insert(PROBE_COLLECTION, {"_id": probe})
    try:
        is_same = await source.find_one(PROBE_COLLECTION, {"_id": probe}) is not None
    finally:
        await target.delete(PROBE_COLLECTION, {"_id": probe})
    if is_same:
        raise StoreError("来源和目标是同一个库，没有可迁移的；请检查 --to 后面的地址")


async def _move_documents(source: DocumentStore, target: DocumentStore, part: PartReport, progress: Listener) -> None:
    total, done = await source.count(part.name, {}), 0
    async for page in _pages(source, part.name):
        there = await target.find(part.name, {"_id": {"$in": [document["_id"] for document in page]}})
        hashes = {document["_id"]: _hash_of(document) for document in there}
        waiting: list[Document] = []
        for document in page:
            if document["_id"] not in hashes:
                waiting.append(document)
            elif hashes[document["_id"]] == _hash_of(document):
                part.present += 1
        for start in range(0, len(waiting), AT_ONCE):
            await _restore(target, waiting[start : start + AT_ONCE], part)
        done += len(page)
        progress(Progress(is_verifying=False, name=part.name, done=done, total=total))


async def _restore(target: DocumentStore, documents: list[Document], part: PartReport) -> None:
    outcomes = await asyncio.gather(
        *[target.restore(part.name, document) for document in documents], return_exceptions=True
    )
    for outcome in outcomes:
        if outcome is None:
            part.moved += 1
        elif not isinstance(outcome, DuplicateKeyError):  # which the comparison reports
            raise outcome


async def _verify_documents(source: DocumentStore, target: DocumentStore, part: PartReport, progress: Listener) -> None:
    """Read both sides in the order of their ids, side by side."""
    total = await source.count(part.name, {})
    digests = (hashlib.sha256(), hashlib.sha256())
    ours, theirs = _hashes(source, part.name), _hashes(target, part.name)
    our, their = await anext(ours, None), await anext(theirs, None)
    while our is not None or their is not None:
        is_ours = their is None or (our is not None and our.order <= their.order)
        is_theirs = our is None or (their is not None and their.order <= our.order)
        if our is not None and is_ours:
            part.source_count += 1
            digests[0].update(our.content)
            _compare(part, our, their if is_theirs else None)
        if their is not None and is_theirs:
            part.target_count += 1
            digests[1].update(their.content)
        our = await anext(ours, None) if is_ours else our
        their = await anext(theirs, None) if is_theirs else their
        if part.source_count % PAGE_SIZE == 0:
            progress(Progress(is_verifying=True, name=part.name, done=part.source_count, total=total))
    part.source_hash, part.target_hash = (digest.hexdigest() for digest in digests)
    progress(Progress(is_verifying=True, name=part.name, done=part.source_count, total=total))


class _Hashed(NamedTuple):
    """A document's id, its place in the order that all engines share, and the hash of its content."""

    identity: str
    order: bytes
    content: bytes


def _compare(part: PartReport, ours: _Hashed, theirs: _Hashed | None) -> None:
    if theirs is None:
        part.missing += 1
    elif theirs.content != ours.content:
        part.differing += 1
    else:
        part.matching += 1
        return
    part.note(ours.identity)


async def _move_files(source: FileStore, target: FileStore, part: PartReport, progress: Listener) -> None:
    total, done = await _count_files(source), 0
    async for key in _keys(source):
        if await _read(target, key) is not None:
            part.present += 1
        elif (content := await _read(source, key)) is not None:
            await target.put(content)
            part.moved += 1
        done += 1
        progress(Progress(is_verifying=False, name=FILES, done=done, total=total))


async def _verify_files(source: FileStore, target: FileStore, part: PartReport, progress: Listener) -> None:
    """Read every file on both sides; a file store checks the content against the key, which is its hash."""
    total, ours, theirs = await _count_files(source), hashlib.sha256(), hashlib.sha256()
    async for key in _keys(target):
        part.target_count += 1
        theirs.update(bytes.fromhex(key))
    async for key in _keys(source):
        part.source_count += 1
        ours.update(bytes.fromhex(key))
        if await _read(source, key) is None:
            part.unreadable += 1
            part.note(key)
        elif await _read(target, key) is None:
            part.missing += 1
            part.note(key)
        else:
            part.matching += 1
        progress(Progress(is_verifying=True, name=FILES, done=part.source_count, total=total))
    part.source_hash, part.target_hash = ours.hexdigest(), theirs.hexdigest()


async def _read(files: FileStore, key: str) -> bytes | None:
    """The file's content; None where it is missing or damaged."""
    try:
        return await files.open(key)
    except StoreUnavailableError:
        raise
    except StoreError:
        return None


async def _pages(store: DocumentStore, collection: str) -> AsyncIterator[list[Document]]:
    after = ""
    while page := await store.find(collection, {"_id": {"$gt": after}}, limit=PAGE_SIZE):
        yield page
        after = page[-1]["_id"]


async def _hashes(store: DocumentStore, collection: str) -> AsyncIterator[_Hashed]:
    async for page in _pages(store, collection):
        for document in page:
            yield _Hashed(document["_id"], document["_id"].encode(), _hash_of(document))


async def _keys(files: FileStore) -> AsyncIterator[str]:
    after = ""
    while page := await files.keys(after=after, limit=PAGE_SIZE):
        for key in page:
            yield key
        after = page[-1]


async def _count_files(store: FileStore) -> int:
    """How many there are; only their keys are read."""
    return sum([1 async for _ in _keys(store)])


def _hash_of(document: Document) -> bytes:
    """Of everything in it, ``_id`` and ``_ver`` included; the order of fields does not count."""
    spelled = json.dumps(document, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(spelled.encode()).digest()
