"""The conversation about a subsidy: what is asked, what is never asked, and what is said."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.assembly.open_subsidies import open_subsidies
from bot.domain.conversation import Conversation, Turn
from bot.domain.form import Question, Values
from bot.domain.intent import Intent, Understanding
from bot.domain.message import MessageKind, WorkerMessage
from bot.domain.subsidy import Audience, FactKind, FactValue, Span
from bot.handlers import phrasing_subsidy_eligibility as phrasing
from bot.handlers.conversations import Conversations
from bot.handlers.subsidy_eligibility import SubsidyEligibilityForm
from bot.storage.sqlite_documents import SqliteDocumentStore
from bot.subsidies.assessment import assess
from bot.subsidies.subsidy_desk import SubsidyDesk
from tests.fakes.fake_clock import FakeClock
from tests.fakes.form_chat import ChattingWorker, FormChat, WordsUnderstander

WORDS = {"补": Intent.SUBSIDY_ELIGIBILITY, "公租房": Intent.SUBSIDY_ELIGIBILITY, "社保转移": Intent.POLICY_QA}
PASSIVE_REPLY_MAX_BYTES = 2000
ROOM_FOR_THE_DIALOGUE_BYTES = 300
FIGURE = re.compile(r"\d+(?:\.\d+)?")
SANMING, YONGAN, LIZHOU = "350400", "350481", "510802"


@pytest.fixture(scope="session")
def desk() -> SubsidyDesk:
    return open_subsidies(Path("corpus"))


class Talk:
    """A worker and the form without the dialogue between them: answers in words only."""

    def __init__(self, form: SubsidyEligibilityForm, work: str | None, home: str | None, scheme: str | None) -> None:
        self.form = form
        self.conversation = Conversation("w", work_region=work, home_region=home)
        slots = {"scheme": scheme} if scheme else {}
        self.understanding = Understanding(Intent.SUBSIDY_ELIGIBILITY, slots)
        self.values: dict[str, Any] = {}
        self.asked: Question | None = None

    async def says(self, text: str) -> str:
        """The question or the verdict that follows."""
        turn = self.turn(text)
        reading = self.form.read(turn, self.values, self.asked)
        kept = {name: value for name, value in self.values.items() if name not in reading.forgets}
        self.values = kept | dict(reading.values)
        if reading.refusal:
            return reading.refusal
        self.asked = await self.form.next_question(turn, self.values)
        return self.asked.text if self.asked else (await self.form.complete("f", turn, self.values)).text

    async def chooses(self, value: object) -> str:
        """Pick a choice, as the dialogue does it."""
        assert self.asked is not None
        assert value in [choice.value for choice in self.asked.choices]
        self.values[self.asked.field] = value
        turn = self.turn("1")
        self.asked = await self.form.next_question(turn, self.values)
        return self.asked.text if self.asked else (await self.form.complete("f", turn, self.values)).text

    def turn(self, text: str) -> Turn:
        message = WorkerMessage("k", "o", "gh", MessageKind.TEXT, text, FakeClock().now())
        return Turn(message, self.conversation, self.understanding)


@pytest.fixture
async def chat(tmp_path: Path, desk: SubsidyDesk) -> AsyncIterator[FormChat]:
    store = await SqliteDocumentStore.open(tmp_path / "gongyou.sqlite3", synchronous="NORMAL")
    clock = FakeClock()
    understander = WordsUnderstander({word: Understanding(intent) for word, intent in WORDS.items()})
    forms: list[SubsidyEligibilityForm] = []
    kept = FormChat(store, clock, [], understander).conversations
    forms.append(SubsidyEligibilityForm(desk, kept, clock))
    yield FormChat(store, clock, forms, understander)
    await store.close()


@pytest.fixture
def form(chat: FormChat, desk: SubsidyDesk) -> SubsidyEligibilityForm:
    return SubsidyEligibilityForm(desk, chat.conversations, chat.clock)


@pytest.fixture
def worker(chat: FormChat) -> ChattingWorker:
    return chat.worker()


def body_of(text: str) -> str:
    """A verdict without its source line and without what only repeats the worker's words."""
    skipped = (phrasing.RECAP_LABEL, "出处：")
    return "\n".join(line for line in text.splitlines() if not line.startswith(skipped))


