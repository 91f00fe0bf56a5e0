"""Argon2 with parameters that take no time, and a memory of what it compared with."""

from argon2 import PasswordHasher


class CountingHasher(PasswordHasher):
    """A quick hasher that remembers what it compared with."""

    def __init__(self, time_cost: int = 1) -> None:
        super().__init__(time_cost=time_cost, memory_cost=8, parallelism=1)
        self.compared: list[str] = []

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # noqa: A002 - argon2's word
        self.compared.append(str(hash))
        return super().verify(hash, password)
