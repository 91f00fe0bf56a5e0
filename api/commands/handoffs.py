"""Commands about workers who wait for a person."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated
from uuid import uuid4

import typer
from rich.table import Table

from api.commands.auditing import COMMAND_LINE, completed_settings
from api.commands.spoken_commands import CommandLine
from api.commands.terminal import out, plain_table
from bot.domain.errors import StaffChangeError

if TYPE_CHECKING:
    from bot.assembly import StaffDesk
    from bot.domain.handoff import Handoff

GROUP = "办事"
ID_SHOWN = 8
ID = typer.Argument(help="编号的前几位", metavar="编号")
TEXT = typer.Argument(help="回给工友的话", metavar="话")
STATES = {"waiting": "等着", "taken": "接待中"}

handoffs_app = CommandLine(help="转人工：谁在等，接待，回话，结束。", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.add_typer(handoffs_app, name="handoffs", rich_help_panel=GROUP)


@handoffs_app.command("list")
def list_handoffs() -> None:
    """列出在等的和接待中的工友，急的在前；看过会记入审计日志。"""
    waiting = asyncio.run(_all())
    if not waiting:
        out.print("没有人在等")
        return
    out.print(_table(waiting))
    out.print("接待：gongyou handoffs take 编号；回话：gongyou handoffs reply 编号 “话”")
    out.print("结束：gongyou handoffs close 编号")


@handoffs_app.command("take")
def take(handoff_id: Annotated[str, ID]) -> None:
    """接待一位工友；别人就不会再接。"""
    done = asyncio.run(_with(handoff_id, "handoff_taken", lambda desk, one: desk.handoffs.take(one, COMMAND_LINE)))
    out.print(f"{done.handoff_id[:ID_SHOWN]} 由您接待")


@handoffs_app.command("reply")
def reply(handoff_id: Annotated[str, ID], text: Annotated[str, TEXT]) -> None:
    """给工友回一句话；在公众号里送到，送不到就等对方来信。"""
    asyncio.run(_with(handoff_id, "handoff_replied", lambda desk, one: _replied(desk, one, text)))
    out.print("已经发出；客服消息用完了的，等对方来信时送到")


@handoffs_app.command("close")
def close(handoff_id: Annotated[str, ID]) -> None:
    """接待完了，结束；工友说的话随之删除。"""
    done = asyncio.run(_with(handoff_id, "handoff_closed", lambda desk, one: desk.handoffs.close(one, COMMAND_LINE)))
    out.print(f"{done.handoff_id[:ID_SHOWN]} 已结束")


async def _all() -> list[Handoff]:
    from bot.assembly import open_staff_desk

    async with open_staff_desk(completed_settings()) as desk:
        waiting = await desk.handoffs.open()
        for one in waiting:
            await desk.privacy.audit.append("handoff_shown", actor=COMMAND_LINE, worker_id=one.worker_id)
        return waiting


async def _with(prefix: str, action: str, work: Callable[[StaffDesk, str], Awaitable[Handoff]]) -> Handoff:
    from bot.assembly import open_staff_desk

    async with open_staff_desk(completed_settings()) as desk:
        found = [one for one in await desk.handoffs.open() if one.handoff_id.startswith(prefix)]
        if len(found) != 1:
            raise StaffChangeError("没有这个编号，或者前几位不止一条；请用 gongyou handoffs list 看编号")
        done = await work(desk, found[0].handoff_id)
        await desk.privacy.audit.append(action, actor=COMMAND_LINE, worker_id=done.worker_id)
        return done


async def _replied(desk: StaffDesk, handoff_id: str, text: str) -> Handoff:
    from bot.domain.notice import Notice
    from bot.handlers.phrasing_person import from_staff

    openid = await desk.handoffs.openid(handoff_id)
    if openid is None:
        raise StaffChangeError("这条转人工已经没有了")
    await desk.notices.send(openid, Notice(f"staff-reply:{handoff_id}:{uuid4().hex}", from_staff(text)))
    return next(one for one in await desk.handoffs.open() if one.handoff_id == handoff_id)


def _table(waiting: list[Handoff]) -> Table:
    from bot.desk.personal_data import REASONS
    from bot.privacy.masking import redact

    table = plain_table("编号", "从什么时候", "急", "原因", "情况", "说的话")
    for one in waiting:
        table.add_row(
            one.handoff_id[:ID_SHOWN],
            one.asked_at.astimezone().strftime("%m-%d %H:%M"),
            "急" if one.is_urgent else "",
            REASONS[one.reason],
            STATES[one.state.value],
            redact("；".join(one.said)),
        )
    return table
