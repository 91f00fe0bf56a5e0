"""Forms filled in by two processes at once, over every engine: every answer counts, everything is done once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.domain.intent import Intent, Understanding
from bot.ports import DocumentStore
from tests.fakes.fake_clock import FakeClock
from tests.fakes.form_chat import FormChat, WordsUnderstander
from tests.fakes.outing_form import OutingForm

AnotherDocuments = Callable[[], Awaitable[DocumentStore]]
PHONE = "13800000000"


@pytest.fixture
def outing() -> OutingForm:
    return OutingForm()


@pytest.fixture
async def processes(another_documents: AnotherDocuments, outing: OutingForm, clock: FakeClock) -> list[FormChat]:
    """Two, each with a store of its own over the same place."""
    words = {"出游": Understanding(Intent.WAGE_CLAIM)}
    return [FormChat(await another_documents(), clock, [outing], WordsUnderstander(words)) for _ in range(2)]


async def test_answers_that_come_at_once_to_two_processes_all_count(processes: list[FormChat]) -> None:
    one, other = (process.worker() for process in processes)
    again = [process.worker() for process in processes]
    await one.says("我要报名出游")
    await asyncio.gather(one.says("去永安"), other.says("6个人"), again[0].says("周日"), again[1].says(PHONE))
    form = (await one.conversation()).form
    assert form is not None
    assert form.values == {"place": "永安", "people": 6, "day": "sun", "phone": PHONE}


async def test_the_last_answer_worked_on_by_both_does_the_thing_once_and_says_the_same(
    processes: list[FormChat], outing: OutingForm
) -> None:
    worker = processes[0].worker()
    await worker.says(f"我要报名出游，去永安，6个人，周日，{PHONE}")
    await worker.says("要")
    done = await worker.says("跳过")
    replies = await asyncio.gather(*(worker.again(process) for process in processes for _ in range(3)))
    assert set(replies) == {done}
    assert (len(outing.done), (await worker.conversation()).form) == (1, None)


async def test_a_form_that_two_messages_finish_at_once_is_done_once(
    processes: list[FormChat], outing: OutingForm
) -> None:
    one, other = (process.worker() for process in processes)
    await one.says(f"我要报名出游，去永安，6个人，周日，{PHONE}")
    await one.says("要")
    await asyncio.gather(one.says("跳过"), other.says("靠窗的位子"))
    assert len(outing.done) == 1
    assert (await one.conversation()).form is None
