from pathlib import Path

from bot.domain.place import PointKind
from bot.places.point_import import read_points
from bot.regions.divisions import Divisions
from bot.regions.place_names import PlaceFinder
from tests.fakes.server_process import REPOSITORY

TABLE = """名称,类别,区县,地址,纬度,经度,联系电话
永安市法律援助中心,法律援助,永安,五四路1号,25.94,117.36,0598-1
下洋零工市场,,350481,五洲路,,,
,法律援助,永安,,,,
某某大厦,其他,永安,,,,
利州区爱心驿站,,,四川省广元市利州区嘉陵街道,32.4,105.8,
反了的窗口,服务窗口,永安,,117.36,25.94,
"""


def test_rows_become_points_and_bad_ones_say_why(tmp_path: Path, divisions: Divisions, finder: PlaceFinder) -> None:
    path = tmp_path / "点.csv"
    path.write_text(TABLE, encoding="gb18030")

    rows = list(read_points(path, divisions, finder))

    good = {row.number: row.point for row in rows if row.point}
    assert {number: (point.kind, point.region_code) for number, point in good.items()} == {
        2: (PointKind.LEGAL_AID, "350481"),
        3: (PointKind.LABOUR_MARKET, "350481"),
        6: (PointKind.REST_STATION, "510802"),
    }
    assert (good[2].latitude, good[2].phone, good[2].is_sample) == (25.94, "0598-1", False)
    problems = {row.number: row.problem for row in rows if not row.point}
    assert "名称" in problems[4]
    assert "哪一类" in problems[5]
    assert "写反" in problems[7]


def test_the_shipped_samples_are_all_usable_and_marked(divisions: Divisions, finder: PlaceFinder) -> None:
    path = REPOSITORY / "corpus" / "samples" / "service_points.jsonl"

    rows = list(read_points(path, divisions, finder, is_sample=True))

    assert [row.problem for row in rows if row.problem] == []
    assert {row.point.kind for row in rows if row.point} == set(PointKind)
    assert all(row.point.is_sample and row.point.name.startswith("示例") for row in rows if row.point)


def test_the_same_point_has_the_same_id_in_every_file(
    tmp_path: Path, divisions: Divisions, finder: PlaceFinder
) -> None:
    files = [tmp_path / "一.csv", tmp_path / "二.csv"]
    for path in files:
        path.write_text("名称,地区\n永安市法律援助中心,350481\n", encoding="utf-8")

    ids = {row.point.point_id for path in files for row in read_points(path, divisions, finder) if row.point}

    assert len(ids) == 1
