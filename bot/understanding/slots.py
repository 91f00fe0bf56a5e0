"""What a message says for its intent, by slot name."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.intent import Intent, SlotValue
from bot.understanding.job_slots import job_slots
from bot.understanding.legal_aid_slots import legal_aid_slots
from bot.understanding.message_reading import MessageReading
from bot.understanding.schemes import scheme_of


def slots_of(intent: Intent, reading: MessageReading) -> Mapping[str, SlotValue]:
    """The slots that belong to an intent, only those that are said.

    Returns:
        ``city``, ``occupation``, ``salary_min``, ``salary_max``, ``daily_min``, ``job_type`` for jobs; ``matter``,
        ``group_size``, ``date_text`` for legal aid; ``scheme`` for a benefit; nothing for the others.
    """
    if intent in {Intent.JOB_SEARCH, Intent.SUBSCRIBE_JOBS}:
        return dict(job_slots(reading))
    if intent is Intent.LEGAL_AID_BOOKING:
        return dict(legal_aid_slots(reading))
    if intent is Intent.SUBSIDY_ELIGIBILITY and (scheme := scheme_of(reading.text)):
        return {"scheme": scheme}
    return {}
