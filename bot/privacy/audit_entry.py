"""One line of the audit log, and how it is chained and sealed.

``hash`` is SHA-256 over the canonical JSON of the entry with the hash before it: whoever has the log can follow the
chain. ``seal`` is an HMAC of that hash under the log's own key: whoever can write to the store, but has not the
installation's keys, can make no entry, nor a whole new chain. The log's key is random, never changes, and lies in the
store encrypted with the installation's key, so that rotation does not touch the log.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.domain.errors import AuditError, DuplicateKeyError
from bot.ports import Document, DocumentStore
from bot.privacy.cipher import FieldCipher, FieldContext
from bot.privacy.key_check import COLLECTION as STATE
from bot.privacy.key_ring import KEY_BYTES

LOG = "audit_log"
HEAD = "audit_head"
HEAD_ID = "head"
NO_HASH = "0" * 64

_CHAINED = ("seq", "at", "actor", "action", "subject", "details", "previous_hash")
_FIELDS = frozenset({"_id", "_ver", "hash", "seal", *_CHAINED})
_KEY_ID = "audit_key"
_KEY_FIELD = "sealed"
_KEY_CONTEXT = FieldContext(STATE, _KEY_FIELD, _KEY_ID)


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """What somebody did or looked at.

    Attributes:
        seq: its number, from 1, without gaps.
        at: when, as stored (`bot.privacy.moments`).
        actor: a staff id, ``worker`` or ``system``.
        action: what was done, such as ``profile_revealed``.
        subject: pseudonym of the worker whom it was about; "" for none.
        details: more about it, without personal data.
        previous_hash: hash of the entry before; `NO_HASH` for the first.
    """

    seq: int
    at: str
    actor: str
    action: str
    subject: str = ""
    details: Mapping[str, str | int] = field(default_factory=dict)
    previous_hash: str = NO_HASH

    @classmethod
    def of(cls, document: Document) -> AuditEntry:
        """The entry of a stored document."""
        return cls(**{name: document[name] for name in _CHAINED})

    def document(self, seal: AuditSeal) -> Document:
        """The entry as it is stored, hashed and sealed."""
        plain: Document = {name: getattr(self, name) for name in _CHAINED}
        plain["details"] = dict(self.details)
        chained = entry_hash(plain)
        return {"_id": entry_id(self.seq), **plain, "hash": chained, "seal": seal.of_entry(chained)}


class AuditSeal:
    """Makes the seals that only an installation with its keys can make.

    Args:
        secret: the log's own key.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def of_entry(self, chained: str) -> str:
        """Seal of an entry with this hash."""
        return self._mac(f"entry:{chained}")

    def of_head(self, seq: int, chained: str) -> str:
        """Seal of a log whose last entry has this number and hash."""
        return self._mac(f"head:{seq}:{chained}")

    def _mac(self, message: str) -> str:
        return hmac.new(self._secret, message.encode(), hashlib.sha256).hexdigest()


async def open_seal(store: DocumentStore, cipher: FieldCipher) -> AuditSeal | None:
    """The log's seal, None where the log has no key.

    Raises:
        DecryptionError: the installation's keys do not fit.
    """
    document = await store.find_one(STATE, {"_id": _KEY_ID})
    if document is None:
        return None
    return AuditSeal(base64.b64decode(cipher.decrypt(document[_KEY_FIELD], _KEY_CONTEXT)))


async def make_seal(store: DocumentStore, cipher: FieldCipher) -> AuditSeal:
    """The seal of a log that begins; of several processes that begin it at once, all get the same.

    Raises:
        AuditError: the key that was made is gone again.
    """
    secret = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
    with contextlib.suppress(DuplicateKeyError):
        await store.insert(STATE, {"_id": _KEY_ID, _KEY_FIELD: cipher.encrypt(secret, _KEY_CONTEXT)})
    seal = await open_seal(store, cipher)
    if seal is None:
        raise AuditError("审计日志的密钥没有保存成功；请检查数据库后再启动")
    return seal


def entry_id(seq: int) -> str:
    """``_id`` of an entry: unique by itself on every engine, and sorted like the numbers."""
    return f"{seq:015d}"


def entry_hash(document: Document) -> str:
    """SHA-256 over the canonical JSON of what an entry says, 64 hex digits."""
    return hashlib.sha256(canonical({name: document.get(name) for name in _CHAINED})).hexdigest()


def is_whole(document: Document) -> bool:
    """Whether a stored entry has its own hash, its own ``_id``, and no field that the hash does not cover."""
    seq = document.get("seq")
    return (
        isinstance(seq, int)
        and document["_id"] == entry_id(seq)
        and document.keys() <= _FIELDS
        and document.get("hash") == entry_hash(document)
    )


def canonical(value: Mapping[str, Any]) -> bytes:
    """JSON with sorted keys, no spaces and only ASCII: the same bytes for the same value."""
    return json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":"), allow_nan=False).encode()
