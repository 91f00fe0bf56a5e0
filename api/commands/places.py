"""Commands about service points."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.import_report import show_report
from api.commands.spoken_commands import CommandLine
from api.commands.terminal import progress_bars

if TYPE_CHECKING:
    from bot.tables.import_report import ImportReport

GROUP = "办事"

FILE = typer.Argument(help="CSV、XLSX 或 JSONL；列名如：名称、类型、地区、地址、纬度、经度、电话、时间")

places_app = CommandLine(help="服务点：法律援助、零工市场、爱心驿站、服务窗口、劳动监察。", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.add_typer(places_app, name="places", rich_help_panel=GROUP)


@places_app.command("import")
def import_places(file: Annotated[Path, FILE]) -> None:
    """导入服务点；同一个点再导入就更新，读不了的行列出行号和原因。"""
    with progress_bars() as progress:
        report = asyncio.run(_imported(file, progress))
    show_report(report, "服务点")


async def _imported(file: Path, progress: Callable[[str, int, int], None]) -> ImportReport:
    from bot.assembly import open_service_points
    from bot.places.point_import import point_import
    from bot.regions.divisions import load_divisions
    from bot.regions.place_names import load_place_finder
    from bot.settings import Settings

    async with open_service_points(Settings()) as points:
        return await point_import(points).run(file, load_divisions(), load_place_finder(), progress)
