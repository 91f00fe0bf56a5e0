"""Trades near each other: who is looking for work as a tiler may also take a bricklayer's."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from bot.domain.errors import RuleFileError
from bot.language.trades import load_trades

NEIGHBOURS_FILE = "neighbouring_trades.tsv"


def neighbours_of(trade_id: str) -> tuple[str, ...]:
    """Ids of the trades near a trade, the nearest first; none for a trade that is not known.

    Raises:
        RuleFileError: the file of neighbours names a trade that there is not.
    """
    return _neighbours().get(trade_id, ())


@lru_cache(maxsize=1)
def _neighbours() -> dict[str, tuple[str, ...]]:
    text = files("bot.jobs").joinpath(NEIGHBOURS_FILE).read_text(encoding="utf-8")
    lines = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    unknown = next((trade_id for line in lines for trade_id in line if trade_id not in load_trades()), None)
    if unknown is not None:
        raise RuleFileError(f"{NEIGHBOURS_FILE} 里的 {unknown} 不是工种；请对照 bot/language/trades.tsv 改正")
    own = {line[0]: tuple(line[1:]) for line in lines}
    named_by: dict[str, tuple[str, ...]] = {}
    for trade_id, near in own.items():
        for other in near:
            named_by[other] = (*named_by.get(other, ()), trade_id)
    return named_by | own
