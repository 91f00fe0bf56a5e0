"""What the file engines share: keys are the SHA-256 of the content."""

from __future__ import annotations

import hashlib
import re

from bot.domain.errors import StoreError

_KEY = re.compile(r"[0-9a-f]{64}")


def key_of(content: bytes) -> str:
    """The key of these bytes: SHA-256, lower-case hex."""
    return hashlib.sha256(content).hexdigest()


def is_key(name: str) -> bool:
    """Whether a name is a file's key."""
    return _KEY.fullmatch(name) is not None


def checked_key(key: str) -> str:
    """The key itself.

    Raises:
        StoreError: it is not a key; it may come from an address that somebody typed.
    """
    if not is_key(key):
        raise StoreError("文件编号不对：应为 64 位十六进制；请从页面上的链接重新打开")
    return key


def no_such_file(key: str) -> StoreError:
    """The error for a key without a file."""
    return StoreError(f"没有编号为 {key} 的文件，可能已被删除；请重新上传")


def damaged_file(key: str) -> StoreError:
    """The error for content that no longer has its key."""
    return StoreError(f"文件 {key} 的内容已损坏，与编号对不上；请重新上传原文件")
