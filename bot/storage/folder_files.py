"""Files by content in a folder: ``<root>/<first two digits>/<key>``.

Written aside, synced, then renamed: a reader sees a whole file or none, and an acknowledged file survives a power cut.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bot.domain.errors import StoreUnavailableError
from bot.storage.file_rules import checked_key, damaged_file, is_key, key_of, no_such_file

UNFINISHED_PREFIX = ".unfinished-"


class FolderFileStore:
    """`bot.ports.FileStore` in a folder, which several processes may share.

    Args:
        root: the folder; made at the first write, readable for its owner alone.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    async def put(self, content: bytes) -> str:
        """Keep the bytes and return their key; putting them again mends a damaged file.

        Raises:
            StoreUnavailableError: they cannot be written.
        """
        return await asyncio.to_thread(self._put, content)

    async def open(self, key: str) -> bytes:
        """The bytes, checked against their key.

        Raises:
            StoreError: there is no such file, it is damaged, or ``key`` is not a key.
            StoreUnavailableError: it cannot be read.
        """
        return await asyncio.to_thread(self._open, checked_key(key))

    async def delete(self, key: str) -> bool:
        """Forget a file; False when there was none.

        Raises:
            StoreError: ``key`` is not a key.
            StoreUnavailableError: it cannot be deleted.
        """
        return await asyncio.to_thread(self._delete, checked_key(key))

    async def keys(self, *, after: str = "", limit: int = 1000) -> list[str]:
        """Keys of the stored files in order, from behind ``after`` on.

        Raises:
            StoreUnavailableError: the folder cannot be read.
        """
        return await asyncio.to_thread(self._keys, after, limit)

    async def close(self) -> None:
        """Nothing is held open."""

    def _path(self, key: str) -> Path:
        return self._root / key[:2] / key

    def _put(self, content: bytes) -> str:
        key = key_of(content)
        path = self._path(key)
        try:
            if _read(path) == content:
                return key
            self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.parent.mkdir(mode=0o700, exist_ok=True)
            _write_whole(path, content)
            _sync_folder(self._root)
        except OSError as error:
            raise _unavailable(error) from error
        return key

    def _keys(self, after: str, limit: int) -> list[str]:
        try:
            behind = (key for key in self._every_key(after) if key > after)
            return list(itertools.islice(behind, limit))
        except OSError as error:
            raise _unavailable(error) from error

    def _every_key(self, after: str) -> Iterator[str]:
        """All keys in order, folders that end before ``after`` left out."""
        if not self._root.is_dir():
            return
        for folder in sorted(path for path in self._root.iterdir() if path.is_dir() and path.name >= after[:2]):
            yield from sorted(path.name for path in folder.iterdir() if is_key(path.name))

    def _open(self, key: str) -> bytes:
        try:
            content = _read(self._path(key))
        except OSError as error:
            raise _unavailable(error) from error
        if content is None:
            raise no_such_file(key)
        if key_of(content) != key:
            raise damaged_file(key)
        return content

    def _delete(self, key: str) -> bool:
        try:
            self._path(key).unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise _unavailable(error) from error
        return True


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _write_whole(path: Path, content: bytes) -> None:
    descriptor, unfinished = tempfile.mkstemp(dir=path.parent, prefix=UNFINISHED_PREFIX)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(unfinished).replace(path)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make a rename last: https://man7.org/linux/man-pages/man2/fsync.2.html."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unavailable(error: OSError) -> StoreUnavailableError:
    return StoreUnavailableError(f"文件目录读写失败（{error.strerror}）；请检查磁盘空间和目录权限")
