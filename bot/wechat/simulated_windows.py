"""When the simulated platform lets an account write to a worker.

Source: the platform's page "客服消息", its table of occasions: 5 messages within 48 h of a worker's message, 3 within
1 minute of a menu click, a follow or a scan.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.wechat.simulated_messages import SimulatedMessage

MESSAGE_WINDOW = (48 * 3600.0, 5)
EVENT_WINDOW = (60.0, 3)
OPENING_EVENTS = frozenset({"subscribe", "scan", "click", "scancode_push", "scancode_waitmsg", "location_select"}) | {
    "pic_sysphoto",
    "pic_photo_or_album",
    "pic_weixin",
}

OUT_OF_TIME = 45015
OUT_OF_COUNT = 45047


@dataclass(slots=True)
class _Window:
    closes_at_s: float
    left: int


class ReplyWindows:
    """Open windows by worker; a new occasion of a sort replaces the former one."""

    def __init__(self) -> None:
        self._windows: dict[str, dict[str, _Window]] = {}

    def worker_acted(self, message: SimulatedMessage, now_s: float) -> None:
        """Open what this message or event opens."""
        if message.event == "unsubscribe":
            self._windows.pop(message.openid, None)
        elif not message.event:
            self._open(message.openid, "message", MESSAGE_WINDOW, now_s)
        elif message.event in OPENING_EVENTS:
            self._open(message.openid, "event", EVENT_WINDOW, now_s)

    def take(self, openid: str, now_s: float) -> int:
        """Use one message; the window that closes first pays.

        Returns:
            0, or the error code: 45015 where every window is closed, 45047 where the open ones are used up.
        """
        open_windows = [window for window in self._windows.get(openid, {}).values() if now_s <= window.closes_at_s]
        if not open_windows:
            return OUT_OF_TIME
        paying = min((window for window in open_windows if window.left), key=lambda w: w.closes_at_s, default=None)
        if paying is None:
            return OUT_OF_COUNT
        paying.left -= 1
        return 0

    def memory_of(self, openid: str) -> list[list[str | float]]:
        """A worker's windows as JSON; for `recall`."""
        windows = self._windows.get(openid, {})
        return [[occasion, window.closes_at_s, window.left] for occasion, window in windows.items()]

    def recall(self, openid: str, memory: list[list[Any]]) -> None:
        """Remember what `memory_of` gave."""
        self._windows[openid] = {occasion: _Window(closes_at_s, left) for occasion, closes_at_s, left in memory}

    def _open(self, openid: str, occasion: str, window: tuple[float, int], now_s: float) -> None:
        lasts_s, count = window
        self._windows.setdefault(openid, {})[occasion] = _Window(now_s + lasts_s, count)
