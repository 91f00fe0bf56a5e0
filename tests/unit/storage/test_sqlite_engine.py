"""Grouped writes, and what becomes of them when something fails."""

import asyncio
import contextlib
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.domain.errors import DuplicateKeyError, StoreError, StoreUnavailableError
from bot.storage.sqlite_engine import SqliteEngine

SCHEMA = ("CREATE TABLE IF NOT EXISTS notes (id INTEGER PRIMARY KEY, text TEXT)",)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "made" / "store.sqlite3"


@pytest.fixture
async def engine(path: Path) -> AsyncIterator[SqliteEngine]:
    engine = await SqliteEngine.open(path, schema=SCHEMA, write_patience_s=0.05)
    yield engine
    await engine.close()


def note(number: int) -> Callable[[sqlite3.Connection], int]:
    def work(connection: sqlite3.Connection) -> int:
        return connection.execute("INSERT INTO notes VALUES (?, ?)", (number, "x")).rowcount

    return work


async def note_ids(engine: SqliteEngine) -> list[int]:
    return [row[0] for row in await engine.read("SELECT id FROM notes ORDER BY id")]


async def test_writes_that_wait_together_are_committed_together(engine: SqliteEngine) -> None:
    commits: list[str] = []

    def work(number: int) -> Callable[[sqlite3.Connection], None]:
        def insert(connection: sqlite3.Connection) -> None:
            connection.set_trace_callback(lambda sql: commits.append(sql) if sql == "COMMIT" else None)
            connection.execute("INSERT INTO notes VALUES (?, 'x')", (number,))

        return insert

    await asyncio.gather(*[engine.write(work(number)) for number in range(100)])
    assert await note_ids(engine) == list(range(100))
    assert len(commits) < 5


async def test_a_write_that_fails_does_not_take_its_neighbours_down(engine: SqliteEngine) -> None:
    def wrong_table(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO nowhere VALUES (1)")

    def half_then_raise(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO notes VALUES (77, 'half')")
        raise ZeroDivisionError

    def half_then_duplicate(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO notes VALUES (78, 'half')")
        connection.execute("INSERT INTO notes VALUES (1, 'again')")

    works = [note(1), wrong_table, note(2), half_then_raise, half_then_duplicate, note(3)]
    outcomes = await asyncio.gather(*[engine.write(work) for work in works], return_exceptions=True)
    kinds = [outcome if isinstance(outcome, int) else type(outcome) for outcome in outcomes]
    assert kinds == [1, StoreUnavailableError, 1, ZeroDivisionError, DuplicateKeyError, 1]
    assert await note_ids(engine) == [1, 2, 3]


async def test_a_write_waits_for_another_connection_and_then_gives_up(engine: SqliteEngine, path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailableError, match="占用"):
            await engine.write(note(1))
        assert await note_ids(engine) == []
        other.execute("ROLLBACK")
    await engine.write(note(1))
    assert await note_ids(engine) == [1]


async def test_a_write_succeeds_when_the_other_connection_lets_go(path: Path) -> None:
    engine = await SqliteEngine.open(path, schema=SCHEMA, write_patience_s=30)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(engine.write(note(1)))
        assert await note_ids(engine) == []  # readers go on meanwhile
        assert not waiting.done()
        other.execute("COMMIT")
        await waiting
    assert await note_ids(engine) == [1]
    await engine.close()


async def test_a_cancelled_caller_does_not_disturb_the_others(engine: SqliteEngine) -> None:
    writes = [asyncio.create_task(engine.write(note(number))) for number in range(5)]
    await asyncio.sleep(0)
    writes[2].cancel()
    outcomes = await asyncio.gather(*writes, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [int, int, asyncio.CancelledError, int, int]
    assert {0, 1, 3, 4} <= set(await note_ids(engine))


async def test_closing_finishes_the_writes_that_wait(engine: SqliteEngine, path: Path) -> None:
    writes = [asyncio.create_task(engine.write(note(number))) for number in range(10)]
    await asyncio.sleep(0)
    await engine.close()
    await engine.close()
    assert await asyncio.gather(*writes) == [1] * 10
    with contextlib.closing(sqlite3.connect(path)) as other:
        assert other.execute("SELECT COUNT(*) FROM notes").fetchone() == (10,)
    for late in (engine.write(note(11)), engine.read("SELECT 1")):
        with pytest.raises(StoreUnavailableError, match="已经关闭"):
            await late


async def test_work_runs_off_the_event_loop(engine: SqliteEngine) -> None:
    assert await engine.write(lambda _: threading.get_ident()) != threading.get_ident()


async def test_a_file_that_is_no_database_is_named_as_such(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    path.write_bytes(b"not a database, but long enough to be looked at" * 50)
    with pytest.raises(StoreError, match="读写失败"):
        await SqliteEngine.open(path)
    (tmp_path / "folder").mkdir()
    with pytest.raises(StoreError, match="读写失败"):
        await SqliteEngine.open(tmp_path / "folder")
    with pytest.raises(StoreError, match="读写失败"):
        await SqliteEngine.open(path / "below" / "a_file")


async def test_a_schema_that_fails_leaves_no_thread_behind(path: Path) -> None:
    before = set(threading.enumerate())
    with pytest.raises(StoreError):
        await SqliteEngine.open(path, schema=("CREATE NONSENSE",))
    for thread in set(threading.enumerate()) - before:
        thread.join(timeout=5)
        assert not thread.is_alive()


async def test_the_files_are_for_their_owner_alone(engine: SqliteEngine, path: Path) -> None:
    await engine.write(note(1))
    modes = {found.name: found.stat().st_mode & 0o777 for found in path.parent.iterdir()}
    assert modes == dict.fromkeys(["store.sqlite3", "store.sqlite3-wal", "store.sqlite3-shm"], 0o600)


@pytest.mark.parametrize(("synchronous", "number"), [("FULL", 2), ("NORMAL", 1)])
async def test_how_much_is_synced_is_what_was_asked_for(path: Path, synchronous: str, number: int) -> None:
    engine = await SqliteEngine.open(path, synchronous=synchronous)
    settings = await engine.write(
        lambda connection: (
            connection.execute("PRAGMA synchronous").fetchone()[0],
            connection.execute("PRAGMA journal_mode").fetchone()[0],
        )
    )
    await engine.close()
    assert settings == (number, "wal")


async def test_a_reader_that_has_not_heard_of_a_new_table_looks_again(
    engine: SqliteEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    look, looks = engine._rows, list[str]()

    async def late(sql: str, parameters: Sequence[Any]) -> Any:
        looks.append(sql)
        if len(looks) == 1:
            raise sqlite3.OperationalError("no such table: notes")
        return await look(sql, parameters)

    monkeypatch.setattr(engine, "_rows", late)

    assert await engine.read("SELECT text FROM notes") == []
    assert len(looks) == 2
    with pytest.raises(StoreUnavailableError, match="no such table"):
        await engine.read("SELECT text FROM nowhere")
