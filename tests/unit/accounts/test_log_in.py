"""Logging in: the same answer and the same work for every wrong try."""

import pytest
from argon2 import extract_parameters

from bot.accounts.log_in import Accounts
from bot.accounts.passwords import Passwords
from bot.accounts.sessions import COLLECTION, id_of
from bot.domain.errors import AccountLockedError, LoginRefusedError, PasswordRuleError
from bot.domain.staff import StaffRole, StaffSession
from bot.ports import DocumentStore
from tests.fakes.counting_hasher import CountingHasher
from tests.fakes.fake_clock import FakeClock
from tests.fakes.memory_cache import MemoryCache

PASSWORD = "春天的第一趟火车 07:15"
OTHER_PASSWORD = "夏天的最后一班船 22:40"


@pytest.fixture(autouse=True)
async def staff(accounts: Accounts) -> None:
    await accounts.staff.create_first_admin("wangfang", PASSWORD, "王芳")
    await accounts.staff.add_staff("liqiang", PASSWORD, [StaffRole.OPERATOR], ["350400"])


async def log_in(accounts: Accounts, name: str = "wangfang", password: str = PASSWORD, old_token: str = "") -> str:
    return await accounts.log_in(name, password, address="10.0.0.1", device="Chrome，Windows", old_token=old_token)


async def session_of(accounts: Accounts, token: str) -> StaffSession:
    session = await accounts.sessions.resolve(token)
    assert session is not None
    return session


async def test_the_right_password_opens_a_session(accounts: Accounts, clock: FakeClock) -> None:
    session = await session_of(accounts, await log_in(accounts, " WangFang"))
    assert session.account.user_name == "wangfang"
    assert session.device == "Chrome，Windows"
    assert session.opened_at == clock.now()
    assert (session.previous_log_in_at, session.failures_before) == (None, 0)


async def test_unknown_wrong_and_disabled_get_one_answer_after_the_same_work(
    accounts: Accounts, hasher: CountingHasher
) -> None:
    await accounts.disable("liqiang")
    answers = []
    for name, password in (("wangfang", "wrong password"), ("nobody", PASSWORD), ("liqiang", PASSWORD)):
        before = len(hasher.compared)
        with pytest.raises(LoginRefusedError) as refused:
            await log_in(accounts, name, password)
        answers.append((str(refused.value), len(hasher.compared) - before))
    assert len(set(answers)) == 1
    assert answers[0][1] == 1
    first, *others = map(extract_parameters, hasher.compared)
    assert others == [first, first]


async def test_only_a_hash_of_the_secret_is_stored(accounts: Accounts, store: DocumentStore) -> None:
    token = await log_in(accounts)
    [document] = await store.find(COLLECTION, {})
    assert token not in str(document)
    assert document["_id"] == id_of(token)


async def test_a_log_in_gives_a_new_secret_and_makes_the_old_one_worthless(accounts: Accounts) -> None:
    first = await log_in(accounts)
    second = await log_in(accounts, old_token=first)
    assert first != second
    assert await accounts.sessions.resolve(first) is None
    assert await accounts.sessions.resolve(second) is not None


async def test_a_secret_that_somebody_else_chose_is_never_taken_over(accounts: Accounts) -> None:
    planted = "A" * 43
    token = await log_in(accounts, old_token=planted)
    assert token != planted
    assert await accounts.sessions.resolve(planted) is None


async def test_the_next_log_in_tells_of_the_one_before_and_of_wrong_tries(accounts: Accounts, clock: FakeClock) -> None:
    first_at = clock.now()
    await log_in(accounts)
    await clock.advance(3600)
    for _ in range(2):
        with pytest.raises(LoginRefusedError):
            await log_in(accounts, password="wrong password")
    session = await session_of(accounts, await log_in(accounts))
    assert session.previous_log_in_at == first_at
    assert session.failures_before == 2


