"""Searches must be answered from their indexes, not by reading the whole table."""

import contextlib
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from bot.storage.conditions import read_conditions, read_sort
from bot.storage.sqlite_conditions import all_hold, ordered_by
from bot.storage.sqlite_documents import SqliteDocumentStore


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    path = tmp_path / "store.sqlite3"
    store = await SqliteDocumentStore.open(path)
    await store.ensure_index("claims", ["stage", "opened_at"])
    await store.ensure_index("claims", ["worker.openid"], unique=True)
    await store.insert("claims", {"_id": "a", "stage": "new", "opened_at": "2024", "worker": {"openid": "o"}})
    await store.close()
    return path


@pytest.mark.parametrize(
    ("where", "sort", "index"),
    [
        ({"_id": "a"}, [], "sqlite_autoindex_documents_claims"),
        ({"_id": {"$in": ["a", "b"]}}, [], "sqlite_autoindex_documents_claims"),
        ({"worker.openid": "o"}, [], "unique claims worker.openid"),
        ({"worker.openid": {"$in": ["o", "p"]}}, [], "unique claims worker.openid"),
        ({"stage": "new"}, [], "index claims stage opened_at"),
        ({"stage": "new", "opened_at": {"$gte": "2024"}}, [("opened_at", 1)], "index claims stage opened_at"),
        ({"stage": None}, [], "index claims stage opened_at"),
    ],
)
async def test_a_search_by_an_indexed_field_uses_its_index(
    path: Path, where: dict[str, Any], sort: list[tuple[str, int]], index: str
) -> None:
    condition = all_hold(read_conditions(where))
    query = f"EXPLAIN QUERY PLAN SELECT id FROM documents_claims{condition.text}{ordered_by(read_sort(sort))}"  # noqa: S608
    with contextlib.closing(sqlite3.connect(path)) as connection:
        plan = [row[3] for row in connection.execute(query, condition.parameters)]
    assert plan[0].startswith("SEARCH documents_claims USING")
    assert index in plan[0]
