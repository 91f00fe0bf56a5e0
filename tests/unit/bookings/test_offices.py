"""Which office is for whom, and how offices come in."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.bookings.office_import import office_import
from bot.bookings.offices import Offices
from bot.regions.distance import Coordinates
from bot.regions.divisions import load_divisions
from bot.regions.place_names import load_place_finder
from bot.tables.import_report import Kept
from tests.fakes.bookings_room import OFFICE, BookingsRoom

SAMPLES = Path(__file__).parents[3] / "corpus" / "samples" / "legal_aid_offices.jsonl"
SANYUAN, YONGAN, YOUXI, FUZHOU, NANPING = "350404", "350481", "350426", "350102", "350702"


@pytest.fixture
async def offices(room: BookingsRoom) -> Offices:
    """In three counties of 三明, in 福州 and in 南平."""
    places = {YONGAN: (25.94, 117.37), YOUXI: (26.17, 118.19), FUZHOU: (26.08, 119.3), NANPING: (26.64, 118.17)}
    for code, (latitude, longitude) in places.items():
        office = replace(OFFICE, office_id=code, region_code=code, latitude=latitude, longitude=longitude)
        await room.offices.keep(office)
    return room.offices


async def regions(offices: Offices, code: str, here: Coordinates | None = None) -> list[str]:
    return [office.region_code for office in await offices.for_place(code, here)]


async def test_the_own_county_comes_first_then_the_city_then_the_province_by_distance(offices: Offices) -> None:
    found = await regions(offices, YOUXI)
    assert found[0] == YOUXI
    assert set(found[1:3]) == {SANYUAN, YONGAN}
    assert found[3:] == [NANPING, FUZHOU]


async def test_a_location_orders_the_offices_within_a_city(offices: Offices) -> None:
    assert await regions(offices, "350400", Coordinates(25.95, 117.36)) == [YONGAN, SANYUAN, YOUXI, NANPING, FUZHOU]


async def test_without_a_location_the_offices_of_a_city_come_by_their_distance_from_its_centre(
    offices: Offices,
) -> None:
    assert (await regions(offices, "350400"))[:3] == [SANYUAN, YONGAN, YOUXI]


async def test_another_province_has_no_office_for_a_place(offices: Offices) -> None:
    assert await regions(offices, "360100") == []
    assert await regions(offices, "000000") == []


async def test_a_location_without_a_place_finds_what_is_near(offices: Offices) -> None:
    found = [office.region_code for office in await offices.around(Coordinates(26.2, 117.6))]
    assert found[0] == SANYUAN
    assert FUZHOU not in found


async def test_an_office_is_kept_as_it_was_and_brought_up_to_date(offices: Offices) -> None:
    assert await offices.get(OFFICE.office_id) == OFFICE
    assert await offices.keep(OFFICE) is Kept.UNCHANGED
    assert await offices.keep(replace(OFFICE, capacity=3)) is Kept.CHANGED
    kept = await offices.get(OFFICE.office_id)
    assert kept is not None
    assert kept.capacity == 3


async def test_a_table_is_imported_row_by_row_and_a_repeat_changes_nothing(room: BookingsRoom, tmp_path: Path) -> None:
    path = tmp_path / "法援窗口.csv"
    path.write_text(
        "窗口名称,地区,办公地址,纬度,经度,接待时间,每号分钟,号源,休息日,备注\n"
        "永安市法律援助中心,永安市,永安市燕江路1号,25.94,117.37,周一至周五 9:00-12:00，14:30-17:30,30分钟,2,"
        "2026-12-24、2026-12-25,\n"
        "永安市法律援助中心,350481,永安市燕江路1号,25.94,117.37,周一至周五 9:00-12:00,30,2,,\n"
        "没有时间的,350481,某路1号,,,,30,1,,\n"
        "时间看不懂,350481,某路1号,,,看情况,30,1,,\n"
        "号源太多,350481,某路1号,,,周一 9:00-12:00,30,1000,,\n"
        "地方没有,旮旯,某路1号,,,周一 9:00-12:00,30,1,,\n"
        "日子不对,350481,某路1号,,,周一 9:00-12:00,30,1,圣诞节,\n"
        "写反了,350481,某路1号,117.37,25.94,周一 9:00-12:00,30,1,,\n",
        encoding="gb18030",
    )
    for added, unchanged in ((1, 0), (0, 1)):
        report = await office_import(room.offices).run(path, load_divisions(), load_place_finder())
        assert (report.added, report.unchanged, report.merged, report.rows) == (added, unchanged, 1, 8)
    assert [note.number for note in report.problems] == [4, 5, 6, 7, 8, 9]
    assert "没有写时间" in report.problems[0].reason
    assert report.unknown_columns == []
    [kept] = [office for office in await room.offices.all() if office.region_code == YONGAN]
    assert (kept.capacity, kept.slot_minutes, len(kept.closed_on), kept.is_sample) == (2, 30, 2, False)


async def test_samples_can_be_removed_and_real_offices_stay(room: BookingsRoom) -> None:
    await room.offices.keep(replace(OFFICE, office_id="real", is_sample=False))
    assert await room.offices.remove_samples() == 1
    assert [office.office_id for office in await room.offices.all()] == ["real"]


async def test_the_shipped_samples_lie_in_the_five_regions_and_say_that_they_are_samples(room: BookingsRoom) -> None:
    divisions = load_divisions()
    report = await office_import(room.offices).run(SAMPLES, divisions, load_place_finder(), is_sample=True)
    offices = [office for office in await room.offices.all() if office.source != OFFICE.source]
    assert report.problems == []
    assert len(offices) == report.added == len(SAMPLES.read_text(encoding="utf-8").splitlines())
    for region in ("350400", "420117", "510802", "130500", "440000"):
        assert any(divisions.covers(region, office.region_code) for office in offices), region
    assert all(office.is_sample and "示例" in office.name and not office.phone for office in offices)
    assert all("示例" in json.loads(line)["source"] for line in SAMPLES.read_text(encoding="utf-8").splitlines())
