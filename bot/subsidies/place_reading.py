"""Facts that follow from the places in a sentence: from outside, in another province, into this city."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.domain.region import NATION_CODE, PlaceMention, PlaceRole
from bot.regions.divisions import Divisions
from bot.regions.place_names import PlaceFinder
from bot.subsidies.case_text import Segments

_CAME_BEFORE = re.compile(r"(?:来到|来|过来)$")
_CAME_HERE = re.compile(r"来(?:明|这边|这里|这儿|咱这|你们这|本地|贵地)")
_DESTINATION_BEFORE = re.compile(r"(?:送|输送|介绍|安排|推荐|引进|派)?(?:到|往|去|给|进|至)(?:了|咱们?|我们)?$")
_LEFT_BEFORE = re.compile(r"(?:从|由|离开|打)$")
_OWN_BEFORE = re.compile(r"(?:^|[，,。.；;\s])(?:我|俺|咱|本人)?(?:们|家|就|也|都)?是?$")
_OF_THERE_AFTER = re.compile(r"(?:那边)?(?:的|人)(?:$|[，,。.；;\s]|在|来|到)")
_THIS_PLACE = re.compile(r"这边|这里|这儿|这块|本地|当地|在明|来明|到明|本市|咱这")
_HERE_OR_THERE = re.compile(r"(?:那边|那里|外地|外面|外省|老家)")


@dataclass(frozen=True, slots=True)
class NamedPlaces:
    """The places of one text, seen from the place whose rule it is about.

    Attributes:
        text: the text.
        mentions: its places in order.
        region: code of the rule's place.
        divisions: which place lies in which.
    """

    text: str
    mentions: Sequence[PlaceMention]
    region: str
    divisions: Divisions

    @classmethod
    def read(cls, text: str, region: str, finder: PlaceFinder, divisions: Divisions) -> NamedPlaces:
        """Find the places of a text."""
        near = None if region == NATION_CODE else region
        return cls(text, finder.find(text, near=near), region, divisions)

    def is_inside(self, mention: PlaceMention) -> bool | None:
        """Whether a place lies in the rule's place; None where it may or may not."""
        inside = {self.divisions.covers(self.region, code) for code in mention.candidates}
        contains = any(self.divisions.covers(code, self.region) for code in mention.candidates)
        if inside == {True}:
            return True
        return None if True in inside or contains else False

    def comes_from_outside(self) -> bool | None:
        """我湖南人, 从贵州来, 来三明打工: from where the worker came."""
        homes = [mention for mention in self.mentions if self._is_home(mention)]
        for mention in reversed(homes):
            inside = self.is_inside(mention)
            if inside is not None:
                return not inside
        came = [mention for mention in self.mentions if _CAME_BEFORE.search(self.text, 0, mention.start)]
        if any(self.is_inside(mention) for mention in came) or _CAME_HERE.search(self.text):
            return True
        left = [mention for mention in self.mentions if _LEFT_BEFORE.search(self.text, 0, mention.start)]
        return True if any(self.is_inside(mention) is False for mention in left) else None

    def works_in_another_province(self) -> bool | None:
        """去上海打工 from 四川; 在绵阳 is the same province."""
        homes = [one.code for one in self.mentions if self._is_home(one) and one.code is not None]
        home = (homes[-1] if homes else self.region)[:2]
        away = [one for one in self.mentions if not self._is_home(one) and not self._is_left(one)]
        worked = [one for one in away if one.role is PlaceRole.WORK] or away
        if not worked:
            return None
        provinces = {code[:2] for code in worked[-1].candidates}
        return provinces != {home} if len(provinces) == 1 or home not in provinces else None

    def is_placed_inside(self) -> bool | None:
        """送到三明的厂: whether people were sent into the rule's place."""
        targets = [
            self.is_inside(mention)
            for mention in self.mentions
            if _DESTINATION_BEFORE.search(self.text, 0, mention.start)
        ]
        if True in targets:
            return True
        return False if False in targets else None

    def is_here(self, start: int, end: int, segments: Segments) -> bool | None:
        """Whether a stretch of the text is about the rule's place: by its own words, else by the last place before."""
        first, last = segments.bounds(segments.index(start))
        if _THIS_PLACE.search(self.text, first, last):
            return True
        places = [mention for mention in self.mentions if not self._is_home(mention)]
        own = [mention for mention in places if first <= mention.start < last]
        before = [mention for mention in own if mention.start < end] or own
        if before:
            return self.is_inside(before[-1])
        if _HERE_OR_THERE.search(self.text, first, last):
            return False
        earlier = [mention for mention in places if mention.start < start]
        # 在福州打工，干了五年: still there; 在永安打工，干了五年: no second place that would add to the first.
        return False if earlier and self.is_inside(earlier[-1]) is False else None

    def _is_home(self, mention: PlaceMention) -> bool:
        """我湖南人, 我江西的."""
        before, after = _OWN_BEFORE.search(self.text, 0, mention.start), _OF_THERE_AFTER.match(self.text, mention.end)
        return mention.role is PlaceRole.HOME or bool(before and after)

    def _is_left(self, mention: PlaceMention) -> bool:
        """从利州去上海: where they are not."""
        return _LEFT_BEFORE.search(self.text, 0, mention.start) is not None


PLACE_FACTS: dict[str, Callable[[NamedPlaces], bool | None]] = {
    "is_from_outside": NamedPlaces.comes_from_outside,
    "works_across_provinces": NamedPlaces.works_in_another_province,
    "placed_here": NamedPlaces.is_placed_inside,
}
"""Facts that places tell, by name; their words in ``facts.yaml`` decide where no place does."""
