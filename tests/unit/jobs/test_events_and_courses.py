from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.domain.announcement import Announcement
from bot.jobs.announcement_import import AnnouncementImport
from bot.jobs.announcement_kinds import COURSES as COURSE_KIND
from bot.jobs.announcement_kinds import FAIRS as FAIR_KIND
from bot.jobs.announcements import Announcements
from bot.jobs.table_places import PlaceReader
from bot.regions.city_distances import load_city_distances
from bot.regions.divisions import load_divisions
from bot.regions.place_names import load_place_finder
from bot.storage.sqlite_documents import SqliteDocumentStore
from tests.fakes.fake_clock import FakeClock

Table = Callable[..., Path]
FAIRS = "活动名称,举办时间,举办地点,参会企业数,主办单位\n"
FAIR = Announcement("e1", "甲", "350400", date(2026, 12, 11), date(2026, 12, 10), facts={"offer": "60家单位"})
COURSES = "培训工种,开班时间,报名截止,培训地点,费用,名额\n"


@pytest.fixture
def places() -> PlaceReader:
    return PlaceReader(load_place_finder(), load_divisions())


@pytest.fixture
async def events(store: SqliteDocumentStore, clock: FakeClock) -> Announcements:
    events = Announcements(store, FAIR_KIND, load_city_distances(), clock)
    await events.prepare()
    return events


@pytest.fixture
async def courses(store: SqliteDocumentStore, clock: FakeClock) -> Announcements:
    courses = Announcements(store, COURSE_KIND, load_city_distances(), clock)
    await courses.prepare()
    return courses


async def test_a_fair_is_read_with_its_days_and_its_campaign(
    events: Announcements, clock: FakeClock, places: PlaceReader, table: Table
) -> None:
    text = "示例市“春风行动”招聘会,2027年2月8日至2月10日,三明市三元区人力资源市场,60,示例市人社局\n"
    report = await AnnouncementImport(events, clock).run(table(FAIRS + text), places)
    assert (report.added, report.problems, report.unknown_columns) == (1, [], [])
    [event] = await events.ahead(None)
    assert (event.starts_on, event.last_on) == (date(2027, 2, 8), date(2027, 2, 10))
    assert (event.campaign, event.region_code, event.facts["offer"]) == ("春风行动", "350404", "60家单位")


async def test_fairs_near_a_place_come_first_and_those_of_one_place_by_day(
    events: Announcements, clock: FakeClock, places: PlaceReader, table: Table
) -> None:
    rows = "乙,2026-12-20,三明永安,,\n甲,2026-12-10,三明永安,,\n丙,2026-12-01,深圳,,\n"
    rows += "丁,2026-12-05,南平,,\n戊,2026-12-30,福建省,,\n"
    await AnnouncementImport(events, clock).run(table(FAIRS + rows), places)
    assert [event.name for event in await events.ahead("350481")] == ["甲", "乙", "戊", "丁", "丙"]
    assert [event.name for event in await events.ahead(None)] == ["丙", "丁", "甲", "乙", "戊"]


async def test_a_fair_that_is_over_is_neither_kept_nor_told(
    events: Announcements, clock: FakeClock, places: PlaceReader, table: Table
) -> None:
    rows = "甲,2026-11-27,三明,,\n乙,2026-11-28,三明,,\n丙,某天,三明,,\n,2026-12-28,三明,,\n丁,2026-12-28,,,\n"
    report = await AnnouncementImport(events, clock).run(table(FAIRS + rows), places)
    assert (report.added, report.dropped) == (1, 1)
    assert [problem.number for problem in report.problems] == [4, 5, 6]
    assert len(await events.ahead("350400")) == 1
    await clock.advance(24 * 3600)
    assert await events.ahead("350400") == []
    assert await events.expire() == 1


async def test_a_course_is_read_and_found_by_its_trade(
    courses: Announcements, clock: FakeClock, places: PlaceReader, table: Table
) -> None:
    rows = "焊工（初级）,2026-12-15,2026-12-10,三明,免费,40\n瓦工,2026-12-15,,三明,,\n"
    rows += "钢结构工,2026-12-15,,南平,300元,很多\n"
    report = await AnnouncementImport(courses, clock).run(table(COURSES + rows), places)
    assert (report.added, report.problems) == (3, [])
    welding, steel = await courses.ahead("350400", "welder")
    assert (welding.name, welding.facts["fee"], welding.seats) == ("焊工（初级）", "免费", 40)
    assert (welding.starts_on, welding.last_on) == (date(2026, 12, 15), date(2026, 12, 10))
    assert (steel.name, steel.seats) == ("钢结构工", 0)
    assert await courses.get(welding.announcement_id) == welding
    assert len(await courses.ahead("350400")) == 3


async def test_a_course_that_nobody_can_sign_up_for_any_more_is_gone(
    courses: Announcements, clock: FakeClock, places: PlaceReader, table: Table
) -> None:
    await AnnouncementImport(courses, clock).run(table(COURSES + "焊工,2026-12-15,2026-12-10,三明,,\n"), places)
    [course] = await courses.ahead(None)
    await clock.advance(13 * 24 * 3600)
    assert await courses.get(course.announcement_id) is None
    assert await courses.ahead(None) == []
    assert await courses.expire() == 1


async def test_made_up_ones_are_gone_in_production(
    store: SqliteDocumentStore, clock: FakeClock, places: PlaceReader, table: Table
) -> None:
    in_demo = Announcements(store, FAIR_KIND, load_city_distances(), clock, shows_samples=True)
    await AnnouncementImport(in_demo, clock).run(table(FAIRS + "甲,2026-12-10,三明,,\n"), places, is_sample=True)
    [event] = await in_demo.ahead(None)
    in_production = Announcements(store, FAIR_KIND, load_city_distances(), clock)
    assert await in_production.ahead(None) == []
    assert await in_production.get(event.announcement_id) is None
    await in_production.prepare()
    assert await in_demo.ahead(None) == []


async def test_a_fair_lies_flat_in_its_collection_and_empty_facts_are_as_good_as_none(
    store: SqliteDocumentStore, events: Announcements
) -> None:
    row = {"name": "甲", "region_code": "350400", "starts_on": "2026-12-10", "ends_on": "2026-12-11"}
    texts = dict.fromkeys(("campaign", "place", "hours", "organiser", "contact", "source", "offer"), "")
    await store.insert("recruitment_events", {"_id": "e1", **row, **texts, "is_sample": False})
    assert await events.get("e1") == Announcement(
        "e1", "甲", "350400", last_on=date(2026, 12, 11), starts_on=date(2026, 12, 10)
    )
    await events.keep(replace(FAIR, announcement_id="e2"))
    kept = await store.find_one("recruitment_events", {"_id": "e2"})
    assert kept is not None
    assert (kept["ends_on"], kept["offer"]) == ("2026-12-11", "60家单位")
    assert await events.get("e2") == replace(FAIR, announcement_id="e2")
