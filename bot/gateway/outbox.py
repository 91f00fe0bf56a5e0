"""Late answers and notices on the document store: kept before they are promised, delivered once.

Which states an entry goes through, and how, stands in `bot.gateway.late_answer`; here is when.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog

from bot.domain.errors import DuplicateKeyError, OutboxError, StoreError
from bot.domain.message import Reply, WorkerMessage
from bot.domain.moments import to_ms
from bot.domain.notice import Notice
from bot.domain.pseudonym import WorkerPseudonyms
from bot.gateway import late_answer
from bot.gateway.counters import Counters
from bot.gateway.inbox import claim_id_of
from bot.gateway.late_answer import OPEN_STATES, AnswerState
from bot.gateway.late_answer_ports import WaitingAnswers
from bot.ports import Clock, Document, DocumentStore
from bot.privacy.cipher import FieldCipher
from bot.privacy.sealed_worker import OPENID, WORKER_ID, SealedWorkers
from bot.storage.change import change
from bot.wechat.message_text import split_text

COLLECTION = "outbox"
CAUSE = "cause"
REQUEST_ID = "request_id"
"""As `api.request_log` binds it."""
PART_BYTES = 1800
"""Leaves room for a heading and a hint within the 2000 bytes of a passive reply."""
CARRIER_LEASE_S = 30.0
REPLY_AHEAD_S = 2.0
"""The rest of an answer is not pushed before its beginning, the reply to a post, has surely been read."""
LOOKED_AT = 32
"""Entries of one worker that are looked at, oldest first; the others' turn comes with the next message."""
RETENTION_DAYS = 30


