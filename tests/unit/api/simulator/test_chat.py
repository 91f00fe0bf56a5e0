import re

import pytest

from api.simulator import phrases
from bot.domain.message import MessageKind
from bot.retrieval import fusion
from tests.fakes.demonstration import ORIGIN, Demonstration
from tests.fakes.scripted_application import ANSWER

GREETING = "account: 您好，有政策上的事可以直接问我。"


async def test_a_visitor_is_greeted_as_a_new_follower(demonstration: Demonstration) -> None:
    page = await demonstration.open()
    assert await demonstration.texts() == ["notice: ［关注了公众号］", GREETING]
    assert "没替工人选地方" in page
    assert demonstration.application.gateway.received[0].kind is MessageKind.EVENT_SUBSCRIBE


async def test_the_session_cookie_is_kept_from_scripts_and_other_sites(demonstration: Demonstration) -> None:
    cookie = (await demonstration.browser.get("/simulator")).headers["set-cookie"].lower()
    await demonstration.settled()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


async def test_a_question_travels_through_the_callback_and_its_answer_appears(demonstration: Demonstration) -> None:
    await demonstration.open()
    await demonstration.post("/simulator/messages", text="创业补贴有多少")
    assert (await demonstration.texts())[2:] == ["worker: 创业补贴有多少", f"account: {ANSWER}"]
    received = demonstration.application.gateway.received[-1]
    assert (received.kind, received.text) == (MessageKind.TEXT, "创业补贴有多少")


async def test_the_panel_shows_what_was_searched_found_and_cited(demonstration: Demonstration) -> None:
    await demonstration.open()
    await demonstration.post("/simulator/messages", text="创业补贴有多少")
    panel = await demonstration.get("/simulator/exchanges/last")
    for shown in (
        "已答",
        "当场回复",
        "验签、解密",
        "检索条款",
        "福建省三明市、福建省、全国",
        "三明市文件（草案）",
        "回答引用了这条",
        "征求意见稿",
        "目标只定到 2020 年",
        "BM25 第 1（14.20）",
        "向量第 2（0.61）",
    ):
        assert shown in panel
    assert panel.count("回答引用了这条") == 1


async def test_the_envelopes_are_shown_sealed_and_open(demonstration: Demonstration) -> None:
    await demonstration.open()
    await demonstration.post("/simulator/messages", text="老板跑了")
    panel = await demonstration.get("/simulator/exchanges/last")
    sealed = re.findall(r"<pre[^>]*>(.*?)</pre>", panel, re.DOTALL)
    assert len(sealed) == 3
    sent, plain, got = sealed
    assert "&lt;Encrypt&gt;" in sent
    assert "老板跑了" not in sent
    assert "老板跑了" in plain
    assert "&lt;MsgSignature&gt;" in got
    assert "收到" not in got


async def test_an_older_exchange_can_be_looked_at_again(demonstration: Demonstration) -> None:
    await demonstration.open()
    await demonstration.post("/simulator/messages", text="第一问")
    feed = await demonstration.get("/simulator/bubbles")
    older = re.findall(r"/simulator/exchanges/([0-9a-f]{16})", feed)[-1]
    await demonstration.post("/simulator/messages", text="第二问")
    assert "第一问" in await demonstration.get(f"/simulator/exchanges/{older}")


async def test_a_repeated_push_brings_one_bubble_and_says_so(demonstration: Demonstration) -> None:
    await demonstration.open()
    await demonstration.post("/simulator/messages", text="你好")
    await demonstration.post("/simulator/kinds", kind="repeat")
    texts = (await demonstration.texts())[4:]
    assert texts[:2] == ["worker: 你好", "account: 收到：你好"]
    assert "推送了两次" in texts[2]
    one, other = demonstration.application.gateway.received[-2:]
    assert one.key == other.key


