from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.conversation import Conversation, Turn
from bot.domain.message import MessageKind, WorkerMessage
from bot.domain.place import PointKind, ServicePoint
from bot.handlers.conversations import Conversations
from bot.handlers.service_point import ServicePointForm
from bot.places.service_points import ServicePoints
from bot.regions.divisions import load_divisions
from bot.regions.place_names import load_place_finder
from bot.storage.sqlite_documents import SqliteDocumentStore

AID = ServicePoint(
    "a1", PointKind.LEGAL_AID, "三元法律援助中心", "350403", "列东街1号", 26.23, 117.60, "0598-8888888", "周一至周五"
)


def turn(text: str = "", work_region: str | None = None, **fields: str) -> Turn:
    kind = MessageKind.LOCATION if fields else MessageKind.TEXT
    message = WorkerMessage("k", "o", "gh", kind, text, datetime(2026, 11, 28, tzinfo=UTC), fields)
    return Turn(message, Conversation("w", work_region=work_region))


@pytest.fixture
async def form(store: SqliteDocumentStore, conversations: Conversations) -> ServicePointForm:
    points = ServicePoints(store, load_divisions())
    await points.prepare()
    await points.keep(AID)
    await points.keep(replace(AID, point_id="a2", name="示例·永安法援", region_code="350481", is_sample=True))
    await points.keep(replace(AID, point_id="a3", name="永安窗口", region_code="350481", is_sample=True))
    await conversations.open("w")
    return ServicePointForm(points, load_place_finder(), load_divisions(), conversations)


async def answer(form: ServicePointForm, one: Turn) -> str:
    values = dict(form.read(one, {}, None).values)
    question = await form.next_question(one, values)
    return question.text if question else (await form.complete("f1", one, values)).text


async def test_a_location_gets_the_nearest_with_distance_hours_phone_and_map(form: ServicePointForm) -> None:
    text = await answer(form, turn(Location_X="26.2345", Location_Y="117.6000", Label="福建省三明市三元区"))

    assert "三元法律援助中心，约500米" in text
    assert "周一至周五" in text
    assert "0598-8888888" in text
    assert "https://uri.amap.com/marker" in text


async def test_the_place_of_a_location_is_remembered_where_none_is_known(
    form: ServicePointForm, conversations: Conversations
) -> None:
    await answer(form, turn(Location_X="26.2345", Location_Y="117.6000", Label="福建省三明市三元区列东街"))

    remembered = await conversations.find("w")
    assert remembered is not None
    assert remembered.work_region == "350404"


async def test_the_place_named_wins_over_the_one_remembered(form: ServicePointForm) -> None:
    text = await answer(form, turn("永安的法律援助中心在哪", work_region="350403"))

    assert "示例·永安法援\n" in text
    assert "永安窗口（示例）" in text
    assert "三元法律援助中心" not in text
    assert "示例，不是真的" in text


async def test_without_any_place_it_asks_for_a_location(form: ServicePointForm) -> None:
    assert "发个位置" in await answer(form, turn("法律援助中心的地址发我一下"))


async def test_where_the_place_has_none_the_larger_one_is_named(form: ServicePointForm) -> None:
    text = await answer(form, turn("尤溪的法律援助在哪里"))

    assert text.startswith("尤溪")
    assert "没有登记法律援助点，三明" in text


async def test_another_province_is_never_offered(form: ServicePointForm) -> None:
    text = await answer(form, turn("广元利州的法律援助在哪里"))

    assert "没有登记" in text
    assert "12348" in text
    assert "三元" not in text


async def test_what_no_list_holds_is_said_honestly(form: ServicePointForm) -> None:
    text = await answer(form, turn("办居住证去哪个派出所近一点", work_region="350403"))

    assert "没有派出所的地址" in text
    assert "12345" in text


async def test_a_location_on_its_own_shows_what_is_around_it(form: ServicePointForm) -> None:
    here = {"Location_X": "26.2345", "Location_Y": "117.6000"}

    assert "离您最近的服务点" in await form.around(turn(**here))
    assert await form.around(turn(Location_X="40.0", Location_Y="100.0")) == ""


def test_a_location_that_cannot_be_one_is_not_read(form: ServicePointForm) -> None:
    assert form.read(turn(Location_X="没有", Location_Y="1"), {}, None).values == {}
    assert form.read(turn(Location_X="99", Location_Y="1"), {}, None).values == {}
