"""Commands about jobs, job fairs, courses and the list of employers who owe wages."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table

from api.commands.auditing import COMMAND_LINE, completed_settings
from api.commands.import_report import show_report
from api.commands.spoken_commands import CommandLine
from api.commands.terminal import out, plain_table, progress_bars

if TYPE_CHECKING:
    from bot.assembly import JobsDesk
    from bot.domain.course_sign_up import CourseSignUp
    from bot.ports import Clock
    from bot.tables.import_report import ImportReport

GROUP = "办事"
FILES = typer.Argument(help="CSV、XLSX 或 JSONL 文件，可以写几个", metavar="文件")
FILE = typer.Argument(help="CSV、XLSX 或 JSONL 文件", metavar="文件")
SOURCE = typer.Option("--source", "-s", help="谁发布的，如“三明公共招聘网”；不写就用文件名。表里有“来源”列的以表为准")
REGION = typer.Option("--region", "-r", help="六位行政区划代码：没写地点的行算这里，重名的地方（朝阳区）就近取")
NEAR = typer.Option("--region", "-r", help="离哪里近的在前，六位行政区划代码；不写就按日期")
TODAY = typer.Option("--today", help="按哪一天算过期，如 2026-11-28；不写就是今天", formats=["%Y-%m-%d"])
WORDS = typer.Argument(help="工友怎么说就怎么写，例如：东莞电焊工七千以上", metavar="想找的活")

NOBODY_TOLD = "没有要通知的：没有合条件的新岗位，或者今天已经通知过，或者不在早八点到晚九点"

T = TypeVar("T")
Tell = Callable[[str, int, int], None]

jobs_app = CommandLine(help="岗位、招聘会、培训班、欠薪名单：导入、查看。", no_args_is_help=True)
events_app = CommandLine(help="招聘会：导入、列出。", no_args_is_help=True)
courses_app = CommandLine(help="培训班：导入、列出、看报名名单。", no_args_is_help=True)
blacklist_app = CommandLine(help="拖欠工资名单：导入、查一个单位在不在上面。", no_args_is_help=True)
jobs_app.add_typer(events_app, name="events")
jobs_app.add_typer(courses_app, name="courses")
jobs_app.add_typer(blacklist_app, name="blacklist")


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.add_typer(jobs_app, name="jobs", rich_help_panel=GROUP)


@jobs_app.command("import")
def import_jobs(
    files: Annotated[list[Path], FILES],
    source: Annotated[str, SOURCE] = "",
    region: Annotated[str | None, REGION] = None,
    today: Annotated[datetime | None, TODAY] = None,
) -> None:
    """导入岗位，再告诉订了招工信息的工友。

    列名不用统一：职位、岗位、工种，工资、薪资、月薪、日薪，公司、单位、用工单位，地点、城市，电话、联系方式，
    截止、有效期，人数，要求，福利、食宿、社保、班次等都认得；没用到的列会列出来。读不了的行列出行号和原因，其余照样导入。
    同一个岗位再导入就更新；中断了重新运行就接着来。
    """
    reports: list[tuple[Path, ImportReport]] = []

    async def work(desk: JobsDesk, tell: Tell) -> int:
        for path in files:
            stage = _named(path.name, tell)
            report = await desk.job_import.run(path, source=source, near=region, progress=stage)
            reports.append((path, report))
            await _log(desk, "jobs_imported", path, report)
        return await desk.push.push_due()

    told = _with_progress(work, _clock(today))
    for path, report in reports:
        show_report(report, f"{path.name} 岗位")
    if told:
        out.print(f"合条件的新岗位已通知 {told} 位工友；正在运行的服务会发出去")


@jobs_app.command("search")
def search(words: Annotated[str, WORDS], region: Annotated[str | None, NEAR] = None) -> None:
    """找一次活，看工友会收到什么。"""
    out.print(Panel(escape(_with_desk(lambda desk: _answer(desk, words, region))), expand=False, width=76))


@jobs_app.command("push")
def push() -> None:
    """现在就把新岗位告诉订了招工信息的工友；一人一天最多一次，早八点到晚九点之间。"""
    told = _with_desk(lambda desk: desk.push.push_due())
    out.print(f"已通知 {told} 位工友" if told else NOBODY_TOLD)


@jobs_app.command("bench")
def bench(
    count: Annotated[int, typer.Option("--postings", "-n", help="用多少条编出来的岗位", min=100)] = 100_000,
) -> None:
    """量一量岗位很多时找一次要多久；另开一个临时库，不动现有的岗位。"""
    from bot.assembly.job_bench import bench_searches
    from bot.gateway.system_clock import SystemClock

    with tempfile.TemporaryDirectory() as folder, progress_bars() as tell:
        kinds = asyncio.run(bench_searches(Path(folder), count, SystemClock(), tell))
    table = plain_table("找什么", "次数", "一半在（毫秒）", "95% 在", "最慢", "找到")
    for one in kinds:
        shares = [f"{one.share_ms(share):.1f}" for share in (0.5, 0.95, 1.0)]
        table.add_row(one.name, str(len(one.times_ms)), *shares, str(one.found))
    out.print(table)


@events_app.command("import")
def import_events(
    file: Annotated[Path, FILE],
    source: Annotated[str, SOURCE] = "",
    region: Annotated[str | None, REGION] = None,
    today: Annotated[datetime | None, TODAY] = None,
) -> None:
    """导入招聘会。列名如：活动名称、举办日期、举办地点、参会企业数、岗位数、主办单位、电话；过了的不导。"""

    async def work(desk: JobsDesk, tell: Tell) -> ImportReport:
        report = await desk.event_import.run(file, desk.place_reader(region), source=source, progress=tell)
        await _log(desk, "events_imported", file, report)
        return report

    show_report(_with_progress(work, _clock(today)), "招聘会")


@events_app.command("list")
def list_events(region: Annotated[str | None, NEAR] = None) -> None:
    """列出还没过的招聘会。"""
    events = _with_desk(lambda desk: desk.events.ahead(region))
    table = plain_table("日期", "名称", "地区", "地点", "来源")
    for event in events:
        days = f"{event.starts_on}" if event.starts_on == event.last_on else f"{event.starts_on} 到 {event.last_on}"
        table.add_row(days, escape(event.name), event.region_code, escape(event.place), escape(event.source))
    out.print(table if events else "没有登记近期的招聘会。导入：gongyou jobs events import 文件")


@courses_app.command("import")
def import_courses(
    file: Annotated[Path, FILE],
    source: Annotated[str, SOURCE] = "",
    region: Annotated[str | None, REGION] = None,
    today: Annotated[datetime | None, TODAY] = None,
) -> None:
    """导入培训班。列名如：课程名称、开班日期、报名截止、培训地点、费用、名额、培训机构、电话；截止了的不导。"""

    async def work(desk: JobsDesk, tell: Tell) -> ImportReport:
        report = await desk.course_import.run(file, desk.place_reader(region), source=source, progress=tell)
        await _log(desk, "courses_imported", file, report)
        return report

    show_report(_with_progress(work, _clock(today)), "培训班")


@courses_app.command("list")
def list_courses(region: Annotated[str | None, NEAR] = None) -> None:
    """列出还能报名的培训班和报名人数。"""

    async def work(desk: JobsDesk) -> Table | None:
        table = plain_table("编号", "课程", "报名截止", "地点", "报名", "名额")
        courses = await desk.courses.ahead(region)
        for course in courses:
            taken = len(await desk.sign_ups.of_course(course.announcement_id))
            seats = str(course.seats or "没写")
            until, name, place = str(course.last_on), escape(course.name), escape(course.place)
            table.add_row(course.announcement_id, name, until, place, str(taken), seats)
        return table if courses else None

    out.print(_with_desk(work) or "没有能报名的培训班。导入：gongyou jobs courses import 文件")


@courses_app.command("sign-ups")
def sign_ups(
    course_id: Annotated[str, typer.Argument(help="课程编号，gongyou jobs courses list 可看", metavar="编号")],
) -> None:
    """看一个班的报名名单，有姓名电话；看过会记入审计日志。"""

    async def work(desk: JobsDesk) -> list[CourseSignUp]:
        found = await desk.sign_ups.of_course(course_id)
        details: dict[str, str | int] = {"course": course_id, "count": len(found)}
        await desk.privacy.audit.append("sign_ups_shown", actor=COMMAND_LINE, details=details)
        return found

    found = _with_desk(work)
    table = plain_table("报名时间", "姓名", "电话", "课程")
    for one in found:
        at = one.signed_up_at.astimezone().strftime("%Y-%m-%d %H:%M")
        table.add_row(at, escape(one.name), one.phone, escape(one.course))
    out.print(table if found else "这个班还没有人报名")


@blacklist_app.command("import")
def import_blacklist(file: Annotated[Path, FILE], source: Annotated[str, SOURCE] = "") -> None:
    """导入拖欠工资名单。列名如：单位名称、列入日期、移出日期、列入机关、主要违法事实；已移出的不导。

    名单上单位的岗位会提醒工友。单位名称里的括号、全半角和“有限公司”“有限责任公司”不影响比对。
    """

    async def work(desk: JobsDesk, tell: Tell) -> ImportReport:
        report = await desk.offenders.import_list(file, source=source, progress=tell)
        await _log(desk, "offenders_imported", file, report)
        return report

    show_report(_with_progress(work), "拖欠工资名单")


@blacklist_app.command("check")
def check(employer: Annotated[str, typer.Argument(help="单位名称", metavar="单位")]) -> None:
    """查一个单位在不在名单上。"""
    entry = _with_desk(lambda desk: desk.offenders.find([employer])).get(employer)
    if entry is None:
        out.print("不在名单上")
        return
    since = f"，{entry.listed_on}列入" if entry.listed_on else ""
    until = f"，到{entry.until_on}" if entry.until_on else ""
    out.print(f"在名单上：{escape(entry.name)}（{escape(entry.source)}{since}{until}）{escape(entry.reason)}")


async def _answer(desk: JobsDesk, words: str, region: str | None) -> str:
    from bot.domain.conversation import Conversation, Turn
    from bot.domain.message import MessageKind, WorkerMessage
    from bot.handlers.conversations import Conversations
    from bot.handlers.job_list import FoundJobsList, JobLines
    from bot.handlers.job_places import JobPlaces
    from bot.handlers.job_wish import read_wish, search_of

    message = WorkerMessage("", COMMAND_LINE, "", MessageKind.TEXT, words, desk.clock.now())
    turn = Turn(message, Conversation(COMMAND_LINE, work_region=region and desk.divisions.current_code(region)))
    lines = JobLines(desk.offenders, JobPlaces(desk.divisions, desk.distances), desk.clock)
    conversations = Conversations(desk.privacy.store, desk.privacy.cipher)
    found = FoundJobsList(desk.finder, desk.postings, lines, conversations)
    return (await found.begin(turn, search_of(turn, read_wish(turn, desk.places)))).text


def _named(name: str, tell: Tell) -> Tell:
    """Progress with a bar of its own for each file."""
    return lambda step, done, total: tell(f"{name} {step}", done, total)


async def _log(desk: JobsDesk, action: str, path: Path, report: ImportReport) -> None:
    details: dict[str, str | int] = {"file": path.name, "added": report.added, "changed": report.changed}
    await desk.privacy.audit.append(action, actor=COMMAND_LINE, details=details)


def _with_desk(work: Callable[[JobsDesk], Awaitable[T]], clock: Clock | None = None) -> T:
    from bot.assembly import open_jobs

    async def run() -> T:
        async with open_jobs(completed_settings(), clock) as desk:
            return await work(desk)

    return asyncio.run(run())


def _with_progress(work: Callable[[JobsDesk, Tell], Awaitable[T]], clock: Clock | None = None) -> T:
    with progress_bars() as tell:
        return _with_desk(lambda desk: work(desk, tell), clock)


def _clock(today: datetime | None) -> Clock | None:
    """A clock on a day that was named; None for today."""
    if today is None:
        return None
    from bot.gateway.system_clock import SystemClock

    named = today.date()

    class DatedClock(SystemClock):
        """The host's time, on a day of its own."""

        def today(self) -> date:
            """The day that was named."""
            return named

    return DatedClock()
