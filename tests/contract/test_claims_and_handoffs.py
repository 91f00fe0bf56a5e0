"""Wage claims and the queue for a person over every document engine: nothing is registered or waited for twice."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.claims.claims import Claims, sealed_claims
from bot.desk.handoffs import Handoffs, sealed_handoffs
from bot.domain.claim import ClaimDetails, ClaimState, Referral
from bot.domain.errors import ClaimRefusedError, StaffChangeError
from bot.domain.handoff import HandoffReason
from bot.domain.legal_reference import SourceQuote
from bot.domain.place import PointKind, ServicePoint
from bot.domain.policy import PolicyStatus
from bot.domain.pseudonym import WorkerPseudonyms
from bot.gateway.system_clock import SystemClock
from bot.places.service_points import ServicePoints
from bot.ports import DocumentStore
from bot.privacy.cipher import FieldCipher
from bot.privacy.key_ring import KEY_BYTES, KeyRing
from bot.regions.distance import Coordinates
from bot.regions.divisions import load_divisions

PSEUDONYMS = WorkerPseudonyms("盐")
CIPHER = FieldCipher(KeyRing.of({"k1": bytes(range(KEY_BYTES))}))
REFERRAL = Referral("市人社局", SourceQuote("绿色通道", "若干措施", "六、17", PolicyStatus.DRAFT_FOR_COMMENT, "350400"))
DETAILS = ClaimDetails("老王", "", "350481", "福建省永安市", None, "", 1, "张三", "13812345678")

Another = Callable[[], Awaitable[DocumentStore]]


@pytest.fixture
async def two_claims(another_documents: Another) -> list[Claims]:
    """Two processes' views of the same claims."""
    both = [Claims(await another_documents(), sealed_claims(CIPHER, PSEUDONYMS), SystemClock()) for _ in range(2)]
    for one in both:
        await one.prepare()
    return both


@pytest.fixture
async def two_queues(another_documents: Another) -> list[Handoffs]:
    """Two processes' views of the same queue."""
    both = [Handoffs(await another_documents(), sealed_handoffs(CIPHER, PSEUDONYMS), SystemClock()) for _ in range(2)]
    for one in both:
        await one.prepare()
    return both


async def test_one_form_sent_by_two_processes_registers_one_claim(two_claims: list[Claims]) -> None:
    registered = await asyncio.gather(
        *(one.register("f1", "o1", DETAILS, REFERRAL) for _ in range(5) for one in two_claims)
    )

    assert len({claim.number for claim in registered}) == 1
    assert len(await two_claims[0].of_worker(PSEUDONYMS.of("o1"))) == 1


async def test_different_forms_get_different_numbers(two_claims: list[Claims]) -> None:
    registered = await asyncio.gather(
        *(two_claims[n % 2].register(f"f{n}", f"o{n}", DETAILS, REFERRAL) for n in range(40))
    )

    assert len({claim.number for claim in registered}) == 40


async def test_a_step_is_taken_once_by_whoever_comes_first(two_claims: list[Claims]) -> None:
    number = (await two_claims[0].register("f1", "o1", DETAILS, REFERRAL)).number

    steps = [ClaimState.FILED, ClaimState.WITHDRAWN]
    await asyncio.gather(
        *(one.advance(number, step) for one, step in zip(two_claims, steps, strict=True)), return_exceptions=True
    )

    claim = await two_claims[0].find(number)
    assert claim is not None
    assert [step.state for step in claim.steps][-1] is ClaimState.WITHDRAWN
    with pytest.raises(ClaimRefusedError):
        await two_claims[1].advance(number, ClaimState.CLOSED)


async def test_a_worker_waits_once_whichever_process_they_reach(two_queues: list[Handoffs]) -> None:
    await asyncio.gather(*(two_queues[n % 2].ask("o1", HandoffReason.ASKED, f"第{n}次") for n in range(6)))

    (waiting,) = await two_queues[0].waiting()
    results = await asyncio.gather(
        *(queue.take(waiting.handoff_id, str(n)) for n, queue in enumerate(two_queues)), return_exceptions=True
    )
    assert sum(isinstance(one, StaffChangeError) for one in results) == 1


async def test_service_points_are_found_by_distance_and_by_place(documents: DocumentStore) -> None:
    points = ServicePoints(documents, load_divisions())
    await points.prepare()
    for number in range(5):
        place = ServicePoint(
            f"p{number}", PointKind.LEGAL_AID, f"法援{number}", "350403", "路", 26.2 + number / 100, 117.6
        )
        await points.keep(place)

    near = await points.nearest(Coordinates(26.2, 117.6), [PointKind.LEGAL_AID])
    below = await points.in_region("350481", [PointKind.LEGAL_AID])

    assert [one.point.point_id for one in near] == ["p0", "p1", "p2"]
    assert len(below) == 3
