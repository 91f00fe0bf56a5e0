from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.domain.errors import DecryptionError
from bot.domain.message import Reply, WorkerMessage
from bot.gateway.inbox import LEASE_S, POSTS_OVER_S, RETENTION_HOURS, Claim, ClaimState, Inbox, claim_id_of
from bot.gateway.sealed_inbox import message_in, reply_in, rotation
from bot.privacy.cipher import FieldCipher
from bot.privacy.key_ring import KEY_BYTES, KeyRing
from bot.privacy.rotation import rotate
from tests.fakes.gateway_process import CIPHER, PSEUDONYMS
from tests.fakes.watched_store import SettledClock, WatchedStore

Write = Callable[..., WorkerMessage]


@pytest.fixture
async def inboxes(open_store: Callable[[], Awaitable[WatchedStore]], clock: SettledClock) -> tuple[Inbox, Inbox]:
    """Two processes over one file."""
    first, second = await open_store(), await open_store()
    return Inbox(first, clock, PSEUDONYMS, CIPHER), Inbox(second, clock, PSEUDONYMS, CIPHER)


async def test_one_of_many_wins_a_claim(inboxes: tuple[Inbox, Inbox], write: Write, clock: SettledClock) -> None:
    message = write()

    async def claim_everywhere() -> list[Claim]:
        return await asyncio.gather(*(inbox.claim(message) for inbox in inboxes))

    claims = await clock.run(claim_everywhere())
    assert sorted(claim.won for claim in claims) == [False, True]


async def test_no_openid_lies_in_the_claim(inboxes: tuple[Inbox, Inbox], write: Write, store: WatchedStore) -> None:
    await inboxes[0].claim(write(openid="o-secret", key="gh_1|o-secret|7"))
    assert "o-secret" not in str(await store.find("inbox", {}))


async def test_an_answer_lies_sealed_in_the_claim_and_is_opened_by_every_process(
    inboxes: tuple[Inbox, Inbox], write: Write, store: WatchedStore
) -> None:
    claim = await inboxes[0].claim(write())
    await inboxes[0].finish(claim.claim_id, Reply("刘铁柱，您好"))
    (document,) = await store.find("inbox", {})
    assert "刘铁柱" not in str(document)
    found = await inboxes[1].find(claim.claim_id)
    assert found is not None
    assert found.reply == Reply("刘铁柱，您好")
    with pytest.raises(DecryptionError):
        reply_in(document | {"_id": "another"}, CIPHER)


async def test_messages_and_answers_are_read_after_the_key_was_renewed(
    inboxes: tuple[Inbox, Inbox], write: Write, store: WatchedStore
) -> None:
    message = write()
    claim = await inboxes[0].claim(message)
    await inboxes[0].finish(claim.claim_id, Reply("答"))
    new, old = bytes(KEY_BYTES), bytes(range(KEY_BYTES))
    (counts,) = await rotate(store, [rotation(FieldCipher(KeyRing.of({"k2": new, "k1": old})))])
    assert (counts.renewed, counts.current) == (1, 0)
    document = await store.find_one("inbox", {"_id": claim.claim_id})
    assert document is not None
    renewed = FieldCipher(KeyRing.of({"k2": new}))
    assert reply_in(document, renewed) == "答"
    assert message_in(document, renewed) == message


async def test_the_message_lies_sealed_in_its_claim_until_the_answer_is_delivered(
    inboxes: tuple[Inbox, Inbox], write: Write, store: WatchedStore
) -> None:
    claims = [await inboxes[0].claim(write("我叫刘铁柱")) for _ in range(3)]
    await inboxes[0].finish(claims[0].claim_id, Reply("答"))
    assert all("sealed_message" in document for document in await store.find("inbox", {}))
    assert "刘铁柱" not in str(await store.find("inbox", {}))
    await inboxes[0].mark_delivered(claims[0].claim_id)
    await inboxes[0].finish(claims[1].claim_id, Reply(""))
    await inboxes[0].mark_owed(claims[2].claim_id)
    await inboxes[0].finish(claims[2].claim_id, Reply("答"))
    assert not any("sealed_message" in document for document in await store.find("inbox", {}))


