"""What a message asks for: by the menu's keys, else by understanding its words."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace

from bot.domain.conversation import Turn
from bot.domain.intent import Intent, Understanding
from bot.domain.message import MessageKind, WorkerMessage
from bot.domain.trace import hop, note
from bot.gateway.topics import Topic, topic_by_rule, words_of
from bot.handlers.form_commands import is_question, is_wish
from bot.handlers.place_statement import without_places
from bot.jobs.benefits import is_only_of_benefits
from bot.ports import Understander
from bot.regions.place_names import PlaceFinder

SURE = 0.5
"""Below that a message counts as a policy question, which is answered or honestly not."""
SURE_BESIDE_FORM = 0.6
NEEDED = {Intent.OUT_OF_SCOPE: 0.8, Intent.HUMAN_OPERATOR: 0.8}
"""Of these two, one ends the conversation and the other takes a person's time."""
SURE_OF_POLICY = 0.8
SURE_OF_QUESTION = 0.45
"""What asks something is hardly an answer."""
SURE_OF_WISH = 0.9
RECENT_KEPT = 32
OF_RULES = frozenset({Intent.WAGE_CLAIM, Intent.LEGAL_AID_BOOKING, Intent.SUBSIDY_ELIGIBILITY})
"""What documents say much about: a question about it, while it is being done, asks for the rule."""

COURTESIES = frozenset({Intent.GREETING, Intent.THANKS_GOODBYE})
"""Within a form only fixed sayings are (`bot.handlers.small_talk`): a name or two words sound like a greeting, too."""

MENU = {
    "JOBS": Intent.JOB_SEARCH,
    "SUBSCRIBE": Intent.SUBSCRIBE_JOBS,
    "SUBSIDY": Intent.SUBSIDY_ELIGIBILITY,
    "LEGAL_AID": Intent.LEGAL_AID_BOOKING,
    "CLAIM": Intent.WAGE_CLAIM,
    "PLACES": Intent.SERVICE_POINT,
    "MY": Intent.MY_BOOKINGS,
    "PERSON": Intent.HUMAN_OPERATOR,
}
"""Keys of ``deploy/wechat_menu.json`` that ask for something to be done."""
FORMS_IN_MENU = {
    "UNEMPLOYMENT": "unemployment_registration",
    "REAL_NAME": "real_name_registration",
    "EVENTS": "recruitment_events",
    "COURSES": "training_courses",
}
"""Keys of forms that belong to no intent."""


class Wishes:
    """Tells what messages ask for.

    Args:
        understander: reads words.
        finder: tells whether a text is only a place.
    """

    def __init__(self, understander: Understander, finder: PlaceFinder) -> None:
        self._understander = understander
        self._finder = finder
        self._recent: OrderedDict[str, Understanding] = OrderedDict()

    @staticmethod
    def clicked(message: WorkerMessage) -> Intent | str | None:
        """What a menu key asks for: an intent, or a form by its name; None where it is no such key."""
        if message.kind is not MessageKind.EVENT_CLICK:
            return None
        key = message.fields.get("EventKey", "").strip().upper()
        return MENU.get(key) or FORMS_IN_MENU.get(key)

    def understood(self, turn: Turn) -> Turn:
        """The turn with what its words ask for; as it is where it has none, or is understood already."""
        words = words_of(turn)
        if turn.understanding is not None or not words:
            return turn
        with hop("understand"):
            understanding = self._understand(words)
        note({"intent": understanding.intent.value, "confidence": round(understanding.confidence, 3)})
        return replace(turn, understanding=understanding)

    def _understand(self, words: str) -> Understanding:
        """What words ask for; a form and what comes beside it look at the same message one after the other."""
        known = self._recent.pop(words, None) or self._freshly_understood(words)
        self._recent[words] = known
        if len(self._recent) > RECENT_KEPT:
            self._recent.popitem(last=False)
        return known

    def _freshly_understood(self, words: str) -> Understanding:
        """What words ask for; a place that is named with a rule does not make it the worker's own case."""
        whole = self._understander.understand(words)
        if whole.intent is not Intent.SUBSIDY_ELIGIBILITY:
            return whole
        asking = without_places(self._finder, words)
        bare = self._understander.understand(asking) if asking != words else whole
        return bare if bare.intent is Intent.POLICY_QA and bare.confidence >= SURE else whole

    def intent(self, turn: Turn) -> Intent:
        """What an understood turn asks for; a policy question where that is not sure enough.

        Nothing but what a job should offer (要交社保的) looks for a job, though 社保 sounds like policies.
        A question about what is being done (律师要收钱吗, in the middle of booking one) is a policy question too.
        """
        if is_only_of_benefits(words_of(turn)):
            return Intent.JOB_SEARCH
        understanding, form = turn.understanding, turn.conversation.form
        if understanding is None:
            return Intent.POLICY_QA
        if form is not None and _asks_about(understanding.intent, form.name, words_of(turn)):
            return Intent.POLICY_QA
        needed = NEEDED.get(understanding.intent, SURE)
        return understanding.intent if understanding.confidence >= needed else Intent.POLICY_QA

    @staticmethod
    def is_surely_elsewhere(turn: Turn, form_name: str, *, is_answer: bool) -> bool:
        """Whether an understood message surely asks for something else, though a form may know some of its words.

        A place and a sum stand in many a question; what is taken for an answer wrongly is found out late or never,
        what is taken for a question wrongly is asked again.

        Args:
            turn: understood.
            form_name: of the open form.
            is_answer: whether some of the words would do as the answer to what the form asked.
        """
        understanding, words = turn.understanding, words_of(turn)
        if understanding is None or understanding.intent in COURTESIES or understanding.intent.value == form_name:
            return False
        if understanding.intent is Intent.OUT_OF_SCOPE:
            return not is_answer and understanding.confidence >= NEEDED[Intent.OUT_OF_SCOPE] and is_question(words)
        if is_question(words):
            return understanding.confidence >= SURE_OF_QUESTION
        return understanding.confidence >= SURE_OF_WISH and is_wish(words)

    def is_elsewhere(self, turn: Turn, form_name: str, *, takes_any: bool = False) -> bool:
        """Whether an understood message, met by an open form, asks for something else than the form.

        Args:
            turn: understood.
            form_name: of the open form.
            takes_any: whether any words would do as an answer, so that only a question, or a wish said as such, is
                something else.
        """
        understanding, words = turn.understanding, words_of(turn)
        if not takes_any and topic_by_rule(turn, self._finder) is Topic.WORKER_REGION:
            return True
        if understanding is None or understanding.intent in COURTESIES:
            return False
        if understanding.intent.value == form_name:
            return not takes_any and _asks_about(understanding.intent, form_name, words)
        is_unsure = understanding.confidence < SURE
        if is_unsure or understanding.intent in {Intent.POLICY_QA, Intent.OUT_OF_SCOPE}:
            is_named = understanding.intent is Intent.POLICY_QA and understanding.confidence >= SURE_OF_POLICY
            return is_question(words) or (is_named and not takes_any)
        return understanding.confidence >= SURE_BESIDE_FORM and (not takes_any or is_wish(words))


def _asks_about(intent: Intent, form_name: str, words: str) -> bool:
    """Whether words ask for the rules on what a form does."""
    return intent in OF_RULES and intent.value == form_name and is_question(words) and not is_wish(words)
