"""Moments as the store keeps them."""

from __future__ import annotations

from datetime import datetime


def milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970 of an aware datetime."""
    return round(moment.timestamp() * 1000)
