"""The real time."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, date, datetime

from bot.domain.moments import CHINA

"""China has one zone and no summer time, so that no time-zone database is needed."""


class SystemClock:
    """`bot.ports.Clock` by the host's clock."""

    def now(self) -> datetime:
        """The present moment, aware UTC."""
        return datetime.now(UTC)

    def today(self) -> date:
        """The calendar day in China."""
        return datetime.now(CHINA).date()

    def monotonic_s(self) -> float:
        """Seconds that only go forward."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)
