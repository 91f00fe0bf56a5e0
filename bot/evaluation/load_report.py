"""The figures of a load, for people and for a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any

from bot.evaluation.load import quantile
from bot.evaluation.load_answers import ANSWERED, Outcome, Verdict
from bot.evaluation.load_run import LoadRun
from bot.evaluation.process_watch import MIB, ProcessSample

SHARES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
MISSES_SHOWN = 50
WARM_AFTER_S = 10.0
"""Memory is compared with what it was this long after the start."""


@dataclass(frozen=True, slots=True)
class MemoryCourse:
    """The resident memory of one process.

    Attributes:
        pid: which.
        role: what it does.
        first_mib: at the first look.
        warm_mib: at the first look after `WARM_AFTER_S`, or the last one of a shorter run.
        highest_mib: at the highest.
        last_mib: at the last look.
        cpu_s: processor time while the load ran.
    """

    pid: int
    role: str
    first_mib: float
    warm_mib: float
    highest_mib: float
    last_mib: float
    cpu_s: float


@dataclass(frozen=True, slots=True)
class Miss:
    """A message that was not answered.

    Attributes:
        at_s: when it was sent.
        kind: its sort.
        outcome: failed or lost.
        attempts: posts made.
        status: of the last response; 0 where none came.
        detail: why a reply could not be shown.
    """

    at_s: float
    kind: str
    outcome: str
    attempts: int
    status: int
    detail: str


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load measured.

    Attributes:
        messages: sent.
        seconds: planned length.
        rate_planned: messages a second, as asked for.
        rate_sent: as they arrived.
        rate_answered: answered messages a second, until the last answer.
        outcomes: how many messages ended how.
        kinds: how many messages of each sort.
        owed: the lost ones among the messages that were acknowledged; to the posts of other lost ones no answer came in
            time, which the platform tells the worker.
        doubled: messages answered more than once.
        offered_again: answers that came again and said so.
        retried: messages for which the platform posted more than once.
        latency_ms: quantiles, and the ``max``, of the answered messages, from the planned moment to the answer.
        behind_ms: how late the generator itself was, 99th percentile.
        generator_cpu_s: its own processor time.
        server_cpu_s: of the serving processes, the master among them.
        engines_cpu_s: of database servers started for the load.
        server_cpu_ms_per_message: the cost of a message, which depends less on who else uses the machine.
        memory: course of each process.
        misses: the first messages without an answer, for whoever looks for the cause.
    """

    messages: int
    seconds: float
    rate_planned: float
    rate_sent: float
    rate_answered: float
    outcomes: Mapping[str, int]
    kinds: Mapping[str, int]
    owed: int
    doubled: int
    offered_again: int
    retried: int
    latency_ms: Mapping[str, float]
    behind_ms: float
    generator_cpu_s: float
    server_cpu_s: float
    engines_cpu_s: float
    server_cpu_ms_per_message: float
    memory: Sequence[MemoryCourse]
    misses: Sequence[Miss]

    @property
    def lost(self) -> int:
        """Messages that got no answer by any way, and were not told to write again either."""
        return self.outcomes[Outcome.LOST.value]

    def to_json(self) -> dict[str, Any]:
        """All of it in plain values."""
        return asdict(self)


def report_of(
    run: LoadRun,
    verdicts: Sequence[Verdict],
    samples: Sequence[ProcessSample],
    cpu_s: Mapping[int, float],
    roles: Mapping[int, str],
    *,
    rate: float,
    seconds: float,
) -> LoadReport:
    """Put the figures together.

    Args:
        run: what was sent.
        verdicts: what became of it.
        samples: memory over time.
        cpu_s: processor time by process.
        roles: what each process does; ``engine`` stands for a database server.
        rate: planned messages a second.
        seconds: planned length.
    """
    latencies = sorted(one.latency_s * 1000 for one in verdicts if one.latency_s is not None)
    answered_at = [one.answered_at_s for one in verdicts if one.answered_at_s is not None]
    outcomes = Counter(one.outcome for one in verdicts)
    answered = sum(outcomes[outcome] for outcome in ANSWERED)
    engines_cpu_s = sum(cpu for pid, cpu in cpu_s.items() if roles.get(pid) == "engine")
    server_cpu_s = sum(cpu_s.values()) - engines_cpu_s
    return LoadReport(
        messages=len(verdicts),
        seconds=seconds,
        rate_planned=rate,
        rate_sent=len(verdicts) / seconds,
        rate_answered=answered / max(answered_at, default=1.0),
        outcomes={outcome.value: outcomes[outcome] for outcome in Outcome},
        kinds=dict(Counter(one.planned.kind.value for one in run.sent)),
        owed=sum(one.is_owed for one in verdicts),
        doubled=sum(one.answers > 1 for one in verdicts),
        offered_again=sum(one.offered_again for one in verdicts),
        retried=sum(one.attempts > 1 for one in run.sent),
        latency_ms={name: quantile(latencies, share) for name, share in SHARES.items()}
        | {"max": latencies[-1] if latencies else 0.0},
        behind_ms=quantile(sorted(one.behind_s * 1000 for one in run.sent), SHARES["p99"]),
        generator_cpu_s=run.generator_cpu_s,
        server_cpu_s=server_cpu_s,
        engines_cpu_s=engines_cpu_s,
        server_cpu_ms_per_message=server_cpu_s * 1000 / max(len(verdicts), 1),
        memory=[_course(pid, role, samples, cpu_s.get(pid, 0.0)) for pid, role in roles.items()],
        misses=list(islice(_misses(verdicts), MISSES_SHOWN)),
    )


def _misses(verdicts: Sequence[Verdict]) -> Iterator[Miss]:
    for one in verdicts:
        if one.outcome in (Outcome.FAILED, Outcome.LOST):
            sent = one.sent
            yield Miss(
                sent.planned.at_s, sent.planned.kind.value, one.outcome.value, sent.attempts, sent.status, one.detail
            )


def _course(pid: int, role: str, samples: Sequence[ProcessSample], cpu_s: float) -> MemoryCourse:
    own = [sample for sample in samples if sample.pid == pid]
    sizes = [sample.rss_bytes / MIB for sample in own] or [0.0]
    warm = next((sample.rss_bytes / MIB for sample in own if sample.at_s >= WARM_AFTER_S), sizes[-1])
    return MemoryCourse(pid, role, sizes[0], warm, max(sizes), sizes[-1], cpu_s)
