"""What the work on messages asks of the outbox and of the quota: the protocols between them."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, Protocol

from bot.domain.message import Reply, WorkerMessage


class WaitingAnswers(NamedTuple):
    """Late answers to one worker, counted by how far they are.

    Attributes:
        ready: can go out.
        going: on their way, by push or with a reply.
        working: still being worked out.
    """

    ready: int
    going: int
    working: int


class Outbox(Protocol):
    """Late answers: owed before the acknowledgement, delivered once."""

    async def owe(self, message: WorkerMessage) -> None:
        """Record that this message is acknowledged without its answer; idempotent.

        Raises:
            OutboxError: it could not be recorded; the message must not be acknowledged.
        """
        ...

    async def withdraw(self, key: str) -> None:
        """The answer to an owed message went out in time after all: nothing is owed."""
        ...

    async def fulfil(self, key: str, reply: Reply) -> None:
        """The answer to an owed message is ready; idempotent."""
        ...

    async def keep(self, message: WorkerMessage, rest: str) -> None:
        """Keep what did not fit into the reply to a message; idempotent.

        Raises:
            OutboxError: it could not be recorded.
        """
        ...

    async def collect(self, openid: str, *, carrier: str, room_bytes: int) -> list[Reply]:
        """Answers that go out with a worker's next message, oldest first.

        Args:
            openid: the worker.
            carrier: key of the message whose reply carries them; the same carrier gets the same answers again.
            room_bytes: UTF-8 bytes that they may take together.
        """
        ...

    async def confirm(self, carrier: str) -> None:
        """The reply that carries collected answers is stored: they count as delivered."""
        ...

    async def release(self, carrier: str) -> None:
        """The reply goes out without the answers that it was to carry: they are free again."""
        ...

    async def waiting(self, openid: str) -> WaitingAnswers:
        """How many late answers a worker is still to get."""
        ...

    async def erase(self, openid: str) -> None:
        """Forget everything owed to a worker."""
        ...


class QuotaLedger(Protocol):
    """How many customer-service messages a worker may still get."""

    async def opened(self, openid: str, kind: str, at: datetime) -> None:
        """A worker's message (5 in 48 h) or a menu click, follow or scan (3 in 1 min) opened a window."""
        ...

    async def take(self, openid: str, at: datetime) -> bool:
        """Use one message of the quota; False when none is left."""
        ...

    async def erase(self, openid: str) -> None:
        """Forget a worker."""
        ...
