"""Answers given again, and where they are worked out."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from bot.answering import policy_answerer
from bot.answering.policy_answerer import ANSWERS_KEPT, PolicyAnswerer
from bot.domain.policy import Outcome, PolicyQuery, ScoredClause
from bot.regions.divisions import load_divisions

TODAY = date(2026, 11, 23)


class CountingRetriever:
    """Finds nothing, and remembers in which thread it was asked what."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.threads: list[str] = []

    document_regions: frozenset[str] = frozenset()

    def retrieve(self, query: PolicyQuery, top_k: int) -> list[ScoredClause]:
        del top_k
        self.asked.append(query.text)
        self.threads.append(threading.current_thread().name)
        return []


class Watch:
    """A thread clock that goes on by a fixed time with every look."""

    def __init__(self, step_s: float) -> None:
        self.step_s = step_s
        self.now_s = 0.0

    def thread_time(self) -> float:
        self.now_s += self.step_s
        return self.now_s


@pytest.fixture
def retriever() -> CountingRetriever:
    return CountingRetriever()


@pytest.fixture
def answerer(retriever: CountingRetriever) -> Iterator[PolicyAnswerer]:
    nothing: Any = None  # no clause is found, so that no evidence is asked for
    answerer = PolicyAnswerer(retriever, nothing, load_divisions())
    yield answerer
    answerer.close()


def query(text: str, region: str | None = "350400", day: date = TODAY) -> PolicyQuery:
    return PolicyQuery(text, region, None, day)


async def test_the_same_question_of_the_same_place_and_day_is_worked_out_once(
    answerer: PolicyAnswerer, retriever: CountingRetriever
) -> None:
    first = await answerer.answer(query("创业补贴"))
    assert await answerer.answer(query("创业补贴")) == first
    assert first.outcome is Outcome.NONE
    assert retriever.asked == ["创业补贴"]


async def test_another_place_another_day_or_the_right_to_ask_make_it_another_question(
    answerer: PolicyAnswerer, retriever: CountingRetriever
) -> None:
    await answerer.answer(query("创业补贴"))
    await answerer.answer(query("创业补贴", "440000"))
    await answerer.answer(query("创业补贴", day=date(2020, 1, 1)))
    await answerer.answer(query("创业补贴"), ask_region=False)
    assert len(retriever.asked) == 4


async def test_after_a_switch_of_the_index_nothing_of_the_former_one_is_given(
    answerer: PolicyAnswerer, retriever: CountingRetriever
) -> None:
    await answerer.answer(query("创业补贴"))
    newer, nothing = CountingRetriever(), None
    answerer.answer_from(newer, nothing)  # type: ignore[arg-type] # see the fixture
    await answerer.answer(query("创业补贴"))
    assert (len(retriever.asked), len(newer.asked)) == (1, 1)


async def test_the_oldest_answers_make_room(answerer: PolicyAnswerer, retriever: CountingRetriever) -> None:
    for number in range(ANSWERS_KEPT + 1):
        await answerer.answer(query(f"第{number}问"))
    await answerer.answer(query("第1问"))
    assert len(retriever.asked) == ANSWERS_KEPT + 1
    await answerer.answer(query("第0问"))
    assert len(retriever.asked) == ANSWERS_KEPT + 2


@pytest.mark.parametrize(("took_s", "is_on_loop"), [(0.001, True), (0.02, False)])
async def test_only_what_is_quick_is_worked_out_on_the_loops_own_thread(
    took_s: float,
    is_on_loop: bool,  # noqa: FBT001 - a table
    answerer: PolicyAnswerer,
    retriever: CountingRetriever,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(policy_answerer, "time", Watch(took_s))
    await answerer.answer(query("第一个问题谁也不知道要多久"))
    await answerer.answer(query("第二个问题就知道了"))
    here = threading.current_thread().name
    assert retriever.threads[0] != here
    assert (retriever.threads[1] == here) is is_on_loop


async def test_a_long_story_goes_to_a_worker_thread_where_short_questions_do_not(
    answerer: PolicyAnswerer, retriever: CountingRetriever, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy_answerer, "time", Watch(0.001))
    await answerer.answer(query("老板欠我三个月工资怎么办"))
    await answerer.answer(query("我在工地上干了三年。" * 60))
    await answerer.answer(query("讨薪找谁"))
    here = threading.current_thread().name
    assert [thread == here for thread in retriever.threads[1:]] == [False, True]
