"""Places as tables write them."""

from __future__ import annotations

import pytest

from bot.regions.distance import Coordinates
from bot.regions.divisions import load_divisions
from bot.regions.place_names import load_place_finder
from bot.regions.written_places import coordinates_written, region_written


@pytest.mark.parametrize(
    ("written", "beside", "code"),
    [
        ("350481", (), "350481"),
        ("350403", (), "350404"),
        ("永安市", (), "350481"),
        ("", ("福建省三明市三元区江滨路1号",), "350404"),
        ("", ("江滨路1号", "新洲区法律援助中心"), "420117"),
    ],
)
def test_a_place_is_a_code_or_the_smallest_that_is_named(written: str, beside: tuple[str, ...], code: str) -> None:
    assert region_written(written, beside, load_divisions(), load_place_finder()) == code


@pytest.mark.parametrize(
    ("written", "said"), [("999999", "没有 999999 这个行政区划代码"), ("旮旯", "看不出在哪个市县")]
)
def test_what_is_no_place_says_what_to_write(written: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        region_written(written, (), load_divisions(), load_place_finder())


def test_degrees_are_a_point_or_nothing() -> None:
    assert coordinates_written("26.2", "117.6") == Coordinates(26.2, 117.6)
    assert coordinates_written("", "") is None


@pytest.mark.parametrize(
    ("latitude", "longitude", "said"), [("北纬26", "117", "不是数"), ("", "117", "不是数"), ("117.6", "26.2", "写反了")]
)
def test_degrees_that_cannot_be_say_why(latitude: str, longitude: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        coordinates_written(latitude, longitude)
