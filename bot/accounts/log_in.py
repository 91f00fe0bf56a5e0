"""Logging in and out: lock-out, password, session, in this order."""

from __future__ import annotations

from bot.accounts.lockout import Lockout, wait_in_words
from bot.accounts.passwords import Passwords
from bot.accounts.sessions import StaffSessions
from bot.accounts.staff import AccountRecord, StaffAccounts
from bot.domain.errors import LoginRefusedError, PasswordRuleError
from bot.domain.staff import StaffSession
from bot.ports import Cache, Clock, DocumentStore
from bot.regions.divisions import Divisions

WRONG = "用户名或密码不对。请检查大小写和输入法；还是不行，请找管理员，账号也可能已停用。"
WRONG_PASSWORD = "现在的密码不对，密码没有改。"  # noqa: S105 - a sentence about a password


class Accounts:
    """Everything about staff accounts.

    Args:
        store: keeps accounts and sessions.
        cache: counts wrong passwords.
        clock: the time.
        passwords: hashes and verifies.
        divisions: checks region scopes; the product's own by default.

    Attributes:
        staff: the accounts.
        sessions: who is logged in.
        lockout: makes guessing slow.
    """

    def __init__(
        self,
        store: DocumentStore,
        cache: Cache,
        clock: Clock,
        passwords: Passwords | None = None,
        divisions: Divisions | None = None,
    ) -> None:
        self._passwords = passwords or Passwords()
        self.staff = StaffAccounts(store, self._passwords, clock, divisions)
        self.sessions = StaffSessions(store, self.staff, clock)
        self.lockout = Lockout(cache, clock)

    async def prepare(self) -> None:
        """Create the indexes and work out what unknown names are compared with; idempotent."""
        await self.staff.prepare()
        await self.sessions.prepare()
        await self._passwords.warm_up()

    async def log_in(self, user_name: str, password: str, *, address: str, device: str, old_token: str = "") -> str:
        """Begin a session.

        Unknown names, wrong passwords and disabled accounts get the same answer after the same work.

        Args:
            user_name: as typed.
            password: as typed.
            address: the client's IP address.
            device: browser and system in words.
            old_token: the secret that the browser came with, if any; it is worthless afterwards.

        Returns:
            The new session's secret, never the one that the browser came with.

        Raises:
            AccountLockedError: too many wrong ones; no password is looked at.
            LoginRefusedError: wrong.
        """
        attempt = await self.lockout.admit(user_name, address)
        record = await self.staff.record_of(user_name)
        matches = await self._passwords.verify(record.password_hash if record else None, password)
        if record is None or not matches or record.account.disabled:
            raise _refused(WRONG, await self.lockout.failed(attempt))
        await self.lockout.succeeded(attempt)
        if self._passwords.is_outdated(record.password_hash):
            await self.staff.upgrade_hash(record, password)
        token = await self.sessions.open(record, device, attempt.number - 1)
        await self.staff.note_log_in(record.account.account_id)
        await self.sessions.close(old_token)
        return token

    async def log_out(self, token: str) -> None:
        """End a session."""
        await self.sessions.close(token)

    async def change_password(self, session: StaffSession, current: str, new: str, *, address: str) -> str:
        """Give oneself another password; every session is over, and this device gets a new one.

        Returns:
            The new session's secret.

        Raises:
            AccountLockedError: too many wrong ones.
            LoginRefusedError: the current password is wrong.
            PasswordRuleError: the new one is too easy to guess, or it is the old one.
        """
        account = session.account
        attempt = await self.lockout.admit(account.user_name, address)
        record = await self.staff.record(account.account_id)
        if record is None or not await self._passwords.verify(record.password_hash, current):
            raise _refused(WRONG_PASSWORD, await self.lockout.failed(attempt))
        await self.lockout.succeeded(attempt)
        if new == current:
            raise PasswordRuleError("新密码和现在的一样；请换一个。")
        return await self._with_new_password(record, new, session.device)

    async def reset_password(self, user_name: str, new: str) -> None:
        """An admin gives somebody another password; every session is over and a lock is lifted.

        Raises:
            StaffChangeError: there is no such account.
            PasswordRuleError: the password is too easy to guess.
        """
        account = await self.staff.find(user_name)
        await self.staff.set_password(account.account_id, new)
        await self.sessions.close_all(account.account_id)
        await self.lockout.forgive(user_name)

    async def disable(self, user_name: str) -> None:
        """Close an account and end its sessions.

        Raises:
            StaffChangeError: there is no such account, or nobody could manage accounts any more.
        """
        account = await self.staff.find(user_name)
        await self.staff.disable(account.account_id)
        await self.sessions.close_all(account.account_id)

    async def enable(self, user_name: str) -> None:
        """Open a disabled account again.

        Raises:
            StaffChangeError: there is no such account.
        """
        account = await self.staff.find(user_name)
        await self.staff.enable(account.account_id)

    async def _with_new_password(self, record: AccountRecord, new: str, device: str) -> str:
        changed = await self.staff.set_password(record.account.account_id, new)
        await self.sessions.close_all(record.account.account_id)
        return await self.sessions.open(changed, device)


def _refused(message: str, wait_s: int) -> LoginRefusedError:
    if wait_s:
        message += f"已经错了多次，下次要等 {wait_in_words(wait_s)}。"
    return LoginRefusedError(message)
