"""Where the worker is: told, chosen, changed, asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from bot.domain.conversation import Conversation, Turn
from bot.domain.message import MessageKind, Reply
from bot.domain.region import PlaceRole, RegionLevel
from bot.handlers import phrasing_region as phrasing
from bot.handlers.conversations import Conversations
from bot.handlers.numbered_choice import read_choice
from bot.handlers.place_choice import offer_places
from bot.handlers.place_statement import read_places
from bot.handlers.policy_question import AskedPlaces, PolicyQuestionHandler
from bot.privacy.work_profiles import WorkProfiles
from bot.regions.divisions import Divisions
from bot.regions.place_names import PlaceFinder

SayNearby = Callable[[Turn], Awaitable[str]]
"""What there is around a location that a worker sent; "" for nothing."""


class WorkerRegionHandler:
    """Remembers where workers are and come from, and answers the question that waited for it.

    Args:
        finder: finds places in texts.
        divisions: names of places.
        conversations: what is remembered.
        questions: answers the waiting question.
        nearby: what is said below about a location that was sent.
        profiles: what is kept for good follows a worker who moves.
    """

    def __init__(
        self,
        finder: PlaceFinder,
        divisions: Divisions,
        conversations: Conversations,
        questions: PolicyQuestionHandler,
        nearby: Sequence[SayNearby] = (),
        profiles: WorkProfiles | None = None,
    ) -> None:
        self._profiles = profiles
        self._nearby = tuple(nearby)
        self._finder = finder
        self._divisions = divisions
        self._conversations = conversations
        self._questions = questions

    async def handle(self, turn: Turn) -> Reply:
        """A place in words, a number, a location or the menu's 我的地区."""
        message, conversation = turn.message, turn.conversation
        if message.kind is MessageKind.LOCATION:
            reply = await self._from_location(conversation, message.fields.get("Label", ""))
            around = [said for say in self._nearby if (said := await say(turn))]
            return Reply("\n\n".join([reply.text, *around]))
        if message.kind is MessageKind.EVENT_CLICK:
            return await self._tell(conversation)
        choice = read_choice(message.text) if conversation.pending_places else None
        if choice is not None:
            return await self._from_choice(conversation, choice)
        return await self._from_words(conversation, message.text)

    async def _from_words(self, conversation: Conversation, text: str) -> Reply:
        said = read_places(self._finder, text, conversation.work_region)
        if said.open is not None:
            return await offer_places(self._conversations, self._divisions, conversation, *said.open)
        home = said.home.code if said.home else None
        work = said.work.code if said.work else None
        if home is None and work is None:
            return Reply(phrasing.UNKNOWN_PLACE)
        return await self._settle(conversation, work=work, home=home)

    async def _from_choice(self, conversation: Conversation, choice: int) -> Reply:
        places = conversation.pending_places
        if not 1 <= choice <= len(places):
            return Reply(phrasing.no_such_choice(len(places)))
        chosen, role = places[choice - 1], conversation.pending_role
        if role is PlaceRole.MENTIONED and conversation.pending_question:
            asked = AskedPlaces(chosen, conversation.home_region)
            return await self._questions.answer(conversation, conversation.pending_question, asked)
        is_home = role is PlaceRole.HOME
        return await self._settle(conversation, work=None if is_home else chosen, home=chosen if is_home else None)

    async def _from_location(self, conversation: Conversation, label: str) -> Reply:
        """The platform's label is an address; its place with the longest lineage is where the worker is."""
        mentions = self._finder.find(label, near=conversation.work_region)
        known = [mention.code for mention in mentions if mention.code is not None]
        if not known:
            await self._conversations.remember(conversation.worker_id, region_asked=True)
            return Reply(phrasing.LOCATION_WITHOUT_PLACE)
        return await self._settle(conversation, work=max(known, key=self._depth), home=None)

    async def _tell(self, conversation: Conversation) -> Reply:
        if conversation.work_region is not None:
            return Reply(phrasing.region_now(self._divisions.full_name(conversation.work_region)))
        await self._conversations.remember(conversation.worker_id, region_asked=True)
        return Reply(phrasing.ASK_REGION)

    async def _settle(self, conversation: Conversation, *, work: str | None, home: str | None) -> Reply:
        """Remember, confirm in a sentence, and answer what waited."""
        news: dict[str, object] = {"pending_places": (), "pending_role": PlaceRole.WORK}
        news |= {"work_region": work} if work else {}
        news |= {"home_region": home} if home else {}
        await self._conversations.remember(conversation.worker_id, **news)
        if self._profiles is not None:
            await self._profiles.moved(conversation.worker_id, work_region=work, home_region=home)
        lines = [self._confirm(conversation, work, home)]
        question = conversation.pending_question
        work, home = work or conversation.work_region, home or conversation.home_region
        if question and work:
            answer = await self._questions.answer(conversation, question, AskedPlaces(work, home))
            return Reply("\n\n".join(["".join(lines), answer.text]))
        return Reply("".join([*lines, phrasing.ASK_WORK_BESIDE_HOME if question else phrasing.ASK_AWAY]))

    def _confirm(self, conversation: Conversation, work: str | None, home: str | None) -> str:
        known = self._confirm_work(conversation, work) if work else ""
        if home is None:
            return known
        place = self._divisions.full_name(home)
        return known + (phrasing.home_too(place) if work else phrasing.home_remembered(place))

    def _confirm_work(self, conversation: Conversation, work: str) -> str:
        region = self._divisions.get(work)
        is_change = conversation.work_region not in (None, work)
        sentence = (phrasing.work_changed if is_change else phrasing.work_remembered)(region.full_name)
        return sentence + (phrasing.MORE_EXACTLY if region.level is RegionLevel.PROVINCE else "")

    def _depth(self, code: str) -> int:
        return len(self._divisions.lineage(code))
