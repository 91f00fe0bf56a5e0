"""Commands about keys, the audit log, and one worker's data; openids come from standard input, never as arguments."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn
from rich.progress import Progress as Bars

from api.commands.auditing import COMMAND_LINE, completed_settings, log_command
from api.commands.spoken_commands import CommandLine
from api.commands.terminal import complain, out, plain_table
from bot.domain.errors import KeyFileError, PrivacyError

if TYPE_CHECKING:
    from bot.privacy.audit_entry import AuditEntry
    from bot.privacy.audit_verification import AuditReport
    from bot.privacy.erasure import ErasureReport
    from bot.privacy.rotation import RotationCounts

GROUP = "隐私"
KNOWN = typer.Option("--known", help="以前核对时另存的文件，用来查出整个数据库被换成旧的", exists=True, dir_okay=False)
SAVE = typer.Option("--save", help="核对无误后把末尾的编号和指纹另存到这个文件，下次用 --known 核对")
OPENID_STDIN = typer.Option("--openid-stdin", help="从标准输入读 openid（第一行）；必须写上，openid 不能写在命令里")
YES = typer.Option("--yes", help="确实要删；删了找不回来")

keys_app = CommandLine(help="隐私密钥：查看、新增、轮换。", no_args_is_help=True)
audit_app = CommandLine(help="审计日志：核对、查看。", no_args_is_help=True)
worker_app = CommandLine(help="一位工友的资料：导出、删除。", no_args_is_help=True)

_KNOWN_LINE = re.compile(r"(\d{1,15}) ([0-9a-f]{64})\s*", re.ASCII)


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.add_typer(keys_app, name="keys", rich_help_panel=GROUP)
    app.add_typer(audit_app, name="audit", rich_help_panel=GROUP)
    app.add_typer(worker_app, name="worker", rich_help_panel=GROUP)


@keys_app.command("show")
def keys_show() -> None:
    """看有哪些密钥（只看编号），放在哪里。"""
    from bot.assembly.privacy_desk import open_ring

    settings = completed_settings()
    ids = open_ring(settings).ids
    in_environment = bool(settings.privacy_keys.get_secret_value().strip())
    out.print(f"放在：{'环境变量 GONGYOU_PRIVACY_KEYS' if in_environment else settings.privacy_key_file}")
    for number, key_id in enumerate(ids):
        out.print(f"  {key_id}  {'旧密钥，只用来解密' if number else '当前密钥，用来加密'}")


@keys_app.command("add")
def keys_add() -> None:
    """在密钥文件里新增一把密钥，作为当前密钥；旧的留着解密。"""
    from bot.assembly.privacy_desk import open_ring
    from bot.privacy.key_ring import add_key

    settings = completed_settings()
    if settings.privacy_keys.get_secret_value().strip() or settings.privacy_key_file is None:
        raise KeyFileError(
            "密钥写在环境变量里，请自己在 GONGYOU_PRIVACY_KEYS 最前面加一把“编号:密钥”"
            "（密钥用 openssl rand -base64 32 生成），旧的留在后面"
        )
    open_ring(settings)
    key_id = add_key(settings.privacy_key_file)
    asyncio.run(log_command("key_added", key=key_id))
    out.print(f"新密钥 {key_id} 已加到 {settings.privacy_key_file}，请马上备份这个文件")
    out.print("接下来：重新启动所有服务，再运行 gongyou keys rotate")


@keys_app.command("rotate")
def keys_rotate() -> None:
    """把已存的资料改用当前密钥加密；可以中断后重来。"""
    with Bars(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=out) as bars:
        counts = asyncio.run(_rotate(bars))
    table = plain_table("资料", "这次更新", "本来就是新的", "中途已删除")
    for one in counts:
        table.add_row(one.collection, str(one.renewed), str(one.current), str(one.gone))
    out.print(table)
    if any(one.renewed for one in counts):
        out.print("再运行一次，“这次更新”都是 0 时，旧密钥就可以去掉了（先另外备份）")
    else:
        out.print("全部资料都用当前密钥加密，旧密钥可以去掉了（先另外备份）")


@audit_app.command("verify")
def audit_verify(
    known: Annotated[Path | None, KNOWN] = None,
    save: Annotated[Path | None, SAVE] = None,
) -> None:
    """从头核对审计日志，看有没有被改动、删除或插入。"""
    report = asyncio.run(_verify(_read_known(known) if known else None))
    if not report.is_intact:
        complain("\n".join(["审计日志被改动过：", *map(str, report.problems)]))
        raise typer.Exit(1)
    out.print(f"审计日志完好：{report.entries} 条")
    out.print(f"末尾：{report.last_seq} {report.last_hash}", soft_wrap=True)
    if save is not None:
        save.write_text(f"{report.last_seq} {report.last_hash}\n", encoding="ascii")
        out.print(f"已另存到 {save}，请放到这台机器以外的地方")


@audit_app.command("show")
def audit_show(
    last: Annotated[int, typer.Option("--last", "-n", help="看最近几条", min=1, max=1000)] = 20,
) -> None:
    """看审计日志最近几条。"""
    entries, names = asyncio.run(_last_entries(last))
    if not entries:
        out.print("审计日志还没有记录")
        return
    table = plain_table("编号", "时间", "谁", "做了什么", "工友", "说明")
    for entry in reversed(entries):
        table.add_row(*_cells(entry, names))
    out.print(table)


@worker_app.command("export")
def worker_export(*, openid_stdin: Annotated[bool, OPENID_STDIN] = False) -> None:
    """把一位工友的全部资料导出成 JSON；导出会记入审计日志。"""
    held = asyncio.run(_export(_openid(from_stdin=openid_stdin)))
    sys.stdout.write(json.dumps(held, ensure_ascii=False, indent=2) + "\n")


@worker_app.command("erase")
def worker_erase(*, openid_stdin: Annotated[bool, OPENID_STDIN] = False, yes: Annotated[bool, YES] = False) -> None:
    """删除一位工友的全部资料；没办完的事留到办完。"""
    if not yes:
        raise PrivacyError("删了找不回来；确实要删，请加上 --yes")
    report = asyncio.run(_erase(_openid(from_stdin=openid_stdin)))
    for label, count in report.erased.items():
        out.print(f"{label}：删除 {count} 条")
    for matter in report.kept:
        out.print(f"留到办完：{matter.label}（编号{matter.number}）")
    out.print("已全部删除" if report.is_complete else "其余已删除；留下的办完后自动删除")


async def _rotate(bars: Bars) -> list[RotationCounts]:
    from bot.assembly import open_privacy
    from bot.privacy.rotation import rotate

    tasks: dict[str, TaskID] = {}

    def show(collection: str, seen: int, total: int) -> None:
        if collection not in tasks:
            tasks[collection] = bars.add_task(collection, total=total)
        bars.update(tasks[collection], completed=seen, total=total)

    async with open_privacy(completed_settings()) as privacy:
        counts = await rotate(privacy.store, privacy.rotation, show)
        details: dict[str, str | int] = {"key": privacy.ring.current_id, "renewed": sum(one.renewed for one in counts)}
        await privacy.audit.append("keys_rotated", actor=COMMAND_LINE, details=details)
    return counts


async def _verify(known: tuple[int, str] | None) -> AuditReport:
    """Without the rest of the privacy desk, which a damaged log may keep from opening."""
    from bot.assembly.privacy_desk import open_ring
    from bot.privacy.audit_verification import verify
    from bot.privacy.cipher import FieldCipher
    from bot.storage.open_engines import open_documents

    settings = completed_settings()
    cipher = FieldCipher(open_ring(settings))
    store = await open_documents(settings.documents_url, settings.documents_path)
    try:
        return await verify(store, cipher, known=known)
    finally:
        await store.close()


async def _last_entries(last: int) -> tuple[list[AuditEntry], dict[str, str]]:
    from bot.assembly import open_accounts, open_privacy
    from bot.privacy.phrasing_audit import ACTORS

    settings = completed_settings()
    async with open_privacy(settings) as privacy, open_accounts(settings) as accounts:
        names = {account.account_id: account.user_name for account in await accounts.staff.all()}
        return await privacy.audit.page(limit=last), names | ACTORS


async def _export(openid: str) -> dict[str, Any]:
    from bot.assembly import open_privacy

    async with open_privacy(completed_settings()) as privacy:
        return await privacy.exporter.export_worker(privacy.pseudonyms.of(openid), actor=COMMAND_LINE)


async def _erase(openid: str) -> ErasureReport:
    from bot.assembly import open_privacy

    async with open_privacy(completed_settings()) as privacy:
        return await privacy.eraser.erase_worker(privacy.pseudonyms.of(openid), actor=COMMAND_LINE)


def _openid(*, from_stdin: bool) -> str:
    openid = sys.stdin.readline().strip() if from_stdin else ""
    if not openid:
        raise PrivacyError("没有 openid：请加 --openid-stdin，从标准输入给（第一行），这样它不会留在命令历史里")
    return openid


def _read_known(path: Path) -> tuple[int, str]:
    line = _KNOWN_LINE.fullmatch(path.read_text(encoding="utf-8", errors="replace"))
    if line is None:
        raise PrivacyError(f"{path} 不是核对记录：里面应是一行“编号 指纹”，用 gongyou audit verify --save 生成")
    return int(line[1]), line[2]


def _cells(entry: AuditEntry, names: dict[str, str]) -> tuple[str, ...]:
    from bot.privacy.moments import shown
    from bot.privacy.phrasing_audit import ACTIONS

    details = "；".join(f"{name} {value}" for name, value in entry.details.items())
    action = ACTIONS.get(entry.action, entry.action)
    return str(entry.seq), shown(entry.at), names.get(entry.actor, entry.actor), action, entry.subject[:8], details