async def test_there_must_be_something_to_repeat(demonstration: Demonstration) -> None:
    await demonstration.open()
    await demonstration.post("/simulator/kinds", kind="repeat")
    assert "还没有发过消息" in (await demonstration.texts())[-1]


@pytest.mark.parametrize(
    ("kind", "received_as"),
    [
        ("image", MessageKind.IMAGE),
        ("voice", MessageKind.VOICE),
        ("location", MessageKind.LOCATION),
        ("subscribe", MessageKind.EVENT_SUBSCRIBE),
        ("unsubscribe", MessageKind.EVENT_UNSUBSCRIBE),
    ],
)
async def test_every_kind_of_the_menu_reaches_the_gateway(
    demonstration: Demonstration, kind: str, received_as: MessageKind
) -> None:
    await demonstration.open()
    await demonstration.post("/simulator/kinds", kind=kind)
    assert demonstration.application.gateway.received[-1].kind is received_as


async def test_the_accounts_menu_is_shown_and_what_is_pressed_reaches_the_gateway(demonstration: Demonstration) -> None:
    assert '<button name="key" value="JOBS">找活干</button>' in await demonstration.open()
    await demonstration.post("/simulator/menu", key="JOBS")
    received = demonstration.application.gateway.received[-1]
    assert (received.kind, received.fields["EventKey"]) == (MessageKind.EVENT_CLICK, "JOBS")
    assert "notice: ［点了菜单“找活干”］" in await demonstration.texts()


async def test_what_is_not_in_the_menu_cannot_be_pressed(demonstration: Demonstration) -> None:
    await demonstration.open()
    assert (await demonstration.post("/simulator/menu", key="NONSENSE")).status_code == 422


async def test_silence_is_shown_as_silence_and_nobody_waits(demonstration: Demonstration) -> None:
    await demonstration.open()
    await demonstration.post("/simulator/kinds", kind="unsubscribe")
    assert (await demonstration.texts())[-1] == "notice: ［取消关注了公众号］"
    assert "不需要回复" in await demonstration.get("/simulator/exchanges/last")


async def test_an_unknown_kind_is_refused(demonstration: Demonstration) -> None:
    await demonstration.open()
    assert (await demonstration.post("/simulator/kinds", kind="explode")).status_code == 422


async def test_choosing_a_place_starts_a_fresh_worker_who_says_so(demonstration: Demonstration) -> None:
    await demonstration.open()
    await demonstration.post("/simulator/messages", text="你好")
    await demonstration.post("/simulator/workers", place="350400")
    assert await demonstration.texts() == [
        "notice: ［关注了公众号］",
        GREETING,
        "worker: 我在福建省三明市",
        "account: 收到：我在福建省三明市",
    ]
    assert len({message.openid for message in demonstration.application.gateway.received}) == 2


async def test_not_saying_where_starts_a_fresh_worker_too(demonstration: Demonstration) -> None:
    await demonstration.open()
    await demonstration.post("/simulator/messages", text="你好")
    await demonstration.post("/simulator/workers", place="")
    assert await demonstration.texts() == ["notice: ［关注了公众号］", GREETING]


async def test_a_place_that_is_none_is_refused(demonstration: Demonstration) -> None:
    await demonstration.open()
    assert (await demonstration.post("/simulator/workers", place="999999")).status_code == 422


async def test_places_are_found_by_name(demonstration: Demonstration) -> None:
    found = (await demonstration.browser.get("/simulator/places", params={"query": "三明"})).text
    assert 'value="350400"' in found
    assert "福建省三明市三元区" in found


async def test_a_place_that_is_not_found_is_said(demonstration: Demonstration) -> None:
    found = (await demonstration.browser.get("/simulator/places", params={"query": "<b>火星"})).text
    assert "没有找到“&lt;b&gt;火星”" in found


