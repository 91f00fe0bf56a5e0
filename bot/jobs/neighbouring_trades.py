"""Trades near each other: who is looking for work as a tiler may also take a bricklayer's."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from bot.domain.errors import RuleFileError
from bot.language.trades import load_trades

GROUPS_FILE = "neighbouring_trades.tsv"


def neighbours_of(trade_id: str) -> tuple[str, ...]:
    """Ids of the trades near a trade, the nearest first; none for a trade that is not known.

    Raises:
        RuleFileError: the file of neighbours names a trade that there is not.
    """
    return _neighbours().get(trade_id, ())


@lru_cache(maxsize=1)
def _neighbours() -> dict[str, tuple[str, ...]]:
    text = files("bot.jobs").joinpath(GROUPS_FILE).read_text(encoding="utf-8")
    groups = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    found: dict[str, dict[str, None]] = {}
    for group in groups:
        for trade_id in group:
            if trade_id not in load_trades():
                raise RuleFileError(f"{GROUPS_FILE} 里的 {trade_id} 不是工种；请对照 bot/language/trades.tsv 改正")
            found.setdefault(trade_id, {}).update(dict.fromkeys(other for other in group if other != trade_id))
    return {trade_id: tuple(others) for trade_id, others in found.items()}
