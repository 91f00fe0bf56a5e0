"""What a worker wants, as understood from one message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

SlotValue = str | int
"""``city``, ``occupation``, ``job_type`` and ``date_text`` are words as said, ``matter`` and ``scheme`` are ids;
``salary_min``, ``salary_max`` and ``daily_min`` are yuan; ``group_size`` counts people."""


class Intent(StrEnum):
    """What a message asks for; one handler or form each."""

    POLICY_QA = "policy_qa"
    JOB_SEARCH = "job_search"
    SUBSCRIBE_JOBS = "subscribe_jobs"
    SUBSIDY_ELIGIBILITY = "subsidy_eligibility"
    LEGAL_AID_BOOKING = "legal_aid_booking"
    WAGE_CLAIM = "wage_claim"
    SERVICE_POINT = "service_point"
    MY_BOOKINGS = "my_bookings"
    HUMAN_OPERATOR = "human_operator"
    GREETING = "greeting"
    THANKS_GOODBYE = "thanks_goodbye"
    OUT_OF_SCOPE = "out_of_scope"


@dataclass(frozen=True, slots=True)
class Understanding:
    """One message understood.

    Attributes:
        intent: what it asks for first.
        slots: what it says for that, by slot name; only what is said.
        also: a second wish, to come back to; None where there is none.
        confidence: calibrated probability that ``intent`` is right, in [0, 1].
        also_text: the clauses that say the second wish; "" where they are not told apart from the rest.
    """

    intent: Intent
    slots: Mapping[str, SlotValue] = field(default_factory=dict)
    also: Intent | None = None
    confidence: float = 1.0
    also_text: str = ""
