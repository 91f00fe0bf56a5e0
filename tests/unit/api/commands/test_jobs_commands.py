"""Jobs, fairs, courses and the list of offenders, from the command line."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.commands import app
from api.commands.auditing import completed_settings
from bot.assembly import open_jobs
from bot.domain.errors import ImportFileError
from bot.domain.job import JobSearch
from bot.privacy.identity_fields import Identity
from bot.privacy.phrasing_consent import PUSH_VERSION
from bot.privacy.purposes import Purpose

JOBS = "岗位,用工单位,工作地点,薪资,联系电话,序号\n电焊工,甲乙丙丁机械厂,三明永安,6000-8000元/月,0598-1234567,1\n"
BAD = ",甲乙丙丁机械厂,三明永安,,,2\n"


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GONGYOU_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("GONGYOU_PRIVACY_KEY_FILE", str(tmp_path / "privacy.key"))
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture
def table(tmp_path: Path) -> Callable[[str], str]:
    def write(text: str) -> str:
        path = tmp_path / "表.csv"
        path.write_text(text, encoding="utf-8-sig")
        return str(path)

    return write


def jobs(*arguments: str) -> Result:
    result = CliRunner().invoke(app, ["jobs", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit | ImportFileError), result.exception
    return result


def test_an_import_tells_counts_bad_rows_and_unknown_columns_and_is_logged(table: Callable[[str], str]) -> None:
    shown = jobs("import", table(JOBS + BAD), "--source", "三明公共招聘网").output
    for said in ("共 2 行", "新增 1", "读不了 1", "第 3 行：没写招什么工", "没用到的列：序号"):
        assert said in shown
    assert "没变 1" in jobs("import", table(JOBS), "--source", "三明公共招聘网").output
    assert "导入岗位" in CliRunner().invoke(app, ["audit", "show"]).output


def test_a_search_shows_what_a_worker_would_read(table: Callable[[str], str]) -> None:
    jobs("import", table(JOBS))
    shown = jobs("search", "三明电焊工，六千以上").output
    assert "三明在招的月薪6000元以上的电焊工" in shown
    assert "甲乙丙丁机械厂" in shown
    assert "新疆没有在招的电焊工，外省有" in jobs("search", "电焊工", "--region", "650000").output


def test_the_day_that_postings_end_by_can_be_named(table: Callable[[str], str]) -> None:
    old = table("岗位,单位,城市,发布日期\n电焊工,甲乙丙丁厂,三明,2023-12-12\n")
    assert "已过期不导 1" in jobs("import", old).output
    assert "新增 1" in jobs("import", old, "--today", "2023-12-20").output


def test_a_subscriber_is_told_after_an_import(table: Callable[[str], str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.jobs.job_push.FIRST_HOUR", 0)
    monkeypatch.setattr("bot.jobs.job_push.LAST_HOUR", 24)

    async def subscribe() -> None:
        async with open_jobs(completed_settings()) as desk:
            worker_id = desk.privacy.pseudonyms.of("o-zhang")
            await desk.privacy.consents.give(worker_id, [Purpose.JOB_PUSH], version=PUSH_VERSION)
            await desk.subscriptions.add("o-zhang", JobSearch("350400", "welder"))

    asyncio.run(subscribe())
    assert "已通知 1 位工友" in jobs("import", table(JOBS)).output
    assert "没有要通知的" in jobs("push").output


def test_fairs_are_imported_and_listed(table: Callable[[str], str]) -> None:
    assert "没有登记近期的招聘会" in jobs("events", "list").output
    text = "活动名称,举办日期,举办地点\n冬季招聘会,2036年12月8日至12月9日,三明永安\n旧的,2020-01-01,三明\n"
    shown = jobs("events", "import", table(text)).output
    assert "新增 1，已过期不导 1" in shown
    assert "2036-12-08 到 2036-12-09" in jobs("events", "list", "--region", "350400").output


def test_courses_are_imported_listed_and_their_names_shown_with_a_trace(table: Callable[[str], str]) -> None:
    assert "没有能报名的培训班" in jobs("courses", "list").output
    text = "课程名称,报名截止,培训地点,名额\n电焊工,2036-12-08,三明,30\n"
    assert "新增 1" in jobs("courses", "import", table(text)).output

    async def sign_up() -> str:
        async with open_jobs(completed_settings()) as desk:
            [course] = await desk.courses.ahead(None)
            await desk.sign_ups.sign_up(course, "w1", Identity("王建国", "13812341234"), "f")
            return course.announcement_id

    course_id = asyncio.run(sign_up())
    assert course_id in jobs("courses", "list").output
    shown = jobs("courses", "sign-ups", course_id).output
    assert "王建国" in shown
    assert "13812341234" in shown
    assert "还没有人报名" in jobs("courses", "sign-ups", "nobody").output
    assert "查看培训报名名单" in CliRunner().invoke(app, ["audit", "show"]).output


def test_the_list_of_offenders_is_imported_and_asked(table: Callable[[str], str]) -> None:
    text = "单位名称,列入日期,列入机关\n甲乙丙丁（三明）建筑有限公司,2026-03-01,三明市人社局\n"
    assert "新增 1" in jobs("blacklist", "import", table(text)).output
    assert "三明市人社局，2026-03-01列入" in jobs("blacklist", "check", "甲乙丙丁三明建筑有限责任公司").output
    assert "不在名单上" in jobs("blacklist", "check", "戊己庚辛建筑有限公司").output


def test_searches_are_timed_among_made_up_postings() -> None:
    shown = jobs("bench", "--postings", "300").output
    assert "地方、工种、工资、类型" in shown
    assert "没有的工种" in shown


def test_a_file_that_cannot_be_read_is_said_to_be(tmp_path: Path) -> None:
    assert isinstance(jobs("import", str(tmp_path / "没有.csv")).exception, ImportFileError)
