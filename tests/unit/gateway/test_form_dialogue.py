"""What all forms share, with a form that belongs to nobody."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.conversation import Turn
from bot.domain.errors import StoreUnavailableError
from bot.domain.form import Choice, Listing, Question, Values
from bot.domain.intent import Intent, Understanding
from bot.domain.message import MessageKind, Reply
from bot.handlers.conversations import Conversations
from bot.handlers.list_leafing import read_leaf
from bot.handlers.personal_data import ConversationHolder
from bot.handlers.without_store import NotNowHandler
from bot.privacy.cipher import FieldCipher
from bot.privacy.key_ring import KEY_BYTES, KeyRing
from bot.privacy.rotation import rotate
from bot.regions.divisions import load_divisions
from bot.storage.sqlite_documents import SqliteDocumentStore
from tests.fakes.fake_clock import FakeClock
from tests.fakes.form_chat import ChattingWorker, FormChat, WordsUnderstander
from tests.fakes.outing_form import OutingForm, TimetableForm

WORDS = {
    "另外问个政策": Understanding(Intent.WAGE_CLAIM, also=Intent.POLICY_QA, also_text="公积金怎么取"),
    "顺便找活": Understanding(Intent.WAGE_CLAIM, also=Intent.JOB_SEARCH),
    "另外出游": Understanding(Intent.POLICY_QA, also=Intent.WAGE_CLAIM, confidence=0.9),
    "谢谢，出游": Understanding(Intent.WAGE_CLAIM, also=Intent.THANKS_GOODBYE),
    "订阅": Understanding(Intent.POLICY_QA, also=Intent.SUBSCRIBE_JOBS),
    "出游": Understanding(Intent.WAGE_CLAIM),
    "找活": Understanding(Intent.JOB_SEARCH),
    "名额": Understanding(Intent.WAGE_CLAIM, confidence=0.9),
    "律师": Understanding(Intent.LEGAL_AID_BOOKING, confidence=0.43),
    "社保": Understanding(Intent.POLICY_QA, confidence=0.9),
}
PHONE = "13800000000"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteDocumentStore]:
    store = await SqliteDocumentStore.open(tmp_path / "gongyou.sqlite3", synchronous="NORMAL")
    yield store
    await store.close()


@pytest.fixture
def outing() -> OutingForm:
    return OutingForm()


@pytest.fixture
def jobs() -> OutingForm:
    return OutingForm(Intent.JOB_SEARCH.value, "找活干")


@pytest.fixture
def chat(store: SqliteDocumentStore, outing: OutingForm, jobs: OutingForm) -> FormChat:
    return FormChat(store, FakeClock(), [outing, jobs], WordsUnderstander(WORDS))


@pytest.fixture
def worker(chat: FormChat) -> ChattingWorker:
    return chat.worker()


async def values(worker: ChattingWorker) -> dict[str, object]:
    form = (await worker.conversation()).form
    assert form is not None
    return dict(form.values)


async def test_one_thing_is_asked_at_a_time_until_all_is_known(worker: ChattingWorker, outing: OutingForm) -> None:
    assert "去哪里玩？" in await worker.says("我要报名出游")
    assert "几个人" in await worker.says("三明")
    assert "1. 周六\n2. 周日" in await worker.says("5")
    assert "留个电话" in await worker.says("周日")
    assert "（不想说就回复“跳过”）" in await worker.says(PHONE)
    assert "还有什么要求" in await worker.says("1")
    assert await worker.says("跳过") == "报上名了：三明，5人。"
    assert list(outing.done.values()) == [
        {"place": "三明", "people": 5, "day": "sun", "phone": PHONE, "meal": True, "wish": None}
    ]
    assert (await worker.conversation()).form is None


async def test_several_answers_from_one_message_are_said_back_and_not_asked_again(worker: ChattingWorker) -> None:
    reply = await worker.says("我要报名出游，去永安，6个人，周六")
    assert "记下了，地方：永安，人数：6个人，哪天：周六。" in reply
    assert "留个电话" in reply
    assert "几个人" not in reply


@pytest.mark.parametrize("said", ["2", "２", "二", "第二个", "选2", "周日", "就周日吧", "最后一个", "我看周日那天好"])
async def test_choices_are_picked_in_every_way_that_people_do(worker: ChattingWorker, said: str) -> None:
    await worker.says("我要报名出游，去永安，6个人")
    await worker.says(said)
    assert (await values(worker))["day"] == "sun"


@pytest.mark.parametrize(
    ("said", "meal"), [("要", True), ("不要", False), ("好的", True), ("不用", False), ("是的", True)]
)
async def test_yes_and_no_are_choices_where_they_are_asked_for(worker: ChattingWorker, said: str, meal: object) -> None:
    await worker.says(f"我要报名出游，去永安，6个人，周六，{PHONE}")
    await worker.says(said)
    assert (await values(worker))["meal"] is meal


async def test_a_number_outside_of_the_list_is_said_so(worker: ChattingWorker) -> None:
    await worker.says("我要报名出游，去永安，6个人")
    assert "请回复1到2里的一个数字。" in await worker.says("7")


@pytest.mark.parametrize(
    ("said", "field", "value"),
    [
        ("不是永安,是三明", "place", "三明"),
        ("改成三明", "place", "三明"),
        ("说错了，是8个人", "people", 8),
        ("我在沙县不是永安", "place", "沙县"),
        ("人数改成8个人", "people", 8),
        ("把电话换成13911111111", "phone", "13911111111"),
        ("改一下，去三明", "place", "三明"),
        ("改一下三明", "place", "三明"),
    ],
)
async def test_what_was_given_is_corrected_in_one_sentence(
    worker: ChattingWorker, said: str, field: str, value: object
) -> None:
    await worker.says(f"我要报名出游，去永安，6个人，{PHONE}")
    reply = await worker.says(said)
    assert reply.startswith("好，改成")
    assert "哪一天去" in reply
    assert (await values(worker))[field] == value


async def test_an_answer_that_is_only_named_is_asked_again(worker: ChattingWorker) -> None:
    await worker.says(f"我要报名出游，去永安，6个人，{PHONE}")
    assert await worker.says("改一下电话") == "电话改成什么？"
    assert "哪一天去" in await worker.says("13911111111")
    assert (await values(worker))["phone"] == "13911111111"


async def test_what_hangs_on_a_corrected_answer_is_asked_again(worker: ChattingWorker) -> None:
    await worker.says("我要报名出游，去永安，6个人，周六")
    assert "哪一天去" in await worker.says("不是永安，是三明")


async def test_going_back_passes_over_what_was_told_before_it_was_asked(worker: ChattingWorker) -> None:
    await worker.says("我要报名出游")
    await worker.says(f"三明，电话{PHONE}")
    await worker.says("5")
    assert "一共几个人" in await worker.says("上一步")


async def test_going_back_asks_the_last_answer_again_down_to_the_first(worker: ChattingWorker) -> None:
    await worker.says("我要报名出游")
    await worker.says("三明")
    await worker.says("5")
    assert "一共几个人" in await worker.says("上一步")
    assert "去哪里玩" in await worker.says("返回")
    assert "这已经是第一步了" in await worker.says("上一步")


async def test_what_has_to_be_known_cannot_be_skipped(worker: ChattingWorker) -> None:
    await worker.says("我要报名出游")
    assert "这一项不能跳过。\n去哪里玩" in await worker.says("跳过")


async def test_not_knowing_skips_what_may_be_skipped(worker: ChattingWorker) -> None:
    await worker.says(f"我要报名出游，去永安，6个人，周六，{PHONE}")
    assert "还有什么要求" in await worker.says("随便")


async def test_what_is_known_so_far_is_shown_on_demand(worker: ChattingWorker) -> None:
    await worker.says("我要报名出游，去永安")
    assert await worker.says("填到哪了") == "现在记的是：\n地方：永安\n一共几个人？"


async def test_where_cancel_is_a_choice_it_is_not_said_to_leave_the_form(store: SqliteDocumentStore) -> None:
    class Cancelling(OutingForm):
        async def next_question(self, turn: Turn, values: Values) -> Question | None:
            del turn
            choices = (Choice("off", "取消"), Choice("on", "不取消，留着"))
            return None if "sure" in values else Question("sure", "要取消报名吗？", choices)

        async def complete(self, form_id: str, turn: Turn, values: Values) -> Reply:
            del form_id, turn
            return Reply(f"做了：{values['sure']}")

    worker = FormChat(store, FakeClock(), [Cancelling()], WordsUnderstander(WORDS)).worker()
    assert "不办了" not in await worker.says("我要报名出游")
    assert await worker.says("取消") == "做了：off"


async def test_cancelling_keeps_nothing(worker: ChattingWorker, outing: OutingForm) -> None:
    await worker.says(f"我要报名出游，去永安，6个人，{PHONE}")
    assert "“报名出游”不办了" in await worker.says("算了，不办了")
    conversation = await worker.conversation()
    assert (conversation.form, conversation.paused_forms) == (None, ())
    assert not outing.done


async def test_starting_over_keeps_nothing_but_the_form(worker: ChattingWorker) -> None:
    await worker.says("我要报名出游，去永安，6个人")
    assert "去哪里玩" in await worker.says("重新来")
    assert await values(worker) == {}


async def test_a_question_in_the_middle_is_answered_and_the_form_waits_below(worker: ChattingWorker) -> None:
    await worker.says("我要报名出游，去永安")
    assert await worker.says("社保断了怎么办？") == "答：社保断了怎么办？\n\n接着刚才的“报名出游”：\n一共几个人？"
    assert "哪一天去" in await worker.says("6个人")


async def test_a_question_that_holds_words_of_the_form_is_still_a_question(worker: ChattingWorker) -> None:
    await worker.says("我要报名出游，去永安")
    assert "答：三明的社保怎么交？" in await worker.says("三明的社保怎么交？")
    assert (await values(worker))["place"] == "永安"


async def test_a_question_that_nobody_is_sure_of_is_answered_as_a_question_where_any_words_would_do(
    worker: ChattingWorker,
) -> None:
    await worker.says(f"我要报名出游，去永安，6个人，周六，{PHONE}")
    assert "答：我这种情况能请律师吗" in await worker.says("我这种情况能请律师吗")
    await worker.says("要")
    reply = await worker.says("我这种情况能请律师吗")
    assert "答：我这种情况能请律师吗" in reply
    assert reply.endswith("还有什么要求？\n（不想说就回复“跳过”）")


async def test_a_question_about_what_is_being_done_is_a_question(worker: ChattingWorker) -> None:
    await worker.says("我要报名出游，去永安")
    reply = await worker.says("名额满了咋办")
    assert reply == "答：名额满了咋办\n\n接着刚才的“报名出游”：\n一共几个人？"


async def test_what_was_just_read_is_asked_again_in_short(store: SqliteDocumentStore) -> None:
    class Agreeing(OutingForm):
        async def next_question(self, turn: Turn, values: Values) -> Question | None:
            del turn
            choices = (Choice(value=True, label="同意"), Choice(value=False, label="不同意"))
            return None if "agrees" in values else Question("agrees", "很长的说明。同意吗？", choices, again="同意吗？")

    worker = FormChat(store, FakeClock(), [Agreeing()], WordsUnderstander(WORDS)).worker()
    assert "很长的说明。" in await worker.says("我要报名出游")
    assert await worker.says("呜啦啦") == "这句我没看懂。\n同意吗？\n1. 同意\n2. 不同意"
    for said in ("啥意思", "没看懂", "再说一遍"):
        assert (await worker.says(said)).startswith("很长的说明。同意吗？\n1. 同意")
    assert (await worker.says("社保断了怎么办？")).endswith("“报名出游”：\n同意吗？\n1. 同意\n2. 不同意")


@pytest.mark.parametrize(("said", "told"), [("填到哪了", "没有填到一半"), ("上一步", "没有办到一半")])
async def test_what_steers_a_form_is_said_to_steer_none_where_none_is_open(
    worker: ChattingWorker, said: str, told: str
) -> None:
    assert told in await worker.says(said)


async def test_a_greeting_in_the_middle_is_returned_and_the_form_goes_on(worker: ChattingWorker) -> None:
    await worker.says("我要报名出游，去永安")
    assert "您好" in await worker.says("你好")
    assert "哪一天去" in await worker.says("6个人")


async def test_where_any_words_will_do_a_story_is_no_question_but_a_short_question_is(worker: ChattingWorker) -> None:
    await worker.says(f"我要报名出游，去永安，6个人，周六，{PHONE}")
    await worker.says("要")
    assert "答：社保怎么交？" in await worker.says("社保怎么交？")
    assert "报上名了" in await worker.says("我们厂里的工友年纪大，走不动路，社保卡也没带，能不能找个近点的地方")


async def test_another_form_in_the_middle_comes_first_and_the_other_is_offered_afterwards(
    worker: ChattingWorker, outing: OutingForm, jobs: OutingForm
) -> None:
    await worker.says("我要报名出游，去永安，6个人")
    assert "找活干" in await worker.says("先给我找活")
    await worker.says(f"三明，2个人，周六，{PHONE}")
    await worker.says("不要")
    reply = await worker.says("跳过")
    assert "报上名了：三明，2人。" in reply
    assert "刚才的“报名出游”还没办完，回复“继续”接着办。" in reply
    assert len(jobs.done) == 1
    reply = await worker.says("继续")
    assert "人数：6个人" in reply
    assert "哪一天去" in reply
    assert not outing.done


async def test_whoever_asks_for_a_person_reaches_one_and_the_form_waits(
    store: SqliteDocumentStore, outing: OutingForm
) -> None:
    handed_over = NotNowHandler("转给工作人员了。")
    intents = {Intent.HUMAN_OPERATOR: handed_over}
    worker = FormChat(store, FakeClock(), [outing], WordsUnderstander(WORDS), intents=intents).worker()
    await worker.says("我要报名出游")
    assert await worker.says("转人工") == "转给工作人员了。\n\n接着刚才的“报名出游”：\n去哪里玩？"


async def test_a_menu_click_enters_the_same_form_and_goes_on_where_it_is_open(worker: ChattingWorker) -> None:
    assert "去哪里玩" in await worker.clicks("CLAIM")
    await worker.says("永安")
    reply = await worker.clicks("CLAIM")
    assert "接着办“报名出游”。" in reply
    assert "一共几个人" in reply


async def test_after_half_an_hour_a_message_is_new_and_the_form_is_offered(worker: ChattingWorker) -> None:
    await worker.says("我要报名出游，去永安")
    await worker.waits(31)
    reply = await worker.says("6个人")
    assert reply.startswith("答：6个人")
    assert "刚才的“报名出游”还没办完，回复“继续”接着办。" in reply
    assert "一共几个人" in await worker.says("继续")


async def test_before_half_an_hour_is_over_nothing_times_out(worker: ChattingWorker) -> None:
    await worker.says("我要报名出游，去永安")
    await worker.waits(29)
    assert "哪一天去" in await worker.says("6个人")


async def test_what_was_left_for_a_day_is_forgotten(worker: ChattingWorker) -> None:
    await worker.says("我要报名出游，去永安")
    await worker.waits(25 * 60)
    assert "出游" not in await worker.says("你好")
    assert "没有办到一半的事" in await worker.says("继续")


async def test_what_was_left_can_be_dropped(worker: ChattingWorker) -> None:
    await worker.says("我要报名出游，去永安")
    await worker.waits(31)
    await worker.says("你好")
    assert "“报名出游”不办了" in await worker.says("取消")
    assert (await worker.conversation()).paused_forms == ()


async def test_two_misunderstandings_in_a_row_offer_a_person_and_how_to_stop(worker: ChattingWorker) -> None:
    await worker.says("我要报名出游")
    first = await worker.says("呜啦啦")
    assert "没看懂" in first
    assert "转人工" not in first
    second = await worker.says("呜啦啦啦")
    assert "转人工" in second
    assert "取消" in second
    assert "几个人" in await worker.says("三明")
    assert "转人工" not in await worker.says("呜啦啦")


async def test_an_answer_that_cannot_be_used_says_why_and_is_asked_again(worker: ChattingWorker) -> None:
    await worker.says("我要报名出游，去永安，6个人，周六")
    assert await worker.says("1380000") == "电话要11位。\n留个电话："
    assert "转人工" in await worker.says("1380000")
    assert "要管饭吗" in await worker.says(PHONE)


async def test_a_good_answer_beside_a_refused_one_is_kept(worker: ChattingWorker) -> None:
    await worker.says("我要报名出游，去永安，6个人")
    assert "电话要11位。" in await worker.says("周六，电话1380000")
    assert (await values(worker))["day"] == "sat"


async def test_what_became_impossible_is_asked_again_and_nothing_else(
    worker: ChattingWorker, outing: OutingForm
) -> None:
    outing.taken = {"sat"}
    await worker.says(f"我要报名出游，去永安，6个人，周六，{PHONE}")
    await worker.says("要")
    assert "这天满了，换一天吧。\n哪一天去？" in await worker.says("跳过")
    assert "报上名了" in await worker.says("2")


async def test_what_is_refused_at_the_end_is_said_and_closed(worker: ChattingWorker, outing: OutingForm) -> None:
    outing.refused = "您已经报过名了。"
    await worker.says(f"我要报名出游，去永安，6个人，周六，{PHONE}")
    await worker.says("要")
    assert await worker.says("跳过") == "您已经报过名了。"
    assert (await worker.conversation()).form is None


async def test_a_location_answers_the_question_for_the_place_and_else_is_where_the_worker_is(
    worker: ChattingWorker,
) -> None:
    await worker.says("我要报名出游")
    assert "几个人" in await worker.sends(MessageKind.LOCATION, Label="福建省三明市永安市")
    reply = await worker.sends(MessageKind.LOCATION, Label="福建省三明市永安市")
    assert "记住了" in reply
    assert reply.endswith("一共几个人？")


async def test_a_picture_that_the_form_cannot_use_does_not_end_it(worker: ChattingWorker) -> None:
    await worker.says("我要报名出游")
    reply = await worker.sends(MessageKind.IMAGE, PicUrl="https://example.test/1.jpg")
    assert "图片" in reply
    assert reply.endswith("去哪里玩？")


async def test_a_step_that_fails_loses_nothing(worker: ChattingWorker, outing: OutingForm) -> None:
    await worker.says("我要报名出游")
    outing.is_store_away = True
    with pytest.raises(StoreUnavailableError):
        await worker.says("三明")
    outing.is_store_away = False
    assert "一共几个人" in await worker.again()


async def test_a_rule_that_decides_spares_the_understanding(worker: ChattingWorker, chat: FormChat) -> None:
    understander = chat.dialogue._wishes._understander
    assert isinstance(understander, WordsUnderstander)
    await worker.says("我要报名出游，去永安，6个人")
    understander.asked.clear()
    for said in ("1", "上一步", "填到哪了", "周六", "谢谢"):
        await worker.says(said)
    assert understander.asked == []


async def test_whoever_was_asked_something_is_expected_to_answer_shortly(worker: ChattingWorker) -> None:
    await worker.says("你好")
    assert not await worker.chat.dialogue.expects_answer(worker.last)
    await worker.says("我要报名出游")
    assert await worker.chat.dialogue.expects_answer(worker.last)


async def test_a_mere_yes_erases_nothing_and_the_whole_word_is_asked_for_while_the_question_is_fresh(
    worker: ChattingWorker,
) -> None:
    await worker.says("我在永安")
    asked = await worker.says("删除我的信息")
    assert await worker.says("是") == asked
    assert (await worker.conversation()).work_region == "350481"
    await worker.waits(3)
    assert await worker.says("好") != asked


async def test_a_form_lies_sealed_and_is_exported_and_erased_in_plain_words(
    worker: ChattingWorker, store: SqliteDocumentStore
) -> None:
    privacy = worker.chat.privacy
    privacy.holders.register(ConversationHolder(store, load_divisions(), worker.chat.conversations))
    await worker.says(f"我要报名出游，去永安，6个人，{PHONE}")
    assert PHONE not in str(await store.find("conversations", {}))
    exported = await worker.says("导出我的信息")
    assert f"办到一半的事：报名出游（地方：永安，人数：6个人，电话：{PHONE}）" in exported
    await worker.says("删除我的信息")
    await worker.says("确认删除")
    assert await store.find("conversations", {}) == []


async def test_forms_and_replies_come_under_a_new_key(worker: ChattingWorker, store: SqliteDocumentStore) -> None:
    await worker.says("我要报名出游，去永安")
    asked = await worker.says("6个人")
    new, old = bytes(KEY_BYTES), bytes(range(KEY_BYTES))
    both = Conversations(store, FieldCipher(KeyRing.of({"k2": new, "k1": old})))
    (counts,) = await rotate(store, [both.rotation()])
    assert counts.renewed == 1
    renewed = Conversations(store, FieldCipher(KeyRing.of({"k2": new})))
    (document,) = await store.find("conversations", {})
    form = renewed.opened(document).form
    assert form is not None
    assert form.values == {"place": "永安", "people": 6}
    assert renewed.replies(document)[-1] == asked


async def test_a_second_wish_is_offered_when_the_first_is_done_and_taken_up_with_its_words(
    worker: ChattingWorker, jobs: OutingForm
) -> None:
    await worker.says(f"去永安玩，6个人，周六，{PHONE}，顺便找活")
    await worker.says("要")
    assert (await worker.says("跳过")).endswith("\n\n您还问了找活的事，要现在办吗？回复“好”就办。")
    reply = await worker.says("好")
    assert "好，找活干。" in reply
    assert "地方：永安" in reply
    assert not jobs.done


async def test_a_question_with_a_second_wish_is_answered_and_the_wish_offered_below(worker: ChattingWorker) -> None:
    reply = await worker.says("社保怎么交，另外出游怎么报名")
    assert reply.startswith("答：社保怎么交")
    assert "您还问了欠薪登记的事" in reply
    assert "好，报名出游。" in await worker.says("办吧")


async def test_a_second_wish_that_is_a_question_is_offered_and_answered_in_its_own_words(
    worker: ChattingWorker,
) -> None:
    reply = await worker.says(f"去永安玩，6个人，周六，{PHONE}，另外问个政策")
    await worker.says("要")
    reply = await worker.says("跳过")
    assert reply.endswith("\n\n您还问了“公积金怎么取”，要现在查吗？回复“好”就查。")
    assert (await worker.says("好")).startswith("答：公积金怎么取")


async def test_a_second_wish_is_offered_once(worker: ChattingWorker) -> None:
    await worker.says("社保怎么交，另外出游怎么报名")
    assert "您还问了" not in await worker.says("公积金怎么取")
    assert "报名出游" not in await worker.says("好")


async def test_a_second_wish_may_be_declined(worker: ChattingWorker) -> None:
    await worker.says("社保怎么交，另外出游怎么报名")
    assert "那就不办" in await worker.says("不用了")


@pytest.mark.parametrize("said", ["谢谢，出游怎么报名", "怎么订阅"])
async def test_courtesies_and_what_nobody_does_are_not_offered(worker: ChattingWorker, said: str) -> None:
    await worker.says(said)
    assert (await worker.conversation()).also is None


async def test_words_of_danger_come_before_the_form_and_leave_it_as_it_is(
    store: SqliteDocumentStore, outing: OutingForm
) -> None:
    class Alarm:
        def is_raised(self, turn: Turn) -> bool:
            return "救命" in turn.message.text

        async def handle(self, turn: Turn) -> Reply:
            del turn
            return Reply("请马上打110。")

    worker = FormChat(store, FakeClock(), [outing], WordsUnderstander(WORDS), alarms=[Alarm()]).worker()
    await worker.says("我要报名出游，去永安")
    assert await worker.says("救命，6个人") == "请马上打110。"
    assert await values(worker) == {"place": "永安"}


class NumberedList:
    """A handler that shows a list of five and then what is asked of it."""

    def __init__(self, conversations: Conversations | None = None) -> None:
        self.conversations = conversations

    async def handle(self, turn: Turn) -> Reply:
        leaf = read_leaf(turn)
        if leaf is not None:
            return Reply(f"看{leaf}")
        assert self.conversations is not None
        listing = Listing(Intent.JOB_SEARCH, {"q": turn.message.text}, ("j1", "j2"))
        await self.conversations.remember(turn.conversation.worker_id, listing=listing)
        return Reply("1. 甲\n2. 乙")


async def test_a_number_belongs_to_the_list_that_was_shown_last_and_the_form_waits(
    store: SqliteDocumentStore, outing: OutingForm
) -> None:
    jobs = NumberedList()
    chat = FormChat(store, FakeClock(), [outing], WordsUnderstander(WORDS), intents={Intent.JOB_SEARCH: jobs})
    jobs.conversations = chat.conversations
    worker = chat.worker()
    await worker.says("我要报名出游，去永安，6个人")
    reply = await worker.says("先找活")
    assert reply == "1. 甲\n2. 乙\n\n刚才的“报名出游”还没办完，回复“继续”接着办。"
    assert await worker.says("2") == "看2"
    assert await worker.says("下一页") == "看next"
    assert "哪一天去" in await worker.says("继续")
    await worker.says("2")
    assert (await values(worker))["day"] == "sun"


async def test_where_a_question_leaves_places_to_choose_from_the_number_is_for_them(worker: ChattingWorker) -> None:
    await worker.says("我要报名出游，去永安，6个人")
    reply = await worker.says("鼓楼区的社保怎么交？")
    assert "回复数字" in reply
    assert "回复“继续”" in reply
    assert "答：鼓楼区的社保怎么交？" in await worker.says("1")
    assert "哪一天去" in await worker.says("继续")


@pytest.fixture
def told(store: SqliteDocumentStore) -> ChattingWorker:
    """A worker of an account whose form keeps nothing."""
    return FormChat(store, FakeClock(), [TimetableForm()], WordsUnderstander(WORDS)).worker()


async def finish(worker: ChattingWorker) -> str:
    await worker.says(f"我要报名出游，去永安，6个人，周六，{PHONE}")
    await worker.says("要")
    return await worker.says("跳过")


async def test_what_was_only_told_is_told_again_for_a_corrected_answer(told: ChattingWorker) -> None:
    assert "永安，6人" in await finish(told)
    assert "永安，8人" in await told.says("不是6个人，是8个人")
    assert "永安，9人" in await told.says("说错了，9个人")


async def test_after_half_an_hour_a_correction_corrects_nothing(told: ChattingWorker) -> None:
    await finish(told)
    await told.waits(31)
    assert (await told.says("不是6个人，是8个人")).startswith("答：")


async def test_what_was_kept_is_not_done_again_by_a_correction(worker: ChattingWorker, outing: OutingForm) -> None:
    await finish(worker)
    await worker.says("不是6个人，是8个人")
    assert outing.completions == 1


class AtOnce(OutingForm):
    """Needs to know nothing."""

    async def next_question(self, turn: Turn, values: Values) -> None:  # type: ignore[override]
        del turn, values

    async def complete(self, form_id: str, turn: Turn, values: Values) -> Reply:
        del form_id, turn, values
        return Reply("有三个活。")


async def test_what_is_done_at_once_beside_a_form_leaves_it_open(
    store: SqliteDocumentStore, outing: OutingForm
) -> None:
    forms = [outing, AtOnce(Intent.JOB_SEARCH.value, "找活干")]
    worker = FormChat(store, FakeClock(), forms, WordsUnderstander(WORDS)).worker()
    await worker.says("我要报名出游，去永安")
    assert await worker.says("先找活") == "有三个活。\n\n接着刚才的“报名出游”：\n一共几个人？"
    assert "哪一天去" in await worker.says("6个人")


@pytest.mark.parametrize("said", ["跳过", "上一步", "继续", "取消"])
async def test_what_would_steer_a_form_is_said_to_steer_nothing_while_none_is_open(
    worker: ChattingWorker, said: str
) -> None:
    assert "没有办到一半的事" in await worker.says(said)
