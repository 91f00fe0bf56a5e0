"""Staff accounts in the document store: one document each, the user name unique."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Callable, Iterable
from typing import NamedTuple

from bot.accounts.password_rules import check_password
from bot.accounts.passwords import Passwords
from bot.domain.errors import DuplicateKeyError, StaffChangeError, StoreError
from bot.domain.moments import from_ms, to_ms
from bot.domain.region import NATION_CODE
from bot.domain.staff import StaffAccount, StaffRole
from bot.ports import Clock, Document, DocumentStore
from bot.regions.divisions import Divisions, load_divisions

COLLECTION = "staff_accounts"
FOUNDER = "first_admin"
ATTEMPTS = 20
MAX_NAME_LENGTH = 32
_USER_NAME = re.compile(r"[\w.-]{2,32}")


class AccountRecord(NamedTuple):
    """An account with what only log-in needs.

    Attributes:
        account: who.
        password_hash: argon2id with its parameters.
        credentials: counts password changes and disablings; a session opened under another count is over.
    """

    account: StaffAccount
    password_hash: str
    credentials: int


class StaffAccounts:
    """The accounts.

    Args:
        store: where they lie.
        passwords: hashes new passwords.
        clock: the time.
        divisions: checks region scopes; the product's own by default.
    """

    def __init__(
        self, store: DocumentStore, passwords: Passwords, clock: Clock, divisions: Divisions | None = None
    ) -> None:
        self._store = store
        self._passwords = passwords
        self._clock = clock
        self._divisions = divisions or load_divisions()

    async def prepare(self) -> None:
        """Create the indexes; idempotent. They, and no check before, keep names and the first admin unique."""
        await self._store.ensure_index(COLLECTION, ["user_name"], unique=True)
        await self._store.ensure_index(COLLECTION, ["founder"], unique=True)

    async def create_first_admin(self, user_name: str, password: str, display_name: str = "") -> StaffAccount:
        """The account that everything begins with: an admin for the whole country.

        Raises:
            StaffChangeError: there is an admin, or was one; or the name cannot be used.
            PasswordRuleError: the password is too easy to guess.
        """
        if any(StaffRole.ADMIN in account.roles for account in await self.all()):
            raise StaffChangeError("已经有管理员了，这条命令只能用一次；要再加一位，请用 gongyou staff add。")
        return await self._insert(
            user_name, password, display_name, {StaffRole.ADMIN}, (NATION_CODE,), {"founder": FOUNDER}
        )

    async def add_staff(
        self,
        user_name: str,
        password: str,
        roles: Iterable[StaffRole],
        region_scope: Iterable[str],
        display_name: str = "",
    ) -> StaffAccount:
        """A new account.

        Args:
            user_name: 2–32 letters (Chinese too), digits, ``.``, ``_`` or ``-``; case does not matter.
            password: the first one.
            roles: at least one.
            region_scope: codes of any edition; at least one.
            display_name: how colleagues call the person; the user name where empty.

        Raises:
            StaffChangeError: the name is taken or cannot be used, or a role or place is missing.
            PasswordRuleError: the password is too easy to guess.
            UnknownRegionError: a code that does not exist.
        """
        chosen, codes = set(roles), tuple(dict.fromkeys(map(self._divisions.current_code, region_scope)))
        if not chosen:
            raise StaffChangeError("请至少给一个角色：operator（话务员）、admin（管理员）或 auditor（审计员）。")
        if not codes:
            raise StaffChangeError("请至少给一个管辖地区的六位代码，例如 350400（三明市）；000000 是全国。")
        return await self._insert(user_name, password, display_name, chosen, codes, {})

    async def all(self) -> list[StaffAccount]:
        """Every account, by user name."""
        found = await self._store.find(COLLECTION, {}, sort=[("user_name", 1)])
        return [_account(document) for document in found]

    async def find(self, user_name: str) -> StaffAccount:
        """The account of that name.

        Raises:
            StaffChangeError: there is none.
        """
        record = await self.record_of(user_name)
        if record is None:
            raise StaffChangeError(f"没有叫“{canonical_name(user_name)}”的账号；用 gongyou staff list 可以看有哪些。")
        return record.account

    async def record_of(self, user_name: str) -> AccountRecord | None:
        """The account of that name with its hash, disabled or not."""
        document = await self._store.find_one(COLLECTION, {"user_name": canonical_name(user_name)})
        return _record(document) if document else None

    async def record(self, account_id: str) -> AccountRecord | None:
        """The account of that id with its hash, disabled or not."""
        document = await self._store.find_one(COLLECTION, {"_id": account_id})
        return _record(document) if document else None

    async def set_password(self, account_id: str, password: str) -> AccountRecord:
        """Give an account another password; every session of it is over.

        Raises:
            PasswordRuleError: the password is too easy to guess.
            StaffChangeError: there is no such account.
        """
        record = await self.record(account_id)
        if record is None:
            raise StaffChangeError("这个账号已经不在了。")
        check_password(password, record.account.user_name)
        hashed = await self._passwords.hash(password)
        return await self._change(account_id, lambda found: _with_new_credentials(found) | {"password_hash": hashed})

    async def upgrade_hash(self, record: AccountRecord, password: str) -> None:
        """Hash a password that has just been verified with today's parameters, unless it was changed meanwhile."""
        hashed = await self._passwords.hash(password)

        def replace(found: Document) -> Document:
            is_same = found["password_hash"] == record.password_hash
            return found | {"password_hash": hashed} if is_same else found

        await self._change(record.account.account_id, replace)

    async def note_log_in(self, account_id: str) -> None:
        """Somebody has just logged in."""
        now_ms = to_ms(self._clock.now())
        await self._change(account_id, lambda found: found | {"last_log_in_ms": now_ms})

    async def disable(self, account_id: str) -> StaffAccount:
        """Close an account; every session of it is over.

        Raises:
            StaffChangeError: nobody could manage accounts any more.
        """
        others = [one for one in await self.all() if one.account_id != account_id and not one.disabled]
        if not any(StaffRole.ADMIN in one.roles for one in others):
            raise StaffChangeError("这是最后一位可用的管理员，不能停用；请先用 gongyou staff add 再加一位管理员。")
        record = await self._change(account_id, lambda found: _with_new_credentials(found) | {"disabled": True})
        return record.account

    async def enable(self, account_id: str) -> StaffAccount:
        """Open a disabled account again; its password stays."""
        record = await self._change(account_id, lambda found: found | {"disabled": False})
        return record.account

    async def _insert(
        self,
        user_name: str,
        password: str,
        display_name: str,
        roles: set[StaffRole],
        region_scope: tuple[str, ...],
        extra: Document,
    ) -> StaffAccount:
        name = _checked_name(user_name)
        check_password(password, name)
        document: Document = {
            "_id": secrets.token_hex(16),
            "user_name": name,
            "display_name": _checked_display_name(display_name or name),
            "roles": sorted(role.value for role in roles),
            "region_scope": list(region_scope),
            "disabled": False,
            "credentials": 1,
            "password_hash": await self._passwords.hash(password),
            "created_ms": to_ms(self._clock.now()),
        }
        try:
            return _account(await self._store.insert(COLLECTION, document | extra))
        except DuplicateKeyError as error:
            raise StaffChangeError(
                f"“{name}”这个用户名已经有人用了，请换一个。"
                if await self.record_of(name)
                else "已经有管理员了，这条命令只能用一次；要再加一位，请用 gongyou staff add。"
            ) from error

    async def _change(self, account_id: str, mutate: Callable[[Document], Document]) -> AccountRecord:
        for _ in range(ATTEMPTS):
            current = await self._store.find_one(COLLECTION, {"_id": account_id})
            if current is None:
                raise StaffChangeError("这个账号已经不在了。")
            stored = await self._store.replace_if(COLLECTION, mutate(dict(current)))
            if stored is not None:
                return _record(stored)
        raise StoreError("这个账号正被多人同时修改；请稍后再试")


