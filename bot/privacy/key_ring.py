"""The installation's keys: from the environment, or from a file outside the repository.

Both are written alike, ``id:base64`` of 32 random bytes, separated by commas or lines; the first key encrypts, all of
them decrypt, so that a key can be renewed while what the old one encrypted is still readable.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import os
import re
import secrets
import stat
from collections.abc import Callable, Mapping
from pathlib import Path

from bot.domain.errors import KeyFileError

KEY_BYTES = 32
FILE_MODE = 0o600
FOLDER_MODE = 0o700

_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,32}", re.ASCII)
_HOW_TO_WRITE = "格式是“编号:密钥”，多个用逗号隔开，第一个为当前密钥；密钥可用 openssl rand -base64 32 生成"


class KeyRing:
    """Keys by id, the current one first.

    Args:
        load: gives the keys, current one first. It is asked again when a key is missing, so that a running process
            learns of a key that was added meanwhile.

    Raises:
        KeyFileError: there is no usable key.
    """

    def __init__(self, load: Callable[[], Mapping[str, bytes]]) -> None:
        self._load = load
        self._keys = load()
        if not self._keys:
            raise KeyFileError(f"没有隐私密钥；{_HOW_TO_WRITE}")

    @classmethod
    def of(cls, keys: Mapping[str, bytes]) -> KeyRing:
        """A ring of given keys, the current one first."""
        return cls(lambda: keys)

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the keys, the current one first."""
        return tuple(self._keys)

    @property
    def current_id(self) -> str:
        """Id of the key that encrypts."""
        return self.ids[0]

    def find(self, key_id: str) -> bytes | None:
        """A key of `KEY_BYTES`, None where there is none of this id.

        Raises:
            KeyFileError: the keys were to be read again and cannot be.
        """
        if key_id not in self._keys:
            self._keys = self._load() or self._keys
        return self._keys.get(key_id)


def open_key_ring(keys: str, key_file: Path | None, *, may_create: bool) -> KeyRing:
    """The keys of this installation.

    Args:
        keys: ``id:base64,id:base64`` from the environment; "" to use the file.
        key_file: where the file lies (``~`` is the home folder); None for none.
        may_create: whether a missing file is made with a fresh key (the demo). In production a missing key is an
            error: a fresh key would leave all that was encrypted before unreadable.

    Raises:
        KeyFileError: no key is given, the file is missing and may not be made, others may read it, or a key is
            malformed.
    """
    if keys.strip():
        given = parse_keys(keys)
        return KeyRing.of(given)
    if key_file is None:
        raise KeyFileError(f"没有设置隐私密钥；请设置 GONGYOU_PRIVACY_KEYS，{_HOW_TO_WRITE}")
    path = _resolved(key_file)
    if may_create:
        _create_if_missing(path)
    return KeyRing(lambda: read_key_file(path))


def parse_keys(text: str) -> dict[str, bytes]:
    """Keys by id in the order given.

    Raises:
        KeyFileError: an entry is malformed, a key is not 32 bytes, or an id comes twice. The text names no key.
    """
    keys: dict[str, bytes] = {}
    for number, entry in enumerate(filter(None, (part.strip() for part in re.split(r"[,\n]", text))), start=1):
        key_id, _, encoded = entry.partition(":")
        if not _KEY_ID.fullmatch(key_id) or key_id in keys:
            raise KeyFileError(f"第 {number} 个隐私密钥的编号不能用或重复（只用字母、数字、-、_）；{_HOW_TO_WRITE}")
        keys[key_id] = _decoded(encoded, number)
    if not keys:
        raise KeyFileError(f"没有隐私密钥；{_HOW_TO_WRITE}")
    return keys


def read_key_file(path: Path) -> dict[str, bytes]:
    """The keys of a file that only its owner can read.

    Raises:
        KeyFileError: it cannot be read, others may read it, or a key in it is malformed.
    """
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        text = path.read_text(encoding="ascii")
    except FileNotFoundError as error:
        raise KeyFileError(f"找不到密钥文件 {path}；请从备份恢复，或检查设置 GONGYOU_PRIVACY_KEY_FILE") from error
    except (OSError, UnicodeDecodeError) as error:
        raise KeyFileError(f"密钥文件 {path} 读不了；请检查它的权限和内容") from error
    if mode & 0o077:
        raise KeyFileError(f"密钥文件 {path} 别人也能读；请先运行 chmod 600 {path}")
    return parse_keys(text)


def add_key(path: Path) -> str:
    """Put a fresh key in front of a key file's keys; the old ones stay for decryption.

    Returns:
        Id of the new key.

    Raises:
        KeyFileError: the file cannot be read or written.
    """
    path = _resolved(path)
    keys = read_key_file(path)
    key_id = _fresh_id(keys)
    renewed = _temporary(path, {key_id: secrets.token_bytes(KEY_BYTES), **keys})
    renewed.replace(path)
    return key_id


def format_keys(keys: Mapping[str, bytes]) -> str:
    """Keys as a key file has them, one a line."""
    return "".join(f"{key_id}:{base64.b64encode(key).decode()}\n" for key_id, key in keys.items())


def _resolved(path: Path) -> Path:
    try:
        return path.expanduser()
    except RuntimeError as error:
        raise KeyFileError(f"没有主目录，放不了密钥文件 {path}；请设置 GONGYOU_PRIVACY_KEY_FILE") from error


def _create_if_missing(path: Path) -> None:
    """Make the file whole or not at all: of two processes that start together, one makes it, the other reads it."""
    if path.exists():
        return
    try:
        path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    except OSError as error:
        raise KeyFileError(f"建不了密钥文件夹 {path.parent}；请设置 GONGYOU_PRIVACY_KEY_FILE 换个地方") from error
    fresh = _temporary(path, {_fresh_id({}): secrets.token_bytes(KEY_BYTES)})
    try:
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)
    finally:
        fresh.unlink()


def _temporary(path: Path, keys: Mapping[str, bytes]) -> Path:
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(format_keys(keys))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise KeyFileError(f"密钥文件 {path} 写不进去；请检查文件夹权限和磁盘空间") from error
    return temporary


def _fresh_id(taken: Mapping[str, bytes]) -> str:
    number = 1 + len(taken)
    while f"k{number}" in taken:
        number += 1
    return f"k{number}"


def _decoded(encoded: str, number: int) -> bytes:
    try:
        key = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise KeyFileError(f"第 {number} 个隐私密钥不是 {KEY_BYTES} 字节的 base64；{_HOW_TO_WRITE}")
    return key
