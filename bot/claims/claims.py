"""Wage claims in the document store: registered once, stepped forward by staff, never lost.

One document for each claim, so that one compare-and-set decides everything::

    registered ── file ──▶ filed ── mediate ──▶ mediating ── hear ──▶ hearing ── close ──▶ closed
         └──────────────────────── withdraw / close at any time ────────────────────────┘
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from bot.domain.claim import Claim, ClaimDetails, ClaimState, ClaimStep, Evidence, EvidenceState, Referral
from bot.domain.errors import ClaimRefusedError, DuplicateKeyError
from bot.domain.legal_reference import SourceQuote
from bot.domain.notice import Notice
from bot.domain.policy import PolicyStatus
from bot.domain.pseudonym import WorkerPseudonyms
from bot.ports import Clock, Document, DocumentStore, Notices
from bot.privacy.cipher import FieldCipher
from bot.privacy.moments import stored
from bot.privacy.sealed_worker import OPENID, WORKER_ID, SealedWorkers
from bot.storage.change import change

COLLECTION = "claims"
DETAILS = "details"
NUMBER_DIGITS = 5
NUMBERS_TRIED = 20

_FORWARD = (ClaimState.REGISTERED, ClaimState.FILED, ClaimState.MEDIATING, ClaimState.HEARING, ClaimState.CLOSED)

TellStep = Callable[[Claim, ClaimStep], Notice]
"""Makes the notice of a step in words for the worker."""


def sealed_claims(cipher: FieldCipher, pseudonyms: WorkerPseudonyms) -> SealedWorkers:
    """Seals whose claims are and what they tell."""
    return SealedWorkers(cipher, pseudonyms, COLLECTION, [DETAILS])


class Claims:
    """The claims of an installation.

    Args:
        store: where they lie.
        workers: seals them.
        clock: dates them.
    """

    def __init__(self, store: DocumentStore, workers: SealedWorkers, clock: Clock) -> None:
        self._store = store
        self._workers = workers
        self._clock = clock

    async def prepare(self) -> None:
        """Create the indexes."""
        await self._store.ensure_index(COLLECTION, ["form_id"], unique=True)
        await self._store.ensure_index(COLLECTION, [WORKER_ID])
        await self._store.ensure_index(COLLECTION, ["state"])
        await self._store.ensure_index(COLLECTION, ["evidence_waits"])

    async def register(self, form_id: str, openid: str, details: ClaimDetails, referral: Referral) -> Claim:
        """Register a claim; the same ``form_id`` registers once and gets the same claim again.

        Raises:
            StoreUnavailableError: the store is away; nothing is registered.
        """
        for attempt in range(NUMBERS_TRIED):
            known = await self._store.find_one(COLLECTION, {"form_id": form_id})
            if known is not None:
                return self._claim(known)
            document = self._new(form_id, openid, details, referral, attempt)
            try:
                return self._claim(await self._store.insert(COLLECTION, document))
            except DuplicateKeyError:
                continue  # of another claim with this number, or of this form in another process
        raise ClaimRefusedError("登记号码用完了，请稍后再试一次")

    async def find(self, number: str) -> Claim | None:
        """A claim by its number, None where there is none."""
        document = await self._store.find_one(COLLECTION, {"_id": number})
        return None if document is None else self._claim(document)

    async def of_worker(self, worker_id: str) -> list[Claim]:
        """A worker's claims, newest first."""
        found = await self._store.find(COLLECTION, {WORKER_ID: worker_id}, sort=[("registered_at", -1)])
        return [self._claim(document) for document in found]

    async def all_open(self, region_codes: tuple[str, ...] = ()) -> list[Claim]:
        """Claims that are under way, oldest first.

        Args:
            region_codes: only of work in these places; () for all.
        """
        states = [state.value for state in ClaimState if state.is_open]
        where: dict[str, Any] = {"state": {"$in": states}}
        where |= {"region_code": {"$in": list(region_codes)}} if region_codes else {}
        found = await self._store.find(COLLECTION, where, sort=[("registered_at", 1)])
        return [self._claim(document) for document in found]

    async def advance(self, number: str, state: ClaimState, note: str = "") -> Claim:
        """Take a claim to its next state; repeating the step that was taken last changes nothing.

        Raises:
            ClaimRefusedError: there is no such claim, it is closed, or the step leads back.
        """

        def step(document: Document) -> Document | None:
            current = ClaimState(document["state"])
            if current is state:
                return None
            _check_step(number, current, state)
            return {
                **document,
                "state": state.value,
                "steps": [*document["steps"], _step(state, self._clock.now(), note)],
            }

        changed = await change(self._store, COLLECTION, number, step, sleep=self._clock.sleep)
        claim = self._claim(changed) if changed is not None else await self.find(number)
        if claim is None:
            raise ClaimRefusedError(f"没有编号 {number} 的欠薪登记，请核对编号")
        return claim

    async def tell(self, claim: Claim, notices: Notices, tell_step: TellStep) -> None:
        """Tell the worker of the last step; a repeat is delivered once.

        Raises:
            OutboxError: it could not be kept.
        """
        document = await self._store.find_one(COLLECTION, {"_id": claim.number})
        if document is not None:
            await notices.send(self._workers.openid(document), tell_step(claim, claim.steps[-1]))

    async def with_waiting_evidence(self, limit: int = 50) -> list[Claim]:
        """Claims with photos that are still to be fetched."""
        found = await self._store.find(COLLECTION, {"evidence_waits": True}, limit=limit)
        return [self._claim(document) for document in found]

    async def note_evidence(self, number: str, fetched: dict[str, Evidence]) -> Claim | None:
        """Record what became of photos, by their media id; None where the claim is gone or nothing is new."""

        def note(document: Document) -> Document | None:
            opened = self._workers.texts_opened(document)
            details = _details(opened[DETAILS])
            evidence = tuple(fetched.get(one.media_id, one) if _waits(one) else one for one in details.evidence)
            if evidence == details.evidence:
                return None
            opened[DETAILS] = _plain_details(replace(details, evidence=evidence))
            return self._workers.texts_sealed(opened | {"evidence_waits": any(map(_waits, evidence))})

        changed = await change(self._store, COLLECTION, number, note, sleep=self._clock.sleep)
        return None if changed is None else self._claim(changed)

    async def erase_closed(self, worker_id: str) -> list[Claim]:
        """Delete a worker's closed claims and return them; open ones stay."""
        closed = [claim for claim in await self.of_worker(worker_id) if not claim.state.is_open]
        for claim in closed:
            await self._store.delete(COLLECTION, {"_id": claim.number})
        return closed

    def _new(self, form_id: str, openid: str, details: ClaimDetails, referral: Referral, attempt: int) -> Document:
        now = self._clock.now()
        entry: Document = {
            "_id": _number(form_id, attempt, f"{self._clock.today():%y%m%d}"),
            "form_id": form_id,
            OPENID: openid,
            "state": ClaimState.REGISTERED.value,
            "steps": [_step(ClaimState.REGISTERED, now, "")],
            "region_code": details.region_code,
            "referral": _plain(referral),
            "registered_at": stored(now),
            "evidence_waits": any(map(_waits, details.evidence)),
            DETAILS: _plain_details(details),
        }
        return self._workers.sealed(entry)

    def _claim(self, document: Document) -> Claim:
        opened = self._workers.texts_opened(document)
        return Claim(
            number=opened["_id"],
            worker_id=opened[WORKER_ID],
            state=ClaimState(opened["state"]),
            steps=tuple(
                ClaimStep(ClaimState(one["state"]), datetime.fromisoformat(one["at"]), one["note"])
                for one in opened["steps"]
            ),
            region_code=opened["region_code"],
            referral=_referral(opened["referral"]),
            details=_details(opened[DETAILS]),
        )


