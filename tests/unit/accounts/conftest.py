from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bot.accounts.log_in import Accounts
from bot.accounts.passwords import Passwords
from bot.ports import DocumentStore
from bot.storage.sqlite_documents import SqliteDocumentStore
from tests.fakes.counting_hasher import CountingHasher
from tests.fakes.fake_clock import FakeClock
from tests.fakes.memory_cache import MemoryCache


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def cache(clock: FakeClock) -> MemoryCache:
    return MemoryCache(clock)


@pytest.fixture
def hasher() -> CountingHasher:
    return CountingHasher()


@pytest.fixture
async def open_store(tmp_path: Path) -> AsyncIterator[Callable[[], Awaitable[DocumentStore]]]:
    """Opens the one file once more, as another process does."""
    opened: list[DocumentStore] = []

    async def open_once_more() -> DocumentStore:
        opened.append(await SqliteDocumentStore.open(tmp_path / "staff.sqlite3", synchronous="NORMAL"))
        return opened[-1]

    yield open_once_more
    for store in opened:
        await store.close()


@pytest.fixture
async def store(open_store: Callable[[], Awaitable[DocumentStore]]) -> DocumentStore:
    return await open_store()


@pytest.fixture
async def accounts(store: DocumentStore, cache: MemoryCache, clock: FakeClock, hasher: CountingHasher) -> Accounts:
    accounts = Accounts(store, cache, clock, Passwords(hasher))
    await accounts.prepare()
    return accounts


@pytest.fixture
async def other_process(
    open_store: Callable[[], Awaitable[DocumentStore]],
    cache: MemoryCache,
    clock: FakeClock,
    accounts: Accounts,  # noqa: ARG001 - prepares the indexes
) -> Accounts:
    return Accounts(await open_store(), cache, clock, Passwords(CountingHasher()))
