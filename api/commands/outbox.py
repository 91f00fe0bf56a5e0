"""Commands about late answers that did not get through."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from api.commands.auditing import COMMAND_LINE, completed_settings
from api.commands.spoken_commands import CommandLine
from api.commands.terminal import out, plain_table

if TYPE_CHECKING:
    from bot.gateway.dead_letters import DeadLetter, DeadLetters

GROUP = "运行"
STATES = {"dead": "推送不了", "unknown": "结果不明", "ready": "等对方来信"}
ID = typer.Argument(help="编号的前几位，至少 6 位", metavar="编号")
ID_SHOWN = 12

outbox_app = CommandLine(help="没送到的答复：查看、再推送、不再处理。", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.add_typer(outbox_app, name="outbox", rich_help_panel=GROUP)


@outbox_app.command("list")
def list_letters() -> None:
    """列出没送到的答复；对方一来信，就会随回复送到。"""
    letters = asyncio.run(_all())
    if letters:
        out.print(_table(letters))
        out.print("再推送一次：gongyou outbox retry 编号；不再处理：gongyou outbox dismiss 编号")
    else:
        out.print("没有滞留的答复")


@outbox_app.command("retry")
def retry(answer_id: Annotated[str, ID]) -> None:
    """再推送一次；客服消息条数已用完的，仍要等对方来信。"""
    done = asyncio.run(_logged("outbox_retried", lambda letters: letters.retry(answer_id)))
    out.print(f"答复 {done[:ID_SHOWN]} 已放回待发，正在运行的服务几秒内会再推送")


@outbox_app.command("dismiss")
def dismiss(answer_id: Annotated[str, ID]) -> None:
    """不再处理：删掉答复的内容和收件人，对方来信时也不再送。"""
    done = asyncio.run(_logged("outbox_dismissed", lambda letters: letters.dismiss(answer_id)))
    out.print(f"答复 {done[:ID_SHOWN]} 不再处理，内容已删除")


async def _all() -> list[DeadLetter]:
    from bot.assembly import open_dead_letters

    async with open_dead_letters(completed_settings()) as (letters, _):
        return await letters.find_all()


async def _logged(action: str, work: Callable[[DeadLetters], Awaitable[str]]) -> str:
    from bot.assembly import open_dead_letters

    async with open_dead_letters(completed_settings()) as (letters, privacy):
        answer_id = await work(letters)
        await privacy.audit.append(action, actor=COMMAND_LINE, details={"answer": answer_id[:ID_SHOWN]})
        return answer_id


def _table(letters: list[DeadLetter]) -> Table:
    table = plain_table("编号", "提问时间", "工友", "情况", "错误码", "条数", "问的是", "原因")
    for letter in letters:
        table.add_row(
            letter.answer_id[:ID_SHOWN],
            letter.asked_at.astimezone().strftime("%m-%d %H:%M"),
            letter.worker,
            STATES[letter.state.value],
            "" if letter.errcode is None else str(letter.errcode),
            str(letter.parts_left),
            letter.question,
            letter.reason,
        )
    return table
