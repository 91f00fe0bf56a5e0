"""Nobody who reads the outbox learns whom its answers are for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from bot.domain.errors import DecryptionError
from bot.domain.message import Reply, WorkerMessage
from bot.gateway.inbox import claim_id_of
from bot.gateway.late_answer import AnswerState, owed, owed_message
from bot.gateway.outbox import REPLY_AHEAD_S, sealed_recipients
from bot.gateway.quota import MESSAGE
from bot.privacy.cipher import FieldCipher
from bot.privacy.key_ring import KEY_BYTES, KeyRing
from bot.privacy.rotation import rotate
from tests.fakes.gateway_process import CIPHER, PSEUDONYMS, GatewayProcess
from tests.fakes.posting_platform import PostingPlatform
from tests.fakes.watched_store import SettledClock, WatchedStore

Write = Callable[..., WorkerMessage]


@pytest.fixture
async def process(start_process: Callable[..., Awaitable[GatewayProcess]]) -> GatewayProcess:
    started = await start_process()
    await started.rounds.stop()
    return started


async def test_neither_openid_nor_duplicate_key_lies_in_the_outbox(
    process: GatewayProcess, write: Write, store: WatchedStore
) -> None:
    message = write(openid="o-secret", key="gh_1|o-secret|7")
    await process.outbox.owe(message)
    await process.outbox.keep(message, "后面还有")
    assert "o-secret" not in str(await store.find("outbox", {}))
    assert await process.outbox.waiting("o-secret") == (1, 0, 1)


async def test_neither_question_nor_answer_lies_in_the_outbox_and_the_answer_arrives(
    process: GatewayProcess, write: Write, store: WatchedStore, platform: PostingPlatform, clock: SettledClock
) -> None:
    message = write("我叫刘铁柱，电话13812345678")
    await process.ledger.opened(message.openid, MESSAGE, message.received_at)
    await process.outbox.owe(message)
    await process.outbox.fulfil(message.key, Reply("刘铁柱，您好"))
    await process.outbox.keep(message, "刘铁柱，还有")
    assert {entry["state"] for entry in await store.find("outbox", {})} == {"ready"}
    for secret in ("刘铁柱", "13812345678", "您好"):
        assert secret not in str(await store.find("outbox", {}))
    await clock.advance(REPLY_AHEAD_S)
    assert await process.pusher.push_ready() == 2
    assert [text for _, text in platform.pushed] == ["刘铁柱，您好", "刘铁柱，还有"]
    assert all("texts" not in entry for entry in await store.find("outbox", {}))


async def test_an_answer_that_is_carried_along_is_opened_for_the_worker_alone(
    process: GatewayProcess, write: Write, store: WatchedStore
) -> None:
    message = write("我叫刘铁柱")
    await process.outbox.keep(message, "刘铁柱，还有")
    (carried,) = await process.outbox.collect(message.openid, carrier="k-next", room_bytes=1000)
    assert "我叫刘铁柱" in carried.text
    assert "刘铁柱，还有" in carried.text
    assert "刘铁柱" not in str(await store.find("outbox", {}))


async def test_texts_moved_to_another_entry_do_not_open(write: Write, clock: SettledClock) -> None:
    workers = sealed_recipients(CIPHER, PSEUDONYMS)
    mine, other = (workers.sealed(owed(name, write(), clock.now())) for name in ("a", "b"))
    with pytest.raises(DecryptionError):
        workers.texts_opened(mine | {"texts": other["texts"]})


async def test_an_owed_message_is_worked_out_again_as_it_was_sent(
    process: GatewayProcess, write: Write, store: WatchedStore
) -> None:
    message = write("多少钱", openid="o-secret", EventKey="键")
    await process.outbox.owe(message)
    (entry,) = await store.find("outbox", {})
    assert owed_message(process.outbox.workers.opened(entry)) == message


async def test_a_token_of_another_entry_does_not_open(write: Write, clock: SettledClock) -> None:
    workers = sealed_recipients(CIPHER, PSEUDONYMS)
    mine, other = (workers.sealed(owed(name, write(), clock.now())) for name in ("a", "b"))
    with pytest.raises(DecryptionError):
        workers.openid(mine | {"openid": other["openid"]})


async def test_answers_are_pushed_after_the_key_was_renewed(
    process: GatewayProcess, write: Write, store: WatchedStore, platform: PostingPlatform
) -> None:
    message = write()
    await process.ledger.opened(message.openid, MESSAGE, message.received_at)
    await process.outbox.owe(message)
    new, old = bytes(KEY_BYTES), bytes(range(KEY_BYTES))
    both = sealed_recipients(FieldCipher(KeyRing.of({"k2": new, "k1": old})), PSEUDONYMS)
    (counts,) = await rotate(store, [both.rotation()])
    assert counts.renewed == 1
    process.outbox.workers = sealed_recipients(FieldCipher(KeyRing.of({"k2": new})), PSEUDONYMS)
    await process.outbox.fulfil(message.key, Reply("答"))
    assert await process.pusher.push_ready() == 1
    assert platform.pushed == [("o-zhang", "答")]


async def test_an_entry_of_an_earlier_version_is_sealed_at_the_start(
    process: GatewayProcess, write: Write, store: WatchedStore, clock: SettledClock
) -> None:
    message = write(openid="o-old")
    await store.insert("outbox", owed(claim_id_of(message.key), message, clock.now()))
    await process.outbox.prepare()
    assert "o-old" not in str(await store.find("outbox", {}))
    assert (await process.outbox.waiting("o-old")).working == 1


async def test_texts_of_an_earlier_version_are_sealed_at_the_start(
    process: GatewayProcess, write: Write, store: WatchedStore, clock: SettledClock
) -> None:
    message = write("我叫刘铁柱")
    entry = process.outbox.workers.sealed(owed(claim_id_of(message.key), message, clock.now()))
    old = process.outbox.workers.texts_opened(entry)
    assert old["question"] == "我叫刘铁柱"
    await store.insert("outbox", old)
    await process.outbox.prepare()
    assert "刘铁柱" not in str(await store.find("outbox", {}))
    assert [found["question"] for found in await process.outbox.in_state(AnswerState.OWED)] == ["我叫刘铁柱"]
