import pytest

from bot.regions.distance import Coordinates, distance_m

BEIJING, SHANGHAI = Coordinates(39.9042, 116.4074), Coordinates(31.2304, 121.4737)


def test_beijing_and_shanghai_are_some_1067_km_apart() -> None:
    assert distance_m(BEIJING, SHANGHAI) == pytest.approx(1_067_000, rel=0.005)


def test_a_degree_of_the_meridian_is_some_111_km() -> None:
    assert distance_m(Coordinates(0.0, 0.0), Coordinates(1.0, 0.0)) == pytest.approx(111_195, rel=0.001)


def test_the_way_back_is_as_long() -> None:
    assert distance_m(BEIJING, SHANGHAI) == distance_m(SHANGHAI, BEIJING)


def test_opposite_points_are_half_the_earth_apart() -> None:
    assert distance_m(Coordinates(0.0, 0.0), Coordinates(0.0, 180.0)) == pytest.approx(20_015_000, rel=0.001)


@pytest.mark.parametrize(
    ("point", "is_possible"), [(BEIJING, True), (Coordinates(91.0, 0.0), False), (Coordinates(0.0, -181.0), False)]
)
def test_degrees_beyond_the_earth_are_no_point(point: Coordinates, is_possible: bool) -> None:  # noqa: FBT001
    assert point.is_possible == is_possible
