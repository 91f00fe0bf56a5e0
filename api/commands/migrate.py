"""The command that moves an embedded installation into MongoDB."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars
from rich.table import Table

from api.commands.terminal import complain, out
from bot.domain.errors import SettingsError

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.storage.migration import MigrationReport, PartReport, Progress

GROUP = "运行"
_HASH_SHOWN = 12


def register(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command("migrate", rich_help_panel=GROUP)(migrate)


def migrate(
    target: Annotated[
        str,
        typer.Option(
            "--to",
            envvar="GONGYOU_MIGRATE_TO",
            show_envvar=False,
            help="迁到哪里，如 mongodb://账号:密码@主机:端口/库名；"
            "不想让密码出现在命令里，就写进环境变量 GONGYOU_MIGRATE_TO",
        ),
    ],
    verify_only: Annotated[bool, typer.Option("--verify-only", help="只核对两边是否一致，不搬动数据")] = False,
) -> None:
    """把自带数据库里的资料和文件迁到 MongoDB：可以中断后重来，迁完逐条核对。"""
    from bot.settings import Settings

    settings = Settings()
    with Bars(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=out
    ) as bars:
        report = asyncio.run(_migrate(settings, target, _Bars(bars), verify_only=verify_only))
    out.print(_table(report))
    if not report.is_verified:
        for line in _differences(report):
            out.print(line)
        complain("两边还不一致，请按上面列出的逐项处理后，再运行一次同样的命令；目标库里原有的资料没有被覆盖")
        raise typer.Exit(1)
    out.print("核对一致。" if verify_only else "迁移完成，逐条核对一致。")
    out.print("接下来：把 GONGYOU_DOCUMENTS_URL 改成这个地址，再启动服务；原来的数据留着作备份，没有改动。")


async def _migrate(settings: Settings, target: str, bars: _Bars, *, verify_only: bool) -> MigrationReport:
    from bot.storage.migration import migrate
    from bot.storage.open_engines import is_embedded, open_documents, open_files

    if is_embedded(target):
        raise SettingsError("--to 后面要写 MongoDB 的地址，如 mongodb://主机:端口/库名")
    if not is_embedded(settings.documents_url):
        raise SettingsError(
            "GONGYOU_DOCUMENTS_URL 现在不是自带的数据库，没有可迁的来源；"
            "请先去掉这个环境变量（或 .env 里的这一行），再运行迁移"
        )
    async with AsyncExitStack() as stack:
        documents = await open_documents(settings.documents_url, settings.documents_path, alone=not verify_only)
        stack.push_async_callback(documents.close)
        files = await open_files(settings.documents_url, settings.files_path)
        stack.push_async_callback(files.close)
        target_documents = await open_documents(target, settings.documents_path)
        stack.push_async_callback(target_documents.close)
        target_files = await open_files(target, settings.files_path)
        stack.push_async_callback(target_files.close)
        return await migrate(documents, target_documents, files, target_files, bars, verify_only=verify_only)


class _Bars:
    """One progress bar for each collection and step."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._tasks: dict[tuple[bool, str], TaskID] = {}

    def __call__(self, progress: Progress) -> None:
        key, total = (progress.is_verifying, progress.name), progress.total or None
        if key not in self._tasks:
            step = "核对" if progress.is_verifying else "迁移"
            self._tasks[key] = self._bars.add_task(f"{step} {_name(progress.name)}", total=total)
        self._bars.update(self._tasks[key], completed=progress.done, total=total)


def _table(report: MigrationReport) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("内容", "来源", "目标", "这次迁", "已有", "不同", "缺", "多", "损坏", "校验值", "结果"):
        table.add_column(heading, justify="left" if heading in ("内容", "校验值", "结果") else "right")
    for part in report.parts:
        counts = (
            part.source_count,
            part.target_count,
            part.moved,
            part.present,
            part.differing,
            part.missing,
            part.surplus,
            part.unreadable,
        )
        result = "一致" if part.is_verified else "不一致"
        table.add_row(_name(part.name), *map(str, counts), part.source_hash[:_HASH_SHOWN], result)
    return table


def _differences(report: MigrationReport) -> list[str]:
    return [line for part in report.parts if not part.is_verified for line in _difference(part)]


def _difference(part: PartReport) -> list[str]:
    name = _name(part.name)
    lines = []
    if part.differing:
        lines.append(f"{name}：{part.differing} 条在目标库里内容不同，没有覆盖；请确认以哪边为准，删去目标库里的再重来")
    if part.missing:
        lines.append(f"{name}：{part.missing} 条不在目标库里；重来一次仍缺，就是与目标库里别的资料重号")
    if part.surplus:
        lines.append(f"{name}：目标库里多出 {part.surplus} 条；请换一个空库，或确认它们是迁移之后新产生的")
    if part.unreadable:
        lines.append(f"{name}：{part.unreadable} 个原文件已损坏，读不出来；请从备份恢复后重来")
    if part.examples:
        lines.append(f"  例如编号 {'、'.join(part.examples)}")
    return lines


def _name(name: str) -> str:
    from bot.storage.migration import FILES

    return "文件" if name == FILES else name
