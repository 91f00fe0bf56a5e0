"""One SQLite file, shared by coroutines and processes: grouped writes on one thread, reads on others.

Writes that wait at the same moment are committed together (group commit): one ``fsync`` pays for all of them, and no
caller hears of success before that ``fsync``. The whole batch runs inside the writer's thread, so that the file's write
lock is never held while the event loop is busy elsewhere.

Source: https://www.sqlite.org/wal.html. WAL needs a local disk: it does not work over a network file system.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, Literal, Self, TypeAlias, TypeVar

import aiosqlite

from bot.domain.errors import DuplicateKeyError, StoreError, StoreUnavailableError

T = TypeVar("T")
Synchronous: TypeAlias = Literal["FULL", "NORMAL"]
Work: TypeAlias = Callable[[sqlite3.Connection], T]

LARGEST_BATCH = 256
GATHERING_S = 0.004
"""While several tasks write in turn, commits are at least that far apart: each costs a hand-over between threads and an
``fsync``, some 0.3 ms of a core, however many writes it holds. A task that writes alone never waits."""
READ_PATIENCE_S = 5.0
WRITE_PATIENCE_S = 15.0
SHORTEST_RETRY_S = 0.0005
LONGEST_RETRY_S = 0.004
JOURNAL_LIMIT_BYTES = 64 * 1024 * 1024

_BUSY_CODES = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_UNIQUE_CODES = frozenset({sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY})


@dataclass(slots=True, eq=False)
class _Write(Generic[T]):
    """One caller's work and how it ended."""

    work: Work[T]
    future: asyncio.Future[T]
    is_single: bool = False
    result: T | None = None
    error: Exception | None = None

    def settle(self) -> None:
        if self.future.done():  # the caller was cancelled
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)  # type: ignore[arg-type] # set by run, which ends before settle


@dataclass(slots=True)
class _Batch:
    """What the next commit is to run; handed to the writer's thread."""

    writes: list[_Write[Any]] = field(default_factory=list)


class GroupCommitConnection(sqlite3.Connection):
    """A connection whose ``commit`` runs the prepared batch in one transaction.

    aiosqlite calls ``commit`` on the connection's own thread; that is the documented way to get there.
    """

    batch: _Batch
    patience_s: float

    def commit(self) -> None:
        """Run the batch; each write's outcome is kept in it, so nothing is raised for a write that fails."""
        self._run(self.batch.writes)

    def _run(self, writes: list[_Write[Any]]) -> None:
        give_up_at_s = time.monotonic() + self.patience_s
        while True:
            try:
                self._run_in_one_transaction(writes)
            except sqlite3.Error as error:
                if self.in_transaction:
                    self.rollback()
                if is_busy(error) and time.monotonic() < give_up_at_s:
                    # random, so that processes take turns where SQLite's own back-off starves the latecomer
                    time.sleep(random.uniform(SHORTEST_RETRY_S, LONGEST_RETRY_S))  # noqa: S311
                    continue
                self._fail(writes, error)
            return

    def _run_in_one_transaction(self, writes: list[_Write[Any]]) -> None:
        self.execute("BEGIN IMMEDIATE")
        for write in writes:
            self._run_alone(write)
        self.execute("COMMIT")

    def _run_alone(self, write: _Write[Any]) -> None:
        write.result = write.error = None
        if write.is_single:
            # SQLite undoes a failed statement by itself; each further statement costs a hand-over of the GIL.
            try:
                write.result = write.work(self)
            except sqlite3.IntegrityError as error:
                write.error = as_store_error(error)
            return
        self.execute("SAVEPOINT one_write")
        try:
            write.result = write.work(self)
        except sqlite3.IntegrityError as error:
            write.error = as_store_error(error)
        except sqlite3.Error:  # the transaction itself may be gone: the whole batch begins again
            raise
        except Exception as error:  # noqa: BLE001 - the caller's own, handed back to it
            write.error = error
        if write.error is not None:
            self.execute("ROLLBACK TO one_write")
        self.execute("RELEASE one_write")

    def _fail(self, writes: list[_Write[Any]], error: sqlite3.Error) -> None:
        if len(writes) > 1 and not is_busy(error):
            for write in writes:  # one bad write must not fail its neighbours
                self._run([write])
            return
        for write in writes:
            write.error = as_store_error(error)


