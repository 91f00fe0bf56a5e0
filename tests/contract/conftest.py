"""Every engine behind one fixture; the servers are real and belong to the test run.

Where redis-server or SecantusDB is not installed their engines are not collected, unless
``GONGYOU_REQUIRE_SERVERS=1``: then their tests fail and say what is missing.
"""

import asyncio
import os
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from bot.ports import Cache, DocumentStore, FileStore
from bot.storage.mongo_client import connect
from bot.storage.open_engines import open_documents, open_files
from tests.fakes.any_cache import ON_DOCUMENTS, WITH_FALLBACK, open_any_cache
from tests.fakes.fake_clock import FakeClock
from tests.fakes.killable_server import (
    HAS_MONGO,
    HAS_REDIS,
    MONGO_MISSING,
    REDIS_MISSING,
    SECANTUS_COMMAND,
    SERVERS_REQUIRED,
    KillableServer,
    free_port,
    mongo_in,
    redis_in,
)

ROOT = Path(__file__).parents[2]
PROGRAMS = Path(__file__).parent / "programs"
START_PATIENCE_S = 60.0
STOP_PATIENCE_S = 20.0

WITH_MONGO = ["mongo"] if HAS_MONGO or SERVERS_REQUIRED else []
WITH_REDIS = ["redis"] if HAS_REDIS or SERVERS_REQUIRED else []

collect_ignore = [
    *([] if WITH_MONGO else ["test_migrate_command.py"]),
    *([] if WITH_MONGO and WITH_REDIS else ["test_outages.py"]),
]


class Place(NamedTuple):
    """Where a test's data lies: enough to open it once more, here or in another process."""

    engine: str
    url: str
    path: Path


def _serve(command: list[str], port: int, folder: Path) -> Iterator[int]:
    log = folder / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(command, cwd=folder, stdout=output, stderr=subprocess.STDOUT)  # noqa: S603 - ours
    try:
        _wait_until_it_listens(server, port, log)
        yield port
    finally:
        server.terminate()
        try:
            server.wait(STOP_PATIENCE_S)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait(STOP_PATIENCE_S)


def _wait_until_it_listens(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    give_up_at_s = time.monotonic() + START_PATIENCE_S
    while time.monotonic() < give_up_at_s:
        if server.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"{server.args!r} does not listen:\n{log.read_text(errors='replace')[-2000:]}")


@pytest.fixture(scope="session")
def mongo_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    if not HAS_MONGO:
        pytest.fail(MONGO_MISSING)
    folder, port = tmp_path_factory.mktemp("mongo"), free_port()
    command = [str(SECANTUS_COMMAND), "--host", "127.0.0.1", "--port", str(port), "--log-level", "WARNING"]
    yield from _serve([*command, "--storage-path", str(folder / "data"), "--sync-on-commit"], port, folder)


@pytest.fixture(scope="session")
def redis_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    if not HAS_REDIS:
        pytest.fail(REDIS_MISSING)
    folder, port = tmp_path_factory.mktemp("redis"), free_port()
    command = ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"]
    yield from _serve(command, port, folder)


@pytest.fixture
def mongo_server(tmp_path: Path) -> Iterator[KillableServer]:
    """A server of the test's own, to be killed."""
    server = mongo_in(tmp_path)
    server.start()
    yield server
    server.end()


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[KillableServer]:
    """A server of the test's own, to be killed."""
    server = redis_in(tmp_path)
    server.start()
    yield server
    server.end()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(params=["sqlite", *WITH_MONGO])
def documents_place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "sqlite":
        return Place("sqlite", "", tmp_path / "documents.sqlite3")
    port = request.getfixturevalue("mongo_port")
    return Place("mongo", f"mongodb://127.0.0.1:{port}/test_{uuid.uuid4().hex}", tmp_path / "unused")


@pytest.fixture
async def another_documents(documents_place: Place) -> AsyncIterator[Callable[[], Awaitable[DocumentStore]]]:
    """Opens one more connection to the test's documents."""
    opened: list[DocumentStore] = []

    async def another() -> DocumentStore:
        opened.append(await open_documents(documents_place.url, documents_place.path))
        return opened[-1]

    yield another
    for store in opened:
        await store.close()


@pytest.fixture
async def documents(another_documents: Callable[[], Awaitable[DocumentStore]]) -> DocumentStore:
    return await another_documents()


