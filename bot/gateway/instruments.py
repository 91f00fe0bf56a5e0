"""What the product measures about itself, as Prometheus reads it: counts, times and states, never a word of anybody.

Everything comes in through `bot.gateway.counters.Counters`; labels are names from the code, so that their number is
bounded. Where ``PROMETHEUS_MULTIPROC_DIR`` was set before this module was first imported, the processes of one host
add up in that folder, and whichever is asked answers for all.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    multiprocess,
)

from bot.domain.message import MessageKind
from bot.domain.trace import TurnTrace

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
BUCKETS_S = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
OUTCOMES = frozenset({"answered", "nearest", "none", "error"})
OTHER = "other"
ABSTAINED = "none"

NAMED = {
    "gateway.answered": ("posts", "answered"),
    "gateway.acknowledged": ("posts", "acknowledged"),
    "gateway.withheld": ("posts", "withheld"),
    "outbox.owed": ("late", "owed"),
    "outbox.pushed": ("late", "pushed"),
    "outbox.carried": ("late", "carried"),
    "outbox.unknown": ("late", "unknown"),
    "quota.taken": ("quota", "taken"),
    "outbox.out_of_quota": ("quota", "refused"),
    "token.fetched": ("tokens", "fetched"),
    "token.forced": ("tokens", "forced"),
}
"""Counts that have a metric of their own, and their label in it."""
PREFIXED = {"wechat.refused.": "refusals", "outbox.refused.": "push_refusals"}
"""The same for families of counts, whose label is what follows."""


class Instruments:
    """Measures one process; a `bot.gateway.counters.CountListener`.

    Attributes:
        registry: what this process has measured.
        folder: where the processes of this host add up; None where there is only this one.
    """

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call] # a second series for each, which nobody reads
        self.registry = CollectorRegistry()
        self.folder = Path(os.environ[FOLDER_VARIABLE]) if FOLDER_VARIABLE in os.environ else None
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
            forget_dead_processes(self.folder)
        self._hops = Histogram(
            "gongyou_hop_duration_seconds",
            "Time that a station of a message took.",
            ["hop"],
            registry=None,
            buckets=BUCKETS_S,
        )
        self._messages = _counter("messages", "Messages worked on, by kind and by what came of it.", "kind", "outcome")
        self._abstentions = _counter("abstentions", "Questions that were told that the documents hold no answer.")
        self._running = _gauge("running_jobs", "Messages being worked on.", "livesum")
        self._queued = _gauge("queued_jobs", "Messages that wait for their turn.", "livesum")
        self._away = _gauge(
            "engine_away",
            "1 while an engine is taken to be away, its breaker open, by any process.",
            "livemax",
            "engine",
        )
        self._events = _counter("events", "Whatever else is counted, by name.", "event")
        self._families = {
            "posts": _counter("posts", "Posts of the platform, by how they were settled.", "settlement"),
            "late": _counter("late_answers", "Answers that missed their deadline, by what became of them.", "step"),
            "quota": _counter(
                "quota_decisions", "Customer-service messages that the quota allowed or refused.", "result"
            ),
            "tokens": _counter("access_tokens", "Access tokens fetched from the platform.", "how"),
            "refusals": _counter("callback_refusals", "Callbacks refused, by reason.", "reason"),
            "push_refusals": _counter("push_refusals", "Pushes that the platform refused, by its code.", "errcode"),
        }
        self._children: dict[str, Counter] = {}
        self._hop_children: dict[str, Histogram] = {}
        states = (self._running, self._queued, self._away)
        for metric in (self._hops, self._messages, self._abstentions, self._events, *states, *self._families.values()):
            self.registry.register(metric)
        # A process that had this one's number before may have left a file, and states in it.
        self.loaded(running=0, queued=0)

    def counted(self, name: str, count: int) -> None:
        """Something happened; see `bot.gateway.counters.Counters.add`."""
        child = self._children.get(name)
        if child is None:
            child = self._children[name] = self._child(name)
        child.inc(count)

    def timed(self, trace: TurnTrace) -> None:
        """Measure the stations of a trace that ended since the last call."""
        first, trace.told = trace.told, len(trace.hops)
        for hop in trace.hops[first : trace.told]:
            child = self._hop_children.get(hop.name)
            if child is None:
                child = self._hop_children[hop.name] = self._hops.labels(hop.name)
            child.observe(hop.took_ms / 1000)

    def ended(self, kind: MessageKind, trace: TurnTrace) -> None:
        """The work on a message ended: its times, and what came of it."""
        self.timed(trace)
        outcome = trace.facts.get("outcome")
        self._messages.labels(kind.value, outcome if outcome in OUTCOMES else OTHER).inc()
        if outcome == ABSTAINED:
            self._abstentions.inc()

    def loaded(self, *, running: int, queued: int) -> None:
        """How many messages are worked on in this process now, and how many wait for their turn."""
        self._running.set(running)
        self._queued.set(queued)

    def engine_seen(self, engine: str, *, is_away: bool) -> None:
        """Whether this process takes an engine to be away."""
        self._away.labels(engine).set(is_away)

    def readings(self) -> CollectorRegistry:
        """What all processes of this host have measured; blocks where their files are read."""
        if self.folder is None:
            return self.registry
        forget_dead_processes(self.folder)
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry, path=str(self.folder))  # type: ignore[no-untyped-call]
        return registry

    def _child(self, name: str) -> Counter:
        if name in NAMED:
            family, label = NAMED[name]
            return self._families[family].labels(label)
        for prefix, family in PREFIXED.items():
            if name.startswith(prefix):
                return self._families[family].labels(name.removeprefix(prefix))
        return self._events.labels(name)


def forget_dead_processes(folder: Path) -> None:
    """Take the states of processes that are no more out of the sums; what they counted stays."""
    for path in folder.glob("gauge_live*_*.db"):
        pid = path.stem.rpartition("_")[2]
        if pid.isdecimal() and not _is_alive(int(pid)):
            path.unlink(missing_ok=True)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's process
        return True
    return True


def _counter(name: str, meaning: str, *labels: str) -> Counter:
    return Counter(f"gongyou_{name}", meaning, labels, registry=None)


def _gauge(name: str, meaning: str, mode: Literal["livesum", "livemax"], *labels: str) -> Gauge:
    return Gauge(f"gongyou_{name}", meaning, labels, registry=None, multiprocess_mode=mode)
