"""Places named in what a worker writes: which, and whether they work there or come from there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

import ahocorasick

from bot.domain.region import PlaceMention, PlaceRole, RegionLevel
from bot.regions.divisions import Divisions, level_of, load_divisions
from bot.regions.place_lexicon import PlaceName, Support, build_lexicon
from bot.regions.place_patterns import CONTEXT_LENGTH, is_spoken_as_place, names_something_else, role_of
from bot.regions.word_boundaries import NameSpan, WordBoundaries, load_word_boundaries

FULL_NAME_WEIGHT = 600
BARE_NAME_WEIGHT = 60
"""How often a name counts as a word where jieba's list lacks it, on the scale of that list (打工: 281)."""

_BETWEEN_LEVELS = re.compile(r"[\s的·\-－,，]{0,2}")
_ANSWER_OPENING = re.compile(
    r"(?:你好|您好|嗯|哦|啊|那个|我们?|俺们?|咱们?|本人|现在|目前|人|就|是|在|来自|老家|家|户口|住|地点|地址|工作|打工|上班|[:：,，。.!！~\s])*"
)
_ANSWER_ENDING = re.compile(
    r"(?:这边|这里|这儿|那边|那里|这块|打工|务工|上班|干活|工作|做事|的|人|呢|啊|呀|哦|哈|吧|嘛|噻|哩|市区|城里|县城|农村|[，。,.!！~\s])*"
)


_SIDE_BY_SIDE = re.compile("两边|两地|两个地方|几个地方|两个[省市县]|分别")
_JOINS = re.compile(r"(?:[这那]边|的)?(?:和|跟|与|同|及|以及|、|还是|或者?|比起?)")

_NEVER_ALONE = frozenset({Support.PARENT, Support.NEVER})


@dataclass(frozen=True, slots=True)
class _Sighting:
    """A name accepted as a place, before context has chosen among its meanings."""

    start: int
    end: int
    codes: tuple[str, ...]
    usual: tuple[str, ...]
    role: PlaceRole = PlaceRole.MENTIONED


READINGS_KEPT = 64


