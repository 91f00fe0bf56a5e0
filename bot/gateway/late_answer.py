"""One late answer, or one notice, as the store keeps it: its states, and how each step changes it.

::

    owed ──▶ ready ──▶ sending ──▶ delivered
               ▲  ▲       │  │
               │  └───────┘  └──▶ unknown   the platform call neither succeeded nor failed: offered again
               │ refused, or                 with the worker's next message
               │ parts are left
                                   dead      the platform will never take it as a push: kept for staff,
                                             and offered with the worker's next message
                                   dismissed staff put it away

A notice begins as ready; what the platform refuses as a template message is ready again, as a plain one.

Steps are plain functions from one document to the next, for `bot.storage.change.change`; None means that the document
is not in the state that the step is for, and stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from bot.domain.message import WorkerMessage
from bot.domain.moments import to_ms
from bot.domain.notice import Notice
from bot.gateway.phrasing_gateway import BETWEEN_ANSWERS, late_answer_heading, notice_heading
from bot.gateway.stored_message import message_of, message_row
from bot.ports import Document

Step = Callable[[Document], Document | None]
TEXT_FIELDS = ("question", "parts", "notice")
"""What may quote the worker, or tells what is done for them."""
PERSONAL_FIELDS = ("openid", "worker_id", "message", "texts", *TEXT_FIELDS)


class AnswerState(StrEnum):
    """How far a late answer is."""

    OWED = "owed"
    READY = "ready"
    SENDING = "sending"
    DELIVERED = "delivered"
    UNKNOWN = "unknown"
    DEAD = "dead"
    DISMISSED = "dismissed"


OPEN_STATES = (AnswerState.READY, AnswerState.UNKNOWN, AnswerState.DEAD)
"""What goes out with the worker's next message."""


def owed(answer_id: str, message: WorkerMessage, now: datetime) -> Document:
    """A new entry for a message without its answer; holds what is needed to work it out again after a crash."""
    stored = {name: value for name, value in message_row(message).items() if name not in {"openid", "text"}}
    entry = _entry(answer_id, message.openid, message.text, now)
    return entry | {"state": AnswerState.OWED.value, "message": stored}


def kept(answer_id: str, message: WorkerMessage, parts: list[str], now: datetime) -> Document:
    """A new entry for a text that did not fit into a reply."""
    entry = _entry(answer_id, message.openid, message.text, now)
    return entry | {"state": AnswerState.READY.value, "parts": parts}


def announced(answer_id: str, openid: str, notice: Notice, parts: list[str], now: datetime) -> Document:
    """A new entry for what the service tells on its own accord."""
    as_template = {"template": notice.template, "fields": dict(notice.fields)}
    return _entry(answer_id, openid, "", now) | {
        "state": AnswerState.READY.value,
        "parts": parts,
        "notice": as_template,
    }


def unheard(answer_id: str, message: WorkerMessage, parts: list[str], now: datetime) -> Document:
    """A new entry for an answer that went out as the reply to a post, or never did: nobody knows."""
    known = {"state": AnswerState.UNKNOWN.value, "may_be_known": True}
    return _entry(answer_id, message.openid, message.text, now) | known | {"parts": parts}


def owed_message(document: Document) -> WorkerMessage:
    """The message that an owed entry is about; the entry is opened (`bot.privacy.sealed_worker`)."""
    return message_of(document["message"] | {"openid": document["openid"], "text": document["question"]})


def fulfilled(document: Document, parts: list[str]) -> Document | None:
    """The answer is there; nothing to say counts as delivered."""
    if document["state"] != AnswerState.OWED:
        return None
    ready = document | {"state": AnswerState.READY.value, "parts": parts}
    ready.pop("message")
    return ready if parts else closed(ready, AnswerState.DELIVERED)


def carried(document: Document, carrier: str, room_bytes: int, lease_until_ms: int) -> tuple[Document, str] | None:
    """As many of its parts as fit go out with the reply to another message.

    Returns:
        The new document and the text; None where not even the first part fits, or it is not to be offered.
    """
    if is_carried_by(document, carrier):
        return document, _carried_text(document, document["carried"])
    if document["state"] not in OPEN_STATES:
        return None
    may_be_known = document["may_be_known"] or document["state"] == AnswerState.UNKNOWN
    offered = document | {"may_be_known": may_be_known}
    counts = range(len(document["parts"]) - document["sent"], 0, -1)
    count = next((n for n in counts if len(_carried_text(offered, n).encode()) <= room_bytes), 0)
    if not count:
        return None
    lease = {"carrier": carrier, "carried": count, "lease_until_ms": lease_until_ms}
    return offered | lease | {"state": AnswerState.SENDING.value}, _carried_text(offered, count)


