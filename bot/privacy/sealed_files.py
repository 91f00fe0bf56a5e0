"""Files that show people, such as photos of pay slips: each encrypted under a random key of its own.

The key lies sealed with the document that the file belongs to and comes under a new installation key with it, so that
files need not be written again; whoever forgets the key has erased the file in every backup. AES-256-GCM, 96-bit
random nonce in front (NIST SP 800-38D), the purpose as associated data.
"""

from __future__ import annotations

import base64
import secrets
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.domain.errors import DecryptionError
from bot.ports import FileStore

KEY_BYTES = 32
NONCE_BYTES = 12
PURPOSE = b"gongyou/sealed-file/1"


class SealedFile(NamedTuple):
    """Where a file lies and what opens it.

    Attributes:
        file_key: in the file store.
        data_key: base64; a secret.
    """

    file_key: str
    data_key: str


class SealedFiles:
    """Keeps and opens encrypted files.

    Args:
        files: where they lie.
    """

    def __init__(self, files: FileStore) -> None:
        self._files = files

    async def put(self, content: bytes) -> SealedFile:
        """Encrypt and keep a file.

        Raises:
            StoreUnavailableError: it cannot be written.
        """
        key, nonce = secrets.token_bytes(KEY_BYTES), secrets.token_bytes(NONCE_BYTES)
        sealed = nonce + AESGCM(key).encrypt(nonce, content, PURPOSE)
        return SealedFile(await self._files.put(sealed), base64.b64encode(key).decode())

    async def open(self, file: SealedFile) -> bytes:
        """The content of a file.

        Raises:
            StoreError: there is no such file, or it is damaged.
            DecryptionError: the key is not the file's.
        """
        sealed = await self._files.open(file.file_key)
        try:
            key = base64.b64decode(file.data_key, validate=True)
            return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], PURPOSE)
        except (InvalidTag, ValueError) as error:
            raise DecryptionError("这份材料打不开：密钥不对，或者文件被改动过；请从备份恢复") from error

    async def erase(self, file: SealedFile) -> None:
        """Forget a file; one that is gone already is fine."""
        await self._files.delete(file.file_key)
