"""`gongyou migrate` as an admin runs it: killed half-way, run again, and then an installation on MongoDB."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from bot.storage.open_engines import open_documents, open_files

ROOT = Path(__file__).parents[2]
CLAIMS = 800
ENOUGH = 100
PATIENCE_S = 60.0


@pytest.fixture
def target_url(mongo_port: int) -> str:
    return f"mongodb://127.0.0.1:{mongo_port}/migrated_{uuid.uuid4().hex}"


@pytest.fixture
async def data_dir(tmp_path: Path) -> Path:
    """An embedded installation."""
    documents = await open_documents("", tmp_path / "gongyou.sqlite3")
    for number in range(CLAIMS):
        await documents.insert(
            "claims", {"_id": f"claim-{number:05}", "text": f"老板欠薪{number}", "amount_fen": number}
        )
    await documents.insert("staff", {"_id": "a", "user_name": "zhang"})
    await documents.close()
    files = await open_files("", tmp_path / "files")
    for number in range(3):
        await files.put(f"欠条照片{number}".encode())
    await files.close()
    return tmp_path


def command(data_dir: Path, *arguments: str) -> subprocess.Popen[str]:
    chosen = {name: value for name, value in os.environ.items() if not name.startswith("GONGYOU_")}
    return subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "api.commands", "migrate", *arguments],
        cwd=data_dir,
        env={**chosen, "PYTHONPATH": str(ROOT), "GONGYOU_DATA_DIR": str(data_dir), "COLUMNS": "200"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


async def printed(process: subprocess.Popen[str]) -> tuple[int, str]:
    output, _ = await asyncio.to_thread(process.communicate, timeout=PATIENCE_S)
    return process.returncode, output


def row(output: str, name: str) -> list[int]:
    """The counts of one line of the table: source, target, moved now, present, differing, missing, surplus, damaged."""
    line = next(line for line in output.splitlines() if line.startswith(f"{name} ") and "一致" in line)
    return [int(number) for number in re.findall(r"(?<=\s)\d+(?=\s)", line)][:8]


async def test_killed_half_way_it_goes_on_and_everything_is_counted_and_verified(
    data_dir: Path, target_url: str, tmp_path: Path
) -> None:
    target = await open_documents(target_url, tmp_path / "unused")
    first = command(data_dir, "--to", target_url)
    async with asyncio.timeout(PATIENCE_S):
        while await target.count("claims", {}) < ENOUGH:  # noqa: ASYNC110 - another process sets no event
            await asyncio.sleep(0.02)
    first.kill()
    await printed(first)
    there = await target.count("claims", {})
    assert ENOUGH <= there < CLAIMS

    status, output = await printed(command(data_dir, "--to", target_url))
    assert status == 0, output
    source_count, target_count, moved, present, *wrong = row(output, "claims")
    assert (source_count, target_count, moved + present) == (CLAIMS, CLAIMS, CLAIMS)
    assert present >= there
    assert wrong == [0, 0, 0, 0]
    assert row(output, "文件")[:2] == [3, 3]
    assert f"{CLAIMS}/{CLAIMS}" in output, "the progress bar says how many of how many"
    assert "3/3" in output
    assert "迁移完成，逐条核对一致" in output
    assert "GONGYOU_DOCUMENTS_URL" in output

    await target.delete("claims", {"_id": "claim-00007"})
    status, output = await printed(command(data_dir, "--to", target_url, "--verify-only"))
    assert status == 1
    assert "claims：1 条不在目标库里" in output
    assert "claim-00007" in output
    await target.close()


async def test_an_address_that_is_no_server_is_refused(data_dir: Path) -> None:
    status, output = await printed(command(data_dir, "--to", "sqlite:///other.sqlite3"))
    assert status != 0
    assert "--to 后面要写 MongoDB 的地址" in output


async def test_a_server_that_is_away_is_told_in_a_sentence(data_dir: Path) -> None:
    status, output = await printed(command(data_dir, "--to", "mongodb://127.0.0.1:1/x"))
    assert status != 0
    assert "连不上 MongoDB" in output
    assert "Traceback" not in output
