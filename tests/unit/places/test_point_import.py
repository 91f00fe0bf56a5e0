from pathlib import Path

from bot.domain.place import PointKind, ServicePoint
from bot.places.point_import import point_import
from bot.places.service_points import COLLECTION, ServicePoints
from bot.regions.divisions import Divisions
from bot.regions.place_names import PlaceFinder
from bot.storage.sqlite_documents import SqliteDocumentStore
from tests.fakes.server_process import REPOSITORY

TABLE = """名称,类别,区县,地址,纬度,经度,联系电话
永安市法律援助中心,法律援助,永安,五四路1号,25.94,117.36,0598-1
下洋零工市场,,350481,五洲路,,,
,法律援助,永安,,,,
某某大厦,其他,永安,,,,
利州区爱心驿站,,,四川省广元市利州区嘉陵街道,32.4,105.8,
反了的窗口,服务窗口,永安,,117.36,25.94,
"""


async def all_in(points: ServicePoints, region: str) -> list[ServicePoint]:
    return [one.point for one in await points.in_region(region, list(PointKind), limit=100)]


async def test_rows_become_points_and_bad_ones_say_why(
    tmp_path: Path, points: ServicePoints, divisions: Divisions, finder: PlaceFinder
) -> None:
    path = tmp_path / "点.csv"
    path.write_text(TABLE, encoding="gb18030")

    report = await point_import(points).run(path, divisions, finder)

    good = {point.kind: point for point in await all_in(points, "350481")}
    assert set(good) == {PointKind.LEGAL_AID, PointKind.LABOUR_MARKET}
    aid = good[PointKind.LEGAL_AID]
    assert (aid.latitude, aid.phone, aid.is_sample) == (25.94, "0598-1", False)
    assert [point.kind for point in await all_in(points, "510802")] == [PointKind.REST_STATION]
    problems = dict(report.problems)
    assert "名称" in problems[4]
    assert "哪一类" in problems[5]
    assert "写反" in problems[7]


async def test_the_shipped_samples_are_all_usable_and_marked(
    points: ServicePoints, divisions: Divisions, finder: PlaceFinder
) -> None:
    path = REPOSITORY / "corpus" / "samples" / "service_points.jsonl"

    report = await point_import(points).run(path, divisions, finder, is_sample=True)

    assert report.problems == []
    kept = await all_in(points, "350400")
    assert {point.kind for point in kept} == set(PointKind)
    assert all(point.is_sample and point.name.startswith("示例") for point in kept)


async def test_a_point_has_the_same_id_in_every_file(
    tmp_path: Path, store: SqliteDocumentStore, points: ServicePoints, divisions: Divisions, finder: PlaceFinder
) -> None:
    for name in ("一.csv", "二.csv"):
        (tmp_path / name).write_text("名称,地区\n永安市法律援助中心,350481\n", encoding="utf-8")
        await point_import(points).run(tmp_path / name, divisions, finder)

    assert await store.count(COLLECTION, {}) == 1
