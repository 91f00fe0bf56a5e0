"""Single fields encrypted with AES-256-GCM, bound to the place where they stand.

A token reads ``gy1.<key id>.<base64url(nonce ‖ ciphertext ‖ tag)>``. The associated data name the format, the key, the
collection, the field and the owner: a token copied to another field or another worker does not decrypt. Nonces are
96 random bits (NIST SP 800-38D, 8.2.2). No key is used twice for two things: HKDF-SHA256 (RFC 5869) derives one for
each purpose.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
import secrets
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.domain.errors import DecryptionError
from bot.privacy.key_ring import KEY_BYTES, KeyRing

FORMAT = "gy1"
NONCE_BYTES = 12
TAG_BYTES = 16

_TOKEN = re.compile(rf"{FORMAT}\.([A-Za-z0-9_-]{{1,32}})\.([A-Za-z0-9_-]+)", re.ASCII)
_ENCRYPTION = "field"


class FieldContext(NamedTuple):
    """Where an encrypted value stands.

    Attributes:
        collection: its collection.
        field: its field.
        owner_id: ``_id`` of the document, as a rule the worker's.
    """

    collection: str
    field: str
    owner_id: str


class FieldCipher:
    """Encrypts and decrypts fields.

    Args:
        keys: the current key encrypts, all keys decrypt.
    """

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys
        self._derived: dict[tuple[str, str], bytes] = {}
        self._aeads: dict[str, AESGCM] = {}

    def encrypt(self, value: str, context: FieldContext) -> str:
        """A token for a value; never the same twice."""
        key_id = self._keys.current_id
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self._aead(key_id).encrypt(nonce, value.encode(), _associated_data(key_id, context))
        return f"{FORMAT}.{key_id}.{_encoded(nonce + sealed)}"

    def decrypt(self, token: str, context: FieldContext) -> str:
        """The value of a token.

        Raises:
            DecryptionError: the token is malformed, was changed, stands in another place, or its key is gone.
        """
        key_id, content = _parts(token)
        nonce, sealed = content[:NONCE_BYTES], content[NONCE_BYTES:]
        try:
            return self._aead(key_id).decrypt(nonce, sealed, _associated_data(key_id, context)).decode()
        except InvalidTag as error:
            raise DecryptionError("加密的内容被改动过，或者不是这条记录的；请从备份恢复这条记录") from error

    def is_current(self, token: str) -> bool:
        """Whether a token, or a blind index, was made with the current key."""
        return token.split(".")[-2:-1] == [self._keys.current_id]

    def blind_index(self, value: str, purpose: str) -> str:
        """What a value can be searched by without being stored: ``<key id>.<HMAC-SHA256, hex>``.

        The same value always has the same index under the same key and purpose; without the key nothing can be told
        from it. Bring the value into one form first (`bot.privacy.identity_fields`).

        Args:
            value: what is to be found, in its one form.
            purpose: what it is, such as ``phone``; equal values of different purposes have different indexes.
        """
        return self._index(self._keys.current_id, value, purpose)

    def blind_indexes(self, value: str, purpose: str) -> list[str]:
        """The index of a value under every key, the current one first: what to search for while keys are renewed."""
        return [self._index(key_id, value, purpose) for key_id in self._keys.ids]

    def mac(self, message: bytes, purpose: str) -> str:
        """HMAC-SHA256 of a message under the current key, 64 hex digits."""
        return self._hmac(self._keys.current_id, message, purpose)

    def _index(self, key_id: str, value: str, purpose: str) -> str:
        return f"{key_id}.{self._hmac(key_id, value.encode(), f'blind-index/{purpose}')}"

    def _hmac(self, key_id: str, message: bytes, purpose: str) -> str:
        return hmac.new(self._derive(key_id, f"mac/{purpose}"), message, hashlib.sha256).hexdigest()

    def _aead(self, key_id: str) -> AESGCM:
        known = self._aeads.get(key_id)
        return known or self._aeads.setdefault(key_id, AESGCM(self._derive(key_id, _ENCRYPTION)))

    def _derive(self, key_id: str, purpose: str) -> bytes:
        known = self._derived.get((key_id, purpose))
        if known is not None:
            return known
        key = self._keys.find(key_id)
        if key is None:
            raise DecryptionError(f"没有编号为 {key_id} 的密钥；请把这把旧密钥加回 GONGYOU_PRIVACY_KEYS 或密钥文件")
        info = f"gongyou/{FORMAT}/{purpose}".encode()
        derived = HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=info).derive(key)
        return self._derived.setdefault((key_id, purpose), derived)


def _associated_data(key_id: str, context: FieldContext) -> bytes:
    return json.dumps([FORMAT, key_id, *context], ensure_ascii=True, separators=(",", ":")).encode()


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _parts(token: str) -> tuple[str, bytes]:
    found = _TOKEN.fullmatch(token)
    if found is None:
        raise DecryptionError("这不是本系统加密的内容；请检查数据是否完整")
    encoded = found[2]
    try:
        content = base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise DecryptionError("加密的内容不完整；请从备份恢复这条记录") from error
    if len(content) < NONCE_BYTES + TAG_BYTES or _encoded(content) != encoded:
        raise DecryptionError("加密的内容不完整；请从备份恢复这条记录")
    return found[1], content
