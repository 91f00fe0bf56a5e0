"""What waits for a person: wiring."""

from __future__ import annotations

from bot.assembly.capability import Capability, Foundations
from bot.desk.handoffs import Handoffs, sealed_handoffs
from bot.domain.intent import Intent
from bot.handlers.danger import DangerAlarm
from bot.handlers.operator_handoff import OperatorHandoffHandler


def desk_capability(base: Foundations) -> Capability:
    """The queue of those who want a person, and the words of danger that go to one at once."""
    handoffs = Handoffs(base.documents, sealed_handoffs(base.privacy.cipher, base.privacy.pseudonyms), base.clock)
    return Capability(
        handlers={Intent.HUMAN_OPERATOR: OperatorHandoffHandler(handoffs)},
        alarms=(DangerAlarm(handoffs),),
        prepare=handoffs.prepare,
    )
