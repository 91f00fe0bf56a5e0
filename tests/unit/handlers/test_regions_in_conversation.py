"""Where the worker is: asked once, remembered, changed, chosen."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.message import MessageKind
from bot.handlers import phrasing_region as phrasing

YONGAN, SANMING, GUANGDONG, SICHUAN, WUHAN = "350481", "350400", "440000", "510000", "420100"
ASKS = "您在哪里打工？"
Worker = Any
Answerer = Any


async def test_the_region_is_asked_once(worker: Worker, answerer: Answerer) -> None:
    assert ASKS in await worker.says("有技能补贴吗")
    assert ASKS not in await worker.says("拖欠工资找谁")
    assert [query.work_region for query in answerer.queries] == [None, None]


async def test_a_place_answers_the_question_that_waited_for_it(worker: Worker) -> None:
    await worker.says("有技能补贴吗")
    reply = await worker.says("三明永安")
    assert reply.startswith("记住了，您在福建省三明市永安市。")
    assert reply.endswith(f"答：有技能补贴吗（{YONGAN}）")
    assert (await worker.is_remembered_as()).pending_question == ""
    assert "答：" not in await worker.says("三明永安")


async def test_the_latest_question_waits(worker: Worker) -> None:
    await worker.says("有技能补贴吗")
    await worker.says("拖欠工资找谁")
    assert "答：拖欠工资找谁" in await worker.says("我在永安")


async def test_a_place_of_work_in_a_question_is_remembered(worker: Worker, answerer: Answerer) -> None:
    await worker.says("我在永安打工，有技能补贴吗")
    await worker.says("拖欠工资找谁")
    assert [query.work_region for query in answerer.queries] == [YONGAN, YONGAN]


async def test_a_home_in_a_question_is_remembered_beside_the_work(worker: Worker, answerer: Answerer) -> None:
    await worker.says("我在永安打工，老家四川，有技能补贴吗")
    await worker.says("回老家创业呢")
    assert {(query.work_region, query.home_region) for query in answerer.queries} == {(YONGAN, SICHUAN)}


async def test_a_mentioned_place_counts_for_this_question_only(worker: Worker, answerer: Answerer) -> None:
    await worker.says("我在永安打工，有技能补贴吗")
    await worker.says("广东的创业补贴怎么领")
    await worker.says("拖欠工资找谁")
    assert [query.work_region for query in answerer.queries] == [YONGAN, GUANGDONG, YONGAN]


async def test_while_another_place_is_asked_about_the_own_one_is_told_too(worker: Worker, answerer: Answerer) -> None:
    await worker.says("我在永安打工，有技能补贴吗")
    await worker.says("广东的创业补贴怎么领")
    assert [query.usual_region for query in answerer.queries] == [None, YONGAN]


async def test_places_that_are_compared_are_told_apart(worker: Worker, answerer: Answerer) -> None:
    await worker.says("广东和武汉的创业补贴都有啥")
    assert answerer.queries[-1].compared_regions == (GUANGDONG, WUHAN)


@pytest.mark.parametrize("words", ["武汉就业补贴有多少", "广东的创业补贴怎么领", "武汉打工人员能落户吗"])
async def test_a_place_that_is_only_asked_about_is_not_remembered(words: str, worker: Worker) -> None:
    await worker.says(words)
    assert (await worker.is_remembered_as()).work_region is None


async def test_a_wider_place_does_not_lose_where_the_worker_is(worker: Worker, answerer: Answerer) -> None:
    await worker.says("我在永安打工，有技能补贴吗")
    await worker.says("三明市的创业补贴怎么领")
    assert answerer.queries[-1].work_region == YONGAN


@pytest.mark.parametrize("words", ["我不在三明了，在永安", "从三明搬到永安了", "我换到永安了", "现在在永安打工"])
async def test_moving_changes_the_place(words: str, worker: Worker) -> None:
    await worker.says("我在三明")
    assert (await worker.is_remembered_as()).work_region == SANMING
    assert await worker.says(words) == phrasing.work_changed("福建省三明市永安市") + phrasing.ASK_AWAY
    assert (await worker.is_remembered_as()).work_region == YONGAN


async def test_a_home_alone_is_confirmed_as_home(worker: Worker) -> None:
    assert (await worker.says("我老家四川")).startswith("记住了，您老家在四川省。")
    remembered = await worker.is_remembered_as()
    assert (remembered.home_region, remembered.work_region) == (SICHUAN, None)


async def test_a_home_beside_the_place_of_work_is_confirmed_in_one_go(worker: Worker) -> None:
    reply = await worker.says("我在武汉打工，老家邢台")
    assert reply.startswith("记住了，您在湖北省武汉市。您老家在河北省邢台市，也记住了。")


async def test_a_province_is_asked_more_exactly(worker: Worker) -> None:
    assert phrasing.MORE_EXACTLY in await worker.says("我在广东")


async def test_places_of_one_name_are_offered_by_number(worker: Worker, answerer: Answerer) -> None:
    await worker.says("有技能补贴吗")
    offered = await worker.says("我在鼓楼区")
    places = (await worker.is_remembered_as()).pending_places
    assert len(places) > 1
    assert "\n2. " in offered
    assert await worker.expects_answer("2")
    reply = await worker.says("2")
    assert "答：有技能补贴吗" in reply
    remembered = await worker.is_remembered_as()
    assert remembered.work_region == places[1]
    assert remembered.pending_places == ()
    assert not await worker.expects_answer("2")
    assert answerer.queries[-1].work_region == places[1]


@pytest.mark.parametrize("number", ["１", "一", "第一个", "选1", "1。"])
async def test_numbers_are_read_as_workers_write_them(number: str, worker: Worker) -> None:
    await worker.says("我在鼓楼区")
    places = (await worker.is_remembered_as()).pending_places
    await worker.says(number)
    assert (await worker.is_remembered_as()).work_region == places[0]


async def test_a_number_outside_the_list_is_told_so(worker: Worker) -> None:
    await worker.says("我在鼓楼区")
    count = len((await worker.is_remembered_as()).pending_places)
    assert await worker.says("88") == phrasing.no_such_choice(count)
    assert (await worker.is_remembered_as()).work_region is None


async def test_a_mentioned_place_of_several_is_chosen_for_its_question_only(worker: Worker, answerer: Answerer) -> None:
    await worker.says("我在武汉")
    await worker.says("鼓楼区的创业补贴怎么领")
    remembered = await worker.is_remembered_as()
    await worker.says("1")
    assert answerer.queries[-1].work_region == remembered.pending_places[0]
    assert (await worker.is_remembered_as()).work_region == WUHAN


async def test_asking_something_else_drops_the_list(worker: Worker) -> None:
    await worker.says("我在鼓楼区")
    await worker.says("拖欠工资找谁")
    assert not await worker.expects_answer("1")


@pytest.mark.parametrize("words", ["我在旮旯村", "三民市", "我在阿巴阿巴县打工"])
async def test_an_unknown_place_is_told_so(words: str, worker: Worker, answerer: Answerer) -> None:
    assert await worker.says(words) == phrasing.UNKNOWN_PLACE
    assert answerer.queries == []


@pytest.mark.parametrize(
    "words", ["我在工地受伤了", "居住证怎么办", "欠薪", "没签合同", "老板跑了怎么办", "我在厂里没交社保"]
)
async def test_questions_are_not_taken_for_places(words: str, worker: Worker, answerer: Answerer) -> None:
    await worker.says(words)
    assert [query.text for query in answerer.queries] == [words]


async def test_a_location_sets_the_place_by_its_label(worker: Worker) -> None:
    reply = await worker.sends(MessageKind.LOCATION, Label="福建省三明市永安市燕江中路88号", Location_X="25.9")
    assert reply.startswith("记住了，您在福建省三明市永安市。")


async def test_a_location_without_a_place_is_asked_in_words(worker: Worker) -> None:
    assert await worker.sends(MessageKind.LOCATION, Label="", Location_X="25.9") == phrasing.LOCATION_WITHOUT_PLACE


async def test_the_menu_tells_the_region_or_asks_for_it(worker: Worker) -> None:
    assert await worker.sends(MessageKind.EVENT_CLICK, EventKey="REGION") == phrasing.ASK_REGION
    await worker.says("我在永安")
    assert "福建省三明市永安市" in await worker.sends(MessageKind.EVENT_CLICK, EventKey="REGION")


async def test_two_workers_are_remembered_apart(worker: Worker, another_worker: Any, answerer: Answerer) -> None:
    await worker.says("我在永安")
    other = another_worker("o-li")
    await other.says("有技能补贴吗")
    assert answerer.queries[-1].work_region is None


async def test_voice_that_was_recognised_is_text(worker: Worker, answerer: Answerer) -> None:
    await worker.sends(MessageKind.VOICE, "拖欠工资找谁。")
    assert answerer.queries[0].text == "拖欠工资找谁。"
