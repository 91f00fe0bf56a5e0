"""What all imported tables share."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

from bot.tables.columns import Columns
from bot.tables.import_report import Kept
from bot.tables.table_import import STORED_AT_ONCE, ReadRow, TableImport


async def test_a_large_table_leaves_the_store_time_for_others(tmp_path: Path) -> None:
    under_way, most, stored = 0, 0, []

    async def keep(name: str) -> Kept:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        under_way -= 1
        stored.append(name)
        return Kept.ADDED

    def read(row: Mapping[str, str]) -> ReadRow[str]:
        return ReadRow(row["name"], row["name"])

    table = tmp_path / "names.csv"
    table.write_text("name\n" + "".join(f"n{number}\n" for number in range(600)), encoding="utf-8")
    report = await TableImport(Columns({"name": []}), read, keep).run(table)
    assert report.added == len(set(stored)) == 600
    assert most == STORED_AT_ONCE
