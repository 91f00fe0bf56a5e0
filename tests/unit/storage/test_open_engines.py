"""Engines are chosen by URL, and only the chosen one is loaded."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from bot.domain.errors import SettingsError, StoreUnavailableError
from bot.storage.folder_files import FolderFileStore
from bot.storage.guarded_documents import GuardedDocumentStore
from bot.storage.guarded_files import GuardedFileStore
from bot.storage.mongo_documents import MongoDocumentStore
from bot.storage.mongo_files import GridFsFileStore
from bot.storage.open_engines import open_cache, open_documents, open_files
from bot.storage.redis_cache import RedisCache
from bot.storage.resilient_cache import FallbackCache
from bot.storage.sqlite_cache import SqliteCache
from bot.storage.sqlite_documents import SqliteDocumentStore
from tests.fakes.fake_clock import FakeClock

NOBODY_LISTENS = "127.0.0.1:1"
CLOCK = FakeClock()


async def test_without_urls_everything_is_embedded(tmp_path: Path) -> None:
    documents = await open_documents("", tmp_path / "d.sqlite3")
    cache = await open_cache(" ", tmp_path / "c.sqlite3", clock=CLOCK)
    files = await open_files("", tmp_path / "files")
    assert [type(engine) for engine in (documents, cache, files)] == [SqliteDocumentStore, SqliteCache, FolderFileStore]
    assert (tmp_path / "d.sqlite3").exists()
    assert (tmp_path / "c.sqlite3").exists()
    for engine in (documents, cache, files):
        await engine.close()


async def test_a_path_in_the_url_is_relative_after_three_slashes_and_absolute_after_four(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    default = tmp_path / "default"
    relative = await open_documents("sqlite:///data/工友%20库.sqlite3", default)
    absolute = await open_cache(f"SQLite:///{tmp_path}/abs/c.sqlite3", default, clock=CLOCK)
    files = await open_files(f"file:///{tmp_path}/originals", default)
    beside = await open_files("sqlite:///data/store.sqlite3", tmp_path / "beside")
    await files.put(b"x")
    await beside.put(b"x")
    for engine in (relative, absolute, files, beside):
        await engine.close()
    assert (tmp_path / "data" / "工友 库.sqlite3").exists()
    assert (tmp_path / "abs" / "c.sqlite3").exists()
    assert (tmp_path / "originals").is_dir()
    assert (tmp_path / "beside").is_dir()
    assert not default.exists()


async def test_server_urls_choose_the_server_engines(tmp_path: Path) -> None:
    documents = await open_documents(f"mongodb://{NOBODY_LISTENS}/gongyou", tmp_path)
    cache = await open_cache(f"redis://{NOBODY_LISTENS}/0", tmp_path, clock=CLOCK)
    files = await open_files(f"mongodb://{NOBODY_LISTENS}", tmp_path)
    engines = (documents, cache, files)
    assert [type(engine) for engine in engines] == [GuardedDocumentStore, RedisCache, GuardedFileStore]
    assert isinstance(documents, GuardedDocumentStore)
    assert isinstance(documents.inner, MongoDocumentStore)
    assert isinstance(files, GuardedFileStore)
    assert isinstance(files.inner, GridFsFileStore)
    for engine in engines:
        await engine.close()


async def test_beside_documents_redis_gets_them_to_fall_back_on(tmp_path: Path) -> None:
    documents = await open_documents("", tmp_path / "d.sqlite3")
    cache = await open_cache(f"redis://{NOBODY_LISTENS}/0", tmp_path, clock=CLOCK, documents=documents)
    assert isinstance(cache, FallbackCache)
    await cache.put("token", "x", 60)
    assert await cache.get("token") == "x"
    await cache.close()
    assert await documents.count("cache_entries", {}) == 1
    await documents.close()


@pytest.mark.parametrize("url", ["mysql://root:s3cret@db/x", "gongyou.db", "s3cret", "redis:/x", "://x"])
async def test_an_unknown_url_is_explained_without_repeating_its_password(tmp_path: Path, url: str) -> None:
    for opening, accepted in (
        (open_documents(url, tmp_path / "x"), "mongodb://"),
        (open_cache(url, tmp_path / "x", clock=CLOCK), "redis://"),
        (open_files(url, tmp_path / "x"), "GridFS"),
    ):
        with pytest.raises(SettingsError) as caught:
            await opening
        assert accepted in str(caught.value)
        assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "sqlite://data/x.sqlite3"])
async def test_an_incomplete_path_is_explained(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingsError, match=r"写得不完整.*sqlite:///"):
        await open_documents(url, tmp_path / "x")
    with pytest.raises(SettingsError, match=r"写得不完整.*sqlite:///"):
        await open_cache(url, tmp_path / "x", clock=CLOCK)


@pytest.mark.parametrize("url", ["mongodb://user:p@ss:w@rd@host/x", "mongodb://host:port/x", "mongodb://"])
async def test_a_malformed_mongodb_url_is_explained(tmp_path: Path, url: str) -> None:
    for opening in (open_documents(url, tmp_path), open_files(url, tmp_path)):
        with pytest.raises(SettingsError, match="读不懂") as caught:
            await opening
        assert "w@rd" not in str(caught.value)


async def test_a_malformed_redis_url_is_explained(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="读不懂"):
        await open_cache("redis://host:port/0", tmp_path, clock=CLOCK)


async def test_a_server_that_is_away_is_reported_by_every_call(tmp_path: Path) -> None:
    documents = await open_documents(f"mongodb://{NOBODY_LISTENS}/x?serverSelectionTimeoutMS=30", tmp_path)
    files = await open_files(f"mongodb://{NOBODY_LISTENS}/x?serverSelectionTimeoutMS=30", tmp_path)
    cache = await open_cache(f"redis://{NOBODY_LISTENS}", tmp_path, clock=CLOCK)
    from_mongodb = await asyncio.gather(
        documents.insert("claims", {"_id": "a"}),
        documents.find("claims", {}),
        documents.count("claims", {}),
        documents.replace_if("claims", {"_id": "a", "_ver": 1}),
        documents.delete("claims", {"_id": "a"}),
        documents.ensure_index("claims", ["a"]),
        files.put(b"x"),
        files.open("0" * 64),
        files.delete("0" * 64),
        return_exceptions=True,
    )
    from_redis = await asyncio.gather(
        cache.claim("k", 1),
        cache.get("k"),
        cache.put("k", "v", 1),
        cache.increment("k", 1),
        cache.release("k"),
        cache.publish("c", "m"),
        cache.subscribe("c").__aenter__(),
        return_exceptions=True,
    )
    assert {type(outcome) for outcome in (*from_mongodb, *from_redis)} == {StoreUnavailableError}
    assert all("连不上 MongoDB" in str(outcome) for outcome in from_mongodb)
    assert all("连不上 Redis" in str(outcome) for outcome in from_redis)
    for engine in (documents, files, cache):
        await engine.close()


def test_the_embedded_engines_start_without_the_servers_libraries() -> None:
    program = """
import asyncio, sys, tempfile
from pathlib import Path
from bot.storage.open_engines import open_documents, open_files
async def main():
    with tempfile.TemporaryDirectory() as folder:
        store = await open_documents("", Path(folder) / "d.sqlite3")
        await open_files("", Path(folder) / "files")
        await store.insert("claims", {"_id": "a"})
        await store.close()
asyncio.run(main())
print(sorted({"motor", "pymongo", "redis", "gridfs"} & set(sys.modules)))
"""
    finished = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603
    assert finished.stdout.strip() == "[]"
