"""Moments: integer milliseconds since 1970 where they are kept and compared, and China's time for people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")


def to_ms(moment: datetime) -> int:
    """Milliseconds since 1970 of an aware datetime."""
    return round(moment.timestamp() * 1000)


def from_ms(moment_ms: int) -> datetime:
    """The same back, aware UTC."""
    return datetime.fromtimestamp(moment_ms / 1000, UTC)