def is_carried_by(document: Document, carrier: str) -> bool:
    """Whether it is to go out with the reply to that message."""
    return bool(document["state"] == AnswerState.SENDING and document["carrier"] == carrier)


def carried_away(document: Document, carrier: str) -> Document | None:
    """The reply that carries it is stored."""
    if not is_carried_by(document, carrier):
        return None
    return advanced(document, document["carried"])


def sending(document: Document, lease_until_ms: int) -> Document | None:
    """The next part is about to be given to the platform."""
    if document["state"] != AnswerState.READY or document["waits_for_worker"]:
        return None
    return document | {"state": AnswerState.SENDING.value, "carrier": "", "lease_until_ms": lease_until_ms}


def sent_whole(document: Document) -> Document:
    """Everything went out at once, as a template message."""
    return advanced(document, len(document["parts"]))


def advanced(document: Document, count: int = 1) -> Document:
    """Some parts went out; with the last one the answer is delivered."""
    sent = document["sent"] + count
    moved = document | {"sent": sent, "carrier": "", "failures": 0, "may_be_known": False}
    if sent >= len(document["parts"]):
        return closed(moved, AnswerState.DELIVERED)
    return moved | {"state": _open_state(moved).value}


def refused(document: Document, errcode: int) -> Document:
    """The platform's refusal is noted; it is the last one that counts."""
    return document | {"errcode": errcode}


def dead(document: Document, errcode: int) -> Document:
    """The platform will never take it as a push."""
    return refused(document, errcode) | {"state": AnswerState.DEAD.value, "carrier": "", "given_up": True}


def is_stuck(document: Document) -> bool:
    """Whether it will not go out unless the worker writes or staff see to it."""
    return document["state"] in {AnswerState.DEAD, AnswerState.UNKNOWN} or (
        document["state"] == AnswerState.READY and document["waits_for_worker"]
    )


def retried(document: Document) -> Document | None:
    """Staff let it be pushed again, however often it failed."""
    if not is_stuck(document):
        return None
    may_be_known = document["may_be_known"] or document["state"] == AnswerState.UNKNOWN
    fresh = {"failures": 0, "waits_for_worker": False, "not_before_ms": 0, "may_be_known": may_be_known}
    kept = {name: value for name, value in document.items() if name not in {"errcode", "given_up"}}
    return kept | fresh | {"state": AnswerState.READY.value}


def dismissed(document: Document) -> Document | None:
    """Staff put it away."""
    return closed(document, AnswerState.DISMISSED) if is_stuck(document) else None


def returned(document: Document, *, waits_for_worker: bool = False, not_before_ms: int = 0) -> Document:
    """Nothing went out; it is ready again.

    Args:
        document: the entry while sending.
        waits_for_worker: it is not pushed any more before the worker writes again.
        not_before_ms: when the next push may be tried.
    """
    return document | {
        "state": _open_state(document).value,
        "carrier": "",
        "waits_for_worker": waits_for_worker,
        "not_before_ms": not_before_ms,
    }


def closed(document: Document, state: AnswerState) -> Document:
    """The end of an entry: what tells who the worker is goes."""
    return {name: value for name, value in document.items() if name not in PERSONAL_FIELDS} | {"state": state.value}


def _open_state(document: Document) -> AnswerState:
    if document.get("given_up"):
        return AnswerState.DEAD
    return AnswerState.UNKNOWN if document["may_be_known"] else AnswerState.READY


def _entry(answer_id: str, openid: str, question: str, now: datetime) -> Document:
    return {
        "_id": answer_id,
        "openid": openid,
        "question": question,
        "parts": [],
        "sent": 0,
        "carrier": "",
        "carried": 0,
        "failures": 0,
        "waits_for_worker": False,
        "may_be_known": False,
        "not_before_ms": 0,
        "lease_until_ms": 0,
        "created_ms": to_ms(now),
    }


def _heading(document: Document) -> str:
    may_be_known = document["may_be_known"]
    if "notice" in document:
        return notice_heading(may_be_known=may_be_known)
    return late_answer_heading(document["question"], may_be_known=may_be_known)


def _carried_text(document: Document, count: int) -> str:
    heading = _heading(document)
    parts = document["parts"][document["sent"] : document["sent"] + count]
    return f"{heading}\n{BETWEEN_ANSWERS.join(parts)}"