async def test_everything_in_one_sentence_gets_the_verdict_at_once(form: SubsidyEligibilityForm) -> None:
    talk = Talk(form, None, None, None)
    text = await talk.says("我在三明，头一回自己开理发店，开了十四个月了，能领创业补贴不")
    assert "您符合条件" in text
    assert "不超过1万元" in text
    assert "对农民工首次创业正常经营1年以上的给予不超过1万元的一次性创业补贴" in text


async def test_only_what_is_missing_is_asked_the_decisive_first(form: SubsidyEligibilityForm) -> None:
    talk = Talk(form, SANMING, None, "startup_subsidy")
    assert "头一回" in await talk.says("我能不能拿创业补贴")
    assert "开了多久" in await talk.chooses(value=True)
    assert "您符合条件" in await talk.says("满一年了")


async def test_a_no_ends_the_questions(form: SubsidyEligibilityForm) -> None:
    talk = Talk(form, SANMING, None, "startup_subsidy")
    await talk.says("我能不能拿创业补贴")
    text = await talk.says("不是，以前开过一家")
    assert "还不符合" in text
    assert "“首次创业”" in text


async def test_a_drafts_verdict_says_that_it_is_a_draft(form: SubsidyEligibilityForm) -> None:
    talk = Talk(form, LIZHOU, None, "absorb_subsidy")
    assert "征求意见稿" in await talk.says("我公司招了3个脱贫户")


async def test_passed_targets_are_said(form: SubsidyEligibilityForm) -> None:
    talk = Talk(form, "130500", None, "rent_subsidy")
    assert "目标年份已过" in await talk.says("街道认定我符合住房保障条件了")


async def test_a_draft_whose_targets_have_passed_says_both(form: SubsidyEligibilityForm) -> None:
    talk = Talk(form, LIZHOU, None, "absorb_subsidy")
    text = await talk.says("我公司招了3个脱贫户")
    assert text.startswith("【征求意见稿")
    assert phrasing.DRAFT_TARGETS_PASSED in text


async def test_the_place_of_the_message_decides_which_scheme_is_meant(form: SubsidyEligibilityForm) -> None:
    talk = Talk(form, None, None, None)
    text = await talk.says("我在利州，回来开了个农家乐，税费能减免补贴吗")
    assert "创业税费减免" in text
    assert "利州区人力资源和社会保障局" in text


async def test_a_place_that_is_left_gives_what_the_home_gives(form: SubsidyEligibilityForm) -> None:
    talk = Talk(form, None, None, "transport")
    assert "您符合条件" in await talk.says("我是脱贫户，从利州去上海打工，路费给报不")


async def test_what_an_office_must_confirm_is_not_asked_in_circles(form: SubsidyEligibilityForm) -> None:
    talk = Talk(form, SANMING, None, "public_welfare_job")
    text = await talk.says("找工作找了一年都没人要，能给个公益岗吗")
    assert talk.asked is None
    assert "还差一步" in text
    assert "三明市人社局" in text
    assert "您符合条件" in await talk.says("人社局认定我符合公益性岗位安置条件")


async def test_a_scheme_named_without_conditions_gets_no_other_places_figure(form: SubsidyEligibilityForm) -> None:
    talk = Talk(form, "440783", None, "startup_subsidy")
    text = await talk.says("我回开平开了家五金店，一次性创业资助给多少")
    assert "具体条件没有写全" in text
    assert "万" not in body_of(text)


async def test_a_scheme_that_the_places_documents_do_not_name_is_honestly_none(form: SubsidyEligibilityForm) -> None:
    talk = Talk(form, LIZHOU, None, "limited_price_housing")
    text = await talk.says("限价房能买吗")
    assert "没有写“限价房”" in text
    assert "三明" not in text


