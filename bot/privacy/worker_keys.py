"""A random secret for each worker; whoever destroys it has erased what it encrypted and unlinked what it named.

The secret lies in ``worker_keys`` under the worker's id, encrypted with the installation's key. The worker's identity
fields are encrypted with a key derived from it, and their pseudonym in the audit log is an HMAC under it: with the
document gone, copies and backups of both say nothing any more.
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass

from bot.domain.errors import DuplicateKeyError
from bot.ports import Clock, Document, DocumentStore
from bot.privacy.cipher import FieldCipher, FieldContext
from bot.privacy.key_ring import KEY_BYTES, KeyRing
from bot.privacy.moments import stored
from bot.privacy.rotation import RotationStep, sealed_fields

COLLECTION = "worker_keys"

_FIELD = "secret"
_KEY_ID = "w"


@dataclass(frozen=True, slots=True)
class WorkerKey:
    """What one worker's secret is good for.

    Attributes:
        cipher: encrypts the worker's fields.
        pseudonym: the worker in the audit log, 64 hex digits.
    """

    cipher: FieldCipher
    pseudonym: str


class WorkerKeys:
    """The workers' secrets. Nothing is remembered here: an erasure in another process holds at once.

    Args:
        store: where they lie.
        cipher: encrypts them with the installation's key.
        clock: dates them.
    """

    def __init__(self, store: DocumentStore, cipher: FieldCipher, clock: Clock) -> None:
        self._store = store
        self._cipher = cipher
        self._clock = clock

    async def open(self, worker_id: str) -> WorkerKey:
        """A worker's key, made now if there is none.

        Raises:
            DecryptionError: the installation's key is not the one that encrypted it.
        """
        while True:
            found = await self.find(worker_id)
            if found is not None:
                return found
            try:
                await self._store.insert(COLLECTION, self._fresh(worker_id))
            except DuplicateKeyError:
                continue

    async def find(self, worker_id: str) -> WorkerKey | None:
        """A worker's key, None where there is none or it was destroyed.

        Raises:
            DecryptionError: the installation's key is not the one that encrypted it.
        """
        document = await self._store.find_one(COLLECTION, {"_id": worker_id})
        if document is None:
            return None
        secret = base64.b64decode(self._cipher.decrypt(document[_FIELD], _context(worker_id)))
        cipher = FieldCipher(KeyRing.of({_KEY_ID: secret}))
        return WorkerKey(cipher, cipher.mac(worker_id.encode(), "pseudonym"))

    async def destroy(self, worker_id: str) -> bool:
        """Destroy a worker's key for good; False when there was none."""
        return await self._store.delete(COLLECTION, {"_id": worker_id}) > 0

    def rotation(self) -> RotationStep:
        """Brings the secrets under the installation's current key; what they encrypt stays as it is."""
        return sealed_fields(self._cipher, COLLECTION, [_FIELD])

    def _fresh(self, worker_id: str) -> Document:
        secret = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
        sealed = self._cipher.encrypt(secret, _context(worker_id))
        return {"_id": worker_id, _FIELD: sealed, "created_at": stored(self._clock.now())}


def _context(worker_id: str) -> FieldContext:
    return FieldContext(COLLECTION, _FIELD, worker_id)
