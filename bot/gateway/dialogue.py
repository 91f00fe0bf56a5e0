"""Which way a message goes: to the form that is open, to a handler, or both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.domain.conversation import Conversation, Turn
from bot.domain.intent import Intent
from bot.domain.message import MessageKind, Reply, WorkerMessage
from bot.domain.pseudonym import WorkerPseudonyms
from bot.domain.trace import hop, note
from bot.gateway import phrasing_forms as phrasing
from bot.gateway.counters import Counters
from bot.gateway.erasure import WorkerErasure
from bot.gateway.form_dialogue import FormDialogue
from bot.gateway.inbox import claim_id_of
from bot.gateway.topics import Topic, is_place_choice, topic_by_rule, words_of
from bot.gateway.wishes import Wishes
from bot.handlers.conversations import Conversations
from bot.handlers.form_commands import FormCommand, is_no, is_yes, read_command
from bot.handlers.list_leafing import read_leaf
from bot.handlers.numbered_choice import read_choice
from bot.handlers.personal_data import is_half_confirmed, read_wish
from bot.handlers.policy_follow_up import is_open
from bot.handlers.small_talk import asks_for_person
from bot.ports import Alarm, IntentHandler
from bot.regions.place_names import PlaceFinder

_SMALL_TALK = frozenset({Intent.GREETING, Intent.THANKS_GOODBYE, Intent.OUT_OF_SCOPE, Intent.HUMAN_OPERATOR})
"""What small talk answers where no capability does."""


class Dialogue:
    """Takes one message after the other to whoever replies.

    Args:
        handlers: one for each topic that needs no understanding, policy questions among them.
        intents: one for each intent that is answered at once, or shows lists.
        forms: what takes several answers.
        wishes: tells what messages ask for.
        alarms: cries for help, looked for before everything else.
        conversations: what is remembered of each worker.
        pseudonyms: the ids under which it is remembered.
        erasure: forgets a worker who unsubscribes.
        finder: tells whether a text is only a place.
        counters: counts messages of a type that is not known yet.
    """

    def __init__(  # noqa: PLR0913 - everything that a message meets, by keyword
        self,
        *,
        handlers: Mapping[Topic, IntentHandler],
        intents: Mapping[Intent, IntentHandler],
        forms: FormDialogue,
        wishes: Wishes,
        alarms: Sequence[Alarm],
        conversations: Conversations,
        pseudonyms: WorkerPseudonyms,
        erasure: WorkerErasure,
        finder: PlaceFinder,
        counters: Counters,
    ) -> None:
        self._handlers = handlers
        self._intents = intents
        self._forms = forms
        self._wishes = wishes
        self._alarms = alarms
        self._conversations = conversations
        self._pseudonyms = pseudonyms
        self._erasure = erasure
        self._finder = finder
        self._counters = counters

    async def next_turn(self, message: WorkerMessage) -> Reply:
        """The reply to a message in its conversation; silent where nothing is to be said.

        The reply is stored with everything that the turn changed: the same message again gets the same reply.
        """
        if message.kind is MessageKind.EVENT_UNSUBSCRIBE:
            await self._erasure.erase(message.openid)
            return Reply("")
        if message.kind is MessageKind.UNKNOWN:
            self._counters.add("dialogue.unknown_kind")

        async def work_out(conversation: Conversation) -> Reply:
            with hop("handler"):
                return await self._reply(Turn(message, conversation))

        worker_id = self._pseudonyms.of(message.openid)
        return await self._conversations.turn(worker_id, claim_id_of(message.key), work_out)

    async def expects_answer(self, message: WorkerMessage) -> bool:
        """Whether the worker was asked something that so short a message answers."""
        conversation = await self._conversations.find(self._pseudonyms.of(message.openid))
        if conversation is None:
            return False
        is_number = read_choice(message.text) is not None
        is_list_open = bool(conversation.pending_places) or conversation.listing is not None
        is_offered = bool(conversation.paused_forms) or conversation.also is not None
        return conversation.form is not None or is_offered or (is_list_open and is_number)

    async def _reply(self, met: Turn) -> Reply:
        words = words_of(met)
        alarm = next((alarm for alarm in self._alarms if alarm.is_raised(met)), None) if words else None
        if alarm is not None:
            note({"topic": "alarm"})
            return await alarm.handle(met)
        if words and read_wish(words) is not None:
            return await self._of_topic(met, Topic.PERSONAL_DATA)
        turn = await self._with_open_topic(await self._forms.awake(met))
        reply = None if is_place_choice(turn) else await self._forms.answer(turn)
        if reply is None:
            reply = await self._beside_form(turn) if turn.conversation.form else await self._elsewhere(turn)
        return await self._forms.offers(met.conversation, reply)

    async def _with_open_topic(self, turn: Turn) -> Turn:
        """The turn without the topic that its worker left half an hour ago, or leaves now."""
        topic = turn.conversation.topic
        if topic is None or (is_open(topic, turn) and read_command(words_of(turn)) is not FormCommand.CANCEL):
            return turn
        await self._conversations.remember(turn.conversation.worker_id, topic=None)
        return replace(turn, conversation=replace(turn.conversation, topic=None))

    async def _beside_form(self, turn: Turn) -> Reply:
        """The reply to what is asked in the middle of a form, and the form's question again.

        The worker is not asked where they are meanwhile: of two questions at once, one is not answered.
        """
        conversation = turn.conversation
        aside = replace(turn, conversation=replace(conversation, region_asked=True))
        reply = await self._elsewhere(aside)
        now = await self._conversations.open(conversation.worker_id)
        if now.region_asked and not conversation.region_asked:
            await self._conversations.remember(conversation.worker_id, region_asked=False)
        return await self._forms.beside(turn, reply)

    async def _elsewhere(self, turn: Turn) -> Reply:
        """The reply to a message that no open form takes."""
        if turn.conversation.form is None and (reply := await self._going_on(turn)) is not None:
            return reply
        words = words_of(turn)
        wished = Intent.HUMAN_OPERATOR if asks_for_person(words) else self._wishes.clicked(turn.message)
        if isinstance(wished, Intent):
            return await self._of_intent(turn, wished)
        summoned = wished or self._forms.summoned_by(words)
        if summoned is not None and self._forms.has(summoned):
            return await self._begun(turn, summoned)
        topic = topic_by_rule(turn, self._finder)
        if topic is not None:
            return await self._of_topic(turn, topic)
        turn = self._wishes.understood(turn)
        await self._keep_second_wish(turn)
        return await self._of_intent(turn, self._wishes.intent(turn))

    async def _going_on(self, turn: Turn) -> Reply | None:
        """The reply to a message that goes on with what was offered last, None where it does not."""
        conversation, words = turn.conversation, words_of(turn)
        if conversation.also is not None:
            reply = await self._second_wish(turn)
            if reply is not None:
                return reply
        if words and is_half_confirmed(turn):
            return await self._of_topic(turn, Topic.PERSONAL_DATA)
        command = read_command(words) if words else None
        if command is not None:
            return await self._steered(turn, command)
        corrected = await self._forms.correct_done(turn)
        if corrected is not None:
            return corrected
        listing = conversation.listing
        if listing is not None and _is_leafing(turn) and listing.intent in self._intents:
            note({"topic": listing.intent.value})
            return await self._intents[listing.intent].handle(turn)
        return None

    async def _steered(self, turn: Turn, command: FormCommand) -> Reply | None:
        """The reply to what would steer a form, while none is open."""
        if command is FormCommand.REPEAT:
            return None
        if command is FormCommand.CANCEL:
            return await self._forms.drop_paused(turn)
        if command is FormCommand.PROGRESS and not turn.conversation.paused_forms:
            return Reply(phrasing.NOTHING_FILLED_IN)
        return await self._forms.resume(turn)

    async def _second_wish(self, turn: Turn) -> Reply | None:
        """Take up, decline or pass over the second wish that was offered; it is offered once.

        It stays on offer while the worker leafs through the list above it.
        """
        conversation, words = turn.conversation, words_of(turn)
        also, said = conversation.also, conversation.also_text
        if _is_leafing(turn):
            return None
        await self._conversations.remember(conversation.worker_id, also=None, also_text="")
        if also is None or not words:
            return None
        if is_no(words) or read_command(words) is FormCommand.CANCEL:
            return Reply(phrasing.DECLINED)
        if not is_yes(words):
            return None
        again = self._wishes.understood(replace(turn, message=replace(turn.message, text=said)))
        understanding = replace(again.understanding, intent=also, also=None) if again.understanding else None
        return await self._of_intent(replace(again, understanding=understanding), also)

    async def _keep_second_wish(self, turn: Turn) -> None:
        also = turn.understanding.also if turn.understanding is not None else None
        if also is None or also is self._wishes.intent(turn) or not self._is_done_here(also):
            return
        asked = turn.understanding.also_text if turn.understanding and also is Intent.POLICY_QA else ""
        await self._conversations.remember(turn.conversation.worker_id, also=also, also_text=asked or words_of(turn))

    def _is_done_here(self, intent: Intent) -> bool:
        """Whether a wish can be offered: courtesies are not, nor what no capability does."""
        if intent not in phrasing.WISHES:
            return False
        return intent in {Intent.POLICY_QA, *self._intents} or self._forms.has(intent.value)

    async def _of_topic(self, turn: Turn, topic: Topic) -> Reply:
        note({"topic": topic.value})
        return await self._handlers[topic].handle(turn)

    async def _begun(self, turn: Turn, form_name: str) -> Reply:
        note({"topic": form_name})
        await self._conversations.remember(turn.conversation.worker_id, topic=None)
        return await self._forms.begin(turn, form_name)

    async def _of_intent(self, turn: Turn, intent: Intent) -> Reply:
        """Begin the intent's form, or let its handler reply; what nobody does is a policy question."""
        if self._forms.has(intent.value):
            return await self._begun(turn, intent.value)
        if intent in self._intents:
            note({"topic": intent.value})
            await self._conversations.remember(turn.conversation.worker_id, topic=None)
            return await self._intents[intent].handle(turn)
        is_question = intent not in _SMALL_TALK and bool(words_of(turn))
        return await self._of_topic(turn, Topic.POLICY_QUESTION if is_question else Topic.SMALL_TALK)


def _is_leafing(turn: Turn) -> bool:
    """Whether a message turns a page of the list that is open, or picks an entry."""
    return not is_place_choice(turn) and bool(words_of(turn)) and read_leaf(turn) is not None
