"""What commands leave in the audit log."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from api.commands.terminal import err
from bot.domain.errors import BotError

if TYPE_CHECKING:
    from bot.settings import Settings

COMMAND_LINE = "command_line"


def completed_settings() -> Settings:
    """The environment's settings with the account that a demonstration makes up: workers' ids hang on its secrets."""
    from api.app import completed
    from bot.settings import Settings

    return completed(Settings())


async def log_command(action: str, **details: str | int) -> None:
    """Put what a command did into the audit log.

    Raises:
        BotError: it could not be logged.
    """
    from bot.assembly import open_privacy

    async with open_privacy(completed_settings()) as privacy:
        await privacy.audit.append(action, actor=COMMAND_LINE, details=details)


def log_if_possible(action: str, **details: str | int) -> None:
    """The same for a command that also runs where there is neither key nor store, such as a build of an image."""
    try:
        asyncio.run(log_command(action, **details))
    except BotError as error:
        err.print(f"[yellow]这一步没有记入审计日志：{error}[/yellow]")
