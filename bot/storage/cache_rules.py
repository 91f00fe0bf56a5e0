"""What the cache engines share, so that they answer alike."""

from __future__ import annotations

import math

from bot.domain.errors import StoreError


def checked_ttl_ms(ttl_s: float) -> int:
    """A lifetime in whole milliseconds, at least one.

    Raises:
        ValueError: it is not positive and finite.
    """
    if not math.isfinite(ttl_s) or ttl_s <= 0:
        msg = f"a lifetime is positive: {ttl_s} s"
        raise ValueError(msg)
    return max(1, round(ttl_s * 1000))


def not_a_counter(key: str) -> StoreError:
    """The error for counting on a key that holds something else."""
    return StoreError(f"缓存键 {key} 里存的不是计数，不能累加；请换一个键名")
