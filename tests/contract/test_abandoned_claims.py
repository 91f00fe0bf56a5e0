"""What `bot.gateway.inbox` asks of the document port to find what dead processes left behind, over every engine."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta

import pytest

from bot.domain.message import MessageKind, Reply, WorkerMessage
from bot.gateway.inbox import LEASE_S, POSTS_OVER_S, RETENTION_HOURS, Claim, ClaimState, Inbox
from bot.ports import DocumentStore
from tests.fakes.fake_clock import FakeClock
from tests.fakes.gateway_process import CIPHER, PSEUDONYMS


@pytest.fixture
async def inboxes(another_documents: Callable[[], Awaitable[DocumentStore]], clock: FakeClock) -> list[Inbox]:
    """Two processes."""
    opened = [Inbox(await another_documents(), clock, PSEUDONYMS, CIPHER) for _ in range(2)]
    for inbox in opened:
        await inbox.prepare()
    return opened


async def found(inbox: Inbox, state: ClaimState, limit: int = 8) -> list[str]:
    return [message.text for message, _ in await inbox.unsettled(state, limit)]


async def both(calls: Iterable[Awaitable[Claim | None]]) -> list[Claim | None]:
    """At the same time; the loser of a race pauses on the clock."""
    return list(await asyncio.gather(*calls))


async def test_abandoned_and_unheard_claims_are_found_oldest_first_and_settled_by_one_process(
    inboxes: list[Inbox], clock: FakeClock
) -> None:
    first, second = inboxes
    claims = {}
    for number, text in enumerate(["甲", "乙", "丙", "丁"]):
        message = WorkerMessage(f"gh_1|o-{number}|1", f"o-{number}", "gh_1", MessageKind.TEXT, text, clock.now())
        claims[text] = (await first.claim(message)).claim_id
        await clock.advance(0.1)
    await first.finish(claims["丙"], Reply("答"))
    await first.finish(claims["丁"], Reply("答"))
    await first.mark_delivered(claims["丁"])
    assert await found(second, ClaimState.RUNNING) == await found(second, ClaimState.READY) == []
    await clock.advance(POSTS_OVER_S)
    assert await found(second, ClaimState.RUNNING) == ["甲", "乙"]
    assert await found(second, ClaimState.RUNNING, limit=1) == ["甲"]
    assert await found(second, ClaimState.READY) == ["丙"]
    marked = await clock.run(both(inbox.mark_owed(claims["甲"]) for inbox in inboxes))
    assert [claim.owed for claim in marked if claim] == [True, True]
    taken = await clock.run(both(inbox.look(claims["甲"]) for inbox in inboxes))
    assert sorted(claim.won for claim in taken if claim) == [False, True]
    assert await found(first, ClaimState.RUNNING) == ["乙"]
    await clock.advance(LEASE_S)
    assert await found(first, ClaimState.RUNNING) == ["甲", "乙"]
    clock.set(clock.now() + timedelta(hours=RETENTION_HOURS))
    assert await first.sweep() == 4
