"""A question that leans on the one before it, made whole and answered as any other."""

from __future__ import annotations

import re

from bot.answering.phrasing import local_name
from bot.domain.conversation import PolicyTopic, Turn
from bot.domain.message import Reply
from bot.domain.moments import to_ms
from bot.domain.policy import Outcome, PolicyAnswer
from bot.domain.region import PlaceRole
from bot.handlers import phrasing_policy_question as phrasing
from bot.handlers.conversations import Conversations
from bot.handlers.place_choice import offer_places
from bot.handlers.policy_question import AskedPlaces, AskedQuestion, PolicyQuestionHandler
from bot.regions.divisions import Divisions
from bot.regions.place_names import PlaceFinder
from bot.understanding.asked_kinds import TIME_TO_WAIT, AskedKind
from bot.understanding.follow_up import FollowUp, read_follow_up
from bot.understanding.topic_words import topic_words, without_places

OPEN_MS = 30 * 60 * 1000
"""A topic stays open as long as a form waits."""
_IN_OWN_WORDS = frozenset({AskedKind.CASE, AskedKind.REFERENCE})
_MAY_NOT_BE_WRITTEN = _IN_OWN_WORDS | {AskedKind.HOW}
_TIME_TO_WAIT = re.compile("工作日|[日天]内|当[日天场]|即时|限时")
"""A length of time in a clause is most often one that somebody must have worked or paid, none that an office takes."""


def is_open(topic: PolicyTopic, turn: Turn) -> bool:
    """Whether a topic is still being talked about when a message comes."""
    return to_ms(turn.message.received_at) - topic.asked_ms <= OPEN_MS


def follow_up_in(turn: Turn, finder: PlaceFinder) -> FollowUp | None:
    """What a message adds to the question before it; None where it stands by itself, or no topic is open."""
    if turn.conversation.topic is None:
        return None
    text = turn.message.text
    return read_follow_up(text, finder.find(text, near=turn.conversation.work_region))


class PolicyFollowUpHandler:
    """Answers 那要找哪个部门, 永安呢, 还有呢 about the topic that is open.

    Args:
        questions: answers whole questions.
        finder: finds places in texts.
        divisions: names of places.
        conversations: what is remembered.
    """

    def __init__(
        self, questions: PolicyQuestionHandler, finder: PlaceFinder, divisions: Divisions, conversations: Conversations
    ) -> None:
        self._questions = questions
        self._finder = finder
        self._divisions = divisions
        self._conversations = conversations

    async def handle(self, turn: Turn) -> Reply:
        """The answer to the whole question, below the words for what it is taken to be about."""
        conversation, topic = turn.conversation, turn.conversation.topic
        follow_up = follow_up_in(turn, self._finder)
        if topic is None or follow_up is None:
            return await self._questions.handle(turn)
        about = topic_words(self._bare(topic.about))
        name = phrasing.name_of(about, topic.title)
        if follow_up.kind is AskedKind.MORE:
            return await self._more(turn, topic, name)
        question = self._whole(topic, about, follow_up)
        place = follow_up.place
        if place is not None and place.code is None:
            role, held = PlaceRole.MENTIONED, self._conversations
            return await offer_places(held, self._divisions, conversation, place, role, question=question)
        places = await self._places(turn, topic, follow_up)
        answer = await self._questions.answered(conversation, AskedQuestion(question, places, topic))
        return Reply(f"{self._said_above(name, turn, follow_up, places, answer)}\n{answer.text}")

    async def _more(self, turn: Turn, topic: PolicyTopic, name: str) -> Reply:
        conversation = turn.conversation
        if not topic.clause_ids:
            return Reply(phrasing.ALL_TOLD.format(name=name))
        places = AskedPlaces(topic.elsewhere or conversation.work_region, conversation.home_region)
        asked = AskedQuestion(self._bare(topic.question), places, topic, wants_rest=True)
        answer = await self._questions.answered(conversation, asked)
        if answer.outcome is not Outcome.ANSWERED:
            return Reply(phrasing.ALL_TOLD.format(name=name))
        return Reply(f"{phrasing.goes_on(name, place=self._elsewhere(turn, places.work))}\n{answer.text}")

    async def _places(self, turn: Turn, topic: PolicyTopic, follow_up: FollowUp) -> AskedPlaces:
        """The place that the message names, else the one that the topic is about; a home is remembered, too."""
        conversation, place = turn.conversation, follow_up.place
        if place is None:
            return AskedPlaces(topic.elsewhere or conversation.work_region, conversation.home_region)
        if place.role is not PlaceRole.HOME:
            return AskedPlaces(place.code, conversation.home_region)
        await self._conversations.remember(conversation.worker_id, home_region=place.code)
        return AskedPlaces(place.code, place.code)

    def _whole(self, topic: PolicyTopic, about: str, follow_up: FollowUp) -> str:
        """The whole question, without places: those are given beside it."""
        if follow_up.kind is AskedKind.CASE:
            return f"{self._bare(topic.question)}，{follow_up.words}"
        return f"{about}，{follow_up.words}" if follow_up.words else self._bare(topic.question)

    def _said_above(self, name: str, turn: Turn, follow_up: FollowUp, places: AskedPlaces, answer: PolicyAnswer) -> str:
        is_of_one_place = places.work is not None or places.home is not None
        asks_whom = follow_up.kind is AskedKind.DEPARTMENT and is_of_one_place
        offices = self._offices(answer) if asks_whom else ""
        if offices:
            return phrasing.goes_on_with_offices(name, offices)
        added = follow_up.words if follow_up.kind in _IN_OWN_WORDS else ""
        place = self._elsewhere(turn, places.work)
        return phrasing.lines(phrasing.goes_on(name, added=added, place=place), _caution(follow_up, answer))

    def _elsewhere(self, turn: Turn, code: str | None) -> str:
        """The name of a place that is not the worker's own; "" for that one, and where no place is known."""
        return self._divisions.short_name(code) if code and code != turn.conversation.work_region else ""

    def _offices(self, answer: PolicyAnswer) -> str:
        """The departments of the clause that answers; "" where it names none."""
        if answer.outcome is not Outcome.ANSWERED or not answer.cited:
            return ""
        clause, region = answer.cited[0].clause, self._divisions.get(answer.cited[0].document.region_code)
        return phrasing.offices([local_name(department, region) for department in clause.departments])

    def _bare(self, question: str) -> str:
        return without_places(question, self._finder.find(question))


def _caution(follow_up: FollowUp, answer: PolicyAnswer) -> str:
    """What the clause below may not say, though it is about the thing; "" where it surely does."""
    if answer.outcome is not Outcome.ANSWERED:
        return ""
    if follow_up.kind in _MAY_NOT_BE_WRITTEN:
        return phrasing.AS_WRITTEN
    is_time_told = TIME_TO_WAIT not in follow_up.words or _TIME_TO_WAIT.search(answer.body)
    return "" if is_time_told else phrasing.TIME_NOT_WRITTEN
