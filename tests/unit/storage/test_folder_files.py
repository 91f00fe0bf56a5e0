"""What only the folder has to mind."""

from pathlib import Path

import pytest

from bot.domain.errors import StoreUnavailableError
from bot.storage.folder_files import FolderFileStore


def files_below(folder: Path) -> list[Path]:
    return [found for found in folder.rglob("*") if found.is_file()]


async def test_a_put_leaves_the_whole_file_and_nothing_else(tmp_path: Path) -> None:
    files = FolderFileStore(tmp_path / "files")
    key = await files.put(b"policy")
    assert files_below(tmp_path) == [tmp_path / "files" / key[:2] / key]
    assert (tmp_path / "files" / key[:2] / key).stat().st_mode & 0o777 == 0o600


async def test_a_write_that_breaks_off_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = FolderFileStore(tmp_path)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bot.storage.folder_files.os.fsync", full)
    with pytest.raises(StoreUnavailableError, match="No space left"):
        await files.put(b"policy")
    assert files_below(tmp_path) == []


async def test_a_folder_that_cannot_be_used_is_named_as_such(tmp_path: Path) -> None:
    (tmp_path / "files").write_bytes(b"a file where the folder should be")
    files = FolderFileStore(tmp_path / "files")
    with pytest.raises(StoreUnavailableError, match="检查磁盘空间和目录权限"):
        await files.put(b"policy")
    with pytest.raises(StoreUnavailableError):
        await files.open("0" * 64)
    with pytest.raises(StoreUnavailableError):
        await files.delete("0" * 64)
