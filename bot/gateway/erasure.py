"""A worker who unsubscribes, or wishes it, is forgotten."""

from __future__ import annotations

from bot.domain.message import WorkerMessage
from bot.domain.pseudonym import WorkerPseudonyms
from bot.gateway.inbox import Inbox
from bot.privacy.erasure import ErasureReport, WorkerEraser


class WorkerErasure:
    """Erases everything that is kept about one worker but their open matters.

    Args:
        eraser: knows every room that keeps something.
        pseudonyms: the ids under which it is kept.
        inbox: holds the claim of the message that asked for it.
    """

    def __init__(self, eraser: WorkerEraser, pseudonyms: WorkerPseudonyms, inbox: Inbox) -> None:
        self._eraser = eraser
        self._pseudonyms = pseudonyms
        self._inbox = inbox

    async def erase(self, openid: str) -> None:
        """Forget a worker who unsubscribed, this message's claim included: nobody waits for an answer.

        Raises:
            StoreError: the store is away; the housekeeping erases the rest, as far as the wish was written down.
        """
        await self._eraser.erase_worker(self._pseudonyms.of(openid))

    async def erase_on_wish(self, message: WorkerMessage) -> ErasureReport:
        """Forget a worker who asked for it in words, and claim the message anew so that they hear that it is done.

        The claim stays as long as any: it holds a pseudonym and the sentence that everything is erased, and until that
        is said the words that asked for it.

        Raises:
            StoreError: as for `erase`.
        """
        report = await self._eraser.erase_worker(self._pseudonyms.of(message.openid))
        await self._inbox.claim(message)
        return report
