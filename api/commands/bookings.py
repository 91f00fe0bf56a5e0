"""Commands about legal-aid bookings, for the people who give the appointments."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.panel import Panel
from rich.table import Table

from api.commands.auditing import COMMAND_LINE, completed_settings, log_command
from api.commands.import_report import show_report
from api.commands.spoken_commands import CommandLine
from api.commands.terminal import out, plain_table, progress_bars

if TYPE_CHECKING:
    from bot.domain.booking import BookedBy, Booking, DayInfo, Office
    from bot.tables.import_report import ImportReport

GROUP = "办事"
FILE = typer.Argument(help="CSV、XLSX 或 JSONL；列名如：名称、地区、地址、时间、每号分钟、同时接待、休息日、电话")
NUMBER = typer.Argument(help="确认号，8 位数字", metavar="确认号")
DAY = typer.Argument(help="日子，如 2027-01-01", metavar="日子", formats=["%Y-%m-%d"])
ON = typer.Option("--on", help="哪一天，如 2026-12-01；不写就是今天", formats=["%Y-%m-%d"])
OFFICE_ID = typer.Argument(help="窗口编号，用 gongyou bookings offices list 查看", metavar="窗口编号")

bookings_app = CommandLine(help="法律援助预约：窗口、放假、当天的预约、约了没来。", no_args_is_help=True)
offices_app = CommandLine(help="法律援助窗口：导入、查看。", no_args_is_help=True)
holidays_app = CommandLine(help="放假和调休：国务院公布后系统还不知道的年份，在这里登记。", no_args_is_help=True)
bookings_app.add_typer(offices_app, name="offices")
bookings_app.add_typer(holidays_app, name="holidays")


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.add_typer(bookings_app, name="bookings", rich_help_panel=GROUP)


@offices_app.command("import")
def import_offices(file: Annotated[Path, FILE]) -> None:
    """导入窗口；同一个窗口再导入就更新，读不了的行列出行号和原因。"""
    with progress_bars() as progress:
        report = asyncio.run(_imported(file, progress))
    show_report(report, "窗口")


@offices_app.command("list")
def list_offices() -> None:
    """列出全部窗口。"""
    offices = asyncio.run(_offices())
    if offices:
        out.print(_offices_table(offices))
    else:
        out.print("还没有窗口。导入：gongyou bookings offices import 文件")


@holidays_app.command("list")
def list_holidays(
    year: Annotated[int | None, typer.Option("--year", "-y", help="哪一年；不写就是今年和明年")] = None,
) -> None:
    """列出登记过的放假和调休；没登记的年份按系统自带的节假日，系统也不知道的只按周末。"""
    this_year = _today().year
    first, last = (year, year) if year else (this_year, this_year + 1)
    entered, unknown = asyncio.run(_holidays(first, last))
    for day in entered:
        out.print(f"{day.on}  {'上班' if day.is_make_up else '放假'}  {day.name}")
    if not entered:
        out.print("没有登记过")
    for each in unknown:
        out.print(f"{each} 年的放假安排系统还不知道：只按周末和这里登记的算，对工友会说明“以窗口通知为准”")


@holidays_app.command("add")
def add_holiday(
    on: Annotated[datetime, DAY],
    name: Annotated[str, typer.Option("--name", "-n", help="节日名，如 元旦")],
    *,
    work: Annotated[bool, typer.Option("--work", help="调休上班的日子")] = False,
) -> None:
    """登记一天放假，或者调休上班。"""
    asyncio.run(_entered(on.date(), name, is_make_up=work))
    out.print(f"{on.date()} 已登记为{'调休上班' if work else '放假'}（{name}）")


@holidays_app.command("remove")
def remove_holiday(on: Annotated[datetime, DAY]) -> None:
    """删掉登记的一天。"""
    is_removed = asyncio.run(_removed(on.date()))
    out.print(f"{on.date()} 已删掉" if is_removed else f"{on.date()} 没有登记过")


@bookings_app.command("list")
def list_bookings(office_id: Annotated[str, OFFICE_ID], on: Annotated[datetime | None, ON] = None) -> None:
    """列出一个窗口一天的预约；姓名电话遮住。"""
    day = on.date() if on else _today()
    rows = asyncio.run(_of_office(office_id, day))
    if rows:
        out.print(_bookings_table(rows))
        out.print("看一件：gongyou bookings show 确认号；约了没来：gongyou bookings no-show 确认号")
    else:
        out.print(f"{day} 没有预约")


@bookings_app.command("show")
def show(number: Annotated[str, NUMBER]) -> None:
    """看一件的姓名、电话和情况；看过会记入审计日志。"""
    booking, who = asyncio.run(_shown(_plain(number)))
    out.print(Panel(_in_full(booking, who), title=f"预约 {booking.number}", title_align="left", expand=False))


@bookings_app.command("no-show")
def no_show(number: Annotated[str, NUMBER]) -> None:
    """记下约了没有来。"""
    booking = asyncio.run(_missed(_plain(number)))
    out.print(f"预约 {booking.number} 已记为没有来")


def _today() -> date:
    """In China, wherever the server stands."""
    from bot.gateway.system_clock import SystemClock

    return SystemClock().today()


def _plain(number: str) -> str:
    return number.replace(" ", "").replace("-", "")


async def _imported(file: Path, progress: Callable[[str, int, int], None]) -> ImportReport:
    from bot.assembly import open_bookings
    from bot.bookings.office_import import office_import
    from bot.regions.divisions import load_divisions
    from bot.regions.place_names import load_place_finder

    async with open_bookings(completed_settings()) as desk:
        report = await office_import(desk.offices).run(file, load_divisions(), load_place_finder(), progress)
    await log_command("offices_imported", added=report.added, changed=report.changed)
    return report


async def _offices() -> list[Office]:
    from bot.assembly import open_bookings

    async with open_bookings(completed_settings()) as desk:
        return await desk.offices.all()


async def _holidays(first: int, last: int) -> tuple[list[DayInfo], list[int]]:
    from bot.assembly import open_bookings
    from bot.bookings.working_days import announced

    async with open_bookings(completed_settings()) as desk:
        entered = await desk.days.entered(date(first, 1, 1), date(last, 12, 31))
    return entered, [year for year in range(first, last + 1) if announced(date(year, 1, 1)).is_provisional]


async def _entered(on: date, name: str, *, is_make_up: bool) -> None:
    from bot.assembly import open_bookings

    async with open_bookings(completed_settings()) as desk:
        await desk.days.enter(on, name, is_make_up=is_make_up)
        details = {"day": on.isoformat(), "name": name}
        await desk.privacy.audit.append("holiday_entered", actor=COMMAND_LINE, details=details)


async def _removed(on: date) -> bool:
    from bot.assembly import open_bookings

    async with open_bookings(completed_settings()) as desk:
        is_removed = await desk.days.remove(on)
        await desk.privacy.audit.append("holiday_removed", actor=COMMAND_LINE, details={"day": on.isoformat()})
        return is_removed


async def _of_office(office_id: str, on: date) -> list[tuple[Booking, BookedBy]]:
    from bot.assembly import open_bookings

    async with open_bookings(completed_settings()) as desk:
        found = await desk.bookings.of_office(office_id, on.isoformat())
        return [(booking, await desk.bookings.booked_by(booking.number, desk.privacy.bookings)) for booking in found]


async def _shown(number: str) -> tuple[Booking, BookedBy]:
    from bot.assembly import open_bookings

    async with open_bookings(completed_settings()) as desk:
        booking = await desk.bookings.get(number)
        await desk.privacy.audit.append(
            "booking_shown", actor=COMMAND_LINE, worker_id=booking.worker_id, details={"booking": number}
        )
        return booking, await desk.bookings.booked_by(number, desk.privacy.bookings)


async def _missed(number: str) -> Booking:
    from bot.assembly import open_bookings

    async with open_bookings(completed_settings()) as desk:
        booking = await desk.bookings.mark_no_show(number)
        await desk.privacy.audit.append(
            "booking_missed", actor=COMMAND_LINE, worker_id=booking.worker_id, details={"booking": number}
        )
        return booking


def _offices_table(offices: list[Office]) -> Table:
    from bot.bookings.office_hours import write_hours

    table = plain_table("窗口编号", "名称", "地区", "地址", "时间", "每号", "同时接待", "电话", "")
    for office in offices:
        table.add_row(
            office.office_id,
            office.name,
            office.region_code,
            office.address,
            write_hours(office.hours),
            f"{office.slot_minutes}分钟",
            str(office.capacity),
            office.phone,
            "示例" if office.is_sample else "",
        )
    return table


def _bookings_table(rows: list[tuple[Booking, BookedBy]]) -> Table:
    from bot.bookings.phrasing_personal_data import MATTERS, STATES
    from bot.privacy.masking import mask_name, mask_phone

    table = plain_table("时间", "确认号", "什么事", "人数", "上门", "姓名", "电话", "进展")
    for booking, who in rows:
        table.add_row(
            f"{booking.slot.at:%H:%M}",
            booking.number,
            MATTERS[booking.matter],
            str(booking.group_size),
            "是" if booking.is_on_site else "",
            mask_name(who.name),
            mask_phone(who.phone),
            STATES[booking.state],
        )
    return table


def _in_full(booking: Booking, who: BookedBy) -> str:
    from bot.bookings.phrasing_bookings import day_and_time
    from bot.bookings.phrasing_personal_data import MATTERS, STATES

    facts = {
        "时间": day_and_time(booking.slot),
        "窗口": booking.slot.office_id,
        "什么事": MATTERS[booking.matter],
        "人数": f"{booking.group_size}人{'，请上门' if booking.is_on_site else ''}",
        "姓名": who.name,
        "电话": who.phone,
        "情况": who.story or "没有说",
        "进展": STATES[booking.state],
    }
    return "\n".join(f"{label}：{fact}" for label, fact in facts.items())
