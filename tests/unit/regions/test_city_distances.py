import pytest

from bot.regions.city_distances import CityDistances, load_city_distances
from bot.regions.distance import Coordinates
from bot.regions.divisions import load_divisions


@pytest.fixture(scope="module")
def distances() -> CityDistances:
    return load_city_distances()


@pytest.mark.parametrize(
    ("code", "city"),
    [
        ("350481", "350400"),  # 永安 lies in 三明
        ("350400", "350400"),
        ("350000", None),
        ("000000", None),
        ("310115", "310000"),  # 浦东新区 lies in 上海, which has no cities
        ("310000", "310000"),
        ("429004", "429004"),  # 仙桃 stands directly under 湖北
        ("500236", "500000"),  # 奉节县, whose code has a placeholder above it
    ],
)
def test_every_place_below_a_province_lies_in_a_city(distances: CityDistances, code: str, city: str | None) -> None:
    assert distances.city_of(code) == city


def test_the_nearest_city_comes_first(distances: CityDistances) -> None:
    names = [load_divisions().name(code) for code in distances.near("440305", within_m=120_000)]
    assert names[0] == "香港特别行政区"
    assert {"东莞市", "惠州市", "中山市"} <= set(names)
    assert "广州市" in names
    assert "三明市" not in names


def test_provinces_lie_near_nothing(distances: CityDistances) -> None:
    assert distances.near("440000", within_m=1e9) == ()
    assert distances.province_of("440305") == "440000"
    assert distances.province_of("000000") is None


def test_a_city_without_coordinates_is_near_nothing_and_nothing_near_it() -> None:
    divisions = load_divisions()
    distances = CityDistances(divisions, {"350400": Coordinates(26.26, 117.64), "350700": Coordinates(26.64, 118.18)})
    assert distances.near("350200", within_m=1e9) == ()
    assert distances.near("350403", within_m=1e9) == ("350700",)


def test_nearly_every_city_has_coordinates_inside_its_country(distances: CityDistances) -> None:
    cities = {distances.city_of(region.code) for region in load_divisions()} - {None}
    without = [code for code in cities if code and not distances.near(code, within_m=5_000_000)]
    assert len(cities) == 372
    assert all(load_divisions().full_name(code).startswith("新疆维吾尔自治区") for code in without)
    assert len(without) == 7
