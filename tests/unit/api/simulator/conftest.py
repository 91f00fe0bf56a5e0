from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from api.simulator.chat_log import ChatLog
from bot.ports import DocumentStore
from bot.settings import Settings
from bot.storage.sqlite_documents import SqliteDocumentStore
from tests.fakes.demonstration import Demonstration, demonstration_of
from tests.fakes.fake_clock import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def documents(tmp_path: Path) -> AsyncIterator[DocumentStore]:
    store = await SqliteDocumentStore.open(tmp_path / "documents.sqlite3", synchronous="NORMAL")
    yield store
    await store.close()


@pytest.fixture
async def chat(documents: DocumentStore, clock: FakeClock) -> ChatLog:
    chat = ChatLog(documents, clock)
    await chat.prepare()
    return chat


@pytest.fixture
async def demonstration(demo_settings: Settings) -> AsyncIterator[Demonstration]:
    async with demonstration_of(demo_settings) as demonstration:
        yield demonstration