async def test_the_browser_gets_only_what_it_has_not_seen(demonstration: Demonstration) -> None:
    await demonstration.open()
    feed = await demonstration.get("/simulator/bubbles")
    seen = re.search(r'name="after" value="([^"]+)"', feed).group(1)
    await demonstration.post("/simulator/messages", text="你好")
    news = await demonstration.browser.get("/simulator/bubbles", params={"after": seen})
    assert "hx-reswap" not in news.headers
    assert "收到：你好" in news.text
    assert "关注了公众号" not in news.text


async def test_a_tab_with_another_workers_chat_gets_the_whole_new_one(demonstration: Demonstration) -> None:
    await demonstration.open()
    feed = await demonstration.get("/simulator/bubbles")
    seen = re.search(r'name="after" value="([^"]+)"', feed).group(1)
    await demonstration.post("/simulator/workers", place="440000")
    news = await demonstration.browser.get("/simulator/bubbles", params={"after": seen})
    assert news.headers["hx-reswap"] == "innerHTML"
    assert "我在广东省" in news.text


async def test_what_a_worker_writes_is_only_ever_text(demonstration: Demonstration) -> None:
    await demonstration.open()
    await demonstration.post("/simulator/messages", text="<img src=x onerror=alert(1)>]]>")
    page = await demonstration.get("/simulator")
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


@pytest.mark.parametrize("path", ["messages", "kinds", "workers"])
async def test_a_form_of_another_site_sends_nothing(demonstration: Demonstration, path: str) -> None:
    await demonstration.open()
    before = len(demonstration.application.gateway.received)
    answer = await demonstration.browser.post(
        f"/simulator/{path}",
        data={"text": "x", "kind": "image", "place": ""},
        headers={"Origin": "http://evil.test"},
    )
    await demonstration.settled()
    assert answer.status_code == 403
    assert len(demonstration.application.gateway.received) == before


async def test_without_scripts_a_form_leads_back_to_the_page(demonstration: Demonstration) -> None:
    await demonstration.open()
    answer = await demonstration.browser.post("/simulator/messages", data={"text": "你好"}, headers={"Origin": ORIGIN})
    await demonstration.settled()
    assert (answer.status_code, answer.headers["location"]) == (303, "/simulator")
    assert (await demonstration.texts())[-1] == "account: 收到：你好"


async def test_a_forgotten_session_starts_anew(demonstration: Demonstration) -> None:
    demonstration.browser.cookies.set("gongyou_demo", "x" * 32)
    answer = await demonstration.post("/simulator/messages", text="你好")
    assert answer.headers["hx-refresh"] == "true"
    assert demonstration.application.gateway.received == []


async def test_fragments_need_a_session(demonstration: Demonstration) -> None:
    for path in ("bubbles", "exchanges/last", "events"):
        assert (await demonstration.browser.get(f"/simulator/{path}")).status_code == 404


@pytest.mark.parametrize("text", ["", "长" * 601])
async def test_an_empty_or_endless_message_is_refused(demonstration: Demonstration, text: str) -> None:
    await demonstration.open()
    assert (await demonstration.post("/simulator/messages", text=text)).status_code == 422


async def test_nobody_floods_the_demonstration(demonstration: Demonstration) -> None:
    await demonstration.open()
    answers = [(await demonstration.post("/simulator/messages", text="快")).status_code for _ in range(21)]
    assert answers == [204] * 20 + [429]


async def test_control_characters_in_a_message_are_sent_as_they_are_and_read_without_them(
    demonstration: Demonstration,
) -> None:
    await demonstration.open()
    assert (await demonstration.post("/simulator/messages", text="欠薪\x06找谁")).status_code == 204
    assert demonstration.application.gateway.received[-1].text == "欠薪找谁"
    assert (await demonstration.texts())[-1] == "account: 收到：欠薪找谁"


def test_every_channel_of_the_search_has_a_chinese_name() -> None:
    channels = {value for name, value in vars(fusion).items() if name.endswith("_CHANNEL")}
    assert channels == set(phrases.CHANNELS)
