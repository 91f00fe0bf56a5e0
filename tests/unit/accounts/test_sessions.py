"""Sessions end by themselves, and when somebody says so."""

import pytest

from bot.accounts.log_in import Accounts
from bot.accounts.sessions import COLLECTION, IDLE_S, LONGEST_S
from bot.ports import DocumentStore
from tests.fakes.fake_clock import FakeClock

PASSWORD = "春天的第一趟火车 07:15"


@pytest.fixture(autouse=True)
async def staff(accounts: Accounts) -> None:
    await accounts.staff.create_first_admin("wangfang", PASSWORD)


async def log_in(accounts: Accounts) -> str:
    return await accounts.log_in("wangfang", PASSWORD, address="10.0.0.1", device="Chrome，Windows")


async def is_open(accounts: Accounts, token: str) -> bool:
    return await accounts.sessions.resolve(token) is not None


async def test_an_idle_session_ends_after_half_an_hour(accounts: Accounts, clock: FakeClock) -> None:
    token = await log_in(accounts)
    await clock.advance(IDLE_S - 1)
    assert await is_open(accounts, token)
    await clock.advance(IDLE_S)
    assert not await is_open(accounts, token)


async def test_a_busy_session_ends_after_twelve_hours(accounts: Accounts, clock: FakeClock) -> None:
    token = await log_in(accounts)
    for _ in range(LONGEST_S // 600 - 1):
        await clock.advance(600)
        assert await is_open(accounts, token)
    await clock.advance(600)
    assert not await is_open(accounts, token)


async def test_requests_in_quick_succession_write_once_a_minute(
    accounts: Accounts, store: DocumentStore, clock: FakeClock
) -> None:
    token = await log_in(accounts)
    versions = []
    for seconds in (10, 40, 10, 30, 30):
        await clock.advance(seconds)
        await accounts.sessions.resolve(token)
        [document] = await store.find(COLLECTION, {})
        versions.append(document["_ver"])
    assert versions == [1, 1, 2, 2, 3]


async def test_logging_out_ends_this_session_alone(accounts: Accounts) -> None:
    here, elsewhere = await log_in(accounts), await log_in(accounts)
    await accounts.log_out(here)
    assert not await is_open(accounts, here)
    assert await is_open(accounts, elsewhere)


async def test_the_other_devices_are_listed_and_logged_out(accounts: Accounts, clock: FakeClock) -> None:
    elsewhere = await log_in(accounts)
    await clock.advance(60)
    here = await log_in(accounts)
    session = await accounts.sessions.resolve(here)
    assert session is not None
    listed = await accounts.sessions.of_account(session.account.account_id)
    assert listed[0].session_id == session.session_id
    assert len(listed) == 2
    assert await accounts.sessions.close_others(session) == 1
    assert await is_open(accounts, here)
    assert not await is_open(accounts, elsewhere)


async def test_sessions_left_behind_are_neither_listed_nor_kept(
    accounts: Accounts, store: DocumentStore, clock: FakeClock
) -> None:
    await log_in(accounts)
    await clock.advance(IDLE_S + 1)
    admin = await accounts.staff.find("wangfang")
    assert await accounts.sessions.of_account(admin.account_id) == []
    await log_in(accounts)
    assert await store.count(COLLECTION, {}) == 1


async def test_a_session_holds_in_every_process(accounts: Accounts, other_process: Accounts) -> None:
    token = await log_in(accounts)
    assert await is_open(other_process, token)
    await other_process.log_out(token)
    assert not await is_open(accounts, token)


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "A" * 44, "\ud800" * 43, "../" * 15, "é" * 43])
async def test_what_is_no_secret_of_ours_opens_nothing(accounts: Accounts, token: str) -> None:
    await log_in(accounts)
    assert await accounts.sessions.resolve(token) is None
    await accounts.log_out(token)
