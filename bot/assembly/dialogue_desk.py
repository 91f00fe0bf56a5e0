"""Everything that replies to workers, put together: the dialogue, its capabilities, and what stands in for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from itertools import chain

from bot.assembly.capabilities import BUILDERS
from bot.assembly.capability import Capability, Foundations
from bot.domain.intent import Intent
from bot.gateway.counters import Counters
from bot.gateway.dialogue import Dialogue
from bot.gateway.erasure import WorkerErasure
from bot.gateway.form_dialogue import FormDialogue
from bot.gateway.phrasing_forms import NOT_NOW
from bot.gateway.storeless_replier import StorelessReplier
from bot.gateway.topics import Topic
from bot.gateway.wishes import MENU, Wishes
from bot.handlers.personal_data import PersonalDataHandler
from bot.handlers.phrasing_without_store import PERSONAL_DATA_SHUT, REGION_NOT_KEPT
from bot.handlers.policy_follow_up import PolicyFollowUpHandler
from bot.handlers.policy_question import PolicyQuestionHandler
from bot.handlers.small_talk import SmallTalkHandler
from bot.handlers.without_store import NotNowHandler, UnkeptConversations, UnkeptQuestionHandler
from bot.handlers.worker_region import SayNearby, WorkerRegionHandler
from bot.ports import Answerer, IntentHandler
from bot.scheduler.housekeeping import Duty


@dataclass(frozen=True, slots=True)
class DialogueDesk:
    """What replies to workers.

    Attributes:
        base: what the capabilities stand on.
        answerer: answers policy questions.
        erasure: forgets workers.
        counters: counts what happens.
        capabilities: what can be done besides asking.
    """

    base: Foundations
    answerer: Answerer
    erasure: WorkerErasure
    counters: Counters
    capabilities: tuple[Capability, ...]

    @classmethod
    def open(cls, base: Foundations, answerer: Answerer, erasure: WorkerErasure, counters: Counters) -> DialogueDesk:
        """Put all capabilities on their foundations."""
        return cls(base, answerer, erasure, counters, tuple(build(base) for build in BUILDERS))

    @property
    def duties(self) -> dict[str, Duty]:
        """What capabilities do by the clock, by name."""
        return {name: duty for one in self.capabilities for name, duty in one.duties.items()}

    async def seed(self) -> None:
        """Load what a demonstration shows.

        Raises:
            StoreError: the store is away; it may be done again.
            BotError: what an installation put into its corpus cannot be used.
        """
        for one in self.capabilities:
            await one.seed()

    @property
    def preparations(self) -> list[Callable[[], Awaitable[None]]]:
        """What capabilities need done before they are used."""
        return [one.prepare for one in self.capabilities]

    def dialogue(self) -> Dialogue:
        """Replies to every message."""
        base = self.base
        wishes = Wishes(base.understander, base.places)
        forms = tuple(chain.from_iterable(one.forms for one in self.capabilities))
        return self._dialogue(
            handlers=self._handlers(),
            intents=self._intents(),
            forms=FormDialogue(forms, base.conversations, wishes, base.clock),
            wishes=wishes,
        )

    def storeless(self) -> StorelessReplier:
        """Replies while nothing can be stored: policy questions are answered, nothing is begun."""
        base = self.base
        conversations = UnkeptConversations(base.documents, base.privacy.cipher)
        wishes = Wishes(base.understander, base.places)
        handlers: dict[Topic, IntentHandler] = {
            Topic.POLICY_QUESTION: UnkeptQuestionHandler(self.answerer, base.places, base.divisions, base.clock),
            Topic.WORKER_REGION: NotNowHandler(REGION_NOT_KEPT),
            Topic.SMALL_TALK: SmallTalkHandler(),
            Topic.PERSONAL_DATA: NotNowHandler(PERSONAL_DATA_SHUT),
        }
        done = {*self._intents(), *self._intents_of_forms(), *MENU.values()} - {Intent.HUMAN_OPERATOR}
        dialogue = self._dialogue(
            handlers=handlers,
            intents=dict.fromkeys(done, NotNowHandler(NOT_NOW)),
            forms=FormDialogue((), conversations, wishes, base.clock),
            wishes=wishes,
            conversations=conversations,
        )
        return StorelessReplier(dialogue)

    def _dialogue(
        self,
        *,
        handlers: Mapping[Topic, IntentHandler],
        intents: Mapping[Intent, IntentHandler],
        forms: FormDialogue,
        wishes: Wishes,
        conversations: UnkeptConversations | None = None,
    ) -> Dialogue:
        base = self.base
        return Dialogue(
            handlers=handlers,
            intents=intents,
            forms=forms,
            wishes=wishes,
            alarms=tuple(chain.from_iterable(one.alarms for one in self.capabilities)),
            conversations=conversations or base.conversations,
            pseudonyms=base.privacy.pseudonyms,
            erasure=self.erasure,
            finder=base.places,
            counters=self.counters,
        )

    def _handlers(self) -> dict[Topic, IntentHandler]:
        base = self.base
        questions = PolicyQuestionHandler(self.answerer, base.places, base.divisions, base.conversations, base.clock)
        return {
            Topic.POLICY_QUESTION: questions,
            Topic.WORKER_REGION: WorkerRegionHandler(
                base.places,
                base.divisions,
                base.conversations,
                questions,
                self._nearby(),
                base.privacy.work_profiles,
            ),
            Topic.SMALL_TALK: SmallTalkHandler(),
            Topic.FOLLOW_UP: PolicyFollowUpHandler(questions, base.places, base.divisions, base.conversations),
            Topic.PERSONAL_DATA: PersonalDataHandler(
                base.privacy.exporter,
                base.privacy.export_pages,
                self.erasure.erase_on_wish,
                base.conversations,
                base.clock,
            ),
        }

    def _nearby(self) -> list[SayNearby]:
        return [one.nearby for one in self.capabilities if one.nearby is not None]

    def _intents(self) -> dict[Intent, IntentHandler]:
        return {intent: handler for one in self.capabilities for intent, handler in one.handlers.items()}

    def _intents_of_forms(self) -> set[Intent]:
        names = {form.name for one in self.capabilities for form in one.forms}
        return {intent for intent in Intent if intent.value in names}
