"""One process at a time: a lease in a document, taken and renewed by compare-and-set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from bot.domain.errors import DuplicateKeyError
from bot.ports import Clock, DocumentStore

COLLECTION = "leases"


class Lease:
    """What one process at a time may do.

    Args:
        store: shared by the processes.
        clock: the time.
        name: what is done.
        lasts_s: a holder that was not heard of for so long has lost it.
    """

    def __init__(self, store: DocumentStore, clock: Clock, name: str, lasts_s: float) -> None:
        self._store = store
        self._clock = clock
        self._name = name
        self._lasts = timedelta(seconds=lasts_s)
        self._owner = uuid4().hex

    async def take(self) -> bool:
        """Take it, or keep it for longer; False while another process has it.

        Raises:
            StoreError: the store is away.
        """
        document = await self._store.find_one(COLLECTION, {"_id": self._name})
        mine = {"owner": self._owner, "until": _stored(self._clock.now() + self._lasts)}
        if document is None:
            try:
                await self._store.insert(COLLECTION, {"_id": self._name, **mine})
            except DuplicateKeyError:
                return False
            return True
        if document["owner"] != self._owner and document["until"] > _stored(self._clock.now()):
            return False
        return await self._store.replace_if(COLLECTION, document | mine) is not None

    async def give_back(self) -> None:
        """Let another process take it at once.

        Raises:
            StoreError: the store is away; it runs out by itself.
        """
        await self._store.delete(COLLECTION, {"_id": self._name, "owner": self._owner})


def _stored(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
