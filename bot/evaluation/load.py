"""Closed-loop load on a callback: so many connections, each posting its next message when the last is answered."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import httpx2

REQUEST_TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True)
class PreparedPost:
    """A callback ready to go: encrypted and signed before the clock starts."""

    url: str
    body: bytes


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
        ordered = sorted(self.latencies_ms)
        return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else 0.0


async def run_round(posts: Sequence[PreparedPost], connections: int) -> LoadRound:
    """Send every post once over so many connections and time them; bounded by the number of posts."""
    queue = iter(posts)
    limits = httpx2.Limits(max_connections=connections, max_keepalive_connections=connections)
    async with httpx2.AsyncClient(limits=limits, timeout=REQUEST_TIMEOUT_S, trust_env=False) as http:
        began_s = time.perf_counter()
        results = await asyncio.gather(*(_worker(http, queue) for _ in range(connections)))
        seconds = time.perf_counter() - began_s
    latencies = tuple(latency for answered, _ in results for latency in answered)
    return LoadRound(len(latencies), sum(failed for _, failed in results), seconds, latencies)


async def _worker(http: httpx2.AsyncClient, queue: Iterator[PreparedPost]) -> tuple[list[float], int]:
    latencies: list[float] = []
    failed = 0
    for post in queue:
        began_s = time.perf_counter()
        try:
            response = await http.post(post.url, content=post.body, headers={"content-type": "text/xml"})
            good = response.status_code == httpx2.codes.OK and bool(response.content)
        except httpx2.HTTPError:
            good = False
        if good:
            latencies.append((time.perf_counter() - began_s) * 1000)
        else:
            failed += 1
    return latencies, failed


def median_rate(rounds: Sequence[LoadRound]) -> float:
    """The median of the rounds' answered posts a second."""
    return statistics.median(one.per_second for one in rounds)
