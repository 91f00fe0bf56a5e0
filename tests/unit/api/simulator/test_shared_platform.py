"""Two processes of a demonstration are one platform."""

from __future__ import annotations

from typing import Any

import pytest

from api.simulator.shared_platform import COLLECTION, SharedPlatform
from bot.ports import DocumentStore
from bot.wechat import simulated_messages as sends
from bot.wechat.simulated_api import TOKEN_PATH, SimulatedPlatformApi
from tests.fakes.fake_clock import FakeClock

APP_ID, APP_SECRET = "wx0123456789abcdef", "s" * 32
SEND, TEMPLATE = "/cgi-bin/message/custom/send", "/cgi-bin/message/template/send"
W = "oSimWorker"
ASKING = {"grant_type": "client_credential", "appid": APP_ID, "secret": APP_SECRET}


@pytest.fixture
def both(documents: DocumentStore, clock: FakeClock) -> tuple[SharedPlatform, SharedPlatform]:
    def process() -> SharedPlatform:
        return SharedPlatform(documents, clock, lambda: SimulatedPlatformApi(APP_ID, APP_SECRET, clock))

    return process(), process()


async def _token(platform: SharedPlatform, *, force: bool = False) -> str:
    _, answer = await platform.handle("POST", TOKEN_PATH, {}, ASKING | {"force_refresh": force})
    assert isinstance(answer, dict)
    return str(answer["access_token"])


async def _send(platform: SharedPlatform, token: str, text: str = "答") -> int:
    body = {"touser": W, "msgtype": "text", "text": {"content": text}}
    _, answer = await platform.handle("POST", SEND, {"access_token": token}, body)
    assert isinstance(answer, dict)
    return int(answer["errcode"])


async def test_a_token_of_one_process_and_a_message_to_another_are_enough_to_push_at_either(
    both: tuple[SharedPlatform, SharedPlatform],
) -> None:
    one, other = both
    token = await _token(one)
    assert await _token(other) == token
    await one.worker_acted(sends.text_message(W, "问"))
    assert await _send(other, token) == 0


async def test_five_messages_leave_through_both_processes_and_no_sixth(
    both: tuple[SharedPlatform, SharedPlatform],
) -> None:
    token = await _token(both[0])
    await both[1].worker_acted(sends.text_message(W, "问"))
    assert [await _send(both[number % 2], token) for number in range(6)] == [0, 0, 0, 0, 0, 45047]


async def test_a_token_that_one_process_replaced_is_refused_by_the_other(
    both: tuple[SharedPlatform, SharedPlatform],
) -> None:
    former = await _token(both[0])
    await both[0].worker_acted(sends.text_message(W, "问"))
    await _token(both[1], force=True)
    assert await _send(both[0], former) == 40001


async def test_a_worker_who_left_by_one_process_cannot_be_written_to_by_the_other(
    both: tuple[SharedPlatform, SharedPlatform],
) -> None:
    token = await _token(both[0])
    await both[0].worker_acted(sends.subscribe_event(W))
    await both[1].worker_acted(sends.event(W, "unsubscribe", ""))
    assert await _send(both[0], token) == 40003


async def test_a_template_is_delivered_once_for_its_id_by_both(both: tuple[SharedPlatform, SharedPlatform]) -> None:
    token = await _token(both[0])
    await both[0].worker_acted(sends.subscribe_event(W))
    body: dict[str, Any] = {"touser": W, "template_id": "T", "data": {}, "client_msg_id": "c1"}
    answers = [(await one.handle("POST", TEMPLATE, {"access_token": token}, body))[1] for one in both]
    assert answers[0] == answers[1]
    _, third = await both[0].handle("POST", TEMPLATE, {"access_token": token}, body | {"client_msg_id": "c2"})
    assert third != answers[0]


async def test_a_page_that_does_not_exist_is_404_and_leaves_nothing(
    both: tuple[SharedPlatform, SharedPlatform], documents: DocumentStore
) -> None:
    assert (await both[0].handle("GET", "/nowhere", {}, None))[0] == 404
    assert await documents.count(COLLECTION, {}) == 0
