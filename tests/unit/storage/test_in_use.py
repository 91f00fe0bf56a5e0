"""An embedded installation is moved only while nobody serves it, and nobody begins to meanwhile."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.domain.errors import StoreUnavailableError
from bot.storage.in_use import InUse
from bot.storage.open_engines import open_documents

HOLDER = """
import sys
from pathlib import Path
from bot.storage.in_use import InUse
held = InUse(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.readline()
"""


async def test_many_may_have_it_open_and_nobody_moves_it_then(tmp_path: Path) -> None:
    path = tmp_path / "documents.sqlite3"
    first, second = await open_documents("", path), await open_documents("", path)
    with pytest.raises(StoreUnavailableError, match="先停止服务"):
        await open_documents("", path, alone=True)
    await first.close()
    with pytest.raises(StoreUnavailableError, match="先停止服务"):
        await open_documents("", path, alone=True)
    await second.close()
    await second.close()
    mover = await open_documents("", path, alone=True)
    with pytest.raises(StoreUnavailableError, match="正在迁移"):
        await open_documents("", path)
    await mover.close()
    await (await open_documents("", path)).close()


def test_a_process_that_is_killed_holds_nothing_any_more(tmp_path: Path) -> None:
    path = tmp_path / "documents.sqlite3"
    command = [sys.executable, "-c", HOLDER, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:  # noqa: S603 - ours
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(StoreUnavailableError, match="先停止服务"):
            InUse(path, alone=True)
        holder.kill()
        holder.wait()
    InUse(path, alone=True).release()


async def test_a_file_that_cannot_be_opened_is_not_kept_locked(tmp_path: Path) -> None:
    path = tmp_path / "documents.sqlite3"
    path.write_bytes(b"no database" * 100)
    with pytest.raises(StoreUnavailableError):
        await open_documents("", path)
    InUse(path, alone=True).release()
