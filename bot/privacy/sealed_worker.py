"""Whom a document is for and what it quotes: a pseudonym to look it up by, tokens for the rest, nothing in clear.

For what has to reach a worker later: a late answer, a reminder, new jobs. Workers write their names and numbers into
their questions, so that what they said and were told is sealed like the openid.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from bot.domain.pseudonym import WorkerPseudonyms
from bot.ports import Document
from bot.privacy.cipher import FieldCipher, FieldContext
from bot.privacy.rotation import RotationStep, sealed_fields

OPENID = "openid"
MESSAGE = "message"
TEXTS = "texts"
WORKER_ID = "worker_id"


class SealedWorkers:
    """Seals what in an entry of a collection tells who the worker is, and opens it again.

    Args:
        cipher: encrypts with the installation's key.
        pseudonyms: the ids by which entries are looked up.
        collection: where the entries lie; a token that is moved elsewhere does not open.
        text_fields: JSON-able fields that may quote the worker; they lie together in one token.
    """

    def __init__(
        self, cipher: FieldCipher, pseudonyms: WorkerPseudonyms, collection: str, text_fields: Sequence[str] = ()
    ) -> None:
        self._cipher = cipher
        self._pseudonyms = pseudonyms
        self._collection = collection
        self._text_fields = tuple(text_fields)

    def worker_id(self, openid: str) -> str:
        """The id by which a worker's entries are looked up."""
        return self._pseudonyms.of(openid)

    def sealed(self, entry: Document) -> Document:
        """An entry with its openid, the message with its key that contains it, and its texts as tokens."""
        sealed = entry | {WORKER_ID: self.worker_id(entry[OPENID]), OPENID: self._seal(entry, OPENID, entry[OPENID])}
        if MESSAGE in entry:
            sealed[MESSAGE] = self._seal(entry, MESSAGE, json.dumps(entry[MESSAGE], ensure_ascii=False))
        return self.texts_sealed(sealed)

    def texts_sealed(self, entry: Document) -> Document:
        """An entry with its texts as one token; one without them, because it is closed, as it is."""
        texts = {name: entry[name] for name in self._text_fields if name in entry}
        if not texts:
            return entry
        rest = {name: value for name, value in entry.items() if name not in texts}
        return rest | {TEXTS: self._seal(entry, TEXTS, json.dumps(texts, ensure_ascii=False))}

    def texts_opened(self, entry: Document) -> Document:
        """An entry as it was before `texts_sealed`; its openid and message stay sealed.

        Raises:
            DecryptionError: as for `openid`.
        """
        if TEXTS not in entry:
            return entry
        texts: Document = json.loads(self._open(entry, TEXTS))
        return {name: value for name, value in entry.items() if name != TEXTS} | texts

    def openid(self, entry: Document) -> str:
        """Whom an entry is for.

        Raises:
            DecryptionError: the entry was changed, or the installation's key is another one.
        """
        return self._open(entry, OPENID)

    def opened(self, entry: Document) -> Document:
        """An entry as it was before `sealed`.

        Raises:
            DecryptionError: as for `openid`.
        """
        opened = self.texts_opened(entry) | {OPENID: self.openid(entry)}
        if MESSAGE in entry:
            opened[MESSAGE] = json.loads(self._open(entry, MESSAGE))
        return opened

    def rotation(self) -> RotationStep:
        """Brings the tokens under the installation's current key."""
        return sealed_fields(self._cipher, self._collection, [OPENID, MESSAGE, TEXTS])

    def _seal(self, entry: Document, field: str, value: str) -> str:
        return self._cipher.encrypt(value, self._context(entry, field))

    def _open(self, entry: Document, field: str) -> str:
        return self._cipher.decrypt(entry[field], self._context(entry, field))

    def _context(self, entry: Document, field: str) -> FieldContext:
        return FieldContext(self._collection, field, entry["_id"])
