import asyncio
from collections.abc import Awaitable, Callable, Iterable

import pytest

from bot.domain.errors import PlatformError
from bot.wechat.access_token import FORCED_PER_DAY, FORCED_REST_S, LOCK_TTL_S, AccessTokens
from bot.wechat.platform_simulator import Failure, SimulatedPlatformApi
from tests.fakes.fake_clock import FakeClock
from tests.fakes.memory_cache import MemoryCache

PATH = "/cgi-bin/stable_token"

NewTokens = Callable[..., AccessTokens]


async def _all(work: Iterable[Awaitable[str]]) -> list[str]:
    return await asyncio.gather(*work)


async def _failures(work: Iterable[Awaitable[str]]) -> list[str | BaseException]:
    return await asyncio.gather(*work, return_exceptions=True)


async def test_a_token_is_asked_for_once_and_kept(tokens: AccessTokens, api: SimulatedPlatformApi) -> None:
    assert await tokens.current() == await tokens.current()
    assert api.tokens.calls == 1


async def test_another_process_uses_the_kept_token(new_tokens: NewTokens, api: SimulatedPlatformApi) -> None:
    assert await new_tokens().current() == await new_tokens().current()
    assert api.tokens.calls == 1


async def test_cold_processes_do_not_stampede(
    new_tokens: NewTokens, api: SimulatedPlatformApi, clock: FakeClock
) -> None:
    api.fail_next(PATH, Failure(delay_s=2))
    processes = [new_tokens() for _ in range(4)]
    got = await clock.run(_all(process.current() for process in processes for _ in range(25)))
    assert len(got) == 100
    assert len(set(got)) == 1
    assert api.tokens.calls == 1


async def test_the_token_is_renewed_before_it_expires(
    tokens: AccessTokens, api: SimulatedPlatformApi, clock: FakeClock
) -> None:
    first = await tokens.current()
    await clock.advance(7200 - 301)
    assert await tokens.current() == first
    await clock.advance(2)
    assert await tokens.current() != first
    assert api.tokens.calls == 2


async def test_a_refresh_asks_for_the_stable_token_first(
    tokens: AccessTokens, api: SimulatedPlatformApi, clock: FakeClock
) -> None:
    first = await tokens.current()
    await clock.advance(120)
    api.tokens.revoke_all()
    assert await tokens.refresh(first) != first
    assert (api.tokens.calls, api.tokens.forced_calls) == (2, 0)


async def test_a_refresh_forces_where_the_stable_token_is_the_refused_one(
    tokens: AccessTokens, api: SimulatedPlatformApi, clock: FakeClock
) -> None:
    first = await tokens.current()
    await clock.advance(120)
    assert await tokens.refresh(first) != first
    assert (api.tokens.calls, api.tokens.forced_calls) == (3, 1)


async def test_a_token_refused_at_once_is_replaced_by_force_at_once(
    tokens: AccessTokens, api: SimulatedPlatformApi
) -> None:
    assert await tokens.refresh(await tokens.current())
    assert (api.tokens.calls, api.tokens.forced_calls) == (2, 1)


async def test_a_token_that_somebody_has_replaced_is_not_refreshed_again(
    new_tokens: NewTokens, api: SimulatedPlatformApi, clock: FakeClock
) -> None:
    one, other = new_tokens(), new_tokens()
    failed = await one.current()
    await clock.advance(120)
    renewed = await one.refresh(failed)
    calls = api.tokens.calls
    assert await other.refresh(failed) == renewed
    assert await one.refresh("a token of last week") == renewed
    assert api.tokens.calls == calls


async def test_a_hundred_refusals_of_one_token_cost_one_refresh(
    new_tokens: NewTokens, api: SimulatedPlatformApi, clock: FakeClock
) -> None:
    processes = [new_tokens() for _ in range(4)]
    failed = await processes[0].current()
    await clock.advance(120)
    api.tokens.revoke_all()
    got = await clock.run(_all(process.refresh(failed) for process in processes for _ in range(25)))
    assert len(set(got)) == 1
    assert api.tokens.calls == 2


async def test_a_forced_token_that_is_refused_too_is_not_forced_again_for_a_while(
    tokens: AccessTokens, api: SimulatedPlatformApi, clock: FakeClock
) -> None:
    forced = await tokens.refresh(await tokens.current())
    calls = api.tokens.calls
    for _ in range(10):
        with pytest.raises(PlatformError) as caught:
            await tokens.refresh(forced)
        assert caught.value.errcode == 40001
    assert api.tokens.calls == calls
    await clock.advance(FORCED_REST_S)
    assert await tokens.refresh(forced) != forced