async def test_a_place_without_any_document_says_so(form: SubsidyEligibilityForm) -> None:
    talk = Talk(form, "310000", None, None)
    assert "还没有收录" in await talk.says("能领啥补贴")


async def test_a_place_in_the_message_wins_over_the_remembered_one(form: SubsidyEligibilityForm) -> None:
    talk = Talk(form, SANMING, None, None)
    text = await talk.says("邢台那边的租赁补贴，我在邢台租房，有我的吗")
    assert "邢台市" in text


async def test_the_place_is_asked_where_nobody_told_it_and_remembered_then(worker: ChattingWorker) -> None:
    assert phrasing.ASK_PLACE in await worker.says("头一回开店开了14个月，创业补贴能领不")
    text = await worker.says("在永安")
    assert "您符合条件" in text
    assert (await worker.conversation()).work_region == YONGAN


async def test_a_place_of_several_is_chosen_by_number(worker: ChattingWorker) -> None:
    await worker.says("公租房能申请不")
    offered = await worker.says("鼓楼区")
    assert "有好几个" in offered
    assert "1. " in offered
    assert (await worker.conversation()).form is not None
    assert "没有写" in await worker.says("1") or (await worker.conversation()).form is None


async def test_what_the_home_place_gives_is_looked_up_there(form: SubsidyEligibilityForm) -> None:
    talk = Talk(form, "310000", LIZHOU, "transport")
    assert "您符合条件" in await talk.says("我是脱贫户，在上海打工，路费给报不")


async def test_the_home_place_is_asked_where_nobody_knows_it(form: SubsidyEligibilityForm) -> None:
    talk = Talk(form, "310000", None, "transport")
    assert "老家" in await talk.says("我是脱贫户，路费给报不")
    assert "您符合条件" in await talk.says("广元利州的，在上海上班")


async def test_going_through_the_schemes_leaves_out_what_does_not_fit(form: SubsidyEligibilityForm) -> None:
    talk = Talk(form, SANMING, None, None)
    assert talk.form.is_summoned("我这种情况能领啥补贴？")
    assert talk.form.is_summoned("帮我查查能领哪些补贴")
    assert await talk.says("我这种情况能领啥补贴，我开了半年店，头一回创业") == phrasing.ASK_AUDIENCE
    text = await talk.chooses(Audience.WORKER.value)
    assert talk.asked is not None
    offered = [choice.value for choice in talk.asked.choices]
    assert "startup_subsidy" not in offered
    assert "skill_certificate" in offered
    assert "没有列" in text
    assert "没有写" not in await talk.chooses("skill_certificate")


async def test_an_employer_is_not_asked_for_whom(form: SubsidyEligibilityForm) -> None:
    talk = Talk(form, SANMING, None, None)
    await talk.says("我们公司能领什么补贴")
    assert talk.asked is not None
    assert {"small_biz_loan", "recruit_reward"} <= {choice.value for choice in talk.asked.choices}


async def test_a_bare_number_is_no_length_of_time(form: SubsidyEligibilityForm) -> None:
    talk = Talk(form, SANMING, None, "startup_subsidy")
    await talk.says("我头一回创业，能领补贴不")
    assert await talk.says("14") == phrasing.MONTHS_OR_YEARS
    assert "您符合条件" in await talk.says("14个月")


@pytest.mark.parametrize(("staff", "hires", "said"), [("100", "15", "您符合条件"), ("101个", "8个", "还不符合")])
async def test_heads_are_taken_as_bare_numbers_where_they_are_asked(
    form: SubsidyEligibilityForm, staff: str, hires: str, said: str
) -> None:
    talk = Talk(form, SANMING, None, "small_biz_loan")
    assert "小微" in await talk.says("我们厂想申请三百万的贷款")
    assert "在职职工" in await talk.says("是的")
    assert "新招了几个" in await talk.says(staff)
    assert said in await talk.says(hires)


