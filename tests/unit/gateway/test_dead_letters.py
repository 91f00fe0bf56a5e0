"""Late answers that did not get through, before staff."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from bot.domain.errors import OutboxError, PlatformError
from bot.domain.message import Reply, WorkerMessage
from bot.gateway.dead_letters import DeadLetters
from bot.gateway.inbox import claim_id_of
from bot.gateway.quota import MESSAGE
from tests.fakes.gateway_process import GatewayProcess
from tests.fakes.posting_platform import PostingPlatform

Write = Callable[..., WorkerMessage]
StartProcess = Callable[..., Awaitable[GatewayProcess]]


@pytest.fixture
async def process(start_process: StartProcess) -> GatewayProcess:
    """A process whose rounds go only when a test says so."""
    started = await start_process()
    await started.rounds.stop()
    return started


@pytest.fixture
def refuse(process: GatewayProcess, platform: PostingPlatform, write: Write) -> Callable[..., Awaitable[str]]:
    """Lets a push end with a code (None: nobody knows how); gives the answer's id."""

    async def refuse(errcode: int | None, text: str = "我问") -> str:
        message = write(text)
        await process.ledger.opened(message.openid, MESSAGE, message.received_at)
        await process.outbox.owe(message)
        await process.outbox.fulfil(message.key, Reply("答"))
        platform.failure = PlatformError("拒绝", errcode)
        await process.pusher.push_ready()
        platform.failure = None
        return claim_id_of(message.key)

    return refuse


@pytest.mark.parametrize(("errcode", "state"), [(40003, "dead"), (48001, "dead"), (45047, "ready"), (None, "unknown")])
async def test_what_waits_is_listed_with_its_reason(
    errcode: int | None, state: str, process: GatewayProcess, refuse: Callable[..., Awaitable[str]]
) -> None:
    answer_id = await refuse(errcode)
    [letter] = await DeadLetters(process.outbox).find_all()
    assert (letter.answer_id, letter.state, letter.errcode, letter.parts_left) == (answer_id, state, errcode, 1)
    assert letter.reason


async def test_the_list_names_neither_the_worker_nor_their_telephone(
    process: GatewayProcess, refuse: Callable[..., Awaitable[str]]
) -> None:
    await refuse(48001, "我是张三，电话13812345678，求助")
    listed = str(await DeadLetters(process.outbox).find_all())
    assert "138****5678" in listed
    assert "13812345678" not in listed
    assert "o-zhang" not in listed


async def test_what_is_on_its_way_is_not_listed(process: GatewayProcess, write: Write) -> None:
    message = write()
    await process.outbox.owe(message)
    assert await DeadLetters(process.outbox).find_all() == []
    await process.outbox.fulfil(message.key, Reply("答"))
    assert await DeadLetters(process.outbox).find_all() == []


@pytest.mark.parametrize("errcode", [40003, 45047, None])
async def test_a_retried_answer_is_pushed(
    errcode: int | None, process: GatewayProcess, refuse: Callable[..., Awaitable[str]], platform: PostingPlatform
) -> None:
    answer_id = await refuse(errcode)
    letters = DeadLetters(process.outbox)
    assert await letters.retry(answer_id[:8]) == answer_id
    assert await process.pusher.push_ready() == 1
    assert platform.pushed == [("o-zhang", "答")]
    assert await letters.find_all() == []


async def test_a_dismissed_answer_is_never_sent_and_nothing_of_it_is_kept(
    process: GatewayProcess, refuse: Callable[..., Awaitable[str]]
) -> None:
    answer_id = await refuse(48001, "我叫张三")
    letters = DeadLetters(process.outbox)
    await letters.dismiss(answer_id)
    assert await letters.find_all() == []
    assert await process.outbox.collect("o-zhang", carrier="下一条", room_bytes=1000) == []
    entry = await process.store.find_one("outbox", {"_id": answer_id})
    assert entry is not None
    assert entry["state"] == "dismissed"
    assert "张三" not in str(entry)


async def test_an_id_that_does_not_name_one_answer_is_explained(
    process: GatewayProcess, refuse: Callable[..., Awaitable[str]]
) -> None:
    answer_id = await refuse(48001)
    letters = DeadLetters(process.outbox)
    with pytest.raises(OutboxError, match="至少写前 6 位"):
        await letters.retry(answer_id[:3])
    with pytest.raises(OutboxError, match="没有编号以"):
        await letters.dismiss("z" * 10)
    await letters.retry(answer_id)
    with pytest.raises(OutboxError, match="没有编号以"):
        await letters.retry(answer_id)