def _check_step(number: str, current: ClaimState, state: ClaimState) -> None:
    if not current.is_open:
        raise ClaimRefusedError(f"欠薪登记 {number} 已经办结或撤回，不能再改")
    if state is not ClaimState.WITHDRAWN and _FORWARD.index(state) <= _FORWARD.index(current):
        raise ClaimRefusedError(f"欠薪登记 {number} 不能往回走；请选后面的一步")


def _step(state: ClaimState, at: datetime, note: str) -> Document:
    return {"state": state.value, "at": stored(at), "note": note}


def _number(form_id: str, attempt: int, day: str) -> str:
    """Day and five digits: what can be told over the telephone."""
    digest = hashlib.sha256(f"{form_id}/{attempt}".encode()).digest()
    return f"{day}-{int.from_bytes(digest[:8], 'big') % 10**NUMBER_DIGITS:0{NUMBER_DIGITS}d}"


def _waits(evidence: Evidence) -> bool:
    return evidence.state is EvidenceState.WAITING


def _plain(referral: Referral) -> Document:
    quote = asdict(referral.quote)
    return {"department": referral.department, "quote": quote | {"status": referral.quote.status.value}}


def _referral(plain: Document) -> Referral:
    quote = plain["quote"]
    return Referral(plain["department"], SourceQuote(**{**quote, "status": PolicyStatus(quote["status"])}))


def _plain_details(details: ClaimDetails) -> Document:
    evidence = [asdict(one) | {"state": one.state.value} for one in details.evidence]
    return asdict(details) | {"evidence": evidence}


def _details(plain: Document) -> ClaimDetails:
    evidence = tuple(Evidence(**{**one, "state": EvidenceState(one["state"])}) for one in plain["evidence"])
    return ClaimDetails(**{**plain, "evidence": evidence})
