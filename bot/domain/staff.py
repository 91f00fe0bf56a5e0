"""The people who work with the product: operators, policy admins, auditors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class StaffRole(StrEnum):
    """What somebody works as; an account may hold several."""

    OPERATOR = "operator"
    ADMIN = "admin"
    AUDITOR = "auditor"


class Permission(StrEnum):
    """What a page or an act asks for."""

    OWN_ACCOUNT = "own_account"
    ANSWER_WORKERS = "answer_workers"
    SEE_WORKER_DATA = "see_worker_data"
    SEE_POLICIES = "see_policies"
    CHANGE_POLICIES = "change_policies"
    PUBLISH_POLICIES = "publish_policies"
    SEE_STATISTICS = "see_statistics"
    MANAGE_STAFF = "manage_staff"
    READ_AUDIT_LOG = "read_audit_log"


@dataclass(frozen=True, slots=True)
class StaffAccount:
    """Somebody who may log in.

    Attributes:
        account_id: never changes and is never given again, 32 hex digits.
        user_name: what is typed at log-in, lower case.
        display_name: how colleagues call the person.
        roles: what the person works as.
        region_scope: codes of the places that the person works for, each with everything below it; ``000000`` is the
            whole country; empty means no place at all.
        disabled: whether log-in is closed.
        last_log_in_at: aware UTC; None before the first.
    """

    account_id: str
    user_name: str
    display_name: str
    roles: frozenset[StaffRole]
    region_scope: tuple[str, ...]
    disabled: bool = False
    last_log_in_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StaffSession:
    """One log-in on one device.

    Attributes:
        session_id: SHA-256 of the secret that the browser holds, 64 hex digits; safe to show and to log.
        account: who logged in, as the account stands now.
        opened_at: when.
        seen_at: the last request, to the minute.
        device: browser and system in words, e.g. ``Chrome，Windows``.
        previous_log_in_at: the log-in before this one; None for the first.
        failures_before: wrong passwords for this account since the last log-in.
    """

    session_id: str
    account: StaffAccount
    opened_at: datetime
    seen_at: datetime
    device: str
    previous_log_in_at: datetime | None = None
    failures_before: int = 0
