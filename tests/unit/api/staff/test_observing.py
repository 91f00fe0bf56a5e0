"""What staff do with their accounts stands in the audit log."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from fastapi import FastAPI

from api.pages import Pages
from api.staff.router import StaffRoom, staff_router
from bot.accounts.log_in import Accounts
from bot.regions.divisions import load_divisions
from tests.fakes.staff_visitor import PASSWORD, Visitor

OTHER_PASSWORD = "夏天的最后一班船 22:40"


@pytest.fixture
def told() -> list[tuple[str, str]]:
    return []


@pytest.fixture
def app(accounts: Accounts, told: list[tuple[str, str]]) -> FastAPI:
    async def observe(action: str, *, actor: str, details: Mapping[str, str | int] | None = None) -> None:
        assert PASSWORD not in str(details)
        told.append((action, actor))

    app = FastAPI()
    app.include_router(staff_router(StaffRoom(accounts, Pages(), load_divisions(), observe)))
    return app


async def test_coming_and_going_and_a_new_password_are_told(
    visitor: Visitor, accounts: Accounts, told: list[tuple[str, str]]
) -> None:
    liqiang = (await accounts.staff.find("liqiang")).account_id
    await visitor.log_in()
    await visitor.get("/staff")
    await visitor.post("/staff/sessions/others")
    await visitor.post("/staff/password", current="不对", new=OTHER_PASSWORD, again=OTHER_PASSWORD)
    await visitor.post("/staff/password", current=PASSWORD, new=OTHER_PASSWORD, again=OTHER_PASSWORD)
    await visitor.get("/staff")
    await visitor.post("/staff/logout")
    actions = ("logged_in", "sessions_closed", "password_refused", "password_changed", "logged_out")
    assert told == [(f"staff_{action}", liqiang) for action in actions]


async def test_a_refused_log_in_is_told_without_repeating_an_unknown_name(
    visitor: Visitor, accounts: Accounts, told: list[tuple[str, str]]
) -> None:
    liqiang = (await accounts.staff.find("liqiang")).account_id
    await visitor.log_in("liqiang", "不对")
    await visitor.log_in(PASSWORD, "不对")
    assert told == [("staff_login_refused", liqiang), ("staff_login_refused", "unknown")]
