"""How many customer-service messages a worker may still get.

The platform's rule: 5 within 48 h of a worker's message, 3 within 1 min of a menu click, a follow or a scan; a new
message or click begins a new count.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors import DuplicateKeyError
from bot.domain.moments import to_ms
from bot.domain.pseudonym import WorkerPseudonyms
from bot.ports import Document, DocumentStore
from bot.storage.change import change

COLLECTION = "quota"
MESSAGE = "message"
INTERACTION = "interaction"


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one kind of window allows.

    Attributes:
        count: customer-service messages.
        lasts_s: seconds from the worker's act on.
    """

    count: int
    lasts_s: int


RENEWED_AFTER_MS = 3_600_000
"""A message window of which nothing is used is opened anew at most once an hour: it closes that much early at worst,
and the busiest write of all is spared."""

ALLOWANCES = {INTERACTION: Allowance(3, 60), MESSAGE: Allowance(5, 48 * 3600)}
"""The window that closes first is used first."""


class DocumentQuotaLedger:
    """`late_answer_ports.QuotaLedger`: one document per worker, ``{kind: [opened_ms, used]}``.

    Args:
        store: where the counts lie.
        pseudonyms: names workers in them.
    """

    def __init__(self, store: DocumentStore, pseudonyms: WorkerPseudonyms) -> None:
        self._store = store
        self._pseudonyms = pseudonyms

    async def opened(self, openid: str, kind: str, at: datetime) -> None:
        """A worker's act opened a window.

        Args:
            openid: the worker.
            kind: ``message``, or ``interaction`` for a menu click, follow or scan.
            at: when; an act older than the window's is a late repeat and changes nothing.
        """
        worker_id, opened_ms = self._pseudonyms.of(openid), to_ms(at)
        known = await self._store.find_one(COLLECTION, {"_id": worker_id})
        if known is not None and _is_open_and_unused(known, kind, opened_ms):
            return
        is_known = False

        def open_window(document: Document) -> Document | None:
            nonlocal is_known
            is_known = True
            if document.get(kind, [-1])[0] >= opened_ms:
                return None
            return document | {kind: [opened_ms, 0]}

        while not is_known:
            if known is None and await self._is_begun({"_id": worker_id, kind: [opened_ms, 0]}):
                return
            await change(self._store, COLLECTION, worker_id, open_window, known=known)
            known = None

    async def _is_begun(self, document: Document) -> bool:
        """Store a worker's first window; whether there was none."""
        try:
            await self._store.insert(COLLECTION, document)
        except DuplicateKeyError:
            return False
        return True

    async def take(self, openid: str, at: datetime) -> bool:
        """Use one message of the quota; False when none is left."""
        taken = False

        def use_one(document: Document) -> Document | None:
            nonlocal taken
            kind = _open_window(document, to_ms(at))
            taken = kind is not None
            if kind is None:
                return None
            opened_ms, used = document[kind]
            return document | {kind: [opened_ms, used + 1]}

        document = await change(self._store, COLLECTION, self._pseudonyms.of(openid), use_one)
        return taken and document is not None

    async def erase(self, openid: str) -> None:
        """Forget a worker."""
        await self._store.delete(COLLECTION, {"_id": self._pseudonyms.of(openid)})


class UnneededQuota:
    """`late_answer_ports.QuotaLedger` of an account that has passive replies only: it never sends by itself."""

    async def opened(self, openid: str, kind: str, at: datetime) -> None:
        """Nothing to count."""

    async def take(self, openid: str, at: datetime) -> bool:
        """There is never a message to be sent."""
        del openid, at
        return False

    async def erase(self, openid: str) -> None:
        """Nothing is kept."""


def _is_open_and_unused(document: Document, kind: str, at_ms: int) -> bool:
    opened_ms, used = document.get(kind, (-1, 0))
    return kind == MESSAGE and not used and opened_ms >= 0 and at_ms < opened_ms + RENEWED_AFTER_MS


def _open_window(document: Document, at_ms: int) -> str | None:
    for kind, allowance in ALLOWANCES.items():
        if kind in document:
            opened_ms, used = document[kind]
            if at_ms < opened_ms + allowance.lasts_s * 1000 and used < allowance.count:
                return kind
    return None
