"""Where workers work, where they come from and what their trade is: by consent, under the worker's own key.

A conversation forgets these after a month without a message; who agrees need not say them again.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace

from bot.domain.errors import ConsentError, DuplicateKeyError
from bot.ports import Clock, Document, DocumentStore
from bot.privacy.cipher import FieldContext
from bot.privacy.compare_and_set import until_won
from bot.privacy.consent import Consents
from bot.privacy.moments import stored
from bot.privacy.phrasing_consent import NOT_GIVEN, PURPOSES
from bot.privacy.purposes import Purpose
from bot.privacy.worker_keys import WorkerKeys

COLLECTION = "work_profiles"
_SEALED = "sealed_profile"


@dataclass(frozen=True, slots=True)
class WorkProfile:
    """What is kept; "" for what is not known.

    Attributes:
        work_region: code of the place of work.
        home_region: code of the place of origin.
        trade: as the worker calls it.
    """

    work_region: str = ""
    home_region: str = ""
    trade: str = ""


class WorkProfiles:
    """Keeps and shows work profiles.

    Args:
        store: where they lie.
        keys: the workers' own keys.
        consents: without one nothing is kept or used.
        clock: dates changes.
    """

    def __init__(self, store: DocumentStore, keys: WorkerKeys, consents: Consents, clock: Clock) -> None:
        self._store = store
        self._keys = keys
        self._consents = consents
        self._clock = clock

    async def keep(self, worker_id: str, profile: WorkProfile) -> None:
        """Keep a profile; it replaces the one before. May be repeated.

        Raises:
            ConsentError: the worker has not agreed, or withdrew while this ran: nothing is kept then.
        """
        await self._consents.require(worker_id, Purpose.PROFILE)
        key = await self._keys.open(worker_id)
        sealed = key.cipher.encrypt(json.dumps(asdict(profile), ensure_ascii=False), _context(worker_id))
        await self._write({"_id": worker_id, _SEALED: sealed, "updated_at": stored(self._clock.now())})
        now = await self._keys.find(worker_id)
        is_erased = now is None or now.pseudonym != key.pseudonym
        if is_erased or await self._consents.current(worker_id, Purpose.PROFILE) is None:
            await self.erase(worker_id)
            raise ConsentError(NOT_GIVEN.format(purpose=PURPOSES[Purpose.PROFILE]))

    async def moved(self, worker_id: str, *, work_region: str | None, home_region: str | None) -> None:
        """A worker said where they are now; nothing happens where no profile is kept.

        Args:
            worker_id: who.
            work_region: code of the place of work; None where they did not say.
            home_region: code of the place of origin, the same.
        """
        profile = await self.find(worker_id)
        if profile is None:
            return
        told = {"work_region": work_region, "home_region": home_region}
        now = replace(profile, **{name: code for name, code in told.items() if code})
        if now != profile:
            await self.keep(worker_id, now)

    async def find(self, worker_id: str) -> WorkProfile | None:
        """A worker's profile; None where none is kept, or the worker no longer agrees.

        Raises:
            DecryptionError: the data were changed.
        """
        profile = await self.own(worker_id)
        if profile is None or await self._consents.current(worker_id, Purpose.PROFILE) is None:
            return None
        return profile

    async def own(self, worker_id: str) -> WorkProfile | None:
        """A worker's profile for their own export, consent or not.

        Raises:
            DecryptionError: the data were changed.
        """
        document = await self._store.find_one(COLLECTION, {"_id": worker_id})
        key = await self._keys.find(worker_id) if document is not None else None
        if document is None or key is None:
            return None
        return WorkProfile(**json.loads(key.cipher.decrypt(document[_SEALED], _context(worker_id))))

    async def recall(self, worker_id: str) -> dict[str, str]:
        """What a new conversation begins with: the places that are kept."""
        profile = await self.find(worker_id)
        known = {"work_region": profile.work_region, "home_region": profile.home_region} if profile else {}
        return {name: code for name, code in known.items() if code}

    async def erase(self, worker_id: str) -> int:
        """Forget a worker's profile."""
        return await self._store.delete(COLLECTION, {"_id": worker_id})

    async def _write(self, document: Document) -> None:
        async def attempt() -> Document | None:
            current = await self._store.find_one(COLLECTION, {"_id": document["_id"]})
            if current is not None:
                return await self._store.replace_if(COLLECTION, {**current, **document})
            try:
                return await self._store.insert(COLLECTION, document)
            except DuplicateKeyError:
                return None

        await until_won(attempt)


def _context(worker_id: str) -> FieldContext:
    return FieldContext(COLLECTION, _SEALED, worker_id)
