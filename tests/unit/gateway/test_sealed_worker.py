"""Nobody who reads the outbox learns whom its answers are for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from bot.domain.errors import DecryptionError
from bot.domain.message import Reply, WorkerMessage
from bot.gateway.inbox import claim_id_of
from bot.gateway.late_answer import owed, owed_message
from bot.gateway.quota import MESSAGE
from bot.gateway.sealed_worker import SealedWorkers
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


async def test_an_owed_message_is_worked_out_again_as_it_was_sent(
    process: GatewayProcess, write: Write, store: WatchedStore
) -> None:
    message = write("多少钱", openid="o-secret", EventKey="键")
    await process.outbox.owe(message)
    (entry,) = await store.find("outbox", {})
    assert owed_message(process.outbox.workers.opened(entry)) == message


async def test_a_token_of_another_entry_does_not_open(write: Write, clock: SettledClock) -> None:
    workers = SealedWorkers(CIPHER, PSEUDONYMS, "outbox")
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
    both = SealedWorkers(FieldCipher(KeyRing.of({"k2": new, "k1": old})), PSEUDONYMS, "outbox")
    (counts,) = await rotate(store, [both.rotation()])
    assert counts.renewed == 1
    process.outbox.workers = SealedWorkers(FieldCipher(KeyRing.of({"k2": new})), PSEUDONYMS, "outbox")
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
