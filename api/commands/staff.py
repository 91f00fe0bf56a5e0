"""Commands about staff accounts. A password is asked for or read from standard input, never an argument."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer
from rich.table import Table

from api.commands.auditing import COMMAND_LINE, completed_settings
from api.commands.spoken_commands import CommandLine
from api.commands.terminal import out, plain_table
from bot.domain.errors import PasswordRuleError, StaffChangeError
from bot.domain.staff import StaffAccount, StaffRole

if TYPE_CHECKING:
    from bot.accounts.log_in import Accounts

GROUP = "工作人员"
USER_NAME = typer.Argument(help="用户名：2 到 32 个汉字、字母、数字或 . _ -", metavar="用户名")
DISPLAY_NAME = typer.Option("--display-name", "-n", help="姓名，同事看到的称呼；不写就用用户名")
FROM_STDIN = typer.Option("--password-stdin", help="从标准输入读密码（第一行），给脚本用")
ROLE = typer.Option("--role", "-o", help="角色，可以写几次：operator 话务员，admin 政策管理员，auditor 审计员")
REGION = typer.Option("--region", "-r", help="管辖地区的六位代码，可以写几次，含其下各级；000000 是全国")

T = TypeVar("T")

staff_app = CommandLine(help="工作人员账号：新建、停用、改密码。", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.add_typer(staff_app, name="staff", rich_help_panel=GROUP)


@staff_app.command("add-admin")
def add_admin(
    user_name: Annotated[str, USER_NAME],
    display_name: Annotated[str, DISPLAY_NAME] = "",
    *,
    password_stdin: Annotated[bool, FROM_STDIN] = False,
) -> None:
    """建第一位管理员（管全国，只能用一次）。"""
    password = _new_password(from_stdin=password_stdin)
    account = _with_accounts(
        lambda accounts: accounts.staff.create_first_admin(user_name, password, display_name),
        "staff_admin_added",
        user_name,
    )
    out.print(f"管理员“{account.user_name}”已建好，可以在 /staff/login 登录")


@staff_app.command("add")
def add(
    user_name: Annotated[str, USER_NAME],
    role: Annotated[list[StaffRole], ROLE],
    region: Annotated[list[str], REGION],
    display_name: Annotated[str, DISPLAY_NAME] = "",
    *,
    password_stdin: Annotated[bool, FROM_STDIN] = False,
) -> None:
    """新建一个账号。"""
    password = _new_password(from_stdin=password_stdin)
    account = _with_accounts(
        lambda accounts: accounts.staff.add_staff(user_name, password, role, region, display_name),
        "staff_added",
        user_name,
    )
    out.print(f"账号“{account.user_name}”已建好，可以在 /staff/login 登录")


@staff_app.command("list")
def list_staff() -> None:
    """列出全部账号。"""
    accounts = _with_accounts(lambda accounts: accounts.staff.all())
    if accounts:
        out.print(_table(accounts))
    else:
        out.print("还没有账号。先建一位管理员：gongyou staff add-admin 用户名")


@staff_app.command("passwd")
def passwd(user_name: Annotated[str, USER_NAME], *, password_stdin: Annotated[bool, FROM_STDIN] = False) -> None:
    """给某人换一个密码；其所有登录都会退出，锁定也会解除。"""
    password = _new_password(from_stdin=password_stdin)
    _with_accounts(lambda accounts: accounts.reset_password(user_name, password), "staff_password_reset", user_name)
    out.print("密码已经换好，所有登录都已退出")


@staff_app.command("disable")
def disable(user_name: Annotated[str, USER_NAME]) -> None:
    """停用一个账号；其所有登录都会退出。"""
    _with_accounts(lambda accounts: accounts.disable(user_name), "staff_disabled", user_name)
    out.print("账号已停用，所有登录都已退出")


@staff_app.command("enable")
def enable(user_name: Annotated[str, USER_NAME]) -> None:
    """把停用的账号重新打开；密码不变。"""
    _with_accounts(lambda accounts: accounts.enable(user_name), "staff_enabled", user_name)
    out.print("账号又可以登录了")


def _with_accounts(work: Callable[[Accounts], Awaitable[T]], action: str = "", user_name: str = "") -> T:
    """Work on the accounts, and put what was done into the audit log; without keys for it nothing is done."""
    from bot.assembly import open_accounts, open_privacy
    from bot.settings import Settings

    async def run() -> T:
        async with open_accounts(Settings()) as accounts:
            if not action:
                return await work(accounts)
            async with open_privacy(completed_settings()) as privacy:
                done = await work(accounts)
                await privacy.audit.append(action, actor=COMMAND_LINE, details={"account": user_name})
                return done

    return asyncio.run(run())


def _new_password(*, from_stdin: bool) -> str:
    from bot.accounts.password_rules import HINT

    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise StaffChangeError("这里不能输入密码：请在终端里运行，或者加 --password-stdin 从标准输入读。")
    out.print(f"[dim]{HINT}输入时不显示。[/dim]")
    password = str(typer.prompt("新密码", hide_input=True))
    if password != typer.prompt("再输一遍", hide_input=True):
        raise PasswordRuleError("两次输入的密码不一样，什么都没有改；请再来一次。")
    return password


def _table(accounts: list[StaffAccount]) -> Table:
    table = plain_table("用户名", "姓名", "角色", "管辖地区", "上次登录", "状态")
    for account in accounts:
        last = account.last_log_in_at
        table.add_row(
            account.user_name,
            account.display_name,
            " ".join(sorted(account.roles)),
            " ".join(account.region_scope),
            f"{last.astimezone():%Y-%m-%d %H:%M}" if last else "从未",
            "已停用" if account.disabled else "可用",
        )
    return table
