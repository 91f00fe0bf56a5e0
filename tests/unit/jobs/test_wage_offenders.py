from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from bot.domain.wage_offender import WageOffender
from bot.jobs.wage_offenders import WageOffenders
from bot.storage.sqlite_documents import SqliteDocumentStore
from tests.fakes.fake_clock import FakeClock

LISTED = "单位名称,列入日期,移出日期,列入机关,拖欠金额,主要违法事实\n"
ROW = "示例（三明）建筑工程有限公司,2026-03-01,2029-02-28,示例市人社局,12万元,拖欠15人工资\n"


@pytest.fixture
async def offenders(store: SqliteDocumentStore, clock: FakeClock) -> WageOffenders:
    offenders = WageOffenders(store, clock)
    await offenders.prepare()
    return offenders


async def test_a_listed_employer_is_found_however_its_name_is_written(
    offenders: WageOffenders, table: Callable[..., Path]
) -> None:
    report = await offenders.import_list(table(LISTED + ROW))
    assert (report.added, report.problems, report.unknown_columns) == (1, [], [])
    written = ["示例三明建筑工程有限责任公司", "示例(三明)建筑工程有限公司 ", "示例三明建筑工程有限公司永安分公司"]
    entry = WageOffender(
        "示例（三明）建筑工程有限公司",
        "示例市人社局",
        date(2026, 3, 1),
        date(2029, 2, 28),
        "拖欠15人工资，拖欠金额12万元",
    )
    assert await offenders.find([*written, "示例福州建筑工程有限公司", ""]) == dict.fromkeys(written, entry)


async def test_whoever_has_left_the_list_is_not_accused(
    offenders: WageOffenders, table: Callable[..., Path], clock: FakeClock
) -> None:
    ends_soon = ROW.replace("2029-02-28", "2026-11-30")
    report = await offenders.import_list(
        table(LISTED + ends_soon + ROW.replace("建筑", "装饰").replace("2029", "2025"))
    )
    assert (report.added, report.dropped) == (1, 1)
    name = "示例三明建筑工程有限公司"
    assert list(await offenders.find([name])) == [name]
    await clock.advance(3 * 24 * 3600)
    assert await offenders.find([name]) == {}


async def test_a_list_may_be_a_spreadsheet_and_be_imported_again(offenders: WageOffenders, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["拖欠农民工工资失信联合惩戒对象名单", None, None])
    sheet.append(["序号", "用人单位", "列入期限"])
    sheet.append([1, "示例机械集团有限公司", "三年"])
    sheet.append([2, "某某", "三年"])
    book.save(tmp_path / "list.xlsx")
    report = await offenders.import_list(tmp_path / "list.xlsx", source="示例省人社厅")
    assert (report.added, [problem.number for problem in report.problems]) == (1, [4])
    found = await offenders.find(["示例机械集团"])
    assert found["示例机械集团"].source == "示例省人社厅"
    assert found["示例机械集团"].until_on == date(2029, 11, 27)
    assert (await offenders.import_list(tmp_path / "list.xlsx", source="示例省人社厅")).unchanged == 1
    assert await offenders.count() == 1


async def test_made_up_entries_accuse_nobody_in_production(
    store: SqliteDocumentStore, clock: FakeClock, table: Callable[..., Path]
) -> None:
    in_demo = WageOffenders(store, clock, shows_samples=True)
    await in_demo.import_list(table(LISTED + ROW), is_sample=True)
    assert await in_demo.find(["示例三明建筑工程"])
    in_production = WageOffenders(store, clock)
    assert await in_production.find(["示例三明建筑工程"]) == {}
    await in_production.prepare()
    assert await in_production.count() == 0
