r"""The protocols where there are several engines or an outside world, on one page.

Rules that keep document engines identical: ``_id`` is a string; times are fixed-width UTC ISO strings or integer
milliseconds; no nulls in unique keys (leave the field out); field paths match ``[A-Za-z_]\w*``, joined by dots; no
multi-document transactions: design a document so that one compare-and-set suffices; a collection gets its indexes
before its first document (a server may deadlock where an insert and an index create the same collection at once).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from bot.domain.conversation import Turn
from bot.domain.intent import Understanding
from bot.domain.message import Reply
from bot.domain.notice import Notice
from bot.domain.policy import PolicyAnswer, PolicyQuery, ScoredClause
from bot.domain.wage_offender import WageOffender

Document = dict[str, Any]
Where = Mapping[str, Any]
"""``{"field": value}`` for equality, ``{"field": {"$gt": …}}`` with $ne $gt $gte $lt $lte $in $exists; all hold."""
Sort = Sequence[tuple[str, int]]
"""``[("field", 1)]`` ascending, ``-1`` descending; ``_id`` breaks ties."""

RESYNC = "resync"
"""What a subscription brings where messages may have been missed: whoever listens reads afresh what it shows."""


class Clock(Protocol):
    """The time, injected so that tests never sleep."""

    def now(self) -> datetime:
        """The present moment, aware UTC."""
        ...

    def today(self) -> date:
        """The calendar day in China (UTC+8): policies begin and end by it."""
        ...

    def monotonic_s(self) -> float:
        """Seconds that only go forward, for deadlines."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class DocumentStore(Protocol):
    """Documents with compare-and-set; every change is read → change a copy → ``replace_if``."""

    async def ensure_index(self, collection: str, keys: Sequence[str], *, unique: bool = False) -> None:
        """Create an index if it is not there; idempotent. Unique indexes skip documents that lack a key."""
        ...

    async def insert(self, collection: str, document: Document) -> Document:
        """Store a new document and return it with ``_ver`` 1.

        Raises:
            DuplicateKeyError: its ``_id`` or a unique key exists.
            StoreUnavailableError: the engine is away.
        """
        ...

    async def find_one(self, collection: str, where: Where) -> Document | None:
        """The first match by ``_id`` order, or None."""
        ...

    async def find(
        self, collection: str, where: Where, *, sort: Sort = (), skip: int = 0, limit: int | None = None
    ) -> list[Document]:
        """All matches in order."""
        ...

    async def count(self, collection: str, where: Where) -> int:
        """How many match."""
        ...

    async def replace_if(self, collection: str, document: Document) -> Document | None:
        """Replace the stored document with the same ``_id`` and ``_ver``; returns it with ``_ver`` + 1.

        Returns:
            None when the race is lost: the document changed or is gone.
        """
        ...

    async def delete(self, collection: str, where: Where) -> int:
        """Delete all matches and return how many there were. An empty ``where`` is refused with ValueError."""
        ...

    async def collections(self) -> list[str]:
        """Names of the collections that hold documents, sorted."""
        ...

    async def restore(self, collection: str, document: Document) -> None:
        """Store a document as it was read from another store, its ``_ver`` included; for moving between engines.

        Raises:
            DuplicateKeyError: its ``_id`` or a unique key exists.
            StoreUnavailableError: the engine is away.
        """
        ...

    async def close(self) -> None:
        """Release the engine."""
        ...


class Cache(Protocol):
    """Short-lived state and events between processes."""

    async def claim(self, key: str, ttl_s: float) -> bool:
        """True for exactly one caller until the time is over."""
        ...

    async def get(self, key: str) -> str | None:
        """The value, or None when absent or expired."""
        ...

    async def put(self, key: str, value: str, ttl_s: float) -> None:
        """Keep a value for a time."""
        ...

    async def increment(self, key: str, ttl_s: float) -> int:
        """Add one atomically and return the new count; the time starts with the first increment."""
        ...

    async def release(self, key: str) -> None:
        """Forget a key."""
        ...

    async def publish(self, channel: str, message: str) -> None:
        """Tell every present subscriber, in every process."""
        ...

    def subscribe(self, channel: str) -> AbstractAsyncContextManager[AsyncIterator[str]]:
        """Messages published from entering the context on; ends with the context."""
        ...

    async def close(self) -> None:
        """Release the engine."""
        ...


@runtime_checkable
class Degrading(Protocol):
    """An engine that goes on with a slower one while its own server is away."""

    @property
    def is_degraded(self) -> bool:
        """Whether it does so now."""
        ...