class PlaceFinder:
    """Finds places in text.

    Args:
        divisions: the table of divisions.
        boundaries: tells words from accidents of neighbouring characters.
    """

    def __init__(self, divisions: Divisions, boundaries: WordBoundaries) -> None:
        self._divisions = divisions
        self._boundaries = boundaries
        self._lexicon = build_lexicon(divisions)
        self._automaton = ahocorasick.Automaton()
        for name, place in self._lexicon.items():
            self._automaton.add_word(name, (place, self._weight(place)))
        self._automaton.make_automaton()
        # One message is read for its topic, for its places and for its question.
        self._find = lru_cache(maxsize=READINGS_KEPT)(self._find_anew)

    def find(self, text: str, *, near: str | None = None) -> list[PlaceMention]:
        """The places that a text names.

        A place and what lies in it, said in one breath (福建三明), are one mention, of the smaller one. Where a name
        has several meanings, the other places of the text decide, then ``near``; what stays open keeps its candidates.

        Args:
            text: what the worker wrote, simplified characters.
            near: code of the place where the account is or that is remembered of the worker; about a home,
                which is often far away, it decides only within its own city.

        Returns:
            Mentions that do not overlap, in order.

        Raises:
            UnknownRegionError: ``near`` is not a code.
        """
        return list(self._find(text, near))

    def _find_anew(self, text: str, near: str | None) -> tuple[PlaceMention, ...]:
        spans = self._seen(text)
        if not spans:
            return ()
        chained = self._join_levels(text, self._accepted(text, spans))
        sightings = [
            replace(sighting, role=role) for sighting, role in zip(chained, _roles(text, chained), strict=True)
        ]
        return tuple(
            PlaceMention(
                sighting.start,
                sighting.end,
                text[sighting.start : sighting.end],
                self._decide(sighting, sightings, near),
                sighting.role,
            )
            for sighting in sightings
        )

    def only_place(self, text: str, *, near: str | None = None) -> PlaceMention | None:
        """The place, where a text says nothing else: 永安, 我在三明, 福建永安的.

        Args:
            text: a reply, most likely to the question where the worker is.
            near: as for `find`.

        Returns:
            None where the text says more, or names no place or several.

        Raises:
            UnknownRegionError: ``near`` is not a code.
        """
        mentions = self.find(text, near=near)
        if not mentions:
            return self._only_ordinary_word(text, near)
        if len(mentions) > 1:
            return None
        mention = mentions[0]
        says_no_more = _ANSWER_OPENING.fullmatch(text, 0, mention.start) and _ANSWER_ENDING.fullmatch(text, mention.end)
        return mention if says_no_more else None

    def _only_ordinary_word(self, text: str, near: str | None) -> PlaceMention | None:
        """平安 alone, or 我在平安这边: nothing but the name is left, so it is the place."""
        opening = _ANSWER_OPENING.match(text)
        start = opening.end() if opening else 0
        end = next((end for end in range(len(text), start, -1) if text[start:end] in self._lexicon), start)
        place = self._lexicon.get(text[start:end])
        if place is None or place.support in _NEVER_ALONE or not _ANSWER_ENDING.fullmatch(text, end):
            return None
        sighting = _Sighting(start, end, place.codes, place.usual, role_of(text[:start], text[end:]))
        return PlaceMention(start, end, text[start:end], self._decide(sighting, [sighting], near), sighting.role)

    def _weight(self, place: PlaceName) -> int:
        known = self._boundaries.frequency(place.name)
        return max(known, BARE_NAME_WEIGHT if place.is_bare else FULL_NAME_WEIGHT)

    def _seen(self, text: str) -> list[NameSpan]:
        spans = [
            NameSpan(last + 1 - len(place.name), last + 1, weight)
            for last, (place, weight) in self._automaton.iter(text)
        ]
        return self._boundaries.standing(text, sorted(spans)) if spans else []

    def _accepted(self, text: str, spans: Sequence[NameSpan]) -> Iterator[_Sighting]:
        before: _Sighting | None = None
        for span in spans:
            place = self._lexicon[text[span.start : span.end]]
            if self._is_supported(text, span, place, before):
                before = _Sighting(span.start, span.end, place.codes, place.usual)
                yield before

    def _is_supported(self, text: str, span: NameSpan, place: PlaceName, before: _Sighting | None) -> bool:
        behind = text[span.end : span.end + CONTEXT_LENGTH]
        if place.support is Support.NEVER:
            return False
        if (place.is_bare or len(place.name) <= len("沙县")) and names_something_else(behind):
            return False
        if place.support is Support.NONE:
            return True
        if before is not None and before.end == span.start and self._below(before.codes, place.codes):
            return True
        ahead = text[max(0, span.start - CONTEXT_LENGTH) : span.start]
        return place.support is Support.PATTERN and is_spoken_as_place(ahead, behind)

    def _join_levels(self, text: str, sightings: Iterator[_Sighting]) -> list[_Sighting]:
        joined: list[_Sighting] = []
        for sighting in sightings:
            below = self._below(joined[-1].codes, sighting.codes) if joined else ()
            if below and _BETWEEN_LEVELS.fullmatch(text, joined[-1].end, sighting.start):
                usual = tuple(code for code in sighting.usual if code in below) or below
                joined[-1] = _Sighting(joined[-1].start, sighting.end, below, usual)
            else:
                joined.append(sighting)
        return joined

    def _below(self, above: Sequence[str], codes: Sequence[str]) -> tuple[str, ...]:
        return tuple(
            code for code in codes if any(code != upper and self._divisions.covers(upper, code) for upper in above)
        )

    def _decide(self, sighting: _Sighting, others: Sequence[_Sighting], near: str | None) -> tuple[str, ...]:
        """The meanings left after context; several where it is silent."""
        if len(sighting.codes) == 1:
            return sighting.codes
        # 老家朝阳在北京打工: home and work lie apart, one says nothing about the other.
        apart = {PlaceRole.HOME: PlaceRole.WORK, PlaceRole.WORK: PlaceRole.HOME}.get(sighting.role)
        clear = dict.fromkeys(
            other.usual[0]
            for other in others
            if other is not sighting and len(other.usual) == 1 and other.role is not apart
        )
        for place in clear:
            if found := self._nearest(sighting, place):
                return found
        if near is None:
            return sighting.usual
        is_home = sighting.role is PlaceRole.HOME
        return self._nearest(sighting, near, within_city=is_home) or sighting.usual

    def _nearest(self, sighting: _Sighting, place: str, *, within_city: bool = False) -> tuple[str, ...]:
        """The meanings in the same city as a place, else the usual ones in its province.

        A province's name is not turned into a namesake's (海南 said in 青海), it is only told from its own city (吉林).
        """
        lineage = self._divisions.lineage(place)
        if any(code.endswith("0000") for code in sighting.usual):
            return tuple(code for code in lineage if code in sighting.usual)[:1]
        city = next((code for code in lineage if level_of(code) is RegionLevel.CITY), None)
        if city is not None:
            in_city = tuple(code for code in sighting.codes if self._divisions.covers(city, code))
            if in_city:
                return tuple(code for code in in_city if code in sighting.usual) or in_city
        return () if within_city else tuple(code for code in sighting.usual if code[:2] == place[:2])


