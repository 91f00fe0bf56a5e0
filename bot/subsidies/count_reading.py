"""How many people, and what share, as a sentence tells them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from bot.domain.subsidy import Span
from bot.language.numbers import find_counts, find_durations, find_numbers
from bot.language.spoken_number import exact_value
from bot.subsidies.case_text import Segments
from bot.subsidies.cues import closeness
from bot.subsidies.fact_files import FactWords

_AMONG = re.compile(r"(?:其中|里面|里头|当中)(?:有|的|是)?[^，,。.；;]{0,4}$")
_OTHER_UNIT = re.compile(r"\s*(?:%|％|块|元|万|年|月|天|岁|点|级|周|星期|倍|平|亩|家|间|成|分|次|回)")
_ABOUT_ABOVE = re.compile(r"(?:超过|超|多于|不止)\s*$")
_ABOUT_BELOW = re.compile(r"(?:不到|不足|不够|没到|少于|不满)\s*$")
_AT_LEAST = re.compile(r"(?:不低于|至少|起码|最少)\s*$")
_DAY_MAX = 31
_SHARE = re.compile(
    r"(?P<bound>不到|不足|没到|不够|低于|少于|超过|高于|多于)?\s*(?:(?P<digits>\d+(?:\.\d+)?)\s*(?:%|％|个?百分点|个点)|百分之(?P<words>[零一二两三四五六七八九十百点\d.]+)"
    r"|(?P<tenths>[一二两三四五六七八九])成(?P<more>半|[一二三四五六七八九])?)"
)
_NOBODY = re.compile(r"(?:一个|半个)(?:人|工人)?(?:都|也|还)?没(?:有)?|没(?:有)?(?:送|招|介绍)(?:过|到)?(?:一个)?人")
_MORE_THAN = frozenset({"超过", "高于", "多于"})
_A_LITTLE = 0.001
_PEOPLE_MAX = 100_000


class _Count(NamedTuple):
    start: int
    end: int
    people: Span
    is_counted: bool


class _Claim(NamedTuple):
    """A number that may be a fact's; the greatest claim gets it."""

    is_named: bool
    is_among: bool
    nearness: int
    people: _Count
    fact: str


def read_counts(words: Mapping[str, FactWords], text: str) -> dict[str, Span]:
    """How many people facts say there are, each number used once.

    Args:
        words: by fact, what stands beside the number that is meant, and beside others.
        text: made ready by `bot.subsidies.case_text.said_of_oneself`.

    Returns:
        Only the facts that the text tells; a number beside which nothing stands goes to a fact that has none.
    """
    segments = Segments(text)
    counts = list(_counts(text))
    claims = sorted(
        (claim for name, one in words.items() for claim in _claims(name, one, counts, segments)), reverse=True
    )
    found: dict[str, Span] = {}
    used: set[int] = set()
    for claim in claims:
        if claim.fact not in found and claim.people.start not in used:
            found[claim.fact] = claim.people.people
            used.add(claim.people.start)
    return found


def read_share(text: str) -> Span | None:
    """The per cent that a text names, None where it names none."""
    match = _SHARE.search(text)
    value = _per_cent(match) if match is not None else None
    if match is None or value is None:
        return None
    bound = match["bound"] or ""
    if bound in _MORE_THAN:
        return Span(value + _A_LITTLE, None)
    return Span(0, value - _A_LITTLE) if bound else Span.exactly(value)


def _per_cent(match: re.Match[str]) -> float | None:
    if not match["tenths"]:
        return exact_value(match["digits"] or match["words"])
    more = match["more"]
    units = 5.0 if more == "半" else (exact_value(more) or 0.0) if more else 0.0
    return (exact_value(match["tenths"]) or 0.0) * 10 + units


def _claims(name: str, words: FactWords, counts: list[_Count], segments: Segments) -> Iterator[_Claim]:
    for count in counts:
        measured = closeness(segments, count.start, count.end, words.near, words.not_near)
        if measured is not None and (count.is_counted or measured.is_named):
            is_among = _AMONG.search(segments.text, 0, count.start) is not None
            yield _Claim(measured.is_named, is_among, -measured.characters, count, name)


def _counts(text: str) -> Iterator[_Count]:
    """People that are counted as such, and numbers that count nothing else."""
    counted = find_counts(text)
    taken = [(one.start, one.end) for one in counted] + [(one.start, one.end) for one in find_durations(text)]
    taken += [match.span() for match in _SHARE.finditer(text)]
    nobody = list(_NOBODY.finditer(text))
    for match in nobody:
        yield _Count(*match.span(), Span.exactly(0), is_counted=True)
    counted = [one for one in counted if not any(match.start() <= one.start < match.end() for match in nobody)]
    for one in counted:
        yield _Count(one.start, one.end, _about(text, one.start, one.low, one.high), is_counted=True)
    for number in find_numbers(text):
        is_free = not any(start < number.end and number.start < end for start, end in taken)
        is_free &= not _OTHER_UNIT.match(text, number.end) and number.low < _PEOPLE_MAX
        is_free &= number.is_open or number.low > _DAY_MAX or not text.startswith("号", number.end)
        if is_free and number.low == int(number.low):
            people = _about(text, number.start, int(number.low), number.high)
            yield _Count(number.start, number.end, people, is_counted=False)


def _about(text: str, start: int, low: int, high: float | None) -> Span:
    """不到一百个, 至少二十个, 三十多个."""
    if _ABOUT_ABOVE.search(text, 0, start):
        return Span(low + 1, None)
    if _ABOUT_BELOW.search(text, 0, start):
        return Span(0, low - 1)
    if _AT_LEAST.search(text, 0, start):
        return Span(low, None)
    return Span(low, low if high is None else high)
