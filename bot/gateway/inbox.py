"""Claims of duplicate keys: whoever inserts the claim does the work, everybody else waits for it.

One document per key, so that one compare-and-set decides everything that may race::

    (insert) ── running ── finish ──▶ ready ── mark_delivered ──▶ delivered
                   │ owed := true         (at once where it is owed, or nothing is to be said)
                   │ only while running

`owed` says that a post was acknowledged without the answer: whoever finds the work finished reads there whether the
answer goes out as the reply to a post or through the outbox, so that it never goes both ways.

Until it is delivered, a claim holds its message. One that the platform has stopped posting is `unsettled`: running with
nobody at work, or ready with nobody who fetched the answer. `bot.gateway.recovery` brings it to its end.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import uuid4

from bot.domain.errors import DuplicateKeyError
from bot.domain.message import Reply, WorkerMessage
from bot.domain.moments import to_ms
from bot.domain.pseudonym import WorkerPseudonyms
from bot.gateway.sealed_inbox import (
    COLLECTION,
    MESSAGE,
    message_in,
    reply_in,
    with_message,
    with_reply,
    without_message,
)
from bot.ports import Clock, Document, DocumentStore
from bot.privacy.cipher import FieldCipher
from bot.storage.change import change

LEASE_S = 4.0
"""Shorter than the platform's 5 s between two posts, so that the next post finds the claim of a dead process free."""
POSTS_OVER_S = 16.0
"""The third post comes 10 s after the first, and the platform hangs up on it 5 s later: no other will follow."""
PATIENT_FROM_ATTEMPT = 3
PATIENCE_S = 4.0
"""What so many processes left behind is taken up by the recovery at a moment of its own within this time. Begun as soon
as their leases end, 4 s after a death, messages that take a second met the next death, too, where processes died every
5 s, and the next, until they were given up."""
OWN_CLAIMS_KEPT = 1024
RETENTION_HOURS = 6.0
"""The signature of a replay holds for minutes; what is older only tells who wrote."""


class ClaimState(StrEnum):
    """How far the work on a message is."""

    RUNNING = "running"
    READY = "ready"
    DELIVERED = "delivered"


@dataclass(frozen=True, slots=True)
class Claim:
    """What stands in the inbox about one message.

    Attributes:
        claim_id: SHA-256 of the duplicate key, so that no openid lies in keys.
        state: running, ready or delivered.
        attempts: how often the work began.
        posts: how often the platform posted it, as far as this store saw.
        owed: whether a post was acknowledged without the answer.
        won: whether the caller is to do the work.
        reply: the answer; None while running.
    """

    claim_id: str
    state: ClaimState
    attempts: int
    posts: int
    owed: bool
    won: bool = False
    reply: Reply | None = None

    @property
    def is_finished(self) -> bool:
        """Whether the answer is there."""
        return self.state is not ClaimState.RUNNING


