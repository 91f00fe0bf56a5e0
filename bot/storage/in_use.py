"""Who has an embedded installation open: any number of processes that serve it, or one that moves it away.

A lock of the operating system, which ends with the process however that ends.

Source: https://man7.org/linux/man-pages/man2/flock.2.html.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from bot.domain.errors import StoreUnavailableError

LOCK_SUFFIX = ".in-use"


class InUse:
    """A lock on a database file, held from its making until `release`.

    Args:
        path: the database file; the lock lies beside it.
        alone: whether nobody else may have it open.

    Raises:
        StoreUnavailableError: somebody else has it open, and one of the two wants it alone; or it cannot be locked.
    """

    def __init__(self, path: Path, *, alone: bool = False) -> None:
        lock = path.with_name(path.name + LOCK_SUFFIX)
        try:
            lock.parent.mkdir(parents=True, exist_ok=True)
            self._descriptor: int | None = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreUnavailableError(
                f"数据目录 {path.parent} 不能写入（{error.strerror}）；请检查目录权限和磁盘空间"
            ) from error
        try:
            fcntl.flock(self._descriptor, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except OSError as error:
            self.release()
            raise StoreUnavailableError(_refusal(path, alone=alone)) from error

    def release(self) -> None:
        """Let others have it; releasing twice is fine."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)


def _refusal(path: Path, *, alone: bool) -> str:
    if alone:
        return f"工友服务正在使用 {path}；请先停止服务（gongyou serve），再迁移数据"
    return f"{path} 正在迁移到别处；请等迁移完成，按提示改好 GONGYOU_DOCUMENTS_URL 后再启动"
