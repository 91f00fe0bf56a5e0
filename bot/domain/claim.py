"""Wage claims: what a worker reports about wages that were not paid, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.legal_reference import SourceQuote


class ClaimState(StrEnum):
    """How far a claim is; 快立、快调、快审、快结 in between."""

    REGISTERED = "registered"
    FILED = "filed"
    MEDIATING = "mediating"
    HEARING = "hearing"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self not in (ClaimState.CLOSED, ClaimState.WITHDRAWN)


class EvidenceState(StrEnum):
    """What became of a photo that the worker sent."""

    WAITING = "waiting"
    STORED = "stored"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One photo.

    Attributes:
        media_id: the platform's id, good for three days.
        url: where the platform shows it, "" where it does not say.
        state: still to be fetched, kept, or gone.
        file_key: of the encrypted file.
        data_key: what it is encrypted with, base64; lies sealed with the claim.
    """

    media_id: str
    url: str = ""
    state: EvidenceState = EvidenceState.WAITING
    file_key: str = ""
    data_key: str = ""


@dataclass(frozen=True, slots=True)
class Referral:
    """Who looks after wage claims in a place, by the clause that says so.

    Attributes:
        department: as the source names it.
        quote: its words about it.
    """

    department: str
    quote: SourceQuote


@dataclass(frozen=True, slots=True)
class ClaimStep:
    """One step of a claim.

    Attributes:
        state: reached by it.
        at: when.
        note: what staff wrote about it, for the worker to read; "" for nothing.
    """

    state: ClaimState
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class ClaimDetails:
    """What the worker told; personal data, sealed at rest.

    Attributes:
        employer: company or foreman; "" where the worker does not know.
        project: building site or project, "" for none.
        region_code: where the work was.
        place: where the work was, in the worker's words.
        amount_fen: what is owed altogether; None where not known.
        months: for which time, in the worker's words; "" where not told.
        people: how many are owed.
        name: of the contact.
        phone: of the contact.
        evidence: photos.
    """

    employer: str
    project: str
    region_code: str
    place: str
    amount_fen: int | None
    months: str
    people: int
    name: str
    phone: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim.

    Attributes:
        number: the case number.
        worker_id: whose.
        state: how far it is.
        steps: all steps so far, oldest first.
        region_code: where the work was.
        referral: whom it goes to.
        details: what the worker told.
    """

    number: str
    worker_id: str
    state: ClaimState
    steps: tuple[ClaimStep, ...]
    region_code: str
    referral: Referral
    details: ClaimDetails
