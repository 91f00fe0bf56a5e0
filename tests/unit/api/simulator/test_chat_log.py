import asyncio

import pytest

from api.simulator.chat_log import ChatLog
from tests.fakes.fake_clock import FakeClock

DAY_S = 24 * 3600


async def test_a_session_has_one_worker_at_a_time(chat: ChatLog) -> None:
    first = await chat.begin("session", "")
    second = await chat.begin("session", "福建省三明市")
    assert first.openid != second.openid
    assert await chat.current("session") == second
    assert second.place == "福建省三明市"


async def test_an_unknown_session_has_no_worker(chat: ChatLog) -> None:
    assert await chat.current("nobody") is None


async def test_bubbles_said_at_the_same_moment_are_all_kept_and_numbered(chat: ChatLog) -> None:
    await asyncio.gather(*(chat.say("o1", "worker", f"第{number}句") for number in range(12)))
    bubbles = await chat.bubbles("o1")
    assert [bubble.number for bubble in bubbles] == list(range(1, 13))
    assert {bubble.text for bubble in bubbles} == {f"第{number}句" for number in range(12)}


async def test_only_what_came_after_a_bubble_is_given(chat: ChatLog) -> None:
    for text in ("一", "二", "三"):
        await chat.say("o1", "worker", text)
    await chat.say("o2", "worker", "别人的")
    assert [bubble.text for bubble in await chat.bubbles("o1", after=1)] == ["二", "三"]


async def test_an_exchange_is_found_by_the_key_of_its_message(chat: ChatLog) -> None:
    exchange = await chat.open_exchange("o1", "你好", "gh|o1|1")
    assert await chat.exchange_by_key("gh|o1|1") == exchange
    assert await chat.exchange_by_key("gh|o1|2") is None


async def test_nobody_sees_the_exchange_of_another_worker(chat: ChatLog) -> None:
    exchange = await chat.open_exchange("o1", "你好", "gh|o1|1")
    assert await chat.exchange("o2", exchange.exchange_id) is None


async def test_changes_made_at_the_same_moment_are_all_kept(chat: ChatLog) -> None:
    exchange = await chat.open_exchange("o1", "你好", "gh|o1|1")
    await asyncio.gather(
        *(
            chat.change_exchange(exchange.exchange_id, lambda found: {"posts": [*found.posts, {"n": len(found.posts)}]})
            for _ in range(6)
        )
    )
    changed = await chat.exchange("o1", exchange.exchange_id)
    assert changed is not None
    assert [post["n"] for post in changed.posts] == list(range(6))


@pytest.mark.parametrize(
    ("state", "is_waiting"),
    [("waiting", True), ("acknowledged", True), ("replied", False), ("silent", False), ("pushed", False)],
)
async def test_a_worker_waits_only_while_an_answer_is_to_come(chat: ChatLog, state: str, is_waiting: bool) -> None:  # noqa: FBT001 - a parameter of the table above
    exchange = await chat.open_exchange("o1", "你好", "gh|o1|1")
    await chat.change_exchange(exchange.exchange_id, lambda _: {"state": state})
    assert await chat.is_waiting("o1") is is_waiting


async def test_nobody_waits_for_ever_for_an_exchange_that_was_cut_off(chat: ChatLog, clock: FakeClock) -> None:
    await chat.open_exchange("o1", "你好", "gh|o1|1")
    await clock.advance(31)
    assert not await chat.is_waiting("o1")


async def test_yesterdays_chats_are_deleted(chat: ChatLog, clock: FakeClock) -> None:
    old = await chat.begin("old-session", "")
    await chat.say(old.openid, "worker", "昨天")
    exchange = await chat.open_exchange(old.openid, "昨天", "gh|o|1")
    await clock.advance(DAY_S + 1)
    await chat.begin("new-session", "")
    assert await chat.current("old-session") is None
    assert await chat.worker(old.openid) is None
    assert await chat.bubbles(old.openid) == []
    assert await chat.exchange(old.openid, exchange.exchange_id) is None
