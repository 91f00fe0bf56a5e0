"""What a worker types who looks through a list."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain.conversation import Conversation, Turn
from bot.domain.form import Listing
from bot.domain.intent import Intent
from bot.domain.message import MessageKind, WorkerMessage
from bot.handlers.list_leafing import Leaf, read_leaf

LISTING = Listing(Intent.JOB_SEARCH, {"city": "三明"}, ("j1", "j2"))


def turn(text: str, listing: Listing | None = LISTING) -> Turn:
    message = WorkerMessage("k", "o", "gh", MessageKind.TEXT, text, datetime(2026, 11, 28, tzinfo=UTC))
    return Turn(message, Conversation("w", listing=listing))


@pytest.mark.parametrize(
    ("text", "leaf"),
    [
        ("下一页", Leaf.NEXT),
        ("再看看下页吧", Leaf.NEXT),
        ("还有别的吗？", Leaf.NEXT),
        ("上一页", Leaf.PREVIOUS),
        ("第二个", 2),
        ("３", 3),
        ("电焊工", None),
        ("下一页的工资是多少", None),
    ],
)
def test_a_list_is_leafed_through_in_workers_words(text: str, leaf: Leaf | int | None) -> None:
    assert read_leaf(turn(text)) == leaf


def test_without_a_list_a_number_is_no_entry() -> None:
    assert read_leaf(turn("2", listing=None)) is None
