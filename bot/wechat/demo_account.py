"""The secrets of a demonstration's official account, made up at the first start and kept for the next."""

from __future__ import annotations

import json
import os
import secrets
import string
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.domain.errors import SettingsError

_ALPHABET = string.ascii_letters + string.digits
_OWNER_ONLY = 0o600


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """What the platform and the account would share.

    Attributes:
        token: the callback's token, 32 characters.
        aes_key: EncodingAESKey, 43 characters of base64.
        app_id: begins with ``wx`` as the platform's do, 18 characters.
        app_secret: for the platform's interface, 32 characters.
    """

    token: str
    aes_key: str
    app_id: str
    app_secret: str

    def __repr__(self) -> str:
        return f"DemoAccount(app_id={self.app_id!r})"


def load_demo_account(path: Path) -> DemoAccount:
    """Read the account, or make one up and keep it where only the owner can read it.

    Several processes may start at the same moment: the first to put its file in place wins, and all use that one.

    Args:
        path: the file, usually ``<data_dir>/demo_account.json``.

    Raises:
        SettingsError: the file cannot be written or does not hold an account.
    """
    try:
        if not path.exists():
            _keep_if_first(path, _make_up())
        return DemoAccount(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        msg = f"演示账号文件 {path} 读写不了；请检查目录权限，或者删掉它后重新启动，会自动新建一份"
        raise SettingsError(msg) from error


def _make_up() -> DemoAccount:
    return DemoAccount(
        token=_random(32),
        # 43 characters carry 258 bits for a key of 256: the last one must leave its two low bits unset.
        aes_key=_random(42) + secrets.choice("AEIMQUYcgkosw048"),
        app_id="wx" + secrets.token_hex(8),
        app_secret=secrets.token_hex(16),
    )


def _random(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def _keep_if_first(path: Path, account: DemoAccount) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".demo_account.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(asdict(account), file)
        Path(name).chmod(_OWNER_ONLY)
        with suppress(FileExistsError):
            os.link(name, path)
    finally:
        Path(name).unlink()
