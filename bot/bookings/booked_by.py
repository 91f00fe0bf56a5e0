"""Who made a booking: name, telephone and story under the worker's own key, the openid under the installation's."""

from __future__ import annotations

from bot.bookings.booking_documents import COLLECTION
from bot.domain.booking import BookedBy, BookingRequest
from bot.domain.errors import ConsentError, DecryptionError
from bot.domain.pseudonym import WorkerPseudonyms
from bot.ports import Document
from bot.privacy.cipher import FieldCipher, FieldContext
from bot.privacy.consent import Consents
from bot.privacy.phrasing_consent import NOT_GIVEN, PURPOSES
from bot.privacy.purposes import Purpose
from bot.privacy.rotation import RotationStep
from bot.privacy.sealed_worker import SealedWorkers
from bot.privacy.worker_keys import WorkerKeys

FIELDS = ("name", "phone", "story")


class SealedBookings:
    """Seals and opens who made a booking.

    A booking that is under way outlives the worker's wish to be erased (they were told so when they agreed), and with
    it their key; when it is closed, both go.

    Args:
        cipher: encrypts with the installation's key.
        pseudonyms: the ids by which bookings are looked up.
        keys: the workers' own keys.
        consents: what they agreed to.
    """

    def __init__(self, cipher: FieldCipher, pseudonyms: WorkerPseudonyms, keys: WorkerKeys, consents: Consents) -> None:
        self._workers = SealedWorkers(cipher, pseudonyms, COLLECTION)
        self._keys = keys
        self._consents = consents

    async def require_consent(self, worker_id: str) -> None:
        """Nothing is kept before the worker agreed.

        Raises:
            ConsentError: they have not.
        """
        await self._consents.require(worker_id)

    async def sealed(self, document: Document, request: BookingRequest) -> Document:
        """A new booking with what tells who made it."""
        key = await self._keys.open(request.worker_id)
        sealed = {
            field: key.cipher.encrypt(getattr(request, field), FieldContext(COLLECTION, field, document["_id"]))
            for field in FIELDS
        }
        return self._workers.sealed(document) | sealed

    async def opened(self, document: Document) -> BookedBy:
        """Who made a booking, and why.

        Raises:
            DecryptionError: the worker's key is destroyed, or the booking was changed.
        """
        key = await self._keys.find(document["worker_id"])
        if key is None:
            raise DecryptionError("这位工友的密钥已经销毁，资料读不出来了")
        fields = {
            field: key.cipher.decrypt(document[field], FieldContext(COLLECTION, field, document["_id"]))
            for field in FIELDS
        }
        return BookedBy(**fields)

    async def check_still_agreed(self, document: Document) -> None:
        """A worker may have been erased while their booking was being written.

        Raises:
            ConsentError: they were: nothing of it may stay.
        """
        try:
            await self.opened(document)
        except DecryptionError as error:
            raise ConsentError(NOT_GIVEN.format(purpose=PURPOSES[Purpose.SERVICE])) from error
        await self._consents.require(document["worker_id"])

    def openid(self, document: Document) -> str:
        """Whom to remind.

        Raises:
            DecryptionError: the booking was changed, or the installation's key is another one.
        """
        return self._workers.openid(document)

    def rotation(self) -> RotationStep:
        """Brings the openids under the installation's current key; the rest has keys of its own."""
        return self._workers.rotation()
