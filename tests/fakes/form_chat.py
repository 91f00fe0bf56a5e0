"""A worker who writes to the dialogue, with forms and an understander of the test's own."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from bot.domain.conversation import Conversation
from bot.domain.intent import Intent, Understanding
from bot.domain.message import MessageKind, WorkerMessage
from bot.domain.policy import Outcome, PolicyAnswer, PolicyQuery
from bot.domain.pseudonym import WorkerPseudonyms
from bot.gateway.counters import Counters
from bot.gateway.dialogue import Dialogue
from bot.gateway.erasure import WorkerErasure
from bot.gateway.form_dialogue import FormDialogue
from bot.gateway.inbox import Inbox
from bot.gateway.topics import Topic
from bot.gateway.wishes import Wishes
from bot.handlers.conversations import Conversations
from bot.handlers.forms import Form
from bot.handlers.personal_data import PersonalDataHandler
from bot.handlers.policy_follow_up import PolicyFollowUpHandler
from bot.handlers.policy_question import PolicyQuestionHandler
from bot.handlers.small_talk import SmallTalkHandler
from bot.handlers.worker_region import WorkerRegionHandler
from bot.ports import Alarm, Answerer, Clock, DocumentStore, IntentHandler, Understander
from bot.privacy.key_ring import KEY_BYTES, KeyRing
from bot.privacy.work_profiles import WorkProfiles
from bot.regions.divisions import load_divisions
from bot.regions.place_names import load_place_finder
from tests.fakes.fake_clock import FakeClock
from tests.fakes.privacy_room import PrivacyRoom

PSEUDONYMS = WorkerPseudonyms("盐")


class WordsUnderstander:
    """Understands by words: the first that occurs in a message decides.

    Args:
        words: what each means; a message without any is a policy question that nobody is sure of.
    """

    def __init__(self, words: Mapping[str, Understanding]) -> None:
        self._words = words
        self.asked: list[str] = []

    def understand(self, text: str) -> Understanding:
        self.asked.append(text)
        found = next((meant for word, meant in self._words.items() if word in text), None)
        return found or Understanding(Intent.POLICY_QA, confidence=0.3)


class EchoingAnswerer:
    """Answers policy questions with their own words."""

    async def answer(self, query: PolicyQuery, *, ask_region: bool = True) -> PolicyAnswer:
        del ask_region
        return PolicyAnswer(Outcome.ANSWERED, f"答：{query.text}", "", (), ())


class FormChat:
    """One process that serves workers; several over one store are several processes.

    Args:
        store: where conversations lie.
        clock: the time.
        forms: the forms.
        understander: understands messages.
        intents: what is answered at once.
        alarms: cries for help.
        answerer: answers policy questions; by default with their own words.
    """

    def __init__(
        self,
        store: DocumentStore,
        clock: FakeClock,
        forms: Sequence[Form],
        understander: Understander,
        *,
        intents: Mapping[Intent, IntentHandler] | None = None,
        alarms: Sequence[Alarm] = (),
        answerer: Answerer | None = None,
    ) -> None:
        self._answerer = answerer or EchoingAnswerer()
        self.privacy = PrivacyRoom.over(store, KeyRing.of({"k1": bytes(range(KEY_BYTES))}), clock)
        self.work_profiles = WorkProfiles(store, self.privacy.keys, self.privacy.consents, clock)
        self.conversations = Conversations(store, self.privacy.cipher, clock.now, self.work_profiles.recall)
        self.clock = clock
        finder = load_place_finder()
        self._wishes = Wishes(understander, finder)
        erasure = WorkerErasure(self.privacy.eraser, PSEUDONYMS, Inbox(store, clock, PSEUDONYMS, self.privacy.cipher))
        self.dialogue = Dialogue(
            handlers=self._handlers(erasure, clock),
            intents=intents or {},
            forms=self._forms(forms),
            wishes=self._wishes,
            alarms=alarms,
            conversations=self.conversations,
            pseudonyms=PSEUDONYMS,
            erasure=erasure,
            finder=finder,
            counters=Counters(),
        )

    def _forms(self, forms: Sequence[Form]) -> FormDialogue:
        return FormDialogue(forms, self.conversations, self._wishes, self.clock)

    def open_forms(self, *forms: Form) -> None:
        """Serve these forms, for forms that need what this process keeps."""
        self.dialogue._forms = self._forms(forms)

    def _handlers(self, erasure: WorkerErasure, clock: Clock) -> dict[Topic, IntentHandler]:
        finder, divisions = load_place_finder(), load_divisions()
        questions = PolicyQuestionHandler(self._answerer, finder, divisions, self.conversations, clock)
        return {
            Topic.POLICY_QUESTION: questions,
            Topic.WORKER_REGION: WorkerRegionHandler(
                finder, divisions, self.conversations, questions, profiles=self.work_profiles
            ),
            Topic.SMALL_TALK: SmallTalkHandler(),
            Topic.FOLLOW_UP: PolicyFollowUpHandler(questions, finder, divisions, self.conversations),
            Topic.PERSONAL_DATA: PersonalDataHandler(
                self.privacy.exporter, self.privacy.export_pages, erasure.erase_on_wish, self.conversations, clock
            ),
        }

    def worker(self, openid: str = "o-zhang") -> ChattingWorker:
        """Somebody who writes to this process."""
        return ChattingWorker(self, openid)


class ChattingWorker:
    """Writes messages and reads the replies.

    Args:
        chat: the process.
        openid: who writes.
    """

    _numbers = itertools.count()

    def __init__(self, chat: FormChat, openid: str) -> None:
        self.chat = chat
        self.openid = openid
        self.last: WorkerMessage

    async def says(self, text: str) -> str:
        """Type something."""
        return await self.sends(MessageKind.TEXT, text)

    async def clicks(self, key: str) -> str:
        """Press something in the menu."""
        return await self.sends(MessageKind.EVENT_CLICK, EventKey=key)

    async def sends(self, kind: MessageKind, text: str = "", **fields: str) -> str:
        """Send a message of any kind."""
        key = f"{self.openid}-{next(self._numbers)}"
        self.last = WorkerMessage(key, self.openid, "gh_1", kind, text, self.chat.clock.now(), fields)
        return await self.again()

    async def again(self, chat: FormChat | None = None) -> str:
        """The last message is worked on once more, by another process where one is given."""
        return (await (chat or self.chat).dialogue.next_turn(self.last)).text

    async def waits(self, minutes: float) -> None:
        """Do something else for a while."""
        await self.chat.clock.advance(minutes * 60)

    async def conversation(self) -> Conversation:
        """What is remembered."""
        found = await self.chat.conversations.find(PSEUDONYMS.of(self.openid))
        assert found is not None
        return found
