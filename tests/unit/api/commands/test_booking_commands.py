"""Legal-aid bookings from the command line."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.commands import app
from api.commands.auditing import completed_settings
from bot.assembly import open_bookings
from bot.bookings.availability import Wanted
from bot.bookings.booking_documents import COLLECTION
from bot.domain.booking import BookingRequest, Matter
from bot.domain.errors import BookingRefusedError, ImportFileError

OPENID = "oWorkerWhoNeedsALawyer000001"
TABLE = (
    "编号,名称,地区,地址,时间,每号分钟,同时接待,颜色\n"
    "yongan,永安市法律援助中心,永安市,燕江路1号,每天 0:00-23:59,30,2,红\n"
    "bad,没有时间,永安市,燕江路1号,,30,2,\n"
)


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GONGYOU_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("GONGYOU_PRIVACY_KEY_FILE", str(tmp_path / "privacy.key"))
    monkeypatch.setenv("COLUMNS", "220")
    (tmp_path / "offices.csv").write_text(TABLE, encoding="utf-8")


def bookings(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["bookings", *arguments])


async def booked() -> tuple[str, date]:
    async with open_bookings(completed_settings()) as desk:
        worker_id = desk.privacy.pseudonyms.of(OPENID)
        await desk.privacy.consents.give(worker_id)
        office = await desk.offices.get("yongan")
        assert office is not None
        slot = (await desk.availability.offer(office, Wanted(), 1)).slots[0].slot
        request = BookingRequest("f1", OPENID, worker_id, Matter.WAGE, slot, "张三丰", "13812345678", "三个月没发工资")
        return (await desk.new_bookings.book(request)).number, slot.on


async def make_it_past(number: str) -> None:
    async with open_bookings(completed_settings()) as desk:
        store = desk.privacy.store
        document = await store.find_one(COLLECTION, {"_id": number})
        assert document is not None
        office_id, begins = document["slot_id"].split("@")
        past = datetime.fromisoformat(begins) - timedelta(days=7)
        moment = past.isoformat(timespec="minutes")
        await store.replace_if(COLLECTION, document | {"slot_id": f"{office_id}@{moment}", "on": moment[:10]})


def test_offices_are_imported_row_by_row_and_listed() -> None:
    assert "还没有窗口" in bookings("offices", "list").output
    imported = bookings("offices", "import", "offices.csv").output
    assert "新增 1" in imported
    assert "第 3 行：没有写时间" in imported
    assert "没用到的列：颜色" in imported
    listed = bookings("offices", "list").output
    assert "永安市法律援助中心" in listed
    assert "周一至周日 0:00-23:59" in listed
    assert "没变 1" in bookings("offices", "import", "offices.csv").output
    assert isinstance(bookings("offices", "import", "nowhere.csv").exception, ImportFileError)


def test_holidays_are_entered_listed_and_removed() -> None:
    assert "没有登记过" in bookings("holidays", "list").output
    assert "已登记为放假（元旦）" in bookings("holidays", "add", "2031-01-01", "--name", "元旦").output
    assert "调休上班" in bookings("holidays", "add", "2031-01-04", "--name", "元旦", "--work").output
    listed = bookings("holidays", "list", "--year", "2031").output
    assert "2031-01-01  放假  元旦" in listed
    assert "2031-01-04  上班  元旦" in listed
    assert "2031 年的放假安排系统还不知道" in listed
    assert "已删掉" in bookings("holidays", "remove", "2031-01-01").output
    assert "没有登记过" in bookings("holidays", "remove", "2031-01-01").output
    assert "登记放假或调休" in CliRunner().invoke(app, ["audit", "show"]).output


def test_a_booking_is_listed_masked_shown_whole_and_the_look_is_logged() -> None:
    bookings("offices", "import", "offices.csv")
    number, on = asyncio.run(booked())
    listed = bookings("list", "yongan", "--on", on.isoformat()).output
    assert number in listed
    assert "138****5678" in listed
    assert "张**" in listed
    assert "没有预约" in bookings("list", "yongan", "--on", "2020-01-01").output
    whole = bookings("show", f"{number[:4]} {number[4:]}").output
    for part in ("张三丰", "13812345678", "三个月没发工资"):
        assert part in whole
        assert part not in listed
    assert "查看预约" in CliRunner().invoke(app, ["audit", "show"]).output


def test_who_did_not_come_is_noted_once_the_time_is_past() -> None:
    bookings("offices", "import", "offices.csv")
    number, _ = asyncio.run(booked())
    assert isinstance(bookings("no-show", number).exception, BookingRefusedError)
    asyncio.run(make_it_past(number))
    assert "已记为没有来" in bookings("no-show", number).output
    assert "没有来" in bookings("show", number).output
    assert isinstance(bookings("no-show", "22222222").exception, BookingRefusedError)
