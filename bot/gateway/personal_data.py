"""What the gateway keeps about workers, for their export and erasure."""

from __future__ import annotations

from bot.domain.moments import from_ms, to_ms
from bot.gateway import outbox, quota, sealed_inbox
from bot.gateway import phrasing_personal_data as words
from bot.gateway.inbox import ClaimState
from bot.gateway.late_answer import AnswerState
from bot.handlers.personal_data import Wish, read_wish
from bot.ports import Clock, Document, DocumentStore
from bot.privacy.cipher import FieldCipher
from bot.privacy.holders import PersonalDataHolder, RowsHolder
from bot.privacy.moments import shown, stored
from bot.privacy.sealed_worker import WORKER_ID, SealedWorkers

EXPORTS = frozenset({Wish.SHOW, Wish.EXPORT, Wish.PAGE})


def gateway_holders(
    store: DocumentStore, late_answers: SealedWorkers, cipher: FieldCipher, clock: Clock
) -> list[PersonalDataHolder]:
    """Late answers, counts of messages and replies; the claims last, so that a repeat after a crash begins anew.

    Args:
        store: where they lie.
        late_answers: opens the texts of late answers.
        cipher: opens messages and replies.
        clock: tells what is being answered at this moment.
    """
    return [
        RowsHolder(
            store,
            outbox.COLLECTION,
            WORKER_ID,
            words.LATE_ANSWERS,
            lambda document: _late_answer(late_answers.texts_opened(document)),
        ),
        RowsHolder(store, quota.COLLECTION, "_id", words.QUOTA, _quota),
        RowsHolder(
            store,
            sealed_inbox.COLLECTION,
            "worker_id",
            words.REPLIES,
            lambda document: _claim(document, cipher, to_ms(clock.now())),
        ),
    ]


def _late_answer(document: Document) -> dict[str, str]:
    if document["state"] == AnswerState.DELIVERED:
        return {}
    if "notice" in document:
        return {words.NOTICE: "\n".join(document["parts"]), words.ASKED_AT: _moment(document["created_ms"])}
    told = {words.QUESTION: document["question"], words.ASKED_AT: _moment(document["created_ms"])}
    answer = _not_twice(document["question"], "\n".join(document["parts"]))
    return told | ({words.ANSWER: answer} if answer else {})


def _quota(document: Document) -> dict[str, str]:
    counts = ((words.COUNTS[kind], document[kind]) for kind in words.COUNTS if kind in document)
    return {label: words.COUNT.format(moment=_moment(opened_ms), used=used) for label, (opened_ms, used) in counts}


def _claim(document: Document, cipher: FieldCipher, now_ms: int) -> dict[str, str]:
    """A question that waits, and the answer; the message that is being answered now, which asks for this, is let be."""
    if document["state"] == ClaimState.RUNNING and document["lease_until_ms"] > now_ms:
        return {}
    message, reply = sealed_inbox.message_in(document, cipher), sealed_inbox.reply_in(document, cipher)
    question = message.text if message else ""
    told = {words.QUESTION: question, words.ANSWER: _not_twice(question, reply or "")}
    known = {label: text for label, text in told.items() if text}
    return {words.ASKED_AT: _moment(document["created_ms"])} | known if known else {}


def _not_twice(question: str, answer: str) -> str:
    """The answer; not the text of an export, which is a copy: each export would hold all exports before it."""
    return words.EXPORTED if answer and read_wish(question) in EXPORTS else answer


def _moment(at_ms: int) -> str:
    return shown(stored(from_ms(at_ms)))