class FileStore(Protocol):
    """Originals and photos by content."""

    async def put(self, content: bytes) -> str:
        """Keep the bytes and return their key (SHA-256, hex); the same bytes have the same key."""
        ...

    async def open(self, key: str) -> bytes:
        """The bytes.

        Raises:
            StoreError: there is no such file, or it is damaged.
        """
        ...

    async def delete(self, key: str) -> bool:
        """Forget a file; False when there was none."""
        ...

    async def keys(self, *, after: str = "", limit: int = 1000) -> list[str]:
        """Keys of the stored files in order, from behind ``after`` on; fewer than ``limit`` where there are no more."""
        ...

    async def close(self) -> None:
        """Release the engine."""
        ...


@runtime_checkable
class Encoder(Protocol):
    """Turns texts into vectors."""

    @property
    def name(self) -> str:
        """Name and content hash: two encoders with the same name give the same vectors."""
        ...

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """``float32[len(texts), dimension]``, each row L2-normalised (zero where no token is known)."""
        ...


@runtime_checkable
class EncodesTokens(Protocol):
    """An encoder that reads the tokens of `bot.language.word_segmenter.search_tokens`: cut once, used twice."""

    def encode_tokens(self, texts: Sequence[Sequence[str]]) -> NDArray[np.float32]:
        """The vectors of texts given as their tokens, equal to those that `Encoder.encode` gives for the texts."""
        ...


class Retriever(Protocol):
    """Ranks clauses; synchronous and CPU-bound."""

    @property
    def document_regions(self) -> frozenset[str]:
        """Codes of the places that documents govern."""
        ...

    def retrieve(self, query: PolicyQuery, top_k: int) -> list[ScoredClause]:
        """The best clauses of the query's regions' lineages (all regions while none is known), best first."""
        ...


class Answerer(Protocol):
    """Answers a policy question."""

    async def answer(self, query: PolicyQuery, *, ask_region: bool = True) -> PolicyAnswer:
        """A cited answer, the nearest clause as such, or none.

        Args:
            query: the question with the worker's regions.
            ask_region: whether the text may ask where the worker is while that is unknown (they are asked once).
        """
        ...


class OffenderLookup(Protocol):
    """Tells which employers stand on a published list of those who owe wages."""

    async def find(self, employers: Iterable[str]) -> Mapping[str, WageOffender]:
        """The entries of employers by the names asked for; those that are on no list are left out.

        Legal form, brackets and width do not matter, and a branch stands under its company, too; two employers may
        bear one name all the same, so that whoever tells a worker says which name is listed, and by whom.

        Raises:
            StoreError: the store is away.
        """
        ...


class Understander(Protocol):
    """Tells what a message asks for; synchronous, about a millisecond."""

    def understand(self, text: str) -> Understanding:
        """The wish, the slots and a second wish, if there is one."""
        ...


class Notices(Protocol):
    """Tells workers something on the service's own accord."""

    async def send(self, openid: str, notice: Notice) -> None:
        """Keep a notice until it is delivered; idempotent by its key.

        It goes out as a template message where the account has one for it, else as a customer-service message within
        the quota, else with the worker's next message.

        Raises:
            OutboxError: it could not be kept.
        """
        ...

    async def take_back(self, openid: str, key: str) -> bool:
        """Forget a notice that is not delivered yet, such as one that its worker no longer wants.

        Returns:
            False where there is none, or it is delivered or on its way.

        Raises:
            StoreError: the store is away.
        """
        ...


class IntentHandler(Protocol):
    """One conversation per intent."""

    async def handle(self, turn: Turn) -> Reply:
        """The reply to this turn."""
        ...


class PictureSource(Protocol):
    """Where photos that workers sent are fetched from: the platform, which keeps them for three days."""

    async def fetch_picture(self, media_id: str, url: str) -> bytes:
        """A photo.

        Args:
            media_id: the platform's id of it.
            url: its own address.

        Raises:
            PlatformError: it cannot be had now.
        """
        ...


class Alarm(Protocol):
    """Words that come before everything else: somebody is in danger."""

    def is_raised(self, turn: Turn) -> bool:
        """Whether a message is such a cry; synchronous and quick, asked of every message with words."""
        ...

    async def handle(self, turn: Turn) -> Reply:
        """What is said and done at once. A form that is open stays open and untouched."""
        ...


class WechatPlatform(Protocol):
    """What the gateway asks of the platform besides passive replies."""

    async def send_text(self, openid: str, text: str) -> None:
        """Send a customer-service message.

        Raises:
            PlatformError: refused (``errcode`` set) or outcome unknown (``errcode`` None).
        """
        ...

    async def send_template(
        self, openid: str, template_id: str, data: Mapping[str, str], *, client_msg_id: str = ""
    ) -> str:
        """Send a template message, outside the quota, and return the platform's id for it.

        Args:
            openid: the worker.
            template_id: from the account's template library.
            data: the template's keywords and their texts.
            client_msg_id: the platform delivers one message per id within 10 minutes; "" for none.

        Raises:
            PlatformError: as for `send_text`; an unknown outcome may be tried again with the same ``client_msg_id``.
        """
        ...


Sleep = Callable[[float], Awaitable[None]]
