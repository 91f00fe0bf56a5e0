"""Closed-loop load on a callback: so many connections, each posting its next message when the last is answered."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.evaluation.http_wire import HttpWire

REQUEST_TIMEOUT_S = 10.0
_HTTP_OK = 200


@dataclass(frozen=True, slots=True)
class LoadRound:
    """One round of load.

    Attributes:
        answered: posts that got status 200 and a body.
        failed: all others.
        seconds: wall time of the round.
        latencies_ms: of the answered posts.
    """

    answered: int
    failed: int
    seconds: float
    latencies_ms: tuple[float, ...]

    @property
    def per_second(self) -> float:
        """Answered posts a second."""
        return self.answered / self.seconds if self.seconds else 0.0

    def quantile_ms(self, share: float) -> float:
        """The latency that this share of the posts stays within."""
        return quantile(sorted(self.latencies_ms), share)


async def run_round(wire: HttpWire, requests: Sequence[bytes], connections: int) -> LoadRound:
    """Send every request once, so many at a time, and time them; bounded by the number of requests.

    Args:
        wire: the way to the server.
        requests: made by `bot.evaluation.http_wire.post_bytes`, encrypted and signed before the clock starts.
        connections: how many at a time.
    """
    queue = iter(requests)
    began_s = time.perf_counter()
    results = await asyncio.gather(*(_worker(wire, queue) for _ in range(connections)))
    seconds = time.perf_counter() - began_s
    latencies = tuple(latency for answered, _ in results for latency in answered)
    return LoadRound(len(latencies), sum(failed for _, failed in results), seconds, latencies)


async def _worker(wire: HttpWire, queue: Iterator[bytes]) -> tuple[list[float], int]:
    latencies: list[float] = []
    failed = 0
    for request in queue:
        began_s = time.perf_counter()
        try:
            async with asyncio.timeout(REQUEST_TIMEOUT_S):
                response = await wire.post(request)
            good = response.status == _HTTP_OK and bool(response.body)
        except (OSError, TimeoutError):
            good = False
        if good:
            latencies.append((time.perf_counter() - began_s) * 1000)
        else:
            failed += 1
    return latencies, failed


def median_rate(rounds: Sequence[LoadRound]) -> float:
    """The median of the rounds' answered posts a second."""
    return statistics.median(one.per_second for one in rounds)


def quantile(ordered: Sequence[float], share: float) -> float:
    """The value that this share of the values, given in order, stays within; 0.0 where there are none."""
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else 0.0
