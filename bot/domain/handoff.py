"""Conversations that wait for a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class HandoffReason(StrEnum):
    """Why a person is wanted."""

    ASKED = "asked"
    DANGER = "danger"
    INJURY = "injury"


class HandoffState(StrEnum):
    """How far it is."""

    WAITING = "waiting"
    TAKEN = "taken"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Handoff:
    """One worker who waits for a person.

    Attributes:
        handoff_id: its id.
        worker_id: who waits.
        reason: why.
        is_urgent: goes before all that are not.
        state: how far it is.
        asked_at: since when.
        said: the worker's last words about it, oldest first; personal data, sealed at rest.
        taken_by: the member of staff who has it; "" for nobody.
    """

    handoff_id: str
    worker_id: str
    reason: HandoffReason
    is_urgent: bool
    state: HandoffState
    asked_at: datetime
    said: tuple[str, ...]
    taken_by: str = ""
