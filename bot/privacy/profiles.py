"""Workers' names, telephones and ID numbers: by consent, encrypted under the worker's own key, every look logged."""

from __future__ import annotations

from bot.domain.errors import ConsentError, DecryptionError, DuplicateKeyError
from bot.ports import Clock, Document, DocumentStore
from bot.privacy.audit import WORKER, AuditLog
from bot.privacy.cipher import FieldCipher, FieldContext
from bot.privacy.compare_and_set import until_won
from bot.privacy.consent import Consents
from bot.privacy.identity_fields import Identity, normalised_phone
from bot.privacy.moments import stored
from bot.privacy.phrasing_consent import NOT_GIVEN, PURPOSES
from bot.privacy.purposes import Purpose
from bot.privacy.rotation import RotationStep
from bot.privacy.worker_keys import WorkerKey, WorkerKeys

COLLECTION = "profiles"

_FIELDS = ("name", "phone", "id_number")
_PHONE_INDEX = "phone_index"
_PHONE = "phone"


class Profiles:
    """Keeps and shows identities.

    A telephone is found through a blind index under the installation's key: with that key, and only with it, a copy of
    the store tells whether a given number is in it.

    Args:
        store: where they lie.
        cipher: makes the blind index.
        keys: the workers' own keys, which encrypt the fields.
        consents: without one nothing is kept or shown.
        audit: learns of every change and every look.
        clock: dates changes.
    """

    def __init__(
        self,
        store: DocumentStore,
        cipher: FieldCipher,
        keys: WorkerKeys,
        consents: Consents,
        audit: AuditLog,
        clock: Clock,
    ) -> None:
        self._store = store
        self._cipher = cipher
        self._keys = keys
        self._consents = consents
        self._audit = audit
        self._clock = clock

    async def prepare(self) -> None:
        """Make the index for telephones; several workers may share one."""
        await self._store.ensure_index(COLLECTION, [_PHONE_INDEX])

    async def keep(self, worker_id: str, identity: Identity, *, actor: str = WORKER) -> None:
        """Keep what is known of a worker; fields that are "" stay as they were.

        Args:
            worker_id: who.
            identity: as they wrote it; each field is brought into its one form.
            actor: who enters it.

        Raises:
            ConsentError: the worker has not agreed, or withdrew while this ran: nothing is kept then.
            IdentityFieldError: a field cannot be what it is given for.
        """
        plain = identity.in_one_form()
        known = [field for field in _FIELDS if getattr(plain, field)]
        await self._consents.require(worker_id)
        await self._audit.append("profile_kept", actor=actor, worker_id=worker_id, details={"fields": " ".join(known)})
        key = await self._keys.open(worker_id)
        await self._write(worker_id, self._sealed(worker_id, plain, known, key))
        await self._take_back_if_erased(worker_id, key)

    async def reveal(self, worker_id: str, *, actor: str, reason: str) -> Identity | None:
        """A worker's identity in clear; the look is logged before it is given.

        Args:
            worker_id: who.
            actor: who looks.
            reason: what for, without personal data.

        Returns:
            None where nothing is kept.

        Raises:
            ConsentError: the worker has not agreed.
            DecryptionError: the worker's key is destroyed, or the data were changed.
            AuditError: the look could not be logged.
        """
        document = await self._store.find_one(COLLECTION, {"_id": worker_id})
        if document is None:
            return None
        await self._consents.require(worker_id)
        await self._audit.append("profile_revealed", actor=actor, worker_id=worker_id, details={"reason": reason})
        return await self._opened(document)

    async def masked(self, worker_id: str) -> dict[str, str]:
        """The fields that are known of a worker as pages show them; {} where nothing is kept.

        Raises:
            ConsentError: the worker has not agreed.
            DecryptionError: the worker's key is destroyed, or the data were changed.
        """
        document = await self._store.find_one(COLLECTION, {"_id": worker_id})
        if document is None:
            return {}
        await self._consents.require(worker_id)
        return (await self._opened(document)).masked()

    async def find_by_phone(self, phone: str, *, actor: str) -> list[str]:
        """Ids of the workers with this telephone number; each find is logged.

        Raises:
            IdentityFieldError: it is not a telephone number.
            AuditError: the look could not be logged.
        """
        indexes = self._cipher.blind_indexes(normalised_phone(phone), _PHONE)
        found = await self._store.find(COLLECTION, {_PHONE_INDEX: {"$in": indexes}})
        for document in found:
            await self._audit.append("profile_found_by_phone", actor=actor, worker_id=document["_id"])
        return [document["_id"] for document in found]

    async def own(self, worker_id: str) -> Identity | None:
        """A worker's identity for the worker's own export, consent or not; not logged here.

        Raises:
            DecryptionError: the worker's key is destroyed, or the data were changed.
        """
        document = await self._store.find_one(COLLECTION, {"_id": worker_id})
        return None if document is None else await self._opened(document)

    async def erase(self, worker_id: str) -> int:
        """Forget a worker's identity."""
        return await self._store.delete(COLLECTION, {"_id": worker_id})

    def rotation(self) -> RotationStep:
        """Brings the telephone indexes under the installation's current key; the fields have keys of their own."""

        async def renew(document: Document) -> Document | None:
            if _PHONE_INDEX not in document or self._cipher.is_current(document[_PHONE_INDEX]):
                return None
            if await self._keys.find(document["_id"]) is None:
                return {name: value for name, value in document.items() if name != _PHONE_INDEX}
            phone = (await self._opened(document)).phone
            return {**document, _PHONE_INDEX: self._cipher.blind_index(phone, _PHONE)}

        return RotationStep(COLLECTION, renew)

    def _sealed(self, worker_id: str, plain: Identity, known: list[str], key: WorkerKey) -> Document:
        sealed: Document = {
            field: key.cipher.encrypt(getattr(plain, field), FieldContext(COLLECTION, field, worker_id))
            for field in known
        }
        if plain.phone:
            sealed[_PHONE_INDEX] = self._cipher.blind_index(plain.phone, _PHONE)
        return {**sealed, "updated_at": stored(self._clock.now())}

    async def _write(self, worker_id: str, news: Document) -> None:
        async def attempt() -> Document | None:
            current = await self._store.find_one(COLLECTION, {"_id": worker_id})
            if current is not None:
                return await self._store.replace_if(COLLECTION, {**current, **news})
            try:
                return await self._store.insert(COLLECTION, {"_id": worker_id, **news})
            except DuplicateKeyError:
                return None

        await until_won(attempt)

    async def _take_back_if_erased(self, worker_id: str, key: WorkerKey) -> None:
        """An erasure that ran meanwhile may have looked for the profile before it was written."""
        now = await self._keys.find(worker_id)
        if now is None or now.pseudonym != key.pseudonym or await self._consents.current(worker_id) is None:
            await self.erase(worker_id)
            raise ConsentError(NOT_GIVEN.format(purpose=PURPOSES[Purpose.SERVICE]))

    async def _opened(self, document: Document) -> Identity:
        worker_id = document["_id"]
        key = await self._keys.find(worker_id)
        if key is None:
            raise DecryptionError("这位工友的密钥已经销毁，资料读不出来了")
        fields = {
            field: key.cipher.decrypt(document[field], FieldContext(COLLECTION, field, worker_id))
            for field in _FIELDS
            if field in document
        }
        return Identity(**fields)
