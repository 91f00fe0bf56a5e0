from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.conversation import Conversation
from bot.domain.message import MessageKind, WorkerMessage
from bot.domain.policy import Outcome, PolicyAnswer, PolicyQuery
from bot.domain.pseudonym import WorkerPseudonyms
from bot.gateway import outbox
from bot.gateway.counters import Counters
from bot.gateway.dialogue import Dialogue
from bot.gateway.erasure import WorkerErasure
from bot.gateway.form_dialogue import FormDialogue
from bot.gateway.inbox import Inbox
from bot.gateway.personal_data import gateway_holders
from bot.gateway.topics import Topic
from bot.gateway.wishes import Wishes
from bot.handlers.conversations import Conversations
from bot.handlers.personal_data import ConversationHolder, PersonalDataHandler
from bot.handlers.policy_follow_up import PolicyFollowUpHandler
from bot.handlers.policy_question import PolicyQuestionHandler
from bot.handlers.small_talk import SmallTalkHandler
from bot.handlers.worker_region import WorkerRegionHandler
from bot.privacy.key_ring import KEY_BYTES, KeyRing
from bot.regions.divisions import load_divisions
from bot.regions.place_names import load_place_finder
from bot.storage.sqlite_documents import SqliteDocumentStore
from tests.fakes.fake_clock import FakeClock
from tests.fakes.form_chat import WordsUnderstander
from tests.fakes.privacy_room import PrivacyRoom

ASKS = "您在哪里打工？"
PSEUDONYMS = WorkerPseudonyms("盐")


class RememberingAnswerer:
    """Answers with the places that it was asked about, and asks for one as the real answerer does."""

    def __init__(self) -> None:
        self.queries: list[PolicyQuery] = []

    async def answer(self, query: PolicyQuery, *, ask_region: bool = True) -> PolicyAnswer:
        self.queries.append(query)
        asks = ask_region and query.work_region is None and query.home_region is None
        text = f"答：{query.text}（{query.work_region}）" + (f"\n{ASKS}" if asks else "")
        return PolicyAnswer(Outcome.ANSWERED, text, "", (), (), asks_region=asks)


class Worker:
    """Writes to the dialogue and reads what comes back."""

    def __init__(self, dialogue: Dialogue, conversations: Conversations, openid: str) -> None:
        self._dialogue = dialogue
        self._conversations = conversations
        self._numbers = itertools.count()
        self.openid = openid

    async def says(self, text: str) -> str:
        return await self.sends(MessageKind.TEXT, text)

    async def sends(self, kind: MessageKind, text: str = "", **fields: str) -> str:
        now = datetime(2024, 4, 25, tzinfo=UTC)
        message = WorkerMessage(f"k{next(self._numbers)}", self.openid, "gh_1", kind, text, now, fields)
        return (await self._dialogue.next_turn(message)).text

    async def is_remembered_as(self) -> Conversation | None:
        return await self._conversations.find(PSEUDONYMS.of(self.openid))

    async def expects_answer(self, text: str) -> bool:
        now = datetime(2024, 4, 25, tzinfo=UTC)
        message = WorkerMessage("k", self.openid, "gh_1", MessageKind.TEXT, text, now)
        return await self._dialogue.expects_answer(message)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteDocumentStore]:
    store = await SqliteDocumentStore.open(tmp_path / "gongyou.sqlite3", synchronous="NORMAL")
    yield store
    await store.close()


@pytest.fixture
def conversations(store: SqliteDocumentStore, privacy: PrivacyRoom) -> Conversations:
    return Conversations(store, privacy.cipher)


@pytest.fixture
def answerer() -> RememberingAnswerer:
    return RememberingAnswerer()


@pytest.fixture
def counters() -> Counters:
    return Counters()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def privacy(store: SqliteDocumentStore, clock: FakeClock) -> PrivacyRoom:
    return PrivacyRoom.over(store, KeyRing.of({"k1": bytes(range(KEY_BYTES))}), clock)


@pytest.fixture
def dialogue(
    store: SqliteDocumentStore,
    conversations: Conversations,
    answerer: RememberingAnswerer,
    counters: Counters,
    clock: FakeClock,
    privacy: PrivacyRoom,
) -> Dialogue:
    finder, divisions = load_place_finder(), load_divisions()
    questions = PolicyQuestionHandler(answerer, finder, divisions, conversations, clock)
    late_answers = outbox.sealed_recipients(privacy.cipher, PSEUDONYMS)
    for holder in (
        ConversationHolder(store, divisions, conversations),
        *gateway_holders(store, late_answers, privacy.cipher, clock),
        privacy.export_pages,
    ):
        privacy.holders.register(holder)
    erasure = WorkerErasure(privacy.eraser, PSEUDONYMS, Inbox(store, clock, PSEUDONYMS, privacy.cipher))
    wishes = Wishes(WordsUnderstander({}), finder)
    return Dialogue(
        intents={},
        forms=FormDialogue((), conversations, wishes, clock),
        wishes=wishes,
        alarms=(),
        handlers={
            Topic.POLICY_QUESTION: questions,
            Topic.WORKER_REGION: WorkerRegionHandler(finder, divisions, conversations, questions),
            Topic.SMALL_TALK: SmallTalkHandler(),
            Topic.FOLLOW_UP: PolicyFollowUpHandler(questions, finder, divisions, conversations),
            Topic.PERSONAL_DATA: PersonalDataHandler(
                privacy.exporter, privacy.export_pages, erasure.erase_on_wish, conversations, clock
            ),
        },
        conversations=conversations,
        pseudonyms=PSEUDONYMS,
        erasure=erasure,
        finder=finder,
        counters=counters,
    )


@pytest.fixture
def worker(dialogue: Dialogue, conversations: Conversations) -> Worker:
    return Worker(dialogue, conversations, "o-zhang")


@pytest.fixture
def another_worker(dialogue: Dialogue, conversations: Conversations) -> Callable[[str], Worker]:
    return lambda openid: Worker(dialogue, conversations, openid)
