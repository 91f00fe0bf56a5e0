"""An embedded installation moves into another one, broken off and begun again, without loss or overwriting."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple, Protocol

import pytest

from bot.domain.errors import StoreError, StoreUnavailableError
from bot.ports import Document, DocumentStore, FileStore
from bot.storage import migration
from bot.storage.change import change
from bot.storage.migration import FILES, MigrationReport, Progress, migrate
from bot.storage.open_engines import open_documents, open_files

CLAIMS = 60
OWN = {"claims": CLAIMS, "staff": 3, "audit_log": 1}


class Place(Protocol):
    engine: str
    url: str
    path: Path


class Installation(NamedTuple):
    documents: DocumentStore
    files: FileStore


async def _open(url: str, path: Path) -> Installation:
    return Installation(await open_documents(url, path), await open_files(url, path.with_name("files")))


@pytest.fixture
async def source(tmp_path: Path) -> AsyncIterator[Installation]:
    """Documents of several versions and kinds of values, files, and short-lived state of no worth."""
    opened = await _open("", tmp_path / "source" / "documents.sqlite3")
    documents = opened.documents
    for number in range(CLAIMS):
        fields = {"text": f"老板欠薪{number}😀", "amount_fen": 2**40 + number, "rate": 1.0, "log": [{"at_ms": number}]}
        await documents.insert("claims", {"_id": f"claim-{number:03}", **fields})
    for _ in range(3):
        await change(documents, "claims", "claim-007", lambda claim: {**claim, "stage": "open"})
    for name in ("a", "张", "\uffee"):
        await documents.insert("staff", {"_id": name, "login": f"login-{name}", "none": None})
    await documents.insert("audit_log", {"_id": "only"})
    await documents.insert("cache_entries", {"_id": "x", "value": "1", "expires_at_ms": 1})
    for number in range(5):
        await opened.files.put(f"photo {number}".encode() * 1000)
    yield opened
    for engine in opened:
        await engine.close()


@pytest.fixture
async def target(target_place: Place) -> AsyncIterator[Installation]:
    opened = await _open(target_place.url, target_place.path)
    yield opened
    for engine in opened:
        await engine.close()


async def move(source: Installation, target: Installation, *, verify_only: bool = False) -> MigrationReport:
    arguments = (source.documents, target.documents, source.files, target.files)
    return await migrate(*arguments, [].append, verify_only=verify_only)


def part(report: MigrationReport, name: str) -> migration.PartReport:
    return next(part for part in report.parts if part.name == name)


class FailsAfter:
    """A target whose server dies when so many documents are there."""

    def __init__(self, inner: DocumentStore, restored_at_most: int) -> None:
        self._inner = inner
        self._left = restored_at_most

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)

    async def restore(self, collection: str, document: Document) -> None:
        if self._left <= 0:
            raise StoreUnavailableError("连不上")
        self._left -= 1
        await self._inner.restore(collection, document)


async def test_everything_arrives_with_its_version_and_is_counted(source: Installation, target: Installation) -> None:
    report = await move(source, target)
    assert report.is_verified
    assert {one.name: one.source_count for one in report.collections} == OWN
    assert all((one.moved, one.present) == (one.target_count, 0) for one in report.parts)
    for name in OWN:
        assert await target.documents.find(name, {}) == await source.documents.find(name, {})
    assert (await target.documents.find_one("claims", {"_id": "claim-007"}))["_ver"] == 4
    assert await target.documents.collections() == sorted(OWN)
    assert await target.files.keys() == await source.files.keys()
    assert part(report, FILES).moved == 5


async def test_a_migration_that_was_broken_off_goes_on_where_it_was(source: Installation, target: Installation) -> None:
    dying = Installation(FailsAfter(target.documents, 37), target.files)
    with pytest.raises(StoreUnavailableError):
        await move(source, dying)
    there = await target.documents.count("claims", {})
    assert 0 < there < CLAIMS
    report = await move(source, target)
    assert report.is_verified
    assert (part(report, "claims").moved, part(report, "claims").present) == (CLAIMS - there, there)
    again = await move(source, target)
    assert again.is_verified
    assert [(one.moved, one.present) for one in again.parts] == [(0, one.source_count) for one in report.parts]


async def test_a_second_page_is_moved_like_the_first(
    source: Installation, target: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migration, "PAGE_SIZE", 7)
    told: list[Progress] = []
    report = await migrate(source.documents, target.documents, source.files, target.files, told.append)
    assert report.is_verified
    moving = [one.done for one in told if one.name == "claims" and not one.is_verifying]
    assert moving == [*range(7, CLAIMS, 7), CLAIMS]
    assert told[-1] == Progress(is_verifying=True, name=FILES, done=5, total=5)


async def test_what_was_changed_in_the_target_is_reported_and_left_alone(
    source: Installation, target: Installation
) -> None:
    await move(source, target)
    changed = await change(target.documents, "claims", "claim-003", lambda claim: {**claim, "stage": "closed"})
    await target.documents.restore("people", {"_id": "new", "_ver": 1})
    report = await move(source, target)
    assert not report.is_verified
    claims = part(report, "claims")
    assert (claims.moved, claims.differing, claims.missing, claims.surplus) == (0, 1, 0, 0)
    assert claims.examples == ["claim-003"]
    assert claims.source_hash != claims.target_hash
    assert await target.documents.find_one("claims", {"_id": "claim-003"}) == changed
    assert part(report, "people").surplus == 1
    assert part(report, "staff").is_verified


async def test_a_document_whose_unique_key_is_taken_in_the_target_is_missed(
    source: Installation, target: Installation
) -> None:
    await target.documents.ensure_index("staff", ["login"], unique=True)
    await target.documents.insert("staff", {"_id": "other", "login": "login-张"})
    staff = part(await move(source, target), "staff")
    assert (staff.moved, staff.missing, staff.surplus, staff.examples) == (2, 1, 1, ["张"])


async def test_verifying_alone_moves_nothing_and_says_what_is_missing(
    source: Installation, target: Installation
) -> None:
    report = await move(source, target, verify_only=True)
    assert not report.is_verified
    assert part(report, "claims").missing == CLAIMS
    assert await target.documents.collections() == []
    assert await target.files.keys() == []
    await move(source, target)
    await target.documents.delete("claims", {"_id": "claim-001"})
    gone = await target.files.keys(limit=1)
    await target.files.delete(gone[0])
    report = await move(source, target, verify_only=True)
    assert (part(report, "claims").missing, part(report, "claims").examples) == (1, ["claim-001"])
    assert (part(report, FILES).missing, part(report, FILES).examples) == (1, gone)


async def test_a_damaged_file_is_reported_and_the_others_are_moved(
    source: Installation, target: Installation, tmp_path: Path
) -> None:
    damaged = (await source.files.keys())[2]
    (tmp_path / "source" / "files" / damaged[:2] / damaged).write_bytes(b"x")
    report = await move(source, target)
    files = part(report, FILES)
    assert not report.is_verified
    assert (files.moved, files.unreadable, files.missing, files.examples) == (4, 1, 0, [damaged])


async def test_a_store_is_not_moved_into_itself(target: Installation, target_place: Place) -> None:
    await target.documents.insert("claims", {"_id": "a"})
    same = await _open(target_place.url, target_place.path)
    with pytest.raises(StoreError, match="同一个库"):
        await move(target, same)
    assert await target.documents.collections() == ["claims"]
    for engine in same:
        await engine.close()
