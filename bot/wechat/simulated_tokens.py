"""The simulated platform's access tokens (source: its page "获取稳定版接口调用凭据")."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping
from typing import Any

from bot.ports import Clock

TOKEN_LIFE_S = 7200
RENEW_BEFORE_S = 300
FORCED_PER_DAY = 20
KEPT_S = 3600
"""An ended token is told from a wrong one for so long."""

Answer = dict[str, Any]


class TokenDesk:
    """Gives out tokens and judges them.

    Attributes:
        calls: how often a token was asked for.
        forced_calls: how often with ``force_refresh``.
    """

    def __init__(self, app_id: str, app_secret: str, clock: Clock, life_s: float = TOKEN_LIFE_S) -> None:
        self.calls = 0
        self.forced_calls = 0
        self._app_id = app_id
        self._app_secret = app_secret
        self._clock = clock
        self._life_s = life_s
        self._current = ""
        self._ends_at_s: dict[str, float] = {}
        self._forced_by_day: Counter[str] = Counter()

    def stable_token(self, body: Mapping[str, Any]) -> Answer:
        """``POST /cgi-bin/stable_token``."""
        self.calls += 1
        if body.get("grant_type") != "client_credential":
            return refusal(40002, "invalid grant_type")
        if refused := self.judge_secret(body.get("appid"), body.get("secret")):
            return refused
        now_s = self._now_s()
        if body.get("force_refresh"):
            self.forced_calls += 1
            day = self._clock.today().isoformat()
            self._forced_by_day[day] += 1
            if self._forced_by_day[day] > FORCED_PER_DAY:
                return refusal(45009, "reach max api daily quota limit")
            self.revoke_all()
        if self._ends_at_s.get(self._current, 0.0) - now_s <= RENEW_BEFORE_S:
            # The former token keeps what is left of its life, so that calls under way still pass.
            self._current = f"simulated-{secrets.token_hex(16)}"
            self._ends_at_s[self._current] = now_s + self._life_s
        return {"access_token": self._current, "expires_in": int(self._ends_at_s[self._current] - now_s)}

    def judge_secret(self, app_id: object, app_secret: object) -> Answer | None:
        """The refusal for a wrong appid or secret."""
        if app_id != self._app_id:
            return refusal(40013, "invalid appid")
        if app_secret != self._app_secret:
            return refusal(40125, "invalid appsecret")
        return None

    def judge(self, token: str) -> Answer | None:
        """The refusal for a missing, foreign or expired token."""
        if not token:
            return refusal(41001, "access_token missing")
        if token not in self._ends_at_s:
            return refusal(40001, "invalid credential, access_token is invalid or not latest")
        if self._ends_at_s[token] <= self._now_s():
            return refusal(42001, "access_token expired")
        return None

    def revoke_all(self) -> None:
        """Make every token given so far invalid, as a reset of the secret does."""
        self._ends_at_s.clear()
        self._current = ""

    def expire_all(self) -> None:
        """Make every token given so far expire now."""
        for token in self._ends_at_s:
            self._ends_at_s[token] = self._now_s()

    def memory(self) -> dict[str, Any]:
        """What it remembers, as JSON; for `recall`, also in another process."""
        return {
            "current": self._current,
            "ends_at_s": [[token, ends_at_s] for token, ends_at_s in self._ends_at_s.items()],
            "forced_by_day": [[day, count] for day, count in self._forced_by_day.items()],
        }

    def recall(self, memory: Mapping[str, Any]) -> None:
        """Remember what `memory` gave; tokens that ended long ago are forgotten."""
        now_s = self._now_s()
        self._current = memory["current"]
        self._ends_at_s = {token: ends_at_s for token, ends_at_s in memory["ends_at_s"] if ends_at_s > now_s - KEPT_S}
        self._forced_by_day = Counter(dict(memory["forced_by_day"][-2:]))

    def _now_s(self) -> float:
        return self._clock.now().timestamp()


def refusal(errcode: int, errmsg: str) -> Answer:
    """A refusal as the platform words it."""
    return {"errcode": errcode, "errmsg": errmsg}
