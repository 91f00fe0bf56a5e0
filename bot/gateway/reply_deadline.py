"""The moment by which a post must be settled."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from bot.ports import Clock

DEADLINE_S = 4.0
"""The platform hangs up after 5 s; one second is for the way there and back."""
PLATFORM_HANGS_UP_S = 5.0


class ReplyDeadline:
    """Waits for work as long as the platform waits for the reply.

    Args:
        clock: the time.
        deadline_s: seconds from the arrival of a post.
    """

    def __init__(self, clock: Clock, deadline_s: float = DEADLINE_S) -> None:
        self._clock = clock
        self._deadline_s = deadline_s

    async def in_time(self, work: asyncio.Task[Any], received_at: datetime) -> bool:
        """Wait until work is done or the deadline has come; the work itself goes on either way.

        Args:
            work: what produces the answer.
            received_at: when the post arrived.

        Returns:
            Whether the work is done, well or badly.
        """
        remaining_s = self._remaining_s(received_at)
        if not work.done() and remaining_s > 0:
            alarm = asyncio.ensure_future(self._clock.sleep(remaining_s))
            try:
                await asyncio.wait({work, alarm}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                alarm.cancel()
        return work.done()

    def _remaining_s(self, received_at: datetime) -> float:
        """Never more than the deadline, so that a wall clock set back cannot make the platform wait."""
        gone_s = (self._clock.now() - received_at).total_seconds()
        return self._deadline_s - max(gone_s, 0.0)
