"""Trades named in a text, by any of their names: 焊工, 烧电焊, 泥水匠, 住家阿姨."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

import ahocorasick

from bot.language.lexicon import fold

if TYPE_CHECKING:
    from bot.language.pinyin import HomophoneRepairer

TRADES_FILE = "trades.tsv"


@dataclass(frozen=True, slots=True)
class Trade:
    """A trade.

    Attributes:
        trade_id: its id, stable.
        name: as postings call it.
        names: all its names, `name` first.
    """

    trade_id: str
    name: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TradeMention:
    """A trade named in a text.

    Attributes:
        start: first character, 0-based.
        end: one past the last character.
        text: as written.
        trade_id: of the trade.
    """

    start: int
    end: int
    text: str
    trade_id: str


def find_trades(text: str) -> list[TradeMention]:
    """The trades of a text in order; where names overlap the longest counts."""
    folded = fold(text)
    taken = 0
    found = []
    for start, end, trade_id in sorted(_names_in(folded), key=lambda one: (one[0], -one[1])):
        if start >= taken:
            found.append(TradeMention(start, end, text[start:end], trade_id))
            taken = end
    return found


def find_misspelt_trades(text: str) -> list[TradeMention]:
    """The trades of a text that are written as they sound (普公, 保木, 店焊工), in order."""
    repairs = _repairer().repair(text)
    owners = _owners()
    return [
        TradeMention(repair.start, repair.end, text[repair.start : repair.end], owners[repair.term])
        for repair in repairs
    ]


def _names_in(folded: str) -> Iterator[tuple[int, int, str]]:
    for last, (length, trade_id) in _automaton().iter(folded):
        yield last + 1 - length, last + 1, trade_id


@lru_cache(maxsize=1)
def load_trades() -> dict[str, Trade]:
    """All trades by id, in the order of the file."""
    listed = resources.files("bot.language").joinpath(TRADES_FILE).read_text(encoding="utf-8")
    lines = (line.split("\t") for line in listed.splitlines() if line and not line.startswith("#"))
    return {trade_id: Trade(trade_id, name, (name, *others.split())) for trade_id, name, others in lines}


@lru_cache(maxsize=1)
def _owners() -> dict[str, str]:
    return {name: trade.trade_id for trade in load_trades().values() for name in trade.names}


@lru_cache(maxsize=1)
def _repairer() -> HomophoneRepairer:
    from bot.language.pinyin import HomophoneRepairer  # noqa: PLC0415 - its dictionary takes a fifth of a second to load

    return HomophoneRepairer(_owners())


@lru_cache(maxsize=1)
def _automaton() -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for trade in load_trades().values():
        for name in map(fold, trade.names):
            automaton.add_word(name, (len(name), trade.trade_id))
    automaton.make_automaton()
    return automaton