class DocumentOutbox:
    """The keeping half of `bot.gateway.late_answer_ports.Outbox`; `bot.gateway.outbox_pusher.OutboxPusher` sends.

    An entry holds the openid, which a push needs, and the texts encrypted, until the answer is delivered or the worker
    unsubscribes; it is looked up by the worker's pseudonym. Who reads entries here gets the texts open.

    Args:
        store: where the entries lie.
        clock: the time.
        counters: counts what became of answers.
        cipher: encrypts openids with the installation's key.
        pseudonyms: the ids by which workers' entries are looked up.
    """

    def __init__(
        self,
        store: DocumentStore,
        clock: Clock,
        counters: Counters,
        cipher: FieldCipher,
        pseudonyms: WorkerPseudonyms,
    ) -> None:
        self._store = store
        self._clock = clock
        self._counters = counters
        self.workers = sealed_recipients(cipher, pseudonyms)
        """Opens what an entry says about its worker."""
        self.has_ready = asyncio.Event()
        """Set when an answer becomes ready in this process, so that nobody waits for the next round."""

    async def prepare(self) -> None:
        """Create the indexes, and seal what an earlier version left in clear."""
        await self._store.ensure_index(COLLECTION, [WORKER_ID])
        await self._store.ensure_index(COLLECTION, ["carrier"])
        await self._store.ensure_index(COLLECTION, ["state", "created_ms"])
        await self._store.ensure_index(COLLECTION, ["state", "waits_for_worker", "created_ms"])
        for entry in await self._store.find(COLLECTION, {OPENID: {"$exists": True}, WORKER_ID: {"$exists": False}}):
            await self._store.replace_if(COLLECTION, self.workers.sealed(entry))
        for entry in await self._store.find(COLLECTION, {"question": {"$exists": True}}):
            await self._store.replace_if(COLLECTION, self.workers.texts_sealed(entry))

    async def owe(self, message: WorkerMessage) -> None:
        """Record that a message is acknowledged without its answer; see `bot.gateway.late_answer_ports.Outbox.owe`."""
        await self._insert(late_answer.owed(claim_id_of(message.key), message, self._clock.now()) | _cause())

    async def keep(self, message: WorkerMessage, rest: str) -> None:
        """Keep what did not fit into the reply to a message; see `bot.gateway.late_answer_ports.Outbox.keep`."""
        parts = split_text(rest, PART_BYTES)
        if parts:
            answer_id = f"{claim_id_of(message.key)}-rest"
            not_before = self._clock.now() + timedelta(seconds=REPLY_AHEAD_S)
            kept = late_answer.kept(answer_id, message, parts, self._clock.now())
            await self._insert(kept | {"not_before_ms": to_ms(not_before)} | _cause())

    async def announce(self, openid: str, notice: Notice) -> None:
        """Keep a notice until it is delivered; idempotent by worker and key for as long as entries are kept.

        Raises:
            OutboxError: it could not be kept.
        """
        answer_id = self._notice_id(openid, notice.key)
        parts = split_text(notice.text, PART_BYTES)
        if parts:
            await self._insert(late_answer.announced(answer_id, openid, notice, parts, self._clock.now()))
            self.has_ready.set()

    async def take_back(self, openid: str, key: str) -> bool:
        """Forget a notice that waits; False where it is delivered, on its way, or was never kept."""
        waiting = {"$in": [state.value for state in late_answer.OPEN_STATES]}
        where = {"_id": self._notice_id(openid, key), "state": waiting}
        return await self._store.delete(COLLECTION, where) > 0

    async def keep_unheard(self, message: WorkerMessage, reply: Reply) -> None:
        """Keep an answer of which nobody knows whether it went out; it is offered with the worker's next message."""
        parts = split_text(reply.text, PART_BYTES)
        if parts:
            entry = late_answer.unheard(claim_id_of(message.key), message, parts, self._clock.now())
            await self._insert(entry | _cause())
            self._counters.add("outbox.unknown")

    def _notice_id(self, openid: str, key: str) -> str:
        return claim_id_of(f"notice|{self.workers.worker_id(openid)}|{key}")

    async def withdraw(self, key: str) -> None:
        """The answer went out in time after all."""
        where = {"_id": claim_id_of(key), "state": AnswerState.OWED.value}
        await self._store.delete(COLLECTION, where)

    async def fulfil(self, key: str, reply: Reply) -> None:
        """The answer to an owed message is ready; nothing happens where none is owed."""
        parts = split_text(reply.text, PART_BYTES)
        answer_id = claim_id_of(key)
        if await self.step(answer_id, lambda document: late_answer.fulfilled(document, parts)):
            self.has_ready.set()

    async def waiting(self, openid: str) -> WaitingAnswers:
        """How many late answers a worker is still to get."""
        states = [entry["state"] for entry in await self._entries(openid)]
        return WaitingAnswers(
            ready=sum(state in OPEN_STATES for state in states),
            going=states.count(AnswerState.SENDING),
            working=states.count(AnswerState.OWED),
        )

    async def collect(self, openid: str, *, carrier: str, room_bytes: int) -> list[Reply]:
        """Answers that go out with a worker's next message, oldest first; see `late_answer_ports.Outbox.collect`."""
        carrier_id, texts = claim_id_of(carrier), list[str]()
        for entry in await self._entries(openid):
            text = await self._carry(entry, carrier_id, room_bytes)
            if text is None:
                break
            texts += [text] if text else []
            room_bytes -= len(text.encode()) + 2
        await self._free_held(openid)
        return [Reply(text) for text in texts]

    async def confirm(self, carrier: str) -> None:
        """The reply that carries collected answers is stored: they count as delivered."""
        carrier_id = claim_id_of(carrier)
        for entry in await self._store.find(COLLECTION, {"carrier": carrier_id}):
            if await self.step(entry["_id"], lambda document: late_answer.carried_away(document, carrier_id)):
                self._counters.add("outbox.carried")

    async def release(self, carrier: str) -> None:
        """The reply goes out without the answers that it was to carry: they are free again."""
        carrier_id = claim_id_of(carrier)

        def free(document: Document) -> Document | None:
            return late_answer.returned(document) if late_answer.is_carried_by(document, carrier_id) else None

        for entry in await self._store.find(COLLECTION, {"carrier": carrier_id}):
            if await self.step(entry["_id"], free):
                self.has_ready.set()

    async def erase(self, openid: str) -> None:
        """Forget everything owed to a worker."""
        await self._store.delete(COLLECTION, {WORKER_ID: self.workers.worker_id(openid)})

    async def in_state(self, state: AnswerState) -> list[Document]:
        """Entries in a state, oldest first."""
        found = await self._store.find(COLLECTION, {"state": state.value}, sort=[("created_ms", 1)])
        return [self.workers.texts_opened(entry) for entry in found]

    async def to_push(self, limit: int) -> list[Document]:
        """Ready entries that do not wait for their worker to write, oldest first."""
        where = {"state": AnswerState.READY.value, "waits_for_worker": False}
        found = await self._store.find(COLLECTION, where, sort=[("created_ms", 1)], limit=limit)
        return [self.workers.texts_opened(entry) for entry in found]

    async def step(self, answer_id: str, take: Callable[[Document], Document | None]) -> Document | None:
        """Change one entry by a step of `bot.gateway.late_answer`; None where the step did not apply."""

        def take_open(document: Document) -> Document | None:
            taken = take(self.workers.texts_opened(document))
            return None if taken is None else self.workers.texts_sealed(taken)

        stored = await change(self._store, COLLECTION, answer_id, take_open, sleep=self._clock.sleep)
        return None if stored is None else self.workers.texts_opened(stored)

    async def sweep(self) -> int:
        """Delete entries that nobody came for within `RETENTION_DAYS`, and the remains of delivered ones."""
        before_ms = to_ms(self._clock.now() - timedelta(days=RETENTION_DAYS))
        return await self._store.delete(COLLECTION, {"created_ms": {"$lt": before_ms}})

    async def _insert(self, document: Document) -> None:
        try:
            await self._store.insert(COLLECTION, self.workers.sealed(document))
        except DuplicateKeyError:
            return
        except StoreError as error:
            raise OutboxError("给工友的话存不下来，请检查存储服务；没存下的会再试") from error

    async def _entries(self, openid: str) -> list[Document]:
        where = {WORKER_ID: self.workers.worker_id(openid)}
        return await self._store.find(COLLECTION, where, sort=[("created_ms", 1)], limit=LOOKED_AT)

    async def _carry(self, entry: Document, carrier_id: str, room_bytes: int) -> str | None:
        """The text that goes out of one entry; "" where it has nothing to offer, None where the room is full."""
        lease_until_ms = to_ms(self._clock.now() + timedelta(seconds=CARRIER_LEASE_S))
        text = ""

        def take(document: Document) -> Document | None:
            nonlocal text
            taken = late_answer.carried(document, carrier_id, room_bytes, lease_until_ms)
            text = taken[1] if taken else ""
            return taken[0] if taken else None

        if entry["state"] not in (*OPEN_STATES, AnswerState.SENDING):
            return ""
        stored = await self.step(entry["_id"], take)
        if stored is None and entry["state"] in OPEN_STATES:
            return None
        return text if stored else ""

    async def _free_held(self, openid: str) -> None:
        """The worker wrote: what waited for that may be pushed again."""

        def free(document: Document) -> Document | None:
            return document | {"waits_for_worker": False} if document["waits_for_worker"] else None

        where = {WORKER_ID: self.workers.worker_id(openid), "waits_for_worker": True}
        for entry in await self._store.find(COLLECTION, where):
            if await self.step(entry["_id"], free):
                self.has_ready.set()


def sealed_recipients(cipher: FieldCipher, pseudonyms: WorkerPseudonyms) -> SealedWorkers:
    """Seals and opens what an entry says about its worker."""
    return SealedWorkers(cipher, pseudonyms, COLLECTION, late_answer.TEXT_FIELDS)


@contextmanager
def logged_with_cause(entry: Document) -> Iterator[None]:
    """What is logged inside bears the number of the request that the entry comes from, in whichever process."""
    with structlog.contextvars.bound_contextvars(**entry.get(CAUSE, {})):
        yield


def _cause() -> Document:
    """The number of the request that is being answered here, where it has one."""
    bound = structlog.contextvars.get_contextvars()
    return {CAUSE: {REQUEST_ID: bound[REQUEST_ID]}} if REQUEST_ID in bound else {}