@pytest.fixture(
    params=[
        "sqlite",
        "documents on sqlite",
        *(f"documents on {engine}" for engine in WITH_MONGO),
        *WITH_REDIS,
        *(f"{engine} with fallback" for engine in WITH_REDIS),
    ]
)
def cache_place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    engine, path = str(request.param), tmp_path / "cache.sqlite3"
    if engine == "sqlite":
        return Place(engine, "", path)
    if engine == "documents on sqlite":
        return Place(engine, ON_DOCUMENTS, path)
    if engine == "documents on mongo":
        port = request.getfixturevalue("mongo_port")
        return Place(engine, f"{ON_DOCUMENTS}mongodb://127.0.0.1:{port}/test_{uuid.uuid4().hex}", path)
    port = request.getfixturevalue("redis_port")
    assert _ask_redis(port, "FLUSHALL") == "+OK"
    address = f"redis://127.0.0.1:{port}/0"
    return Place("redis", address if engine == "redis" else WITH_FALLBACK + address, path)


def _ask_redis(port: int, command: str) -> str:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(f"{command}\r\n".encode())
        return connection.recv(256).decode().strip()


@pytest.fixture
def break_connections(cache_place: Place, request: pytest.FixtureRequest) -> Callable[[], Awaitable[None]]:
    """Cuts the connections to the server, as a restart or a proxy does; the embedded cache has none."""

    async def break_them() -> None:
        if cache_place.engine == "redis":
            answer = _ask_redis(request.getfixturevalue("redis_port"), "CLIENT KILL TYPE normal")
            assert int(answer.removeprefix(":")) >= 1

    return break_them


@pytest.fixture
async def another_cache(cache_place: Place, clock: FakeClock) -> AsyncIterator[Callable[[], Awaitable[Cache]]]:
    """Opens one more connection to the test's cache."""
    opened: list[Cache | DocumentStore] = []

    async def another() -> Cache:
        cache, stores = await open_any_cache(cache_place.url, cache_place.path, clock)
        opened.extend([cache, *stores])
        return cache

    yield another
    for engine in opened:
        await engine.close()


@pytest.fixture
async def cache(another_cache: Callable[[], Awaitable[Cache]]) -> Cache:
    return await another_cache()


@pytest.fixture
def let_time_pass(cache_place: Place, clock: FakeClock) -> Callable[[float], Awaitable[None]]:
    """Makes what lives as long expire: the clock is told, or (Redis has its own) the short time is sat out."""

    async def pass_time(seconds: float) -> None:
        if cache_place.engine == "redis":
            await asyncio.sleep(seconds)
        else:
            await clock.advance(seconds)

    return pass_time


@pytest.fixture(params=["folder", *WITH_MONGO])
def files_place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "folder":
        return Place("folder", "", tmp_path / "files")
    port = request.getfixturevalue("mongo_port")
    return Place("mongo", f"mongodb://127.0.0.1:{port}/test_{uuid.uuid4().hex}", tmp_path / "unused")


@pytest.fixture
async def files(files_place: Place) -> AsyncIterator[FileStore]:
    store = await open_files(files_place.url, files_place.path)
    yield store
    await store.close()


@pytest.fixture(params=["sqlite", *WITH_MONGO])
def target_place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Where an embedded installation is moved: an empty database."""
    if request.param == "sqlite":
        return Place("sqlite", "", tmp_path / "target" / "documents.sqlite3")
    port = request.getfixturevalue("mongo_port")
    return Place("mongo", f"mongodb://127.0.0.1:{port}/test_{uuid.uuid4().hex}", tmp_path / "target" / "unused")


@pytest.fixture
async def start_program() -> AsyncIterator[Callable[..., Awaitable[asyncio.subprocess.Process]]]:
    """Starts a program of ``programs/`` as a process of its own; it is ended with the test."""
    started: list[asyncio.subprocess.Process] = []

    async def start(name: str, *arguments: object) -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(PROGRAMS / name),
            *map(str, arguments),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.returncode is None:
            process.kill()
        await process.communicate()


@pytest.fixture
def damage_file(files_place: Place) -> Callable[[str, bytes], Awaitable[None]]:
    """Overwrites a stored file behind the store's back."""

    async def damage(key: str, content: bytes) -> None:
        if files_place.engine == "folder":
            (files_place.path / key[:2] / key).write_bytes(content)
            return
        client, database = connect(files_place.url)
        outcome = await database["files.chunks"].update_many({}, {"$set": {"data": content}})
        assert outcome.modified_count == 1
        client.close()

    return damage
