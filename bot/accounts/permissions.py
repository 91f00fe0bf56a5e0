"""What each role may do, and where."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.errors import NotAllowedError, UnknownRegionError
from bot.domain.staff import Permission, StaffAccount, StaffRole
from bot.regions.divisions import Divisions, load_divisions

PERMISSIONS: Mapping[StaffRole, frozenset[Permission]] = {
    StaffRole.OPERATOR: frozenset(
        {
            Permission.OWN_ACCOUNT,
            Permission.ANSWER_WORKERS,
            Permission.SEE_WORKER_DATA,
            Permission.SEE_POLICIES,
        }
    ),
    StaffRole.ADMIN: frozenset(
        {
            Permission.OWN_ACCOUNT,
            Permission.SEE_POLICIES,
            Permission.CHANGE_POLICIES,
            Permission.PUBLISH_POLICIES,
            Permission.SEE_STATISTICS,
            Permission.MANAGE_STAFF,
        }
    ),
    StaffRole.AUDITOR: frozenset(
        {
            Permission.OWN_ACCOUNT,
            Permission.SEE_POLICIES,
            Permission.SEE_STATISTICS,
            Permission.READ_AUDIT_LOG,
        }
    ),
}
"""An admin neither talks with workers nor reads the log of what admins did: that takes a second role."""


def may(
    account: StaffAccount, permission: Permission, region_code: str | None = None, divisions: Divisions | None = None
) -> bool:
    """Whether somebody may do something.

    Args:
        account: who.
        permission: what.
        region_code: where, six digits, of any edition; None where the act belongs to no place.
        divisions: places and their lineage; the product's own by default.

    Returns:
        True where one of the roles allows it and, with a place, the place or one above it is in the region scope.
        False for a disabled account and for a code that does not exist.
    """
    if account.disabled or not any(permission in PERMISSIONS[role] for role in account.roles):
        return False
    return region_code is None or _is_in_scope(account, region_code, divisions or load_divisions())


def check_allowed(
    account: StaffAccount, permission: Permission, region_code: str | None = None, divisions: Divisions | None = None
) -> None:
    """The same, with an error that says what is missing.

    Raises:
        NotAllowedError: the roles do not allow it, or not there.
    """
    if may(account, permission, region_code, divisions):
        return
    if region_code is not None and may(account, permission):
        raise NotAllowedError("这件事不在您的管辖地区之内。")
    raise NotAllowedError("您的角色不包括这项权限。")


def _is_in_scope(account: StaffAccount, region_code: str, divisions: Divisions) -> bool:
    try:
        return any(divisions.covers(code, region_code) for code in account.region_scope)
    except UnknownRegionError:
        return False
