from dataclasses import replace
from typing import Any

import pytest

from bot.domain.place import PointKind, ServicePoint
from bot.places.service_points import ServicePoints
from bot.regions.distance import Coordinates
from bot.tables.import_report import Kept

HERE = Coordinates(26.23, 117.60)
AID = ServicePoint("a1", PointKind.LEGAL_AID, "三元法援", "350403", "一路1号", 26.231, 117.601, "0598-1", "周一至周五")


def at(name: str, north_m: float, **changes: Any) -> ServicePoint:
    latitude = HERE.latitude + north_m / 111_195
    return replace(AID, point_id=name, name=name, latitude=latitude, longitude=117.60, **changes)


async def keep_all(points: ServicePoints, *known: ServicePoint) -> None:
    for point in known:
        await points.keep(point)


async def test_the_nearest_three_come_first_whatever_the_order_of_import(points: ServicePoints) -> None:
    await keep_all(points, at("远", 9000), at("近", 200), at("中", 2500), at("更远", 12_000))

    found = await points.nearest(HERE, [PointKind.LEGAL_AID])

    assert [one.point.name for one in found] == ["近", "中", "远"]
    assert found[0].distance_m == pytest.approx(200, abs=1)


async def test_only_the_kind_that_was_asked_for_is_found(points: ServicePoints) -> None:
    await keep_all(points, at("市场", 100, kind=PointKind.LABOUR_MARKET), at("法援", 500))

    assert [one.point.name for one in await points.nearest(HERE, [PointKind.LEGAL_AID])] == ["法援"]


async def test_a_point_on_the_same_latitude_but_far_away_is_not_near(points: ServicePoints) -> None:
    await keep_all(points, replace(AID, longitude=120.9))

    assert await points.nearest(HERE, [PointKind.LEGAL_AID]) == []


async def test_a_place_without_points_gets_those_of_its_city_and_never_of_another_province(
    points: ServicePoints,
) -> None:
    await keep_all(points, AID, replace(AID, point_id="x", name="邢台法援", region_code="130502"))

    found = await points.in_region("350481", [PointKind.LEGAL_AID])

    assert [one.point.name for one in found] == ["三元法援"]
    assert await points.in_region("510802", [PointKind.LEGAL_AID]) == []


async def test_points_of_a_city_include_those_of_its_districts(points: ServicePoints) -> None:
    await keep_all(points, AID)

    assert [one.point.name for one in await points.in_region("350400", [PointKind.LEGAL_AID])] == ["三元法援"]


async def test_an_import_that_is_repeated_changes_only_what_changed(points: ServicePoints) -> None:
    assert await points.keep(AID) is Kept.ADDED
    assert await points.keep(AID) is Kept.UNCHANGED
    assert await points.keep(replace(AID, phone="0598-2")) is Kept.CHANGED
    assert (await points.in_region("350403", [PointKind.LEGAL_AID]))[0].point.phone == "0598-2"
