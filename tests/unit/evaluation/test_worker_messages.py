"""What a load sends: varied, repeatable, and as often as planned."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

from bot.evaluation.worker_messages import REST_OF_A_WORKER_S, SHARES, LoadKind, PlannedMessage, WorkerMessages
from bot.evaluation.worker_story import STORY_CHARACTERS

QUESTIONS = ["老板拖欠工资找谁", "回老家创业有补贴吗", "孩子能在这边上学吗", "工伤了怎么赔", "居住证怎么办"]
PLACES = ["三明", "武汉新洲", "佛山南海", "邢台"]


def plan(rate: float = 100.0, seconds: float = 30.0, seed: int = 0, **options: int) -> list[PlannedMessage]:
    return WorkerMessages(QUESTIONS, PLACES, seed, **options).poisson(rate, seconds)


def test_the_same_seed_plans_the_same_messages() -> None:
    assert plan() == plan() != plan(seed=1)


def test_arrivals_come_at_the_planned_rate_and_not_evenly() -> None:
    times = [one.at_s for one in plan()]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert times == sorted(times)
    assert times[-1] < 30.0
    assert 2700 <= len(times) <= 3300
    mean_s = sum(gaps) / len(gaps)
    deviation_s = (sum((gap - mean_s) ** 2 for gap in gaps) / len(gaps)) ** 0.5
    assert 0.9 <= deviation_s / mean_s <= 1.1  # as of an exponential distribution


def test_every_sort_is_sent_about_as_often_as_planned() -> None:
    messages = plan()
    for kind, share in SHARES.items():
        assert abs(sum(one.kind is kind for one in messages) / len(messages) - share) < 0.03


def test_hardly_a_question_is_sent_twice() -> None:
    texts = [one.text for one in plan() if one.kind is LoadKind.QUESTION]
    assert len(set(texts)) > 0.7 * len(texts)


def test_stories_are_long_and_end_with_what_the_worker_wants_to_know() -> None:
    stories = [one.text for one in plan() if one.kind is LoadKind.STORY]
    shortest, longest = STORY_CHARACTERS
    assert all(shortest <= len(story) <= longest for story in stories)
    assert all(any(question in story[-80:] for question in QUESTIONS) for story in stories)
    assert len(set(stories)) == len(stories)


def test_a_worker_rests_between_two_messages() -> None:
    own: defaultdict[str, list[float]] = defaultdict(list)
    for one in plan():
        own[one.openid].append(one.at_s)
    rests = [later - earlier for times in own.values() for earlier, later in pairwise(times)]
    assert rests
    assert min(rests) > 0.8 * REST_OF_A_WORKER_S


def test_with_one_message_of_a_worker_nobody_writes_twice() -> None:
    messages = plan(messages_of_a_worker=1)
    assert len({one.openid for one in messages}) == len(messages)
