"""How passwords are stored in a real installation."""

from __future__ import annotations

import re

from argon2 import PasswordHasher

from bot.accounts.passwords import Passwords

PASSWORD = "春天的第一趟火车 07:15"


async def test_a_password_is_stored_as_argon2id_with_the_rfcs_parameters() -> None:
    stored = await Passwords().hash(PASSWORD)
    assert re.match(r"\$argon2id\$v=19\$m=65536,t=3,p=4\$", stored)
    assert PASSWORD not in stored


async def test_equal_passwords_have_different_hashes_and_both_are_verified() -> None:
    passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    first, second = await passwords.hash(PASSWORD), await passwords.hash(PASSWORD)
    assert first != second
    assert await passwords.verify(first, PASSWORD)
    assert await passwords.verify(second, PASSWORD)
    assert not await passwords.verify(first, PASSWORD + " ")


async def test_nobodys_password_is_never_right() -> None:
    passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    assert not await passwords.verify(None, "nobody's password")


def test_a_hash_with_weaker_parameters_is_outdated() -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    assert Passwords().is_outdated(weak)
