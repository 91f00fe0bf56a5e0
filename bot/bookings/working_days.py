"""On which days offices work: China's public holidays and the weekends that are worked for them.

The State Council announces each year's holidays late in the year before, and the library learns of them after that. For
a year that it does not know, weekends are free, an admin's list says what else is known, and every day is provisional.
"""

from __future__ import annotations

from datetime import date, timedelta

from bot.domain.booking import DayInfo
from bot.domain.errors import DuplicateKeyError
from bot.ports import Document, DocumentStore
from bot.storage.change import change

COLLECTION = "public_holidays"
SATURDAY = 5


class WorkingDays:
    """The days of an installation.

    Args:
        store: where the admins' list lies.
    """

    def __init__(self, store: DocumentStore) -> None:
        self._store = store

    async def between(self, since: date, until: date) -> list[DayInfo]:
        """The days from one to another, both included."""
        entered = {info.on: info for info in await self.entered(since, until)}
        days = (since + timedelta(days=ahead) for ahead in range((until - since).days + 1))
        return [entered.get(day) or announced(day) for day in days]

    async def entered(self, since: date, until: date) -> list[DayInfo]:
        """What admins entered, by day."""
        where = {"_id": {"$gte": since.isoformat(), "$lte": until.isoformat()}}
        return [_info(document) for document in await self._store.find(COLLECTION, where, sort=[("_id", 1)])]

    async def enter(self, on: date, name: str, *, is_make_up: bool = False) -> None:
        """Enter a holiday, or a weekend day that is worked; it counts before what the library says.

        Args:
            on: the day.
            name: of the holiday.
            is_make_up: the day is worked instead of another.
        """
        facts: Document = {"name": name, "is_make_up": is_make_up}
        try:
            await self._store.insert(COLLECTION, {"_id": on.isoformat(), **facts})
        except DuplicateKeyError:
            await change(self._store, COLLECTION, on.isoformat(), lambda stored: stored | facts)

    async def remove(self, on: date) -> bool:
        """Take a day out of the list; False where it was not in it."""
        return await self._store.delete(COLLECTION, {"_id": on.isoformat()}) > 0


def announced(on: date) -> DayInfo:
    """What the library knows about a day; provisional, with weekends alone, where it does not know the year."""
    import chinese_calendar  # noqa: PLC0415 - its tables are built at import

    try:
        is_free, name = chinese_calendar.get_holiday_detail(on)
    except NotImplementedError:
        return DayInfo(on, is_provisional=True)
    holidays = {holiday.value: holiday.chinese for holiday in chinese_calendar.Holiday}
    return DayInfo(
        on,
        is_holiday=is_free and name is not None,
        is_make_up=not is_free and on.weekday() >= SATURDAY,
        name=holidays.get(name, "") if name else "",
    )


def _info(document: Document) -> DayInfo:
    on = date.fromisoformat(document["_id"])
    is_make_up = bool(document["is_make_up"])
    return DayInfo(on, not is_make_up, is_make_up, document["name"], announced(on).is_provisional)
