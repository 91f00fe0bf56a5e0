"""Accounts: made once, changed safely, closed for good."""

import asyncio

import pytest

from bot.accounts.log_in import Accounts
from bot.accounts.staff import COLLECTION
from bot.domain.errors import PasswordRuleError, StaffChangeError, UnknownRegionError
from bot.domain.staff import StaffRole
from bot.ports import DocumentStore

PASSWORD = "春天的第一趟火车 07:15"
OTHER_PASSWORD = "夏天的最后一班船 22:40"


async def test_the_first_admin_works_for_the_whole_country(accounts: Accounts) -> None:
    admin = await accounts.staff.create_first_admin("Wang.Fang", PASSWORD, "王芳")
    assert (admin.user_name, admin.display_name) == ("wang.fang", "王芳")
    assert admin.roles == {StaffRole.ADMIN}
    assert admin.region_scope == ("000000",)
    assert await accounts.staff.find("WANG.FANG ") == admin


async def test_there_is_a_first_admin_only_once(accounts: Accounts) -> None:
    await accounts.staff.create_first_admin("wangfang", PASSWORD)
    with pytest.raises(StaffChangeError, match="已经有管理员"):
        await accounts.staff.create_first_admin("liqiang", PASSWORD)
    assert [one.user_name for one in await accounts.staff.all()] == ["wangfang"]


async def test_an_admin_who_was_added_otherwise_counts_too(accounts: Accounts) -> None:
    await accounts.staff.add_staff("wangfang", PASSWORD, [StaffRole.ADMIN], ["350400"])
    with pytest.raises(StaffChangeError, match="已经有管理员"):
        await accounts.staff.create_first_admin("liqiang", PASSWORD)


async def test_two_processes_racing_for_the_first_admin_make_one(accounts: Accounts, other_process: Accounts) -> None:
    outcomes = await asyncio.gather(
        *(
            process.staff.create_first_admin(name, PASSWORD)
            for process, name in ((accounts, "wangfang"), (other_process, "liqiang"))
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(outcome, StaffChangeError) for outcome in outcomes) == 1
    assert len(await accounts.staff.all()) == 1


async def test_two_processes_racing_for_one_name_make_one_account(accounts: Accounts, other_process: Accounts) -> None:
    outcomes = await asyncio.gather(
        *(
            process.staff.add_staff("liqiang", PASSWORD, [StaffRole.OPERATOR], ["350400"])
            for process in (accounts, other_process) * 3
        ),
        return_exceptions=True,
    )
    refusals = [str(outcome) for outcome in outcomes if isinstance(outcome, StaffChangeError)]
    assert len(refusals) == 5
    assert all("已经有人用了" in refusal for refusal in refusals)
    assert len(await accounts.staff.all()) == 1


async def test_the_stored_account_does_not_hold_the_password(accounts: Accounts, store: DocumentStore) -> None:
    await accounts.staff.create_first_admin("wangfang", PASSWORD)
    [document] = await store.find(COLLECTION, {})
    assert PASSWORD not in str(document)
    assert document["password_hash"].startswith("$argon2id$")


@pytest.mark.parametrize("name", ["", "a", "wang fang", "wang<fang>", "x" * 33, "../etc", "a\nb"])
async def test_a_name_that_cannot_be_used_is_refused(accounts: Accounts, name: str) -> None:
    with pytest.raises(StaffChangeError, match="用户名要 2 到 32 个字"):
        await accounts.staff.create_first_admin(name, PASSWORD)


@pytest.mark.parametrize(
    ("roles", "scope", "error", "reason"),
    [
        ([], ["350400"], StaffChangeError, "至少给一个角色"),
        ([StaffRole.OPERATOR], [], StaffChangeError, "至少给一个管辖地区"),
        ([StaffRole.OPERATOR], ["999999"], UnknownRegionError, "999999"),
    ],
)
async def test_an_account_without_role_or_place_is_refused(
    accounts: Accounts, roles: list[StaffRole], scope: list[str], error: type[Exception], reason: str
) -> None:
    with pytest.raises(error, match=reason):
        await accounts.staff.add_staff("liqiang", PASSWORD, roles, scope)
    assert await accounts.staff.all() == []


async def test_a_weak_password_makes_no_account(accounts: Accounts) -> None:
    with pytest.raises(PasswordRuleError):
        await accounts.staff.create_first_admin("wangfang", "password123")
    assert await accounts.staff.all() == []


async def test_the_last_admin_cannot_be_disabled(accounts: Accounts) -> None:
    await accounts.staff.create_first_admin("wangfang", PASSWORD)
    await accounts.staff.add_staff("liqiang", PASSWORD, [StaffRole.OPERATOR], ["350400"])
    with pytest.raises(StaffChangeError, match="最后一位"):
        await accounts.disable("wangfang")
    await accounts.staff.add_staff("zhaomin", PASSWORD, [StaffRole.ADMIN], ["350400"])
    await accounts.disable("wangfang")
    assert (await accounts.staff.find("wangfang")).disabled
    with pytest.raises(StaffChangeError, match="最后一位"):
        await accounts.disable("zhaomin")


async def test_a_name_that_nobody_has_is_said(accounts: Accounts) -> None:
    for change in (accounts.disable("nobody"), accounts.enable("nobody"), accounts.reset_password("nobody", PASSWORD)):
        with pytest.raises(StaffChangeError, match="没有叫“nobody”的账号"):
            await change


async def test_changes_of_two_processes_to_one_account_are_both_kept(
    accounts: Accounts, other_process: Accounts
) -> None:
    admin = await accounts.staff.create_first_admin("wangfang", PASSWORD)
    before = await accounts.staff.record(admin.account_id)
    await asyncio.gather(
        accounts.staff.set_password(admin.account_id, OTHER_PASSWORD), other_process.staff.note_log_in(admin.account_id)
    )
    after = await accounts.staff.record(admin.account_id)
    assert before is not None
    assert after is not None
    assert after.password_hash != before.password_hash
    assert after.credentials == before.credentials + 1
    assert after.account.last_log_in_at is not None
