"""What happened to one message: its hops with their times, and what retrieval found.

The trace rides in a context variable, which tasks and worker threads inherit, so that no signature carries it.
Where nobody asked for a trace, recording costs a dictionary look-up.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Hop:
    """One station of a message: its name, when it began after the first hop, and how long it took."""

    name: str
    started_ms: float
    took_ms: float


@dataclass(slots=True)
class TurnTrace:
    """Everything recorded for one message.

    Attributes:
        began_s: `time.perf_counter` at the start.
        hops: the stations in the order in which they ended; nested ones end before the ones around them.
        facts: what rooms chose to tell (``outcome``, ``regions``, ``clauses``, …), JSON-able. Never leaves the demo.
        told: how many of the hops have been measured already.
        is_shown: whether anybody will look at it, so that more than its times and its outcome is worth recording.
    """

    began_s: float = field(default_factory=time.perf_counter)
    hops: list[Hop] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    told: int = 0
    is_shown: bool = False


_current: ContextVar[TurnTrace | None] = ContextVar("turn_trace", default=None)


@contextmanager
def tracing(*, is_shown: bool = False) -> Iterator[TurnTrace]:
    """Record a trace for everything that runs inside."""
    trace = TurnTrace(is_shown=is_shown)
    token = _current.set(trace)
    try:
        yield trace
    finally:
        _current.reset(token)


@contextmanager
def traced_on(*, is_shown: bool = False) -> Iterator[TurnTrace]:
    """Go on with the trace that is being recorded here, or begin one."""
    trace = _current.get()
    if trace is not None:
        yield trace
        return
    with tracing(is_shown=is_shown) as begun:
        yield begun


def current_trace() -> TurnTrace | None:
    """The trace that is being recorded here, if there is one."""
    return _current.get()


@contextmanager
def hop(name: str) -> Iterator[None]:
    """Time a station of the current trace, if there is one."""
    trace = _current.get()
    if trace is None:
        yield
        return
    started_s = time.perf_counter()
    try:
        yield
    finally:
        ended_s = time.perf_counter()
        trace.hops.append(Hop(name, (started_s - trace.began_s) * 1000, (ended_s - started_s) * 1000))


def note(facts: Mapping[str, Any]) -> None:
    """Tell the current trace something, if there is one."""
    trace = _current.get()
    if trace is not None:
        trace.facts.update(facts)
