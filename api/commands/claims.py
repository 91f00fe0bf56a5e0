"""Commands about wage claims, for the people who work on them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer
from rich.panel import Panel
from rich.table import Table

from api.commands.auditing import COMMAND_LINE, completed_settings
from api.commands.spoken_commands import CommandLine
from api.commands.terminal import out, plain_table
from bot.domain.claim import ClaimState
from bot.domain.errors import ClaimRefusedError

if TYPE_CHECKING:
    from bot.domain.claim import Claim

GROUP = "办事"
NUMBER = typer.Argument(help="登记编号，如 261128-48315", metavar="编号")
STEPS = {
    "filed": "立案（快立）",
    "mediating": "调解（快调）",
    "hearing": "审理（快审）",
    "closed": "办结（快结）",
}
STEPS_TOLD = "、".join(f"{step}={words}" for step, words in STEPS.items())
STEP = typer.Argument(help=f"走到哪一步：{STEPS_TOLD}", metavar="步骤")


COLUMNS = (
    "编号",
    "登记时间",
    "地方",
    "单位",
    "金额（元）",
    "人数",
    "照片",
    "姓名",
    "电话",
    "到哪一步",
    "归谁管",
)

claims_app = CommandLine(help="欠薪登记：查看、推进，工友会收到进展。", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.add_typer(claims_app, name="claims", rich_help_panel=GROUP)


@claims_app.command("list")
def list_claims(
    region: Annotated[str | None, typer.Option("--region", "-r", help="只看这个地方和它下面的，六位区划代码")] = None,
) -> None:
    """列出在办的欠薪登记，早的在前；姓名电话遮住。"""
    claims = asyncio.run(_open_claims(region))
    if not claims:
        out.print("没有在办的欠薪登记")
        return
    out.print(_table(claims))
    out.print("看一件：gongyou claims show 编号；推进：gongyou claims advance 编号 步骤 --note 说明")


@claims_app.command("show")
def show(number: Annotated[str, NUMBER]) -> None:
    """看一件的全部内容；看过会记入审计日志。"""
    claim = asyncio.run(_shown(number))
    out.print(Panel(_in_full(claim), title=f"欠薪登记 {claim.number}", title_align="left", expand=False))


@claims_app.command("advance")
def advance(
    number: Annotated[str, NUMBER],
    step: Annotated[str, STEP],
    note: Annotated[str, typer.Option("--note", "-n", help="写给工友看的一句话")] = "",
) -> None:
    """把一件往前推一步，并告诉工友。"""
    if step not in STEPS:
        raise ClaimRefusedError(f"没有“{step}”这一步；可写 {'、'.join(STEPS)}")
    claim = asyncio.run(_advanced(number, ClaimState(step), note))
    out.print(f"欠薪登记 {claim.number} 已到：{STEPS[step]}；工友会在公众号里收到")


async def _open_claims(region: str | None) -> list[Claim]:
    from bot.assembly import open_staff_desk
    from bot.regions.divisions import load_divisions

    divisions = load_divisions()
    scope = divisions.current_code(region) if region else None
    async with open_staff_desk(completed_settings()) as desk:
        claims = await desk.claims.all_open()
    return [claim for claim in claims if scope is None or divisions.covers(scope, claim.region_code)]


async def _shown(number: str) -> Claim:
    from bot.assembly import open_staff_desk

    async with open_staff_desk(completed_settings()) as desk:
        claim = await desk.claims.find(number)
        if claim is None:
            raise ClaimRefusedError(f"没有编号 {number} 的欠薪登记，请核对编号")
        await desk.privacy.audit.append(
            "claim_shown", actor=COMMAND_LINE, worker_id=claim.worker_id, details={"claim": number}
        )
        return claim


async def _advanced(number: str, state: ClaimState, note: str) -> Claim:
    from bot.assembly import open_staff_desk
    from bot.handlers.phrasing_wage_claim import step_notice

    async with open_staff_desk(completed_settings()) as desk:
        claim = await desk.claims.advance(number, state, note)
        await desk.claims.tell(claim, desk.notices, step_notice)
        details = {"claim": number, "state": state.value}
        await desk.privacy.audit.append(
            "claim_advanced", actor=COMMAND_LINE, worker_id=claim.worker_id, details=details
        )
        return claim


def _table(claims: list[Claim]) -> Table:
    from bot.handlers.phrasing_wage_claim import STATES
    from bot.privacy.masking import mask_name, mask_phone

    table = plain_table(*COLUMNS)
    for claim in claims:
        told = claim.details
        table.add_row(
            claim.number,
            claim.steps[0].at.astimezone().strftime("%m-%d %H:%M"),
            told.place,
            told.employer,
            "" if told.amount_fen is None else f"{told.amount_fen / 100:g}",
            str(told.people),
            str(len(told.evidence) or ""),
            mask_name(told.name),
            mask_phone(told.phone),
            STATES[claim.state],
            claim.referral.department,
        )
    return table


def _in_full(claim: Claim) -> str:
    from bot.claims.personal_data import described
    from bot.handlers.phrasing_wage_claim import progress

    facts = "\n".join(f"{label}：{fact}" for label, fact in described(claim).items())
    return f"{facts}\n\n{progress([claim])}"
