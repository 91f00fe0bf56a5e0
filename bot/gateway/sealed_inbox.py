"""What a claim says of its worker's words: the message until its answer is on its way, and the answer, both sealed."""

from __future__ import annotations

import json

from bot.domain.message import Reply, WorkerMessage
from bot.gateway.stored_message import message_of, message_row
from bot.ports import Document
from bot.privacy.cipher import FieldCipher, FieldContext
from bot.privacy.rotation import RotationStep, sealed_fields

COLLECTION = "inbox"
REPLY = "sealed_reply"
"""Sealed, because an answer may quote the worker."""
MESSAGE = "sealed_message"
"""Whoever finds the claim abandoned can answer it; some 20 µs a message, and no write of its own."""


def with_message(claim: Document, message: WorkerMessage, cipher: FieldCipher) -> Document:
    """A claim that holds its message."""
    text = json.dumps(message_row(message), ensure_ascii=False)
    return claim | {MESSAGE: cipher.encrypt(text, _context(claim, MESSAGE))}


def without_message(claim: Document) -> Document:
    """A claim whose message nobody needs any more."""
    return {name: value for name, value in claim.items() if name != MESSAGE}


def with_reply(claim: Document, reply: Reply, cipher: FieldCipher) -> Document:
    """A claim that holds its answer."""
    return claim | {REPLY: cipher.encrypt(reply.text, _context(claim, REPLY))}


def message_in(claim: Document, cipher: FieldCipher) -> WorkerMessage | None:
    """The message that a claim holds; None where its answer is on its way.

    Raises:
        DecryptionError: the claim was changed, or the installation's key is another one.
    """
    return (
        message_of(json.loads(cipher.decrypt(claim[MESSAGE], _context(claim, MESSAGE)))) if MESSAGE in claim else None
    )


def reply_in(claim: Document, cipher: FieldCipher) -> str | None:
    """The answer that a claim holds; None where there is none yet.

    Raises:
        DecryptionError: as for `message_in`.
    """
    return cipher.decrypt(claim[REPLY], _context(claim, REPLY)) if REPLY in claim else None


def rotation(cipher: FieldCipher) -> RotationStep:
    """Brings messages and answers under the installation's current key."""
    return sealed_fields(cipher, COLLECTION, [REPLY, MESSAGE])


def _context(claim: Document, field: str) -> FieldContext:
    return FieldContext(COLLECTION, field, claim["_id"])
