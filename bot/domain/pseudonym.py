"""Names for workers that tell nobody who they are."""

from __future__ import annotations

import hmac


class WorkerPseudonyms:
    """Turns openids into the ids under which state is stored.

    The id is HMAC-SHA256 of the openid under a salt of this installation, so that a copy of the store without the salt
    does not tell whose rows it holds.

    Args:
        salt: secret of this installation; changing it forgets every worker.

    Raises:
        ValueError: the salt is empty.
    """

    def __init__(self, salt: str) -> None:
        if not salt:
            raise ValueError("请设置匿名化密钥（不能为空）")
        self._keyed = hmac.new(salt.encode(), digestmod="sha256")

    def of(self, openid: str) -> str:
        """The id of a worker, 64 hex digits."""
        # A copy of the keyed state costs 2 µs; the one-shot function lets go of the GIL and waits to get it back.
        state = self._keyed.copy()
        state.update(openid.encode("utf-8", "surrogatepass"))
        return state.hexdigest()
