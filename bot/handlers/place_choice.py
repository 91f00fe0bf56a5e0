"""Numbered choices between places of one name."""

from __future__ import annotations

from bot.domain.conversation import Conversation
from bot.domain.message import Reply
from bot.domain.region import PlaceMention, PlaceRole
from bot.handlers import phrasing_region as phrasing
from bot.handlers.conversations import Conversations
from bot.regions.divisions import Divisions

MOST_CHOICES = 9
"""A longer list is not read on a phone."""


async def offer_places(
    conversations: Conversations,
    divisions: Divisions,
    conversation: Conversation,
    mention: PlaceMention,
    role: PlaceRole,
    *,
    question: str = "",
) -> Reply:
    """Ask which of several places is meant, and remember what was offered.

    Args:
        conversations: where it is remembered.
        divisions: names of places.
        conversation: the worker's.
        mention: the name with its candidates.
        role: what the chosen place will be to the worker.
        question: the question that waits for the choice; "" keeps the one that waits already.
    """
    candidates = mention.candidates if len(mention.candidates) <= MOST_CHOICES else ()
    await conversations.remember(
        conversation.worker_id,
        pending_places=candidates,
        pending_role=role,
        pending_question=question or conversation.pending_question,
    )
    if not candidates:
        return Reply(phrasing.too_many_places(mention.text))
    return Reply(phrasing.choices(mention.text, [divisions.full_name(code) for code in candidates]))
