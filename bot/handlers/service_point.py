"""Where the next legal-aid office, labour market, rest station or window is: by location, else by place."""

from __future__ import annotations

from typing import Any

from bot.domain.conversation import Turn
from bot.domain.errors import UnknownRegionError
from bot.domain.form import Question, Values
from bot.domain.intent import Intent
from bot.domain.message import MessageKind, Reply
from bot.domain.place import PointKind
from bot.handlers import phrasing_service_point as phrasing
from bot.handlers.conversations import Conversations
from bot.handlers.forms import Reading
from bot.places.point_kinds import kind_asked_for, place_elsewhere
from bot.places.service_points import FoundPoint, ServicePoints
from bot.regions.distance import Coordinates
from bot.regions.divisions import Divisions
from bot.regions.place_names import PlaceFinder

KIND, PLACE, HERE, ELSEWHERE = "kind", "place", "here", "elsewhere"
ALL_KINDS = tuple(PointKind)


class ServicePointForm:
    """Asks for nothing but the place, and only while it is unknown; see `bot.handlers.forms.Form`.

    Args:
        points: the service points.
        finder: finds places in texts.
        divisions: names of places.
        conversations: remember the place of a location, where none is known; the location itself is forgotten.
    """

    name = Intent.SERVICE_POINT.value
    title = phrasing.TITLE
    is_repeatable = True

    def __init__(
        self, points: ServicePoints, finder: PlaceFinder, divisions: Divisions, conversations: Conversations
    ) -> None:
        self._conversations = conversations
        self._points = points
        self._finder = finder
        self._divisions = divisions

    def read(self, turn: Turn, values: Values, asked: Question | None) -> Reading:
        """Kind and place of a text, or the location that was sent."""
        del values, asked
        if turn.message.kind is MessageKind.LOCATION:
            here = location_of(turn)
            return (
                Reading({HERE: list(here)} | self._place_in(turn.message.fields.get("Label", "")))
                if here
                else Reading()
            )
        text = turn.message.text
        kind, elsewhere = kind_asked_for(text), place_elsewhere(text)
        read: dict[str, Any] = {KIND: kind.value} if kind else {ELSEWHERE: elsewhere} if elsewhere else {}
        mentions = self._finder.find(text, near=turn.conversation.work_region)
        known = [mention for mention in mentions if mention.code is not None and mention.text not in elsewhere]
        return Reading(read | ({PLACE: known[0].code} if known else {}))

    async def next_question(self, turn: Turn, values: Values) -> Question | None:
        """The place, where neither the message nor the conversation knows one."""
        if ELSEWHERE in values or HERE in values or PLACE in values or turn.conversation.work_region:
            return None
        return Question(PLACE, phrasing.ASK_PLACE)

    async def complete(self, form_id: str, turn: Turn, values: Values) -> Reply:
        """The nearest three."""
        del form_id
        if ELSEWHERE in values:
            return Reply(phrasing.not_ours(values[ELSEWHERE]))
        kind = PointKind(values[KIND]) if KIND in values else None
        if HERE in values:
            await self._remember(turn, values.get(PLACE))
            return Reply(await self.nearby(Coordinates(*values[HERE]), kind))
        return Reply(await self._in_region(values.get(PLACE) or turn.conversation.work_region or "", kind))

    def _place_in(self, label: str) -> dict[str, str]:
        """The place of an address: the one with the longest lineage."""
        known = [mention.code for mention in self._finder.find(label) if mention.code is not None]
        return {PLACE: max(known, key=lambda code: len(self._divisions.lineage(code)))} if known else {}

    async def _remember(self, turn: Turn, place: str | None) -> None:
        conversation = turn.conversation
        if place is not None and conversation.work_region is None:
            await self._conversations.remember(conversation.worker_id, work_region=place)

    async def around(self, turn: Turn) -> str:
        """The nearest points to a location that was sent; "" where there is none, or no location."""
        here = location_of(turn)
        found = await self._points.nearest(here, ALL_KINDS) if here else []
        return phrasing.found(found, None, place="", wider="", can_send_location=False) if found else ""

    async def nearby(self, here: Coordinates, kind: PointKind | None = None) -> str:
        """The nearest points to a location in words; that there are none, where there are none."""
        found = await self._points.nearest(here, [kind] if kind else ALL_KINDS)
        if not found:
            return phrasing.none_found(kind, "")
        return phrasing.found(found, kind, place="", wider="", can_send_location=False)

    async def _in_region(self, code: str, kind: PointKind | None) -> str:
        place = self._divisions.short_name(code)
        found = await self._points.in_region(code, [kind] if kind else ALL_KINDS)
        if not found:
            return phrasing.none_found(kind, place)
        return phrasing.found(found, kind, place=place, wider=self._wider(code, found), can_send_location=True)

    def _wider(self, code: str, found: list[FoundPoint]) -> str:
        """The larger place that had to be looked in; "" where the points lie in the place itself."""
        if self._is_within(code, found[0].point.region_code):
            return ""
        around = self._divisions.lineage(code)[1:]
        return self._divisions.short_name(
            next(place for place in around if self._is_within(place, found[0].point.region_code))
        )

    def _is_within(self, place: str, code: str) -> bool:
        try:
            return self._divisions.covers(place, code)
        except UnknownRegionError:
            return False


def location_of(turn: Turn) -> Coordinates | None:
    """The point that a worker sent; None where the platform's fields hold none."""
    fields = turn.message.fields
    try:
        here = Coordinates(float(fields["Location_X"]), float(fields["Location_Y"]))
    except (KeyError, ValueError):
        return None
    return here if here.is_possible else None
