import asyncio
import json

import pytest

from bot.desk.handoffs import COLLECTION, Handoffs
from bot.desk.personal_data import HandoffHolder
from bot.domain.errors import StaffChangeError
from bot.domain.handoff import HandoffReason, HandoffState
from bot.storage.sqlite_documents import SqliteDocumentStore
from tests.fakes.fake_clock import FakeClock
from tests.unit.desk.conftest import PSEUDONYMS


async def test_a_worker_waits_once_however_often_they_ask(handoffs: Handoffs) -> None:
    first, *others = await asyncio.gather(*(handoffs.ask("o1", HandoffReason.ASKED, f"第{n}次") for n in range(5)))

    assert {one.handoff_id for one in others} == {first.handoff_id}
    (waiting,) = await handoffs.waiting()
    assert sorted(waiting.said) == [f"第{n}次" for n in range(5)]


async def test_danger_goes_before_those_who_asked_earlier(handoffs: Handoffs, clock: FakeClock) -> None:
    await handoffs.ask("o1", HandoffReason.ASKED, "转人工")
    await clock.advance(60)
    later = await handoffs.ask("o2", HandoffReason.DANGER, "我被打了")

    assert [one.worker_id for one in await handoffs.waiting()] == [PSEUDONYMS.of("o2"), PSEUDONYMS.of("o1")]
    assert await handoffs.ahead_of(later) == 0


async def test_who_waits_already_becomes_urgent_with_the_first_word_of_danger(handoffs: Handoffs) -> None:
    await handoffs.ask("o1", HandoffReason.ASKED, "转人工")
    now = await handoffs.ask("o1", HandoffReason.INJURY, "流了好多血")
    again = await handoffs.ask("o1", HandoffReason.ASKED, "人呢")

    assert now.is_urgent
    assert again.is_urgent
    assert again.reason is HandoffReason.INJURY


async def test_of_two_members_of_staff_one_gets_the_worker(handoffs: Handoffs) -> None:
    waiting = await handoffs.ask("o1", HandoffReason.ASKED, "转人工")

    results = await asyncio.gather(
        *(handoffs.take(waiting.handoff_id, name) for name in ("甲", "乙")), return_exceptions=True
    )

    assert sum(isinstance(one, StaffChangeError) for one in results) == 1
    assert await handoffs.waiting() == []


async def test_a_closed_handoff_holds_no_words_and_a_new_one_can_begin(
    handoffs: Handoffs, store: SqliteDocumentStore
) -> None:
    first = await handoffs.ask("o1", HandoffReason.ASKED, "转人工")
    closed = await handoffs.close(first.handoff_id, "甲")
    second = await handoffs.ask("o1", HandoffReason.ASKED, "又有事")

    assert closed.state is HandoffState.CLOSED
    assert closed.said == ()
    assert second.handoff_id != first.handoff_id
    with pytest.raises(StaffChangeError):
        await handoffs.close(first.handoff_id, "甲")
    assert await store.count(COLLECTION, {}) == 2


async def test_nothing_a_worker_said_lies_in_clear(handoffs: Handoffs, store: SqliteDocumentStore) -> None:
    await handoffs.ask("o-secret", HandoffReason.ASKED, "我叫张三")

    lies = json.dumps(await store.find(COLLECTION, {}), ensure_ascii=False)

    assert "张三" not in lies
    assert "o-secret" not in lies


async def test_a_worker_sees_and_erases_what_is_kept(handoffs: Handoffs) -> None:
    await handoffs.ask("o1", HandoffReason.ASKED, "转人工")
    holder, worker = HandoffHolder(handoffs), PSEUDONYMS.of("o1")

    assert (await holder.export(worker))[0]["说的话"] == "转人工"
    assert await holder.erase(worker) == 1
    assert await holder.export(worker) == []
