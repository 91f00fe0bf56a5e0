"""Moments as this room stores them: fixed-width ISO strings in UTC, which sort by time."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.domain.moments import CHINA


def stored(moment: datetime) -> str:
    """``2024-04-25T09:00:00.000000+00:00`` of an aware datetime."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def shown(text: str) -> str:
    """A stored moment as people in China read it: ``2024年4月25日 17:00``."""
    moment = datetime.fromisoformat(text).astimezone(CHINA)
    return f"{moment.year}年{moment.month}月{moment.day}日 {moment:%H:%M}"
