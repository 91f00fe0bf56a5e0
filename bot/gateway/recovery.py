"""What a crash left behind is found here and brought to its end."""

from __future__ import annotations

from bot.domain.errors import StoreUnavailableError
from bot.domain.message import WorkerMessage
from bot.domain.moments import to_ms
from bot.gateway import late_answer
from bot.gateway.inbox import Claim, ClaimState, Inbox
from bot.gateway.jobs import Jobs
from bot.gateway.late_answer import AnswerState
from bot.gateway.outbox import DocumentOutbox, logged_with_cause
from bot.ports import Clock, Document

CLAIMS_AT_ONCE = 32
"""Looked at in one round: what was left behind must not crowd out what comes in."""
AFTER_OUTAGE_S = 5.0
"""By then every process has closed the claims of what it answered without the store (`bot.gateway.stand_in`)."""


class Recovery:
    """Looks after promises and claims whose process died; any process may do it, at the same time as others.

    Args:
        jobs: does the work again.
        inbox: says how far each message is.
        outbox: says what is promised.
        clock: the time.
    """

    def __init__(self, jobs: Jobs, inbox: Inbox, outbox: DocumentOutbox, clock: Clock) -> None:
        self._jobs = jobs
        self._inbox = inbox
        self._outbox = outbox
        self._clock = clock
        self._not_before_s = 0.0

    async def recover(self) -> int:
        """Bring everything forward that nobody works on: what is promised, and what the platform posts no more.

        Returns:
            How many questions are worked on again.

        Raises:
            StoreError: the store is away; for a while after that there is nothing to recover yet.
        """
        if self._clock.monotonic_s() < self._not_before_s:
            return 0
        try:
            return await self._recover_promises() + await self._recover_claims()
        except StoreUnavailableError:
            self._not_before_s = self._clock.monotonic_s() + AFTER_OUTAGE_S
            raise

    async def sweep(self) -> int:
        """Delete what is too old to matter; returns how many entries."""
        return await self._inbox.sweep() + await self._outbox.sweep()

    async def _recover_promises(self) -> int:
        begun = 0
        for entry in await self._outbox.in_state(AnswerState.OWED):
            with logged_with_cause(entry):
                begun += await self._recover_owed(entry) if not self._jobs.is_full else 0
        for entry in await self._outbox.in_state(AnswerState.SENDING):
            await self._recover_carried(entry)
        return begun

    async def _recover_claims(self) -> int:
        for message, claim in await self._inbox.unsettled(ClaimState.READY, CLAIMS_AT_ONCE):
            await self._recover_unheard(message, claim)
        if self._jobs.queued:  # nobody was promised anything: whoever waits now comes first
            return 0
        abandoned = await self._inbox.unsettled(ClaimState.RUNNING, CLAIMS_AT_ONCE)
        return sum([await self._recover_abandoned(message) for message, _ in abandoned])

    async def _recover_abandoned(self, message: WorkerMessage) -> int:
        """Every post met a process that died: the answer comes as those that are late."""
        claim = await self._jobs.promise(message)
        if claim is None or claim.is_finished:
            return 0
        _, is_new = self._jobs.join(message, owed=True)
        return int(is_new)

    async def _recover_unheard(self, message: WorkerMessage, claim: Claim) -> None:
        """The answer was there, and the process died or the platform hung up before it was known to be delivered."""
        if claim.reply is not None:
            await self._outbox.keep_unheard(message, claim.reply)
        await self._inbox.mark_delivered(claim.claim_id)
        if await self._inbox.find(claim.claim_id) is None:  # the worker left meanwhile
            await self._outbox.erase(message.openid)

    async def _recover_owed(self, entry: Document) -> int:
        message = late_answer.owed_message(self._outbox.workers.opened(entry))
        claim = await self._inbox.find(entry["_id"])
        if claim is not None and claim.is_finished:
            if claim.owed:
                await self._jobs.hand_over(message, claim)
            else:  # it was answered in time after all
                await self._outbox.withdraw(message.key)
            return 0
        if not await self._inbox.is_abandoned(entry["_id"]):
            return 0
        _, is_new = self._jobs.join(message, owed=True)
        return int(is_new)

    async def _recover_carried(self, entry: Document) -> None:
        """A reply was to carry it: either the reply is stored, or it never was and the answer is free again."""
        carrier_id = entry["carrier"]
        if not carrier_id or entry["lease_until_ms"] > to_ms(self._clock.now()):
            return
        claim = await self._inbox.find(carrier_id)
        if claim is not None and not claim.is_finished:
            return

        def settle(document: Document) -> Document | None:
            if not late_answer.is_carried_by(document, carrier_id):
                return None
            if claim is not None:
                return late_answer.carried_away(document, carrier_id)
            return late_answer.returned(document)

        await self._outbox.step(entry["_id"], settle)