def claim_id_of(key: str) -> str:
    """The claim's id for a duplicate key."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


class Inbox:
    """Claims on a document store; one instance per process.

    Args:
        store: where the claims lie; processes that share it share the claims.
        clock: the time.
        pseudonyms: names workers in the claims.
        cipher: seals messages and answers.
        lease_s: a running claim that was not renewed for so long is free.
        retention_hours: claims older than that are swept away.
    """

    def __init__(
        self,
        store: DocumentStore,
        clock: Clock,
        pseudonyms: WorkerPseudonyms,
        cipher: FieldCipher,
        *,
        lease_s: float = LEASE_S,
        retention_hours: float = RETENTION_HOURS,
    ) -> None:
        self._store = store
        self._clock = clock
        self._pseudonyms = pseudonyms
        self._cipher = cipher
        self._lease = timedelta(seconds=lease_s)
        self._retention = timedelta(hours=retention_hours)
        self._owner = uuid4().hex
        self._own: OrderedDict[str, Document] = OrderedDict()
        self.renew_every_s = lease_s / 4

    async def prepare(self) -> None:
        """Create the indexes."""
        await self._store.ensure_index(COLLECTION, ["worker_id"])
        await self._store.ensure_index(COLLECTION, ["state", "created_ms"])

    async def claim(self, message: WorkerMessage, *, owed: bool = False) -> Claim:
        """Claim a message, take its claim over from a dead process, or join whoever works on it.

        Only for a caller that does not work on it already: a running claim of this very process counts as abandoned.

        Args:
            message: the message.
            owed: the answer is promised already, as it is when work begins anew after a crash.

        Raises:
            StoreError: the store is away.
        """
        claim_id = claim_id_of(message.key)
        while True:
            try:
                document = await self._store.insert(COLLECTION, self._new(claim_id, message, owed=owed))
                self._keep(document)
                return self._claim(document, won=True)
            except DuplicateKeyError:
                joined = await self._join(claim_id, owed=owed)
            if joined is not None:
                return joined

    async def look(self, claim_id: str) -> Claim | None:
        """Read a claim; take it over when its owner died.

        Returns:
            None when it is gone: the worker unsubscribed.
        """
        document = await self._store.find_one(COLLECTION, {"_id": claim_id})
        if document is None:
            return None
        if document["state"] == ClaimState.RUNNING and self._is_free(document):
            return await self._join(claim_id, owed=False, posts=0)
        return self._claim(document)

    async def find(self, claim_id: str) -> Claim | None:
        """Read a claim and leave it as it is."""
        document = await self._store.find_one(COLLECTION, {"_id": claim_id})
        return None if document is None else self._claim(document)

    async def is_abandoned(self, claim_id: str) -> bool:
        """Whether a claim is running in name only: its owner stopped renewing it, or it is gone."""
        document = await self._store.find_one(COLLECTION, {"_id": claim_id})
        return document is None or (document["state"] == ClaimState.RUNNING and self._is_to_be_taken_up(document))

    async def count_post(self, claim_id: str) -> int:
        """Count one more post of a message that is being worked on; returns how many there were."""
        document = await self._change(claim_id, _one_more_post)
        return 0 if document is None else int(document["posts"])

    async def renew(self, claim_id: str) -> None:
        """Say that the work goes on."""

        def extend(document: Document) -> Document | None:
            if document["owner"] != self._owner or document["state"] != ClaimState.RUNNING:
                return None
            return document | {"lease_until_ms": self._lease_until_ms()}

        await self._change(claim_id, extend)

    async def finish(self, claim_id: str, reply: Reply) -> Claim | None:
        """Store the answer, unless the claim was lost to somebody who works on it now or finished first.

        Returns:
            The claim as it stands then, with the answer that counts where there is one; None when it is gone.
        """

        def store_answer(document: Document) -> Document | None:
            if document["owner"] != self._owner or document["state"] != ClaimState.RUNNING:
                return None
            answered = with_reply(document, reply, self._cipher)
            if document["owed"] or reply.is_silent:  # no post is to fetch it
                return _delivered(answered)
            return answered | {"state": ClaimState.READY.value}

        document = await self._change(claim_id, store_answer)
        return None if document is None else self._claim(document)

    async def mark_owed(self, claim_id: str) -> Claim | None:
        """Decide that the answer goes through the outbox; too late once it is there.

        Returns:
            The claim as it stands then: its `owed` says how it was decided. None when it is gone.
        """

        def owe(document: Document) -> Document | None:
            if document["state"] != ClaimState.RUNNING or document["owed"]:
                return None
            return document | {"owed": True}

        document = await self._change(claim_id, owe)
        return None if document is None else self._claim(document)

    async def mark_delivered(self, claim_id: str) -> None:
        """The reply to a post went out, or the outbox has it now."""

        def deliver(document: Document) -> Document | None:
            return _delivered(document) if document["state"] == ClaimState.READY else None

        await self._change(claim_id, deliver)

    async def answered_elsewhere(self, claim_id: str, reply: Reply) -> None:
        """A post was answered without the store, while that was away: no other answer is to follow."""

        def close(document: Document) -> Document | None:
            if document["state"] == ClaimState.DELIVERED:
                return None
            known = document if document["state"] == ClaimState.READY else with_reply(document, reply, self._cipher)
            return _delivered(known | {"owed": False})

        await self._change(claim_id, close)

    async def unsettled(self, state: ClaimState, limit: int) -> list[tuple[WorkerMessage, Claim]]:
        """Claims in a state that nobody works on and no post will come for, with their messages, oldest first.

        Args:
            state: running: the work never ended; ready: the answer was not fetched, as far as is known.
            limit: no more than these; the others' turn comes when they are settled.
        """
        over_ms = to_ms(self._clock.now() - timedelta(seconds=POSTS_OVER_S))
        where = {
            "state": state.value,
            "created_ms": {"$lt": over_ms},
            "lease_until_ms": {"$lte": to_ms(self._clock.now())},
            MESSAGE: {"$exists": True},  # earlier versions kept none
        }
        found = await self._store.find(COLLECTION, where, sort=[("created_ms", 1)], limit=limit)
        due = filter(self._is_to_be_taken_up, found)
        messages = [(message_in(document, self._cipher), self._claim(document)) for document in due]
        return [(message, claim) for message, claim in messages if message is not None]

    async def erase(self, openid: str) -> None:
        """Forget every claim of a worker."""
        await self._store.delete(COLLECTION, {"worker_id": self._pseudonyms.of(openid)})

    async def sweep(self) -> int:
        """Delete old claims; returns how many."""
        before_ms = to_ms(self._clock.now() - self._retention)
        states = [{"state": state.value, "created_ms": {"$lt": before_ms}} for state in ClaimState]
        return sum([await self._store.delete(COLLECTION, where) for where in states])

    async def _change(self, claim_id: str, mutate: Callable[[Document], Document | None]) -> Document | None:
        """The document as it stands afterwards, changed or not; None when it is gone."""
        known = self._own.pop(claim_id, None)
        changed = await change(self._store, COLLECTION, claim_id, mutate, known=known, sleep=self._clock.sleep)
        if changed is not None:
            self._keep(changed)
        return changed or await self._store.find_one(COLLECTION, {"_id": claim_id})

    def _keep(self, document: Document) -> None:
        """Remember a claim of this process as it was written last: its next change need not read it first."""
        if document["owner"] == self._owner and document["state"] != ClaimState.DELIVERED:
            self._own[document["_id"]] = dict(document)
            if len(self._own) > OWN_CLAIMS_KEPT:
                self._own.popitem(last=False)

    async def _join(self, claim_id: str, *, owed: bool, posts: int = 1) -> Claim | None:
        won = False

        def join(document: Document) -> Document | None:
            nonlocal won
            won = document["state"] == ClaimState.RUNNING and self._is_free(document)
            changed = document | {"posts": document["posts"] + posts}
            if not won:
                return changed if posts else None
            return changed | {
                "owner": self._owner,
                "attempts": document["attempts"] + 1,
                "owed": document["owed"] or owed,
                "lease_until_ms": self._lease_until_ms(),
            }

        document = await self._change(claim_id, join)
        return None if document is None else self._claim(document, won=won)

    def _is_free(self, document: Document) -> bool:
        return bool(document["owner"] == self._owner) or self._has_run_out(document)

    def _has_run_out(self, document: Document) -> bool:
        return bool(document["lease_until_ms"] <= to_ms(self._clock.now()))

    def _is_to_be_taken_up(self, document: Document) -> bool:
        patience_ms = _share(document) * PATIENCE_S * 1000 if document["attempts"] >= PATIENT_FROM_ATTEMPT else 0.0
        return bool(document["lease_until_ms"] + patience_ms <= to_ms(self._clock.now()))

    def _lease_until_ms(self) -> int:
        return to_ms(self._clock.now() + self._lease)

    def _new(self, claim_id: str, message: WorkerMessage, *, owed: bool) -> Document:
        claim = {
            "_id": claim_id,
            "worker_id": self._pseudonyms.of(message.openid),
            "state": ClaimState.RUNNING.value,
            "owner": self._owner,
            "lease_until_ms": self._lease_until_ms(),
            "attempts": 1,
            "posts": 1,
            "owed": owed,
            "created_ms": to_ms(self._clock.now()),
        }
        return with_message(claim, message, self._cipher)

    def _claim(self, document: Document, *, won: bool = False) -> Claim:
        text = reply_in(document, self._cipher)
        return Claim(
            claim_id=document["_id"],
            state=ClaimState(document["state"]),
            attempts=document["attempts"],
            posts=document["posts"],
            owed=document["owed"],
            won=won,
            reply=None if text is None else Reply(text),
        )


def _delivered(document: Document) -> Document:
    return without_message(document) | {"state": ClaimState.DELIVERED.value}


def _one_more_post(document: Document) -> Document:
    return document | {"posts": document["posts"] + 1}


def _share(document: Document) -> float:
    """A number from 0 to 1 that hangs on nothing but the claim and its attempts, the same in every process."""
    digest = hashlib.sha256(f"{document['_id']} {document['attempts']}".encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**32
