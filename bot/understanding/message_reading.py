"""A message read once for everything in it that is found by rules: places, trades, days, numbers, pay."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from bot.domain.region import PlaceMention
from bot.language.dates import DateMention, find_dates
from bot.language.lexicon import fold
from bot.language.numbers import find_durations, find_numbers
from bot.language.pay import Pay, find_pay
from bot.language.trades import TradeMention, find_trades
from bot.regions.place_names import PlaceFinder

PLACE, TRADE, DATE, DURATION, NUMBER = "\ue000\ue001\ue002\ue003\ue004"
"""Stand in for what was found, in the private use area, so that 东莞招电工 and 武汉招瓦工 look alike."""

_PAUSES = re.compile(r"[\s,，。.!！?？、;；:：~～…]+")


class _Span(Protocol):
    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


@dataclass(frozen=True, slots=True)
class MessageReading:
    """A message and what stands in it.

    Attributes:
        text: as written.
        places: its places.
        trades: its trades.
        dates: its days and times to come.
        pay: the pay that it names.
        shape: folded, with one sign for each place, trade, day, length of time and number, pauses as single blanks.
    """

    text: str
    places: Sequence[PlaceMention]
    trades: Sequence[TradeMention]
    dates: Sequence[DateMention]
    pay: Pay
    shape: str


def read_message(text: str, finder: PlaceFinder, today: date) -> MessageReading:
    """Find everything that rules find.

    Args:
        text: what the worker wrote.
        finder: knows the places.
        today: the day in China.
    """
    places, trades, dates = finder.find(text), find_trades(text), find_dates(text, today)
    spans = [
        *_marked(places, PLACE),
        *_marked(trades, TRADE),
        *_marked(dates, DATE),
        *_marked(find_durations(text), DURATION),
        *_marked(find_numbers(text), NUMBER),
    ]
    return MessageReading(text, places, trades, dates, find_pay(text), _shape(fold(text), spans))


def _marked(mentions: Sequence[_Span], sign: str) -> list[tuple[int, int, str]]:
    return [(mention.start, mention.end, sign) for mention in mentions]


def _shape(folded: str, spans: list[tuple[int, int, str]]) -> str:
    """The text with signs; where spans overlap the first and longest counts."""
    pieces, position = [], 0
    for start, end, sign in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start >= position:
            pieces += [folded[position:start], sign]
            position = end
    return _PAUSES.sub(" ", "".join([*pieces, folded[position:]])).strip()
