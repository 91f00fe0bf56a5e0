"""What happened how often, since this process started."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping


class Counters:
    """Named counts for the health page and the log; names carry no personal data."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def add(self, name: str, count: int = 1) -> None:
        """Count something that happened."""
        self._counts[name] += count

    def __getitem__(self, name: str) -> int:
        return self._counts[name]

    def snapshot(self) -> Mapping[str, int]:
        """All counts by name."""
        return dict(sorted(self._counts.items()))
