"""Everything that Prometheus reads: what the instruments measured, and the states looked up when it asks."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from typing import Protocol

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    GCCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.domain.errors import StoreError
from bot.gateway import outbox
from bot.gateway.instruments import Instruments
from bot.gateway.late_answer import AnswerState
from bot.gateway.vital_signs import VitalSigns
from bot.ports import Clock, DocumentStore

CONTENT_TYPE = CONTENT_TYPE_LATEST
STATES = tuple(state for state in AnswerState if state not in {AnswerState.DELIVERED, AnswerState.DISMISSED})
"""Delivered answers are history: there may be many, and they are counted as they go out."""
PATIENCE_S = 2.0
KEPT_FOR_S = 5.0
"""However often somebody asks, the store counts no more often."""


class Measured(Protocol):
    """The product, as far as its states are read."""

    @property
    def instruments(self) -> Instruments:
        """What it measures about itself."""
        ...

    @property
    def vital_signs(self) -> VitalSigns:
        """Its states."""
        ...

    @property
    def documents(self) -> DocumentStore:
        """The document store."""
        ...

    @property
    def clock(self) -> Clock:
        """The time."""
        ...

    @property
    def build_id(self) -> str:
        """Build of the policy index in use."""
        ...

    @property
    def document_count(self) -> int:
        """Policy documents in the index."""
        ...

    @property
    def clause_count(self) -> int:
        """Clauses in the index."""
        ...


class Readings:
    """Reads the metrics of a product.

    Args:
        measured: the product.
    """

    def __init__(self, measured: Measured) -> None:
        self._measured = measured
        self._process = CollectorRegistry()
        if measured.instruments.folder is None:  # of several processes, each answer would tell of another one
            ProcessCollector(registry=self._process)
            GCCollector(registry=self._process)
        self._counts: dict[AnswerState, int] | None = None
        self._counted_at_s = float("-inf")
        self._lock = asyncio.Lock()

    async def text(self) -> bytes:
        """All metrics in Prometheus' text format; readable whatever is out of order."""
        self._measured.vital_signs.take()
        counts = await self._outbox_counts()
        states = CollectorRegistry()
        states.register(_States(self._states(counts)))
        # With several processes the folder's files are read: not on the event loop.
        return await asyncio.to_thread(self._render, states)

    def _render(self, states: CollectorRegistry) -> bytes:
        registries = (self._measured.instruments.readings(), states, self._process)
        return b"".join(generate_latest(registry) for registry in registries)

    async def _outbox_counts(self) -> dict[AnswerState, int] | None:
        """Late answers by state, by one count each on an index; None while the store does not answer."""
        async with self._lock:
            now_s = self._measured.clock.monotonic_s()
            if now_s - self._counted_at_s >= KEPT_FOR_S:
                self._counted_at_s, self._counts = now_s, await self._count()
            return self._counts

    async def _count(self) -> dict[AnswerState, int] | None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                return {
                    state: await self._measured.documents.count(outbox.COLLECTION, {"state": state.value})
                    for state in STATES
                }
        except (StoreError, TimeoutError):
            return None

    def _states(self, counts: dict[AnswerState, int] | None) -> Iterator[Metric]:
        measured = self._measured
        if counts is not None:
            entries = GaugeMetricFamily(
                "gongyou_outbox_entries", "Late answers, by how far they are.", labels=["state"]
            )
            for state, count in counts.items():
                entries.add_metric([state.value], count)
            yield entries
        yield InfoMetricFamily("gongyou_index", "The policy index in use.", value={"build_id": measured.build_id})
        yield GaugeMetricFamily("gongyou_index_documents", "Documents in the index.", value=measured.document_count)
        yield GaugeMetricFamily("gongyou_index_clauses", "Clauses in the index.", value=measured.clause_count)


class _States(Collector):
    """States that have been looked up already."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = list(families)

    def collect(self) -> Iterable[Metric]:
        return self._families
