"""Whether the installation's keys are the ones that its data were encrypted with, asked at the start."""

from __future__ import annotations

from bot.domain.errors import DecryptionError, DuplicateKeyError, KeyFileError
from bot.ports import DocumentStore
from bot.privacy.cipher import FieldCipher, FieldContext
from bot.privacy.rotation import RotationStep, sealed_fields

COLLECTION = "privacy_state"

_ID = "key_check"
_FIELD = "sealed"
_CONTEXT = FieldContext(COLLECTION, _FIELD, _ID)


async def check_keys(store: DocumentStore, cipher: FieldCipher) -> None:
    """Refuse keys that do not fit the store; a store that has met no key yet takes these.

    Without this, an installation that lost its key file would make a fresh one and mix two keys' data unnoticed.

    Raises:
        KeyFileError: the store's data were encrypted with another key.
    """
    document = await store.find_one(COLLECTION, {"_id": _ID})
    if document is None:
        try:
            await store.insert(COLLECTION, {"_id": _ID, _FIELD: cipher.encrypt(_ID, _CONTEXT)})
        except DuplicateKeyError:
            await check_keys(store, cipher)
        return
    try:
        cipher.decrypt(document[_FIELD], _CONTEXT)
    except DecryptionError as error:
        raise KeyFileError("隐私密钥和已存的数据对不上；请从备份恢复原来的密钥，不要另换一把") from error


def rotation(cipher: FieldCipher) -> RotationStep:
    """Brings the check, and every other secret of ``privacy_state``, under the current key."""
    return sealed_fields(cipher, COLLECTION, [_FIELD])
