"""What a message is about, where a rule is sure of it."""

from __future__ import annotations

from enum import StrEnum

from bot.domain.conversation import Turn
from bot.domain.message import MessageKind
from bot.handlers.numbered_choice import read_choice
from bot.handlers.personal_data import is_data_click, read_wish
from bot.handlers.place_statement import looks_like_unknown_place, read_places
from bot.handlers.policy_follow_up import follow_up_in
from bot.handlers.small_talk import is_region_click, is_small_talk
from bot.regions.place_names import PlaceFinder

SPOKEN = frozenset({MessageKind.TEXT, MessageKind.VOICE})


class Topic(StrEnum):
    """What a message is about, one handler each."""

    POLICY_QUESTION = "policy_question"
    WORKER_REGION = "worker_region"
    SMALL_TALK = "small_talk"
    PERSONAL_DATA = "personal_data"
    FOLLOW_UP = "follow_up"


def words_of(turn: Turn) -> str:
    """What the worker typed or said, "" where the message has no words of theirs."""
    return turn.message.text.strip() if turn.message.kind in SPOKEN else ""


def is_place_choice(turn: Turn) -> bool:
    """Whether a message is a number from the list of places that was offered."""
    return bool(turn.conversation.pending_places) and read_choice(words_of(turn)) is not None


def topic_by_rule(turn: Turn, finder: PlaceFinder) -> Topic | None:
    """The topic of a message that needs no understanding; None where only understanding tells.

    Args:
        turn: the message in its conversation.
        finder: tells whether a text is only a place.
    """
    message, words = turn.message, words_of(turn)
    if message.kind is MessageKind.LOCATION or is_region_click(message) or is_place_choice(turn):
        return Topic.WORKER_REGION
    if is_data_click(message) or read_wish(words) is not None:
        return Topic.PERSONAL_DATA
    if not words or is_small_talk(words):
        return Topic.SMALL_TALK
    if follow_up_in(turn, finder) is not None:
        return Topic.FOLLOW_UP
    said = read_places(finder, message.text, turn.conversation.work_region)
    if said.is_only_place:
        return Topic.WORKER_REGION
    is_lost = said.work is said.home is said.mentioned is None and looks_like_unknown_place(message.text)
    return Topic.WORKER_REGION if is_lost else None
