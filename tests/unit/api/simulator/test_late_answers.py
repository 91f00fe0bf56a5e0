import pytest

from bot.domain.message import WorkerMessage
from bot.gateway.settlement import Acknowledged, Settlement
from tests.fakes.demonstration import APP_SECRET, CREDENTIALS, Demonstration


async def token_of(demonstration: Demonstration) -> str:
    answer = await demonstration.browser.post(
        "/simulator/platform/cgi-bin/stable_token",
        json={"grant_type": "client_credential", "appid": CREDENTIALS.app_id, "secret": APP_SECRET},
    )
    return answer.json()["access_token"]


async def push(demonstration: Demonstration, openid: str, text: str) -> dict[str, object]:
    answer = await demonstration.browser.post(
        "/simulator/platform/cgi-bin/message/custom/send",
        params={"access_token": await token_of(demonstration)},
        json={"touser": openid, "msgtype": "text", "text": {"content": text}},
    )
    return answer.json()


@pytest.fixture
async def acknowledged(demonstration: Demonstration) -> Demonstration:
    """A demonstration whose last question was acknowledged at the deadline without its answer."""
    await demonstration.open()

    async def receive(message: WorkerMessage) -> Settlement:
        demonstration.application.gateway.received.append(message)
        return Acknowledged()

    demonstration.application.gateway.receive = receive
    demonstration.room.exchanges._late_from_ms = 0
    await demonstration.post("/simulator/messages", text="慢慢查")
    return demonstration


async def test_while_the_answer_is_to_come_the_account_is_shown_at_work(acknowledged: Demonstration) -> None:
    feed = await acknowledged.get("/simulator/bubbles")
    assert 'id="typing" class="typing"  hx-swap-oob' in feed
    assert "先应下，答案随后推送" in await acknowledged.get("/simulator/exchanges/last")


async def test_a_pushed_answer_appears_under_its_question(acknowledged: Demonstration) -> None:
    openid = acknowledged.application.gateway.received[-1].openid
    assert (await push(acknowledged, openid, "查到了"))["errcode"] == 0
    assert (await acknowledged.texts())[-2:] == ["worker: 慢慢查", "account: 查到了"]
    assert "先应下，答案已推送" in await acknowledged.get("/simulator/exchanges/last")
    assert 'id="typing" class="typing" hidden' in await acknowledged.get("/simulator/bubbles")


async def test_a_push_outside_the_quota_shows_nothing(acknowledged: Demonstration) -> None:
    openid = acknowledged.application.gateway.received[-1].openid
    answers = [(await push(acknowledged, openid, f"第{number}条"))["errcode"] for number in range(9)]
    shown = [text for text in await acknowledged.texts() if "条" in text]
    assert len(shown) == answers.count(0) < 9


async def test_a_push_to_a_stranger_is_refused(demonstration: Demonstration) -> None:
    await demonstration.open()
    assert (await push(demonstration, "oNobody", "你好"))["errcode"] == 40003


async def test_a_push_without_a_token_is_refused(demonstration: Demonstration) -> None:
    answer = await demonstration.browser.post("/simulator/platform/cgi-bin/message/custom/send", content=b"not json")
    assert answer.json()["errcode"] != 0


async def test_an_answer_pushed_before_the_post_is_settled_stays_pushed(demonstration: Demonstration) -> None:
    await demonstration.open()

    async def receive(message: WorkerMessage) -> Settlement:
        await push(demonstration, message.openid, "先到了")
        return Acknowledged()

    demonstration.application.gateway.receive = receive
    await demonstration.post("/simulator/messages", text="快问")
    assert "先应下，答案已推送" in await demonstration.get("/simulator/exchanges/last")


async def test_an_account_out_of_order_is_shown_as_the_platform_shows_it(demonstration: Demonstration) -> None:
    await demonstration.open()

    demonstration.application.callback.seal = lambda *_: b"<xml>broken</xml>"
    await demonstration.post("/simulator/messages", text="在吗")
    assert (await demonstration.texts())[-1] == "notice: 该公众号提供的服务出现故障，请稍后再试"
    assert "没有收到回应" in await demonstration.get("/simulator/exchanges/last")


async def test_an_interface_that_the_platform_does_not_have_is_not_found(demonstration: Demonstration) -> None:
    assert (await demonstration.browser.get("/simulator/platform/cgi-bin/nothing")).status_code == 404
