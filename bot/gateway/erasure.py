"""A worker who unsubscribes is forgotten."""

from __future__ import annotations

from bot.domain.pseudonym import WorkerPseudonyms
from bot.gateway.inbox import Inbox
from bot.handlers.conversations import Conversations
from bot.ports import Outbox, QuotaLedger


class WorkerErasure:
    """Erases everything that is kept about one worker.

    Args:
        conversations: what is remembered between messages.
        pseudonyms: the ids under which it is remembered.
        inbox: claims, with the replies that they hold for repeats.
        outbox: late answers.
        ledger: counts of customer-service messages.
    """

    def __init__(
        self,
        conversations: Conversations,
        pseudonyms: WorkerPseudonyms,
        inbox: Inbox,
        outbox: Outbox,
        ledger: QuotaLedger,
    ) -> None:
        self._conversations = conversations
        self._pseudonyms = pseudonyms
        self._inbox = inbox
        self._outbox = outbox
        self._ledger = ledger

    async def erase(self, openid: str) -> None:
        """Forget a worker; the claims go last, so that a repeat after a crash in the middle begins anew.

        Raises:
            StoreError: the store is away; the rest is erased when the platform repeats the message.
        """
        await self._outbox.erase(openid)
        await self._ledger.erase(openid)
        await self._conversations.erase(self._pseudonyms.of(openid))
        await self._inbox.erase(openid)