class SqliteEngine:
    """Grouped writes and concurrent reads of one file. Made by `open`; belongs to one event loop."""

    def __init__(
        self,
        writer: aiosqlite.Connection,
        readers: list[aiosqlite.Connection],
        batch: _Batch,
        point_reader: sqlite3.Connection,
    ) -> None:
        self._writer = writer
        self._readers = readers
        self._point_reader = point_reader
        self._batch = batch
        self._waiting: deque[_Write[Any]] = deque()
        self._flushing: asyncio.Task[None] | None = None
        self._next_commit_at_s = 0.0
        self._last_caller: asyncio.Task[Any] | None = None
        self._is_shared = False
        self._turn = 0
        self._closed = False

    @classmethod
    async def open(
        cls,
        path: Path,
        *,
        schema: Sequence[str] = (),
        synchronous: Synchronous = "FULL",
        reader_count: int = 2,
        write_patience_s: float = WRITE_PATIENCE_S,
    ) -> Self:
        """Open the file, made readable for its owner alone where it is new.

        Args:
            path: the database file; its folder is made.
            schema: idempotent statements that make the tables.
            synchronous: ``FULL`` keeps acknowledged writes through a power cut; ``NORMAL`` through a killed process.
            reader_count: threads that read.
            write_patience_s: how long a write waits for other processes before it fails.

        Raises:
            StoreUnavailableError: the file cannot be opened or is not a database.
        """
        batch = _Batch()
        opened: list[aiosqlite.Connection] = []
        try:
            _make_private_file(path)
            opened.append(await _open_writer(path, batch, synchronous, write_patience_s))
            for _ in range(reader_count):
                reader = await aiosqlite.connect(path, isolation_level=None, timeout=READ_PATIENCE_S)
                opened.append(reader)
                await reader.execute("PRAGMA query_only=ON")
            point_reader = sqlite3.connect(path, isolation_level=None, timeout=0)
            point_reader.execute("PRAGMA query_only=ON")
        except (sqlite3.Error, OSError) as error:
            for connection in opened:
                await connection.close()
            raise as_store_error(error) from error
        engine = cls(opened[0], opened[1:], batch, point_reader)
        await engine._make_tables(schema)
        return engine

    async def write(self, work: Work[T], *, is_single: bool = False) -> T:
        """Run work in a transaction of its own or one shared with other writes; returns after the commit.

        Args:
            work: called in the writer's thread, perhaps more than once (only the last call counts), so it has no
                effect outside the database. What it raises is raised here, and nothing of it stays.
            is_single: the work is one statement, and raises nothing but what that raises.

        Raises:
            DuplicateKeyError: a unique key exists.
            StoreUnavailableError: the file is locked for too long, full, or closed; the work is not done.
        """
        if self._closed:
            raise _closed_error()
        write: _Write[T] = _Write(work, asyncio.get_running_loop().create_future(), is_single)
        caller = asyncio.current_task()
        self._is_shared |= caller is not self._last_caller
        self._last_caller = caller
        self._waiting.append(write)
        if self._flushing is None:
            self._flushing = asyncio.create_task(self._flush())
        return await write.future

    async def read(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query, as of the last commit.

        Raises:
            StoreUnavailableError: the file cannot be read or is closed.
        """
        if self._closed:
            raise _closed_error()
        try:
            rows = await self._rows(sql, parameters)
        except sqlite3.OperationalError:
            # A reader whose schema is out of date says "no such table" where another process holds the file at the very
            # moment in which it looks whether there is a newer one; the next look finds it.
            try:
                rows = await self._rows(sql, parameters)
            except sqlite3.Error as error:
                raise as_store_error(error) from error
        except sqlite3.Error as error:
            raise as_store_error(error) from error
        return [tuple(row) for row in rows]

    async def _rows(self, sql: str, parameters: Sequence[Any]) -> Any:  # noqa: ANN401 - rows of any columns
        self._turn = (self._turn + 1) % len(self._readers)
        return await self._readers[self._turn].execute_fetchall(sql, parameters)

    async def read_few(self, sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        """All rows of a query that an index answers with few of them, as of the last commit.

        They are read on the loop's own thread: some 20 µs from the page cache, where the way to a reader's thread and
        back costs ten times that. A reader never waits for writers in WAL mode; should the file be locked all the same
        (recovery after a crash, a new table), the reader's thread does the waiting.

        Raises:
            StoreUnavailableError: the file cannot be read or is closed.
        """
        if self._closed:
            raise _closed_error()
        try:
            return self._point_reader.execute(sql, parameters).fetchall()
        except sqlite3.OperationalError:
            return await self.read(sql, parameters)
        except sqlite3.Error as error:
            raise as_store_error(error) from error

    async def close(self) -> None:
        """Finish the waiting writes and close the file; closing twice is fine."""
        if self._closed:
            return
        self._closed = True
        if self._flushing is not None:
            await self._flushing
        self._point_reader.close()
        for connection in (*self._readers, self._writer):
            await connection.close()

    async def _make_tables(self, schema: Sequence[str]) -> None:
        def make(connection: sqlite3.Connection) -> None:
            for statement in schema:
                connection.execute(statement)

        try:
            await self.write(make)
        except BaseException:
            await self.close()
            raise

    async def _flush(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            if self._is_shared and (early_s := self._next_commit_at_s - loop.time()) > 0:
                await asyncio.sleep(early_s)
            self._is_shared = False
            self._next_commit_at_s = loop.time() + GATHERING_S
            count = min(len(self._waiting), LARGEST_BATCH)
            self._batch.writes = [self._waiting.popleft() for _ in range(count)]
            try:
                await self._writer.commit()
            except Exception as error:  # noqa: BLE001 - whatever it is, the callers must hear of it
                for write in self._batch.writes:
                    write.error = error
            for write in self._batch.writes:
                write.settle()
        self._flushing = None


def is_busy(error: sqlite3.Error) -> bool:
    """Whether another connection holds a lock, so that trying again helps."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and (code & 0xFF) in _BUSY_CODES  # the low byte is the primary code


def as_store_error(error: Exception) -> StoreError:
    """The product's error for one of SQLite's or the file system's."""
    if getattr(error, "sqlite_errorcode", None) in _UNIQUE_CODES:
        return DuplicateKeyError("已有相同编号或相同唯一字段的记录，请换一个再存")
    if isinstance(error, sqlite3.Error) and is_busy(error):
        return StoreUnavailableError("数据文件正被其他进程占用，等了一会儿仍未轮到；请稍后再试")
    return StoreUnavailableError(f"数据文件读写失败（{error}）；请检查文件所在磁盘的空间和权限")


def _closed_error() -> StoreUnavailableError:
    return StoreUnavailableError("数据文件已经关闭；请重新启动服务后再试")


def _make_private_file(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600, exist_ok=True)  # SQLite gives its -wal and -shm files the same mode
    path.open("r+b").close()  # aiosqlite does not wait for its thread where connecting fails: fail before


async def _open_writer(path: Path, batch: _Batch, synchronous: Synchronous, patience_s: float) -> aiosqlite.Connection:
    def connect(*arguments: Any, **options: Any) -> GroupCommitConnection:  # noqa: ANN401 - sqlite3's own
        connection = GroupCommitConnection(*arguments, **options)
        connection.batch = batch
        connection.patience_s = patience_s
        return connection

    writer = await aiosqlite.connect(path, factory=connect, isolation_level=None, timeout=patience_s)
    try:
        await _enter_wal(writer, patience_s)
        await writer.execute(f"PRAGMA synchronous={synchronous}")
        await writer.execute(f"PRAGMA journal_size_limit={JOURNAL_LIMIT_BYTES}")
        await writer.execute("PRAGMA secure_delete=ON")  # what is erased is overwritten, not only unlinked
        await writer.execute("PRAGMA busy_timeout=0")  # GroupCommitConnection waits its own way
    except BaseException:
        await writer.close()
        raise
    return writer


async def _enter_wal(writer: aiosqlite.Connection, patience_s: float) -> None:
    give_up_at_s = time.monotonic() + patience_s
    while True:
        try:
            await writer.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            # SQLite reports two processes that both change the mode at once without waiting
            if not is_busy(error) or time.monotonic() >= give_up_at_s:
                raise
            await asyncio.sleep(LONGEST_RETRY_S)
        else:
            return
