"""What each role may do, and where."""

from dataclasses import replace

import pytest

from bot.accounts.permissions import PERMISSIONS, check_allowed, may
from bot.domain.errors import NotAllowedError
from bot.domain.staff import Permission, StaffAccount, StaffRole


def account(*roles: StaffRole, scope: tuple[str, ...] = ("350400",)) -> StaffAccount:
    return StaffAccount("0" * 32, "liqiang", "李强", frozenset(roles), scope)


OPERATOR, ADMIN, AUDITOR = StaffRole.OPERATOR, StaffRole.ADMIN, StaffRole.AUDITOR


@pytest.mark.parametrize(
    ("permission", "roles"),
    [
        (Permission.OWN_ACCOUNT, {OPERATOR, ADMIN, AUDITOR}),
        (Permission.ANSWER_WORKERS, {OPERATOR}),
        (Permission.SEE_WORKER_DATA, {OPERATOR}),
        (Permission.SEE_POLICIES, {OPERATOR, ADMIN, AUDITOR}),
        (Permission.CHANGE_POLICIES, {ADMIN}),
        (Permission.PUBLISH_POLICIES, {ADMIN}),
        (Permission.SEE_STATISTICS, {ADMIN, AUDITOR}),
        (Permission.MANAGE_STAFF, {ADMIN}),
        (Permission.READ_AUDIT_LOG, {AUDITOR}),
    ],
)
def test_a_permission_belongs_to_these_roles(permission: Permission, roles: set[StaffRole]) -> None:
    assert {role for role in StaffRole if may(account(role), permission)} == roles


def test_every_role_has_permissions_and_every_permission_a_role() -> None:
    assert set(PERMISSIONS) == set(StaffRole)
    assert set().union(*PERMISSIONS.values()) == set(Permission)


def test_two_roles_add_up() -> None:
    both = account(ADMIN, AUDITOR)
    assert may(both, Permission.READ_AUDIT_LOG)
    assert may(both, Permission.MANAGE_STAFF)


@pytest.mark.parametrize(
    ("scope", "region", "allowed"),
    [
        (("350400",), "350400", True),
        (("350400",), "350404", True),
        (("350400",), "350402", True),  # 梅列区, part of 三元区 since 2021
        (("350400",), "350000", False),
        (("350400",), "000000", False),
        (("350400",), "350500", False),
        (("510802", "350400"), "350404", True),
        (("510802",), "510800", False),
        (("000000",), "130500", True),
        ((), "350400", False),
        (("350400",), "999999", False),
        (("350400",), "", False),
    ],
)
def test_a_scope_covers_its_places_and_what_lies_below(scope: tuple[str, ...], region: str, allowed: bool) -> None:  # noqa: FBT001 - a table
    assert may(account(OPERATOR, scope=scope), Permission.ANSWER_WORKERS, region) is allowed


def test_a_disabled_account_may_nothing() -> None:
    disabled = replace(account(ADMIN, OPERATOR, AUDITOR, scope=("000000",)), disabled=True)
    assert not any(may(disabled, permission) for permission in Permission)


def test_a_refusal_says_whether_role_or_place_is_missing() -> None:
    check_allowed(account(OPERATOR), Permission.ANSWER_WORKERS, "350404")
    with pytest.raises(NotAllowedError, match="管辖地区"):
        check_allowed(account(OPERATOR), Permission.ANSWER_WORKERS, "440000")
    with pytest.raises(NotAllowedError, match="角色"):
        check_allowed(account(OPERATOR), Permission.PUBLISH_POLICIES, "350404")
