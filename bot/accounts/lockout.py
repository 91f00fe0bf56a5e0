"""Guessing gets slow: after some wrong passwords every further try has to wait, longer each time.

An attempt is counted before its password is looked at, and counting and claiming are atomic in the cache, so that
neither parallel requests nor several processes get more tries than one after the other would. Names are counted
whether they exist or not: a lock tells nothing about who works here.

An address gets more tries than an account, since a whole office may share one. It is not forgiven by a right
password, or one valid account would buy its owner any number of guesses at the others.
"""

from __future__ import annotations

import hashlib
import ipaddress
import math
from dataclasses import dataclass

from bot.accounts.staff import canonical_name
from bot.domain.errors import AccountLockedError
from bot.domain.moments import to_ms
from bot.ports import Cache, Clock

IPV6_SITE_BITS = 64


@dataclass(frozen=True, slots=True)
class LockRule:
    """How fast guessing gets slow.

    Attributes:
        free_tries: wrong ones before the first wait.
        first_delay_s: the first wait; each further one doubles.
        longest_delay_s: no wait is longer.
        remembered_s: after this time from the first failure the count begins anew.
    """

    free_tries: int
    first_delay_s: int
    longest_delay_s: int
    remembered_s: int

    def delay_s(self, failures: int) -> int:
        """Seconds to wait after so many failures; 0 while tries are free."""
        if failures < self.free_tries:
            return 0
        doublings = min(failures - self.free_tries, 16)
        return int(min(self.longest_delay_s, self.first_delay_s * 2**doublings))


ACCOUNT_RULE = LockRule(free_tries=5, first_delay_s=60, longest_delay_s=15 * 60, remembered_s=24 * 3600)
ADDRESS_RULE = LockRule(free_tries=20, first_delay_s=60, longest_delay_s=15 * 60, remembered_s=3600)
ADDRESS_TRIES_A_MINUTE = 30


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try that was let through.

    Attributes:
        name_key: counts the account's failures.
        address_key: counts the address's.
        number: 1 for the first try since the last right password.
    """

    name_key: str
    address_key: str
    number: int


class Lockout:
    """Counts wrong passwords.

    Args:
        cache: shared by all processes.
        clock: the time.
    """

    def __init__(self, cache: Cache, clock: Clock) -> None:
        self._cache = cache
        self._clock = clock

    async def admit(self, user_name: str, address: str) -> Attempt:
        """Let a try through, or not.

        Args:
            user_name: as typed; it need not exist.
            address: where the try comes from: the client's IP address.

        Raises:
            AccountLockedError: too many wrong ones for this name or from this address; says how long to wait.
        """
        name_key, address_key = _key("name", canonical_name(user_name)), _key("address", _site_of(address))
        await self._refuse_while_locked(address_key)
        await self._refuse_while_locked(name_key)
        if await self._cache.increment(f"{address_key}:tries", 60) > ADDRESS_TRIES_A_MINUTE:
            raise _locked(60)
        number = await self._cache.increment(f"{name_key}:failures", ACCOUNT_RULE.remembered_s)
        delay_s = ACCOUNT_RULE.delay_s(number - 1)
        if delay_s and not await self._cache.claim(f"{name_key}:lock", delay_s):
            raise _locked(delay_s)
        return Attempt(name_key, address_key, number)

    async def failed(self, attempt: Attempt) -> int:
        """The password was wrong.

        Returns:
            Seconds until the next try for this name; 0 while tries are free.
        """
        from_address = await self._cache.increment(f"{attempt.address_key}:failures", ADDRESS_RULE.remembered_s)
        await self._lock(attempt.address_key, ADDRESS_RULE.delay_s(from_address))
        delay_s = ACCOUNT_RULE.delay_s(attempt.number)
        await self._lock(attempt.name_key, delay_s)
        return delay_s

    async def succeeded(self, attempt: Attempt) -> None:
        """The password was right: the account begins anew."""
        await self._cache.release(f"{attempt.name_key}:failures")
        await self._cache.release(f"{attempt.name_key}:lock")

    async def forgive(self, user_name: str) -> None:
        """Forget the wrong passwords of an account, after an admin gave it a new one."""
        name_key = _key("name", canonical_name(user_name))
        await self.succeeded(Attempt(name_key, "", 0))

    async def _lock(self, key: str, delay_s: int) -> None:
        if delay_s:
            until_ms = to_ms(self._clock.now()) + delay_s * 1000
            await self._cache.put(f"{key}:lock", str(until_ms), delay_s)

    async def _refuse_while_locked(self, key: str) -> None:
        value = await self._cache.get(f"{key}:lock")
        if value is None:
            return
        # A lock without a time is a try that is being looked at just now.
        rest_ms = int(value) - to_ms(self._clock.now()) if value.isdecimal() else ACCOUNT_RULE.first_delay_s * 1000
        raise _locked(max(1, math.ceil(rest_ms / 1000)))


def wait_in_words(seconds: int) -> str:
    """``1 分钟``; begun minutes count whole."""
    return f"{math.ceil(seconds / 60)} 分钟"


def _locked(delay_s: int) -> AccountLockedError:
    return AccountLockedError(
        f"密码错的次数太多，请过 {wait_in_words(delay_s)}再试。忘了密码，请找管理员重新设置。", delay_s
    )


def _key(kind: str, value: str) -> str:
    """Names and addresses do not stand in the cache as they are."""
    return f"staff:{kind}:{hashlib.sha256(value.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"


def _site_of(address: str) -> str:
    """An IPv4 address, or the network of an IPv6 one: a household has 2^64 of those."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped or ipaddress.ip_network((parsed, IPV6_SITE_BITS), strict=False))
    return str(parsed)
