"""What is kept about a worker who asked for a person, for export and erasure."""

from __future__ import annotations

from bot.desk.handoffs import Handoffs
from bot.domain.handoff import HandoffReason
from bot.privacy.holders import WithoutMatters
from bot.privacy.moments import shown, stored

LABEL = "转人工"
REASONS = {HandoffReason.ASKED: "要求转人工", HandoffReason.DANGER: "遇到危险", HandoffReason.INJURY: "受伤"}
ASKED_AT, REASON, SAID = "时间", "原因", "说的话"


class HandoffHolder(WithoutMatters):
    """See `bot.privacy.holders.PersonalDataHolder`; who leaves does not wait for anybody any more.

    Args:
        handoffs: the queue.
    """

    label = LABEL

    def __init__(self, handoffs: Handoffs) -> None:
        self._handoffs = handoffs

    async def export(self, worker_id: str) -> list[dict[str, str]]:
        """When, why, and with which words."""
        return [
            {ASKED_AT: shown(stored(one.asked_at)), REASON: REASONS[one.reason]}
            | ({SAID: "；".join(one.said)} if one.said else {})
            for one in await self._handoffs.of_worker(worker_id)
        ]

    async def erase(self, worker_id: str) -> int:
        """Delete all of them."""
        return await self._handoffs.erase(worker_id)
