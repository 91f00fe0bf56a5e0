"""What the staff's pages tell the audit log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from bot.accounts.log_in import Accounts

NOBODY = "unknown"


class StaffObserver(Protocol):
    """Is told what staff did; `bot.privacy.audit.AuditLog.append` is one."""

    async def __call__(self, action: str, *, actor: str, details: Mapping[str, str | int] | None = None) -> object:
        """An action in lower_snake_case, and the account that did it."""
        ...


async def nobody_observes(action: str, *, actor: str, details: Mapping[str, str | int] | None = None) -> None:
    """Where no log is kept: tests of pages that are about something else."""


async def tell_log_in(observe: StaffObserver, accounts: Accounts, token: str) -> None:
    """Somebody logged in with this session."""
    session = await accounts.sessions.resolve(token)
    if session is not None:
        await observe("staff_logged_in", actor=session.account.account_id, details={"device": session.device})


async def tell_refusal(observe: StaffObserver, accounts: Accounts, user_name: str) -> None:
    """A log-in was refused; names that nobody has are not repeated, as people type passwords there."""
    record = await accounts.staff.record_of(user_name)
    await observe("staff_login_refused", actor=record.account.account_id if record else NOBODY)
