"""The day before, a worker is reminded once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from bot.bookings.booked_by import SealedBookings
from bot.bookings.booking_documents import COLLECTION, booking_of
from bot.bookings.offices import Offices
from bot.domain.booking import Booking, BookingState, Office
from bot.domain.moments import CHINA
from bot.domain.notice import Notice
from bot.ports import Clock, Document, DocumentStore, Notices
from bot.storage.change import change

HOURS = range(9, 21)
"""When a message disturbs nobody's sleep."""
NEWS_FOR = timedelta(hours=12)
"""Who booked so shortly before the day need not be told again."""

TellReminder = Callable[[Booking, Office], Notice]
"""Makes the notice in words for the worker; its key names booking and slot."""


class Reminders:
    """Sends reminders; of several processes each may try, the notice's key makes it one.

    Args:
        store: where bookings lie.
        sealed: knows whom to remind.
        offices: where to go.
        notices: sends.
        tell: says it.
        clock: the time.
    """

    def __init__(
        self,
        store: DocumentStore,
        sealed: SealedBookings,
        offices: Offices,
        notices: Notices,
        tell: TellReminder,
        clock: Clock,
    ) -> None:
        self._store = store
        self._sealed = sealed
        self._offices = offices
        self._notices = notices
        self._tell = tell
        self._clock = clock

    async def send_due(self) -> int:
        """Remind everybody whose day is tomorrow and who was not reminded of this slot; returns how many.

        Raises:
            OutboxError: a reminder could not be kept; the next round tries again.
        """
        now = self._clock.now().astimezone(CHINA)
        if now.hour not in HOURS:
            return 0
        tomorrow = (self._clock.today() + timedelta(days=1)).isoformat()
        due = await self._store.find(COLLECTION, {"state": BookingState.BOOKED.value, "on": tomorrow})
        new = [document for document in due if document.get("reminded") != document["slot_id"]]
        return sum([await self._remind(document) for document in new])

    async def _remind(self, document: Document) -> bool:
        booking = booking_of(document)
        office = await self._offices.get(booking.slot.office_id)
        is_news = self._clock.now() - booking.created_at > NEWS_FOR
        if office is not None and is_news:
            await self._notices.send(self._sealed.openid(document), self._tell(booking, office))
        told = {"reminded": document["slot_id"]}
        await change(self._store, COLLECTION, booking.number, lambda current: current | told)
        return office is not None and is_news
