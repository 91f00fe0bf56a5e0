"""Policy questions: decides for which place they are, and asks for it once."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.answering.asked_place import asked_place
from bot.domain.conversation import Conversation, PolicyTopic, Turn
from bot.domain.message import Reply
from bot.domain.moments import to_ms
from bot.domain.policy import Outcome, PolicyAnswer, PolicyQuery
from bot.domain.region import PlaceMention, PlaceRole
from bot.domain.trace import hop
from bot.handlers.conversations import Conversations
from bot.handlers.place_choice import offer_places
from bot.handlers.place_statement import PlaceStatement, read_places
from bot.language.asking_part import asking_part
from bot.ports import Answerer, Clock
from bot.regions.divisions import Divisions
from bot.regions.place_names import PlaceFinder, compared_places
from bot.understanding.follow_up import read_follow_up

LONGEST_TOPIC = 120
"""Characters of a question that are kept as the topic: of a story the part that asks."""


@dataclass(frozen=True, slots=True)
class AskedPlaces:
    """For which places one question is answered; None while unknown."""

    work: str | None
    home: str | None


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """One question that needs nothing said before to be understood.

    Attributes:
        text: it.
        places: for which places.
        topic: what it goes on with; None for a new topic.
        wants_rest: whether only that is wanted which the last answer did not quote of its clause.
    """

    text: str
    places: AskedPlaces
    topic: PolicyTopic | None = None
    wants_rest: bool = False


class PolicyQuestionHandler:
    """Answers a question for the place that it names, else for the one remembered, else for all and asks.

    Args:
        answerer: answers from the policy documents.
        finder: finds places in texts.
        divisions: which place lies in which.
        conversations: what is remembered.
        clock: the day that answers are for.
    """

    def __init__(
        self,
        answerer: Answerer,
        finder: PlaceFinder,
        divisions: Divisions,
        conversations: Conversations,
        clock: Clock,
    ) -> None:
        self._answerer = answerer
        self._finder = finder
        self._divisions = divisions
        self._conversations = conversations
        self._clock = clock

    async def handle(self, turn: Turn) -> Reply:
        """Answer the question, or first let the worker choose between places of one name."""
        text, conversation = turn.message.text, turn.conversation
        said = read_places(self._finder, text, conversation.work_region)
        await self._remember_places(conversation, said)
        if said.open is not None:
            mention, role = said.open
            return await offer_places(self._conversations, self._divisions, conversation, mention, role, question=text)
        work = said.work.code if said.work else conversation.work_region
        home = said.home.code if said.home else conversation.home_region
        asked = self._asked_about(text, said.mentioned, work)
        return await self.answer(conversation, text, AskedPlaces(asked, home))

    async def answer(self, conversation: Conversation, question: str, places: AskedPlaces) -> Reply:
        """Answer a question for given places; the worker is asked where they are if that was never asked.

        Args:
            conversation: as it was before the question.
            question: the worker's words.
            places: for which places.
        """
        return Reply((await self.answered(conversation, AskedQuestion(question, places))).text)

    async def answered(self, conversation: Conversation, asked: AskedQuestion) -> PolicyAnswer:
        """The same, for who says something above the answer; what was asked is the topic from now on."""
        query = self._query(conversation, asked)
        with hop("answer"):
            answer = await self._answerer.answer(query, ask_region=not conversation.region_asked)
        await self._remember_question(conversation, asked, answer)
        return answer

    def _places(self, conversation: Conversation, asked: AskedQuestion) -> list[PlaceMention]:
        return self._finder.find(asked.text, near=conversation.work_region)

    def _query(self, conversation: Conversation, asked: AskedQuestion) -> PolicyQuery:
        places, topic = asked.places, asked.topic
        mentions = self._places(conversation, asked)
        return PolicyQuery(
            asked.text,
            places.work,
            places.home,
            self._clock.today(),
            compared_places(asked.text, mentions, self._divisions),
            usual_region=conversation.work_region if conversation.work_region != places.work else None,
            talked_about=topic.clause_ids if topic is not None else (),
            rest_of=topic.clause_ids[0] if topic is not None and topic.clause_ids and asked.wants_rest else "",
            page=topic.pages if topic is not None and asked.wants_rest else 0,
        )

    def _asked_about(self, text: str, mentioned: PlaceMention | None, work: str | None) -> str | None:
        """The place that the question is for: where the worker is, unless it asks about another one.

        A place that is only passed through (从北京回来的车票) says nothing while it is known where the worker is, nor
        does one that only says more broadly where that is.
        """
        if work is None or mentioned is None:
            return mentioned.code if mentioned else work
        asked = asked_place(text, self._finder.find(text, near=work), self._divisions)
        return work if asked is None or self._divisions.covers(asked, work) else asked

    async def _remember_places(self, conversation: Conversation, said: PlaceStatement) -> None:
        news = {}
        if said.work is not None and said.work.code is not None:
            news["work_region"] = said.work.code
        if said.home is not None and said.home.code is not None:
            news["home_region"] = said.home.code
        if news:
            await self._conversations.remember(conversation.worker_id, **news)

    async def _remember_question(self, conversation: Conversation, asked: AskedQuestion, answer: PolicyAnswer) -> None:
        """Without a place of work the question stays open: it is answered anew once the worker says where they are.

        What has nothing to do with the documents does not become the topic.
        """
        now = await self._conversations.open(conversation.worker_id)
        is_far = answer.outcome is Outcome.NONE and bool(answer.ranked)
        await self._conversations.remember(
            conversation.worker_id,
            region_asked=conversation.region_asked or answer.asks_region,
            pending_question="" if asked.places.work else asked.text,
            pending_places=(),
            pending_role=PlaceRole.WORK,
            topic=now.topic if is_far else self._topic(conversation, now.work_region, asked, answer),
        )

    def _topic(
        self, conversation: Conversation, own_region: str | None, asked: AskedQuestion, answer: PolicyAnswer
    ) -> PolicyTopic | None:
        """What is being talked about after an answer; where it cites nothing, what was talked about goes on.

        None after a question that leans on one that nobody knows.
        """
        before, work = asked.topic, asked.places.work
        cited = answer.cited if answer.outcome is Outcome.ANSWERED else ()
        asked_ms = to_ms(self._clock.now())
        if before is None and read_follow_up(asked.text, self._places(conversation, asked)) is not None:
            return None
        if before is not None and (asked.wants_rest or not answer.cited):
            return replace(before, pages=before.pages + asked.wants_rest, asked_ms=asked_ms)
        question = asking_part(asked.text)[:LONGEST_TOPIC]
        opened = before or PolicyTopic(about=question, question=question, title=cited[0].clause.title if cited else "")
        places = {one.document.region_code for one in answer.cited}
        is_of_asked = work is not None and not places.isdisjoint(self._divisions.lineage(work))
        return replace(
            opened,
            question=question,
            clause_ids=tuple(one.clause.clause_id for one in cited) or opened.clause_ids,
            elsewhere=work if work != own_region and is_of_asked else None,
            pages=0,
            asked_ms=asked_ms,
        )
