"""The conversation while nothing can be stored."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain.intent import Intent, Understanding
from bot.domain.message import MessageKind, WorkerMessage
from bot.domain.policy import Outcome, PolicyAnswer, PolicyQuery
from bot.domain.pseudonym import WorkerPseudonyms
from bot.gateway.counters import Counters
from bot.gateway.dialogue import Dialogue
from bot.gateway.erasure import WorkerErasure
from bot.gateway.form_dialogue import FormDialogue
from bot.gateway.inbox import Inbox
from bot.gateway.phrasing_forms import NOT_NOW
from bot.gateway.storeless_replier import StorelessReplier
from bot.gateway.topics import Topic
from bot.gateway.wishes import Wishes
from bot.handlers import phrasing_without_store as phrasing
from bot.handlers.small_talk import SmallTalkHandler
from bot.handlers.without_store import NotNowHandler, UnkeptConversations, UnkeptQuestionHandler
from bot.privacy.key_ring import KEY_BYTES, KeyRing
from bot.regions.divisions import load_divisions
from bot.regions.place_names import load_place_finder
from bot.storage.sqlite_documents import SqliteDocumentStore
from tests.fakes.fake_clock import FakeClock
from tests.fakes.form_chat import WordsUnderstander
from tests.fakes.privacy_room import PrivacyRoom
from tests.fakes.watched_store import SettledClock, WatchedStore

PSEUDONYMS = WorkerPseudonyms("盐")


class Answerer:
    def __init__(self) -> None:
        self.queries: list[PolicyQuery] = []
        self.asked_for_region: list[bool] = []

    async def answer(self, query: PolicyQuery, *, ask_region: bool = True) -> PolicyAnswer:
        self.queries.append(query)
        self.asked_for_region.append(ask_region)
        return PolicyAnswer(Outcome.ANSWERED, f"答：{query.work_region}", "", (), (), asks_region=False)


@pytest.fixture
def answerer() -> Answerer:
    return Answerer()


@pytest.fixture
def replier(store: SqliteDocumentStore, answerer: Answerer) -> StorelessReplier:
    """Over a store that fails every call."""
    away, clock = WatchedStore(store, SettledClock().activity), FakeClock()
    away.is_away = True
    finder, divisions = load_place_finder(), load_divisions()
    privacy = PrivacyRoom.over(away, KeyRing.of({"k1": bytes(range(KEY_BYTES))}), clock)
    understander = WordsUnderstander({"登记欠薪": Understanding(Intent.WAGE_CLAIM)})
    conversations, wishes = UnkeptConversations(away, privacy.cipher), Wishes(understander, finder)
    dialogue = Dialogue(
        intents={Intent.WAGE_CLAIM: NotNowHandler(NOT_NOW)},
        forms=FormDialogue((), conversations, wishes, clock),
        wishes=wishes,
        alarms=(),
        handlers={
            Topic.POLICY_QUESTION: UnkeptQuestionHandler(answerer, finder, divisions, clock),
            Topic.WORKER_REGION: NotNowHandler(phrasing.REGION_NOT_KEPT),
            Topic.SMALL_TALK: SmallTalkHandler(),
            Topic.PERSONAL_DATA: NotNowHandler(phrasing.PERSONAL_DATA_SHUT),
        },
        conversations=conversations,
        pseudonyms=PSEUDONYMS,
        erasure=WorkerErasure(privacy.eraser, PSEUDONYMS, Inbox(away, clock, PSEUDONYMS, privacy.cipher)),
        finder=finder,
        counters=Counters(),
    )
    return StorelessReplier(dialogue)


async def says(replier: StorelessReplier, text: str, kind: MessageKind = MessageKind.TEXT) -> str:
    at = datetime(2024, 4, 25, tzinfo=UTC)
    return (await replier.next_turn(WorkerMessage("k", "o-zhang", "gh_1", kind, text, at, {}))).text


@pytest.mark.parametrize(
    ("question", "work", "home"),
    [
        ("三明永安的创业补贴有多少", "350481", None),
        ("我在广州打工，创业补贴有多少", "440100", None),
        ("我在广州打工，老家在三明永安，创业补贴有多少", "440100", "350481"),
        ("我在三明永安，福建的创业补贴有多少", "350481", None),
        ("创业补贴有多少", None, None),
    ],
)
async def test_a_question_is_answered_for_the_places_that_it_names(
    replier: StorelessReplier, answerer: Answerer, question: str, work: str | None, home: str | None
) -> None:
    assert await says(replier, question) == f"答：{work}"
    assert [(query.work_region, query.home_region) for query in answerer.queries] == [(work, home)]
    assert answerer.asked_for_region == [True]


async def test_between_places_of_one_name_no_number_is_offered_that_could_not_be_remembered(
    replier: StorelessReplier, answerer: Answerer
) -> None:
    reply = await says(replier, "我在鼓楼区打工，创业补贴有多少")
    assert "鼓楼" in reply
    assert "请带上省和市，把问题再问一遍" in reply
    assert "回复数字" not in reply
    assert answerer.queries == []


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("我在三明永安", phrasing.REGION_NOT_KEPT),
        ("我的资料", phrasing.PERSONAL_DATA_SHUT),
        ("删除我的资料", phrasing.PERSONAL_DATA_SHUT),
        ("2", phrasing.CANNOT_GO_ON),
        ("查到了吗", phrasing.CANNOT_GO_ON),
    ],
)
async def test_what_would_have_to_be_kept_or_known_is_put_off(replier: StorelessReplier, text: str, reply: str) -> None:
    assert "请稍后再试" in reply
    assert await says(replier, text) == reply


async def test_greetings_and_the_welcome_are_as_always(replier: StorelessReplier) -> None:
    assert "您好" in await says(replier, "你好")
    assert "工友" in await says(replier, "", MessageKind.EVENT_SUBSCRIBE)
    assert not await replier.expects_answer(
        WorkerMessage("k", "o", "gh_1", MessageKind.TEXT, "2", datetime(2024, 4, 25, tzinfo=UTC), {})
    )


async def test_no_form_is_begun_and_it_is_said_that_the_worker_should_come_again(
    replier: StorelessReplier, answerer: Answerer
) -> None:
    assert await says(replier, "我要登记欠薪") == NOT_NOW
    assert answerer.queries == []


@pytest.mark.parametrize("said", ["上一步", "取消", "继续", "填到哪了"])
async def test_what_steers_a_form_is_put_off(replier: StorelessReplier, said: str) -> None:
    assert await says(replier, said) == phrasing.CANNOT_GO_ON