async def test_a_hash_with_yesterdays_parameters_is_renewed_at_log_in(
    accounts: Accounts, store: DocumentStore, cache: MemoryCache, clock: FakeClock
) -> None:
    stronger = Accounts(store, cache, clock, Passwords(CountingHasher(time_cost=2)))
    before = await accounts.staff.record_of("wangfang")
    token = await log_in(stronger)
    after = await accounts.staff.record_of("wangfang")
    assert before is not None
    assert after is not None
    assert [extract_parameters(one.password_hash).time_cost for one in (before, after)] == [1, 2]
    assert await stronger.sessions.resolve(token) is not None
    await log_in(stronger)
    unchanged = await accounts.staff.record_of("wangfang")
    assert unchanged is not None
    assert unchanged.password_hash == after.password_hash


async def test_a_changed_password_ends_every_session_and_begins_one_here(accounts: Accounts) -> None:
    here, elsewhere = await log_in(accounts), await log_in(accounts)
    fresh = await accounts.change_password(
        await session_of(accounts, here), PASSWORD, OTHER_PASSWORD, address="10.0.0.1"
    )
    assert await accounts.sessions.resolve(here) is None
    assert await accounts.sessions.resolve(elsewhere) is None
    assert (await session_of(accounts, fresh)).account.user_name == "wangfang"
    with pytest.raises(LoginRefusedError):
        await log_in(accounts)
    await log_in(accounts, password=OTHER_PASSWORD)


@pytest.mark.parametrize(
    ("current", "new", "error", "reason"),
    [
        ("wrong password", OTHER_PASSWORD, LoginRefusedError, "现在的密码不对"),
        (PASSWORD, "password123", PasswordRuleError, "太常见"),
        (PASSWORD, PASSWORD, PasswordRuleError, "一样"),
    ],
)
async def test_a_refused_change_leaves_password_and_sessions(
    accounts: Accounts, current: str, new: str, error: type[Exception], reason: str
) -> None:
    token = await log_in(accounts)
    with pytest.raises(error, match=reason):
        await accounts.change_password(await session_of(accounts, token), current, new, address="10.0.0.1")
    assert await accounts.sessions.resolve(token) is not None
    await log_in(accounts)


async def test_a_stolen_session_does_not_guess_the_password_faster(accounts: Accounts) -> None:
    session = await session_of(accounts, await log_in(accounts))
    for _ in range(5):
        with pytest.raises(LoginRefusedError):
            await accounts.change_password(session, "wrong password", OTHER_PASSWORD, address="10.0.0.1")
    with pytest.raises(AccountLockedError):
        await accounts.change_password(session, PASSWORD, OTHER_PASSWORD, address="10.0.0.1")


async def test_a_session_opened_while_the_password_changed_is_over_too(accounts: Accounts) -> None:
    record = await accounts.staff.record_of("wangfang")
    assert record is not None
    await accounts.reset_password("wangfang", OTHER_PASSWORD)
    late = await accounts.sessions.open(record, "Chrome，Windows")
    assert await accounts.sessions.resolve(late) is None


async def test_disabling_ends_sessions_and_enabling_brings_none_back(accounts: Accounts) -> None:
    token = await log_in(accounts, "liqiang")
    await accounts.disable("liqiang")
    assert await accounts.sessions.resolve(token) is None
    with pytest.raises(LoginRefusedError):
        await log_in(accounts, "liqiang")
    await accounts.enable("liqiang")
    assert await accounts.sessions.resolve(token) is None
    await log_in(accounts, "liqiang")


async def test_an_admins_new_password_lifts_the_lock(accounts: Accounts) -> None:
    for _ in range(5):
        with pytest.raises(LoginRefusedError):
            await log_in(accounts, password="wrong password")
    with pytest.raises(AccountLockedError):
        await log_in(accounts)
    await accounts.reset_password("wangfang", OTHER_PASSWORD)
    await log_in(accounts, password=OTHER_PASSWORD)
