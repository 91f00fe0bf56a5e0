"""What happened how often, since this process started."""

from __future__ import annotations

from collections import Counter
from typing import Protocol

from bot.domain.message import MessageKind
from bot.domain.trace import TurnTrace


class CountListener(Protocol):
    """Who hears of everything that is counted, as `bot.gateway.instruments.Instruments` does."""

    def counted(self, name: str, count: int) -> None:
        """Something happened."""
        ...

    def timed(self, trace: TurnTrace) -> None:
        """Stations of a trace have ended; those it has heard of already are left out."""
        ...

    def ended(self, kind: MessageKind, trace: TurnTrace) -> None:
        """The work on a message ended."""
        ...


class Counters:
    """Named counts for the metrics and the log; names carry no personal data.

    Args:
        listener: told of everything as well.
    """

    def __init__(self, listener: CountListener | None = None) -> None:
        self._counts: Counter[str] = Counter()
        self._listener = listener

    def add(self, name: str, count: int = 1) -> None:
        """Count something that happened."""
        self._counts[name] += count
        if self._listener is not None:
            self._listener.counted(name, count)

    def timed(self, trace: TurnTrace) -> None:
        """Pass on how long the stations took that ended since the last call with this trace."""
        if self._listener is not None:
            self._listener.timed(trace)

    def ended(self, kind: MessageKind, trace: TurnTrace | None) -> None:
        """Pass on how the work on a message ended."""
        if self._listener is not None and trace is not None:
            self._listener.ended(kind, trace)

    def __getitem__(self, name: str) -> int:
        return self._counts[name]