async def test_a_claim_is_unsettled_once_nobody_works_on_it_and_no_post_can_come(
    inboxes: tuple[Inbox, Inbox], write: Write, clock: SettledClock
) -> None:
    first, second = inboxes
    abandoned, worked_on, unheard = write("甲"), write("乙"), write("丙")
    for message in (abandoned, worked_on, unheard):
        await first.claim(message)
        await clock.advance(0.1)
    await first.finish(claim_id_of(unheard.key), Reply("答"))
    await clock.advance(POSTS_OVER_S - 0.3)
    assert await unsettled(second) == ([], [])
    await first.renew(claim_id_of(worked_on.key))
    await clock.advance(0.3)
    assert await unsettled(second) == ([abandoned], [unheard])
    await clock.advance(LEASE_S)
    assert await unsettled(second) == ([abandoned, worked_on], [unheard])
    assert len(await second.unsettled(ClaimState.RUNNING, 1)) == 1


async def unsettled(inbox: Inbox) -> tuple[list[WorkerMessage], list[WorkerMessage]]:
    running, ready = [await inbox.unsettled(state, 8) for state in (ClaimState.RUNNING, ClaimState.READY)]
    return [message for message, _ in running], [message for message, _ in ready]


async def test_claims_of_an_earlier_version_without_their_message_are_let_be(
    inboxes: tuple[Inbox, Inbox], write: Write, clock: SettledClock, store: WatchedStore
) -> None:
    await inboxes[0].claim(write())
    (document,) = await store.find("inbox", {})
    document.pop("sealed_message")
    await store.replace_if("inbox", document)
    await clock.advance(60)
    assert await inboxes[0].unsettled(ClaimState.RUNNING, 8) == []


async def test_what_was_answered_without_the_store_needs_no_other_answer(
    inboxes: tuple[Inbox, Inbox], write: Write, clock: SettledClock
) -> None:
    first, second = inboxes
    running, ready, owed = [await first.claim(write()) for _ in range(3)]
    await first.finish(ready.claim_id, Reply("答"))
    await first.mark_owed(owed.claim_id)
    for claim in (running, ready, owed):
        await second.answered_elsewhere(claim.claim_id, Reply("从索引答"))
    found = [await second.find(claim.claim_id) for claim in (running, ready, owed)]
    assert [claim.reply and claim.reply.text for claim in found if claim] == ["从索引答", "答", "从索引答"]
    assert not any(claim.owed for claim in found if claim)
    late = await first.finish(running.claim_id, Reply("答"))
    assert late is not None
    assert late.reply == Reply("从索引答")
    await clock.advance(60)
    assert await unsettled(second) == ([], [])


async def test_a_renewed_claim_is_not_taken_over_and_a_forgotten_one_is(
    inboxes: tuple[Inbox, Inbox], write: Write, clock: SettledClock
) -> None:
    first, second = inboxes
    message = write()
    claim = await first.claim(message)
    await clock.advance(LEASE_S - 0.1)
    await first.renew(claim.claim_id)
    await clock.advance(LEASE_S - 0.1)
    assert not (await second.claim(message)).won
    await clock.advance(0.2)
    taken = await second.claim(message)
    assert taken.won
    assert taken.attempts == 2


async def test_the_answer_of_a_process_that_lost_its_claim_does_not_count(
    inboxes: tuple[Inbox, Inbox], write: Write, clock: SettledClock
) -> None:
    first, second = inboxes
    message = write()
    claim = await first.claim(message)
    await clock.advance(LEASE_S)
    await second.claim(message)
    late = await first.finish(claim.claim_id, Reply("旧"))
    assert late is not None
    assert late.reply is None
    await second.finish(claim.claim_id, Reply("新"))
    late = await first.finish(claim.claim_id, Reply("旧"))
    assert late is not None
    assert late.reply == Reply("新")


async def test_once_the_answer_is_there_it_cannot_be_owed_any_more(inboxes: tuple[Inbox, Inbox], write: Write) -> None:
    first, second = inboxes
    claim = await first.claim(write())
    await first.finish(claim.claim_id, Reply("答"))
    decided = await second.mark_owed(claim.claim_id)
    assert decided is not None
    assert not decided.owed
    assert decided.reply == Reply("答")


async def test_old_claims_are_swept_away(inboxes: tuple[Inbox, Inbox], write: Write, clock: SettledClock) -> None:
    first, _ = inboxes
    await first.claim(write())
    clock.set(clock.now() + timedelta(hours=RETENTION_HOURS))
    new = await first.claim(write())
    clock.set(clock.now() + timedelta(seconds=1))
    assert await first.sweep() == 1
    assert await first.find(new.claim_id) is not None