def canonical_name(user_name: str) -> str:
    """The name as it is stored and looked up: NFKC, lower case, no spaces around it."""
    return unicodedata.normalize("NFKC", user_name).strip().casefold()[:MAX_NAME_LENGTH]


def _checked_name(user_name: str) -> str:
    name = unicodedata.normalize("NFKC", user_name).strip().casefold()
    if not _USER_NAME.fullmatch(name):
        raise StaffChangeError("用户名要 2 到 32 个字，只能用汉字、字母、数字和 . _ -，中间不能有空格。")
    return name


def _checked_display_name(display_name: str) -> str:
    name = "".join(one for one in display_name.strip() if one.isprintable())
    if not 1 <= len(name) <= MAX_NAME_LENGTH:
        raise StaffChangeError("姓名要 1 到 32 个字。")
    return name


def _with_new_credentials(document: Document) -> Document:
    return document | {"credentials": document["credentials"] + 1}


def _record(document: Document) -> AccountRecord:
    return AccountRecord(_account(document), document["password_hash"], document["credentials"])


def _account(document: Document) -> StaffAccount:
    last_ms = document.get("last_log_in_ms")
    return StaffAccount(
        account_id=document["_id"],
        user_name=document["user_name"],
        display_name=document["display_name"],
        roles=frozenset(map(StaffRole, document["roles"])),
        region_scope=tuple(document["region_scope"]),
        disabled=document["disabled"],
        last_log_in_at=None if last_ms is None else from_ms(last_ms),
    )
