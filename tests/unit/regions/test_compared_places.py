"""Places whose rules are asked for side by side."""

from __future__ import annotations

import pytest

from bot.regions.divisions import load_divisions
from bot.regions.place_names import PlaceFinder, compared_places

SANMING, YONGAN, GUANGDONG, XINZHOU, XINGTAI, LIZHOU = "350400", "350481", "440000", "420117", "130500", "510802"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("三明和广东创业都有啥补贴", (SANMING, GUANGDONG)),
        ("邢台跟利州的法律援助有啥不一样", (XINGTAI, LIZHOU)),
        ("武汉新洲、邢台、利州，哪里落户容易", (XINZHOU, XINGTAI, LIZHOU)),
        ("我在新洲打工老家在三明，两边公租房都咋规定的", (XINZHOU, SANMING)),
        ("三明和永安的创业补贴", ()),
        ("我在新洲打工老家在三明，公租房咋规定的", ()),
        ("从三明到广东的车票", ()),
        ("三明的创业补贴", ()),
        ("公租房怎么申请", ()),
    ],
)
def test_places_are_compared_where_they_are_joined_or_the_text_says_so(
    finder: PlaceFinder, text: str, expected: tuple[str, ...]
) -> None:
    assert compared_places(text, finder.find(text), load_divisions()) == expected
