"""Lists that workers leaf through: postings, fairs, courses. One handler, since one intent owns them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from bot.domain.conversation import Turn
from bot.domain.form import Listing, Values
from bot.domain.message import Reply
from bot.handlers import phrasing_job_lists as phrasing
from bot.handlers.list_leafing import Leaf, read_leaf

KIND = "kind"
PAGE_SIZE = 5


class LeafedList(Protocol):
    """One kind of list."""

    @property
    def kind(self) -> str:
        """What ``Listing.query`` names it by."""
        ...

    async def show(self, turn: Turn, query: Values, page: int) -> Reply | None:
        """A page, remembered as the one shown last; None where there is no such page."""
        ...

    async def detail(self, turn: Turn, item_id: str) -> Reply:
        """One entry."""
        ...


class JobListsHandler:
    """See `bot.ports.IntentHandler`: gets 下一页, 上一页 and numbers while one of its lists was offered last.

    Args:
        lists: the kinds of lists.
    """

    def __init__(self, *lists: LeafedList) -> None:
        self._lists: Mapping[str, LeafedList] = {one.kind: one for one in lists}

    async def handle(self, turn: Turn) -> Reply:
        """The page or the entry that a message asks for."""
        listing, leaf = turn.conversation.listing, read_leaf(turn)
        shown = self._lists.get(listing.query.get(KIND, "")) if listing is not None else None
        if listing is None or shown is None or leaf is None:
            return Reply(phrasing.NO_LIST)
        if isinstance(leaf, int):
            return await self._entry(turn, shown, listing, leaf)
        number = listing.page + (1 if leaf is Leaf.NEXT else -1)
        reply = await shown.show(turn, listing.query, number) if number >= 0 else None
        return reply or Reply(phrasing.FIRST_PAGE if number < 0 else phrasing.LAST_PAGE)

    async def _entry(self, turn: Turn, shown: LeafedList, listing: Listing, number: int) -> Reply:
        if not 1 <= number <= len(listing.shown):
            return Reply(phrasing.no_such_entry(len(listing.shown)))
        return await shown.detail(turn, listing.shown[number - 1])