async def test_another_scheme_in_the_middle_starts_that_one(form: SubsidyEligibilityForm) -> None:
    talk = Talk(form, SANMING, None, None)
    await talk.says("我头一回创业，能领创业补贴不")
    talk.understanding = Understanding(Intent.SUBSIDY_ELIGIBILITY)
    assert "外地" in await talk.says("那公租房呢")
    assert "is_first_business" not in talk.values


async def test_through_the_dialogue_with_a_correction_and_a_question_between(worker: ChattingWorker) -> None:
    await worker.says("我在三明，想查创业补贴")
    assert "开了多久" in await worker.says("1")
    asked = await worker.says("社保转移怎么办")
    assert "答：社保转移怎么办" in asked
    assert "开了多久" in asked
    assert "您符合条件" in await worker.says("十四个月了")


async def test_an_answer_is_put_right(worker: ChattingWorker) -> None:
    await worker.says("我在三明，想查创业补贴，第一次创业")
    await worker.says("上一步")
    assert (await worker.conversation()).form is not None


async def test_a_question_may_be_skipped_and_is_named_then(worker: ChattingWorker) -> None:
    await worker.says("我在三明，想查创业补贴")
    await worker.says("跳过")
    text = await worker.says("不知道")
    assert "还说不准" in text
    assert "首次创业、正常经营时长" in text
    assert (await worker.conversation()).form is None


def _values_of(facts: dict[str, FactValue]) -> Values:
    return {name: [value.low, value.high] if isinstance(value, Span) else value for name, value in facts.items()}


def _cases(desk: SubsidyDesk, rule_number: int) -> list[dict[str, FactValue]]:
    """Everything met, everything denied, nothing known."""
    rule = desk.book.rules[rule_number]
    facts = [desk.book.facts.by_name[name] for name in desk.book.facts_of(rule)]
    is_quantity = {fact.name: fact.kind not in {FactKind.YES_NO, FactKind.CONFIRMATION} for fact in facts}
    met: dict[str, FactValue] = {name: Span.exactly(60) if much else True for name, much in is_quantity.items()}
    denied: dict[str, FactValue] = {name: Span.exactly(0) if much else False for name, much in is_quantity.items()}
    return [met, denied, {}]


@pytest.mark.parametrize("number", range(77))
async def test_every_verdict_fits_and_shows_only_figures_of_its_clause(
    form: SubsidyEligibilityForm, desk: SubsidyDesk, number: int
) -> None:
    rule = desk.book.rules[number]
    talk = Talk(form, rule.region_code, rule.region_code, rule.scheme)
    for facts in _cases(desk, number):
        found = assess(rule, facts)
        values = _values_of(facts) | {"scheme": rule.scheme, "place": rule.region_code}
        text = (await form.complete("f", talk.turn("1"), values)).text
        assert len(text.encode()) <= PASSIVE_REPLY_MAX_BYTES - ROOM_FOR_THE_DIALOGUE_BYTES
        computed = [f"{(found.amount_max_fen or 0) // 100}", "60", "12333"]
        allowed = {*FIGURE.findall(desk.clause_of(rule).text), *computed}
        assert set(FIGURE.findall(body_of(text))) <= allowed
        assert "#" not in text
        assert "*" not in text


async def test_every_list_of_choices_fits(form: SubsidyEligibilityForm, desk: SubsidyDesk) -> None:
    for region in {rule.region_code for rule in desk.book.rules}:
        for audience in Audience:
            talk = Talk(form, region, None, None)
            question = await form.next_question(talk.turn("补贴"), {"audience": audience.value, "place": region})
            if question is None:
                continue
            labels = "\n".join(choice.label for choice in question.choices)
            room = PASSIVE_REPLY_MAX_BYTES - ROOM_FOR_THE_DIALOGUE_BYTES
            assert len(question.text.encode()) + len(labels.encode()) <= room
            assert len({choice.label for choice in question.choices}) == len(question.choices)


def test_conversations_are_what_remembers_the_place(chat: FormChat) -> None:
    assert isinstance(chat.conversations, Conversations)
