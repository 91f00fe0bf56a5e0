"""What the service tells workers on its own accord, through the outbox of late answers."""

from __future__ import annotations

from bot.domain.notice import Notice
from bot.gateway.outbox import DocumentOutbox


class OutboxNotices:
    """`bot.ports.Notices`: a notice lies in the outbox until it is delivered, and is erased with its worker.

    Whoever keeps notices need not send them: a command may keep one, and the serving processes push it.

    Args:
        outbox: keeps them.
    """

    def __init__(self, outbox: DocumentOutbox) -> None:
        self._outbox = outbox

    async def send(self, openid: str, notice: Notice) -> None:
        """Keep a notice until it is delivered; see `bot.ports.Notices.send`."""
        await self._outbox.announce(openid, notice)

    async def take_back(self, openid: str, key: str) -> bool:
        """Forget a notice that is not delivered yet; see `bot.ports.Notices.take_back`."""
        return await self._outbox.take_back(openid, key)
