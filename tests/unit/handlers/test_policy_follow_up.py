"""What is talked about goes on: the topic lies in the conversation, and a message that leans on it is made whole."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from bot.domain.conversation import Conversation, PolicyTopic
from bot.domain.intent import Intent, Understanding
from bot.domain.policy import Clause, Outcome, PolicyAnswer, PolicyDocument, PolicyQuery, PolicyStatus, ScoredClause
from bot.handlers.conversation_document import COLLECTION, ConversationDocuments
from bot.handlers.conversations import Conversations
from bot.handlers.personal_data import ConversationHolder
from bot.privacy.cipher import FieldCipher
from bot.privacy.key_ring import KEY_BYTES, KeyRing
from bot.regions.divisions import load_divisions
from bot.storage.sqlite_documents import SqliteDocumentStore
from tests.fakes.fake_clock import FakeClock
from tests.fakes.form_chat import ChattingWorker, FormChat, WordsUnderstander
from tests.fakes.outing_form import OutingForm

SANMING, LIZHOU = "350400", "510802"


def clause_of(region: str, topic: str) -> ScoredClause:
    """A clause of a place about one thing."""
    document = PolicyDocument(
        document_id=region,
        file_name=f"{region}.txt",
        title="若干措施",
        issuer="",
        document_number="",
        issued_on=date(2022, 5, 1),
        published_on=None,
        region_code=region,
        status=PolicyStatus.IN_FORCE,
        effective_from=None,
        effective_to=None,
        targets_to=None,
        source="",
    )
    clause = Clause(f"{region}#{topic}", region, ("一、",), (), f"加大{topic}", f"{topic}不超过1万元。", ("市人社局",))
    return ScoredClause(clause, document, 0.9, {})


class CitingAnswerer:
    """Cites the clause of the asked place for what the question begins with; 成都 has no documents."""

    def __init__(self) -> None:
        self.queries: list[PolicyQuery] = []

    async def answer(self, query: PolicyQuery, *, ask_region: bool = True) -> PolicyAnswer:
        del ask_region
        self.queries.append(query)
        if query.work_region == "510100" or query.page > 0:
            return PolicyAnswer(Outcome.NONE, "没有收录", "", (), ())
        cited = clause_of(query.work_region or SANMING, query.text[:4])
        outcome = Outcome.NEAREST if "材料" in query.text else Outcome.ANSWERED
        return PolicyAnswer(outcome, f"答：{query.text}（{query.work_region}）", "1万元", (cited,), (cited,))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteDocumentStore]:
    store = await SqliteDocumentStore.open(tmp_path / "gongyou.sqlite3", synchronous="NORMAL")
    yield store
    await store.close()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def answerer() -> CitingAnswerer:
    return CitingAnswerer()


@pytest.fixture
def chat(store: SqliteDocumentStore, clock: FakeClock, answerer: CitingAnswerer) -> FormChat:
    jobs = OutingForm(Intent.JOB_SEARCH.value, "找活干")
    words = {"找活": Understanding(Intent.JOB_SEARCH), "天气": Understanding(Intent.OUT_OF_SCOPE)}
    chat = FormChat(store, clock, [jobs], WordsUnderstander(words), answerer=answerer)
    chat.privacy.holders.register(ConversationHolder(store, load_divisions(), chat.conversations))
    return chat


@pytest.fixture
async def worker(chat: FormChat) -> ChattingWorker:
    worker = chat.worker()
    await worker.says("我在三明")
    await worker.says("创业补贴有多少")
    return worker


async def topic_of(worker: ChattingWorker) -> PolicyTopic | None:
    return (await worker.conversation()).topic


async def test_what_was_asked_and_cited_is_the_topic(worker: ChattingWorker) -> None:
    topic = await topic_of(worker)
    assert topic is not None
    assert (topic.about, topic.clause_ids, topic.elsewhere) == ("创业补贴有多少", ("350400#创业补贴",), None)


async def test_the_topic_lies_sealed(worker: ChattingWorker, store: SqliteDocumentStore) -> None:
    (document,) = await store.find(COLLECTION, {})
    assert "创业" not in repr(document)
    assert (await topic_of(worker)) is not None


async def test_a_follow_up_is_asked_as_a_whole_question_about_the_same_clause(
    worker: ChattingWorker, answerer: CitingAnswerer
) -> None:
    reply = await worker.says("那要找哪个部门")
    assert reply.startswith("接着说“创业补贴”，这事归三明市人社局管")
    asked = answerer.queries[-1]
    assert (asked.text, asked.work_region, asked.talked_about) == (
        "创业补贴，找哪个部门",
        SANMING,
        ("350400#创业补贴",),
    )


async def test_what_the_documents_do_not_say_is_not_introduced_as_said(worker: ChattingWorker) -> None:
    assert (await worker.says("要啥材料")).startswith("接着说“创业补贴”：\n答：创业补贴，要什么材料")
    topic = await topic_of(worker)
    assert topic is not None
    assert topic.clause_ids == ("350400#创业补贴",)


async def test_another_place_counts_for_that_question_and_is_not_remembered(
    worker: ChattingWorker, answerer: CitingAnswerer
) -> None:
    assert "看永安的：" in await worker.says("永安呢")
    assert (answerer.queries[-1].text, answerer.queries[-1].work_region) == ("创业补贴有多少", "350481")
    assert (await worker.conversation()).work_region == SANMING
    await worker.says("公租房有什么条件")
    assert answerer.queries[-1].work_region == SANMING


async def test_what_follows_on_another_place_is_about_that_place_until_ones_own_is_named(
    worker: ChattingWorker, answerer: CitingAnswerer
) -> None:
    await worker.says("永安呢")
    assert "看永安的" in await worker.says("怎么申请")
    assert answerer.queries[-1].work_region == "350481"
    assert "看" not in await worker.says("三明的呢")
    assert answerer.queries[-1].work_region == SANMING


async def test_a_place_without_documents_does_not_become_the_topics_place(
    worker: ChattingWorker, answerer: CitingAnswerer
) -> None:
    assert "没有收录" in await worker.says("那成都呢")
    await worker.says("怎么申请")
    assert (answerer.queries[-1].text, answerer.queries[-1].work_region) == ("创业补贴，怎么办理", SANMING)


async def test_home_is_asked_about_and_remembered(worker: ChattingWorker, answerer: CitingAnswerer) -> None:
    assert "看利州的" in await worker.says("那我老家四川利州有没有")
    assert (answerer.queries[-1].text, answerer.queries[-1].work_region) == ("创业补贴，有没有", LIZHOU)
    conversation = await worker.conversation()
    assert (conversation.work_region, conversation.home_region) == (SANMING, LIZHOU)


async def test_a_name_of_several_places_is_chosen_among_them_for_that_question(
    worker: ChattingWorker, answerer: CitingAnswerer
) -> None:
    assert "回复数字" in await worker.says("朝阳呢")
    await worker.says("1")
    assert (answerer.queries[-1].text, answerer.queries[-1].work_region) == ("创业补贴有多少", "110105")
    assert (await worker.conversation()).work_region == SANMING


async def test_a_case_is_told_in_the_workers_words(worker: ChattingWorker, answerer: CitingAnswerer) -> None:
    reply = await worker.says("没交社保的呢")
    assert reply.startswith("接着说“创业补贴”，没交社保的：\n下面这条没有写到的，以窗口答复为准。")
    assert answerer.queries[-1].text == "创业补贴有多少，没交社保的"


async def test_more_is_read_until_the_clause_is_at_its_end(worker: ChattingWorker, answerer: CitingAnswerer) -> None:
    assert "接着说“创业补贴”：\n答" in await worker.says("还有呢")
    assert (answerer.queries[-1].rest_of, answerer.queries[-1].page) == ("350400#创业补贴", 0)
    assert "没有写更多了" in await worker.says("还有吗")
    assert answerer.queries[-1].page == 1


async def test_a_question_that_names_its_thing_opens_a_new_topic(worker: ChattingWorker) -> None:
    assert (await worker.says("公租房")).startswith("答：公租房")
    topic = await topic_of(worker)
    assert topic is not None
    assert topic.about == "公租房"


async def test_thanks_and_far_messages_leave_the_topic_open(worker: ChattingWorker) -> None:
    before = await topic_of(worker)
    for text in ("谢谢", "今天天气怎么样"):
        assert "接着说" not in await worker.says(text)
    assert await topic_of(worker) == before


async def test_a_topic_is_left_after_half_an_hour(worker: ChattingWorker) -> None:
    await worker.waits(30)
    assert "接着说" in await worker.says("怎么申请")
    await worker.waits(30.1)
    assert (await worker.says("怎么申请")).startswith("答：怎么申请")
    assert await topic_of(worker) is None


@pytest.mark.parametrize("text", ["取消", "我要找活干"])
async def test_a_topic_is_left_by_cancelling_and_by_what_else_is_done(worker: ChattingWorker, text: str) -> None:
    await worker.says(text)
    assert await topic_of(worker) is None


async def test_a_topic_is_forgotten_with_its_worker(worker: ChattingWorker) -> None:
    await worker.says("删除我的信息")
    await worker.says("确认删除")
    assert (await worker.says("怎么申请")).startswith("答：怎么申请")


async def test_the_topic_stands_in_the_workers_export(worker: ChattingWorker) -> None:
    assert "刚才问的问题：创业补贴有多少" in await worker.says("导出我的信息")


async def test_what_leans_on_nothing_opens_no_topic(chat: FormChat) -> None:
    stranger = chat.worker("o-li")
    assert (await stranger.says("要啥材料")).startswith("答：要啥材料")
    assert await topic_of(stranger) is None


async def test_a_message_worked_on_again_gets_the_same_reply(worker: ChattingWorker, answerer: CitingAnswerer) -> None:
    reply = await worker.says("永安呢")
    asked = len(answerer.queries)
    assert await worker.again() == reply
    assert len(answerer.queries) == asked


async def test_the_topic_is_known_to_every_process(
    worker: ChattingWorker, store: SqliteDocumentStore, clock: FakeClock, answerer: CitingAnswerer
) -> None:
    other = FormChat(store, clock, [], WordsUnderstander({}), answerer=answerer)
    assert "接着说“创业补贴”" in await other.worker().says("怎么申请")
    assert (await worker.says("归谁管")).startswith("接着说“创业补贴”")


async def test_a_conversation_from_before_there_were_topics_is_read_and_goes_on(store: SqliteDocumentStore) -> None:
    cipher = FieldCipher(KeyRing.of({"k1": bytes(range(KEY_BYTES))}))
    documents = ConversationDocuments(cipher)
    before = Conversation("w1", work_region=SANMING, also=Intent.JOB_SEARCH, also_text="找活")
    await store.insert(COLLECTION, documents.changed({"_id": "w1"}, Conversation("w1"), before))
    conversations = Conversations(store, cipher)
    assert await conversations.open("w1") == before
    topic = PolicyTopic("创业补贴", "创业补贴", ("c1", "c2"), "加大创业扶持", None, 0, 5)
    await conversations.remember("w1", topic=topic)
    assert (await conversations.open("w1")).topic == topic
