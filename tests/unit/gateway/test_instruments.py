"""What is measured, under which names, in one process."""

from __future__ import annotations

import re

import pytest
from prometheus_client import generate_latest

from bot.domain.message import MessageKind
from bot.domain.trace import TurnTrace, hop, note, tracing
from bot.gateway.counters import Counters
from bot.gateway.instruments import Instruments


@pytest.fixture
def instruments() -> Instruments:
    return Instruments()


@pytest.fixture
def counters(instruments: Instruments) -> Counters:
    return Counters(instruments)


def value(instruments: Instruments, name: str, **labels: str) -> float | None:
    return instruments.registry.get_sample_value(name, labels)


@pytest.mark.parametrize(
    ("count", "name", "labels"),
    [
        ("gateway.answered", "gongyou_posts_total", {"settlement": "answered"}),
        ("gateway.acknowledged", "gongyou_posts_total", {"settlement": "acknowledged"}),
        ("gateway.withheld", "gongyou_posts_total", {"settlement": "withheld"}),
        ("outbox.owed", "gongyou_late_answers_total", {"step": "owed"}),
        ("outbox.pushed", "gongyou_late_answers_total", {"step": "pushed"}),
        ("outbox.carried", "gongyou_late_answers_total", {"step": "carried"}),
        ("outbox.unknown", "gongyou_late_answers_total", {"step": "unknown"}),
        ("quota.taken", "gongyou_quota_decisions_total", {"result": "taken"}),
        ("outbox.out_of_quota", "gongyou_quota_decisions_total", {"result": "refused"}),
        ("token.fetched", "gongyou_access_tokens_total", {"how": "fetched"}),
        ("token.forced", "gongyou_access_tokens_total", {"how": "forced"}),
        ("wechat.refused.signature", "gongyou_callback_refusals_total", {"reason": "signature"}),
        ("outbox.refused.45015", "gongyou_push_refusals_total", {"errcode": "45015"}),
        ("gateway.shed", "gongyou_events_total", {"event": "gateway.shed"}),
    ],
)
def test_a_count_has_its_metric(
    count: str, name: str, labels: dict[str, str], instruments: Instruments, counters: Counters
) -> None:
    counters.add(count)
    counters.add(count, 2)
    assert value(instruments, name, **labels) == 3
    assert counters[count] == 3


def test_each_station_is_timed_once_however_often_its_trace_is_told(
    instruments: Instruments, counters: Counters
) -> None:
    with tracing() as trace:
        with hop("callback.open"):
            pass
        counters.timed(trace)
        with hop("dialogue"), hop("handler"):
            pass
        counters.ended(MessageKind.TEXT, trace)
        counters.timed(trace)
    for station in ("callback.open", "dialogue", "handler"):
        assert value(instruments, "gongyou_hop_duration_seconds_count", hop=station) == 1
    told_s = value(instruments, "gongyou_hop_duration_seconds_sum", hop="dialogue")
    took_ms = next(one.took_ms for one in trace.hops if one.name == "dialogue")
    assert told_s == pytest.approx(took_ms / 1000)


@pytest.mark.parametrize("outcome", ["answered", "nearest", "none", "error"])
def test_what_came_of_a_message_is_counted_by_kind(outcome: str, instruments: Instruments, counters: Counters) -> None:
    with tracing() as trace:
        note({"outcome": outcome})
    counters.ended(MessageKind.VOICE, trace)
    assert value(instruments, "gongyou_messages_total", kind="voice", outcome=outcome) == 1
    assert value(instruments, "gongyou_abstentions_total") == (1 if outcome == "none" else 0)


@pytest.mark.parametrize("facts", [{}, {"outcome": "o6_bmjrPTlm6_2sgVt7hMZOPfL2M"}])
def test_an_outcome_that_the_code_does_not_name_makes_no_label(
    facts: dict[str, str], instruments: Instruments, counters: Counters
) -> None:
    counters.ended(MessageKind.TEXT, TurnTrace(facts=dict(facts)))
    assert value(instruments, "gongyou_messages_total", kind="text", outcome="other") == 1


def test_a_message_that_another_process_worked_on_is_not_counted_here(
    instruments: Instruments, counters: Counters
) -> None:
    counters.ended(MessageKind.TEXT, None)
    assert "gongyou_messages_total{" not in generate_latest(instruments.registry).decode()


def test_load_and_engines_are_told_as_they_are(instruments: Instruments) -> None:
    instruments.loaded(running=64, queued=3)
    instruments.engine_seen("cache", is_away=True)
    assert value(instruments, "gongyou_running_jobs") == 64
    assert value(instruments, "gongyou_queued_jobs") == 3
    assert value(instruments, "gongyou_engine_away", engine="cache") == 1
    instruments.engine_seen("cache", is_away=False)
    assert value(instruments, "gongyou_engine_away", engine="cache") == 0


def test_names_keep_to_prometheus_conventions(instruments: Instruments) -> None:
    for metric in instruments.registry.collect():
        assert re.fullmatch(r"gongyou_[a-z]+(_[a-z]+)*", metric.name)
        assert metric.documentation.endswith(".")
        assert metric.type != "histogram" or metric.name.endswith("_seconds")
        for sample in metric.samples:
            assert metric.type != "counter" or sample.name.endswith("_total")
            assert not sample.name.endswith("_created")
