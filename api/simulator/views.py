"""From stored bubbles to what the chat shows."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from api.simulator.chat_log import Bubble, ChatLog, SimulatedWorker
from api.simulator.quick_replies import Part, parts_of, quick_replies
from bot.domain.moments import CHINA

TIME_SHOWN_AFTER = timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class BubbleView:
    """A bubble, with the time above it where some time has passed.

    Attributes:
        bubble_id: unique over all chats.
        side: whose it is.
        text: all of it.
        parts: the same, cut into text and choices; only of the account's.
        quick_replies: words that can be sent back by a tap.
        exchange_id: the exchange it belongs to, "" for none.
        time_label: the time above it, "" for none.
    """

    bubble_id: str
    side: str
    text: str
    parts: tuple[Part, ...]
    quick_replies: tuple[str, ...]
    exchange_id: str
    time_label: str


async def feed(chat: ChatLog, worker: SimulatedWorker, last_seen: str = "") -> tuple[dict[str, Any], bool]:
    """What a chat shows after a bubble.

    Args:
        chat: where bubbles are kept.
        worker: whose chat it is.
        last_seen: id of the last bubble that the browser has, "" for none.

    Returns:
        The names for the templates, and whether it continues what the browser has: False where that belongs to
        another worker (the place was changed in between) and the whole chat must be shown anew.
    """
    seen = _number_of(last_seen, worker.openid)
    bubbles = await chat.bubbles(worker.openid, after=max(seen - 1, 0))
    before = bubbles[0] if seen and bubbles else None
    new = [bubble for bubble in bubbles if bubble.number > seen]
    newest = new[-1].bubble_id if new else f"{worker.openid}-{seen}"
    names = {
        "worker": worker,
        "bubbles": bubble_views(new, before.said_at if before else None),
        "last_seen": newest,
        "is_waiting": await chat.is_waiting(worker.openid),
    }
    return names, last_seen.startswith(f"{worker.openid}-")


def bubble_views(bubbles: Sequence[Bubble], before_at: datetime | None) -> list[BubbleView]:
    """Bubbles as shown.

    Args:
        bubbles: in order.
        before_at: when the bubble above the first one was said; None where there is none.
    """
    views = []
    for bubble in bubbles:
        shows_time = before_at is None or bubble.said_at - before_at > TIME_SHOWN_AFTER
        label = bubble.said_at.astimezone(CHINA).strftime("%H:%M") if shows_time else ""
        views.append(_bubble_view(bubble, label))
        before_at = bubble.said_at
    return views


def _bubble_view(bubble: Bubble, time_label: str) -> BubbleView:
    is_account = bubble.side == "account"
    return BubbleView(
        bubble_id=bubble.bubble_id,
        side=bubble.side,
        text=bubble.text,
        parts=parts_of(bubble.text) if is_account else (Part(bubble.text),),
        quick_replies=quick_replies(bubble.text) if is_account else (),
        exchange_id=bubble.exchange_id,
        time_label=time_label,
    )


def session_tag(session_id: str) -> str:
    """Tells the sessions of one browser apart without giving them away."""
    return hashlib.sha256(session_id.encode()).hexdigest()[:8]


def _number_of(bubble_id: str, openid: str) -> int:
    prefix, _, number = bubble_id.rpartition("-")
    return int(number) if prefix == openid and number.isdecimal() else 0