async def test_forced_refreshes_are_rationed_by_the_day(
    tokens: AccessTokens, api: SimulatedPlatformApi, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    token = await tokens.current()
    for _ in range(FORCED_PER_DAY):
        token = await tokens.refresh(token)
        await clock.advance(FORCED_REST_S)
    with pytest.raises(PlatformError) as caught:
        await tokens.refresh(token)
    assert caught.value.errcode == 45009
    assert api.tokens.forced_calls == FORCED_PER_DAY
    assert "used up" in caplog.text
    await clock.advance(86_400)
    assert await tokens.refresh(await tokens.current()) != token


async def test_a_hung_endpoint_fails_in_bounded_time_and_tries(
    tokens: AccessTokens, api: SimulatedPlatformApi, clock: FakeClock
) -> None:
    api.fail_next(PATH, Failure(hangs=True), times=100)
    with pytest.raises(PlatformError) as caught:
        await clock.run(tokens.current())
    assert caught.value.errcode == -1
    assert api.call_count(PATH) == 3
    assert clock.monotonic_s() == pytest.approx(3 * 3 + 0.5 + 1)


async def test_callers_of_a_hung_endpoint_share_one_failure(
    tokens: AccessTokens, api: SimulatedPlatformApi, clock: FakeClock
) -> None:
    api.fail_next(PATH, Failure(hangs=True), times=100)
    results = await clock.run(_failures(tokens.current() for _ in range(20)))
    assert all(isinstance(result, PlatformError) for result in results)
    assert api.call_count(PATH) == 3
    assert clock.monotonic_s() < 11


@pytest.mark.parametrize("failure", [Failure(errcode=-1), Failure(html=True), Failure(hangs=True), Failure(delay_s=9)])
async def test_one_bad_answer_is_survived(
    tokens: AccessTokens, api: SimulatedPlatformApi, clock: FakeClock, failure: Failure
) -> None:
    api.fail_next(PATH, failure)
    assert (await clock.run(tokens.current())).startswith("simulated-")
    assert api.call_count(PATH) == 2


@pytest.mark.parametrize("failure", [Failure(errcode=-1), Failure(html=True)])
async def test_lasting_bad_answers_say_try_later(
    tokens: AccessTokens, api: SimulatedPlatformApi, clock: FakeClock, failure: Failure
) -> None:
    api.fail_next(PATH, failure, times=9)
    with pytest.raises(PlatformError) as caught:
        await clock.run(tokens.current())
    assert caught.value.errcode == -1
    assert api.call_count(PATH) == 3


async def test_a_wrong_secret_is_said_plainly_and_not_repeated(
    new_tokens: NewTokens, api: SimulatedPlatformApi
) -> None:
    with pytest.raises(PlatformError, match="AppSecret") as caught:
        await new_tokens(app_secret="wrong").current()
    assert caught.value.errcode == 40125
    assert api.tokens.calls == 1
    assert "wrong" not in str(caught.value)


async def test_a_process_that_dies_with_the_lock_holds_the_others_up_only_for_a_while(
    tokens: AccessTokens, api: SimulatedPlatformApi, cache: MemoryCache, clock: FakeClock
) -> None:
    lock = "wechat:access_token:wx0123456789abcdef:lock"
    assert await cache.claim(lock, LOCK_TTL_S)
    await clock.advance(10)
    assert await clock.run(tokens.current())
    assert api.tokens.calls == 1
    assert clock.monotonic_s() == pytest.approx(LOCK_TTL_S, abs=0.2)
    assert await cache.claim(lock, 1), "the lock was not given back"


async def test_waiting_for_another_process_ends(
    tokens: AccessTokens, api: SimulatedPlatformApi, cache: MemoryCache, clock: FakeClock
) -> None:
    assert await cache.claim("wechat:access_token:wx0123456789abcdef:lock", 3600)
    with pytest.raises(PlatformError) as caught:
        await clock.run(tokens.current())
    assert caught.value.errcode == -1
    assert api.tokens.calls == 0
    assert clock.monotonic_s() < 30


async def test_a_caller_that_leaves_does_not_stop_the_fetch_for_the_others(
    tokens: AccessTokens, api: SimulatedPlatformApi, clock: FakeClock
) -> None:
    api.fail_next(PATH, Failure(delay_s=2))
    leaver, stayer = asyncio.create_task(tokens.current()), asyncio.create_task(tokens.current())
    await clock.advance(1)
    leaver.cancel()
    await clock.advance(2)
    assert (await stayer).startswith("simulated-")
    assert leaver.cancelled()
    assert api.call_count(PATH) == 1


@pytest.mark.parametrize("life_s", [1, 60, 299, 301, 7200])
async def test_a_token_is_never_kept_beyond_its_life(
    tokens: AccessTokens, api: SimulatedPlatformApi, clock: FakeClock, life_s: int
) -> None:
    api.tokens._life_s = life_s
    first = await tokens.current()
    await clock.advance(life_s)
    assert await tokens.current() != first


@pytest.mark.parametrize("answer", [{}, {"errcode": 0}, {"access_token": ""}, {"access_token": "t", "expires_in": 0}])
async def test_an_answer_without_a_usable_token_says_try_later(
    tokens: AccessTokens, api: SimulatedPlatformApi, monkeypatch: pytest.MonkeyPatch, answer: dict[str, object]
) -> None:
    monkeypatch.setattr(api.tokens, "stable_token", lambda _body: answer)
    with pytest.raises(PlatformError) as caught:
        await tokens.current()
    assert caught.value.errcode == -1
