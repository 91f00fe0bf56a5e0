"""Passwords as argon2id hashes (RFC 9106), worked out in threads so that the loop goes on answering workers."""

from __future__ import annotations

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.accounts.password_rules import normalised

AT_ONCE = 2
"""Hashes worked out at the same time: each takes 64 MiB and a core for some 150 ms."""


class Passwords:
    """Hashes and verifies.

    Args:
        hasher: parameters; the default is RFC 9106's low-memory choice (3 passes over 64 MiB, 4 lanes).
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._nobodys: str | None = None

    async def hash(self, password: str) -> str:
        """The hash to store, with its salt and parameters."""
        async with self._turns:
            return await asyncio.to_thread(self._hasher.hash, normalised(password))

    async def verify(self, stored: str | None, password: str) -> bool:
        """Whether the password is the one that was hashed.

        Args:
            stored: the hash; None where there is no account: the same work is done, and the answer is no.
            password: as typed.
        """
        against = stored or await self._hash_of_nobody()
        async with self._turns:
            matches = await asyncio.to_thread(self._matches, against, normalised(password))
        return matches and stored is not None

    def is_outdated(self, stored: str) -> bool:
        """Whether a hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(stored)

    async def warm_up(self) -> None:
        """Work out nobody's hash ahead of time, so that the first unknown name takes no longer than the next."""
        await self._hash_of_nobody()

    async def _hash_of_nobody(self) -> str:
        if self._nobodys is None:
            self._nobodys = await self.hash("nobody's password")
        return self._nobodys

    def _matches(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False