def regions_of(mentions: Iterable[PlaceMention]) -> tuple[str | None, str | None]:
    """Where the writer works and comes from, as far as a text decides it.

    Args:
        mentions: its places, in order.

    Returns:
        Codes of the work place (the last said; else of a place only mentioned, which is what the text asks about) and
        of the home; None where nothing is said or several places are possible.
    """
    said: dict[PlaceRole, str | None] = {}
    for mention in mentions:
        said[mention.role] = mention.code
    return said.get(PlaceRole.WORK, said.get(PlaceRole.MENTIONED)), said.get(PlaceRole.HOME)


def compared_places(text: str, mentions: Sequence[PlaceMention], divisions: Divisions) -> tuple[str, ...]:
    """The places whose rules a text asks for side by side, in order; empty unless there are two.

    Places are compared where they are joined (三明和广东都有啥补贴) or the text says so (两边都咋规定的). A story that
    passes through several places compares none.
    """
    known = [mention for mention in mentions if mention.code is not None]
    if not _SIDE_BY_SIDE.search(text):
        joined = [pair for pair in pairwise(known) if _JOINS.fullmatch(text[pair[0].end : pair[1].start])]
        known = list(dict.fromkeys(mention for pair in joined for mention in pair))
    codes = list(dict.fromkeys(mention.code for mention in known if mention.code is not None))
    inside = {one for one in codes for other in codes if one != other and divisions.covers(other, one)}
    apart = tuple(code for code in codes if code not in inside)
    return apart if len(apart) > 1 else ()


def only_place(text: str, *, near: str | None = None) -> PlaceMention | None:
    """`PlaceFinder.only_place` with the finder of this process."""
    return load_place_finder().only_place(text, near=near)


@lru_cache(maxsize=1)
def load_place_finder() -> PlaceFinder:
    """The finder over today's divisions, built once per process.

    Raises:
        RegionError: a data file contradicts itself, or jieba is not installed.
    """
    return PlaceFinder(load_divisions(), load_word_boundaries())


def _roles(text: str, sightings: Sequence[_Sighting]) -> Iterator[PlaceRole]:
    """Each role from the text between its neighbours, so that one place's 打工 is not taken for another's."""
    borders = [0, *(sighting.end for sighting in sightings)]
    starts = [*(sighting.start for sighting in sightings[1:]), len(text)]
    for sighting, left, right in zip(sightings, borders, starts, strict=False):
        ahead = text[max(left, sighting.start - CONTEXT_LENGTH) : sighting.start]
        yield role_of(ahead, text[sighting.end : min(right, sighting.end + CONTEXT_LENGTH)])
