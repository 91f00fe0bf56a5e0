from collections.abc import Callable
from dataclasses import replace

import pytest
import xmltodict

from bot.domain.message import MessageKind, Reply, WorkerMessage
from bot.wechat.callback import PASSIVE_REPLY_MAX_BYTES, SUCCESS, WechatCallback, split_text
from bot.wechat.envelope import Envelope
from bot.wechat.platform_simulator import SimulatedPlatform
from tests.fakes.fake_clock import FakeClock

CDATA_ATTACKS = ["a]]>b", "]]>", "]]]]>>", "]]><Content>假的</Content><![CDATA[", "]]", "]]\x00>", "&lt;&amp;<b>"]


@pytest.fixture
def message(clock: FakeClock) -> WorkerMessage:
    return WorkerMessage("key", "worker-1", "gh_account", MessageKind.TEXT, "问", clock.now())


@pytest.fixture
def read(callback: WechatCallback, platform: SimulatedPlatform, message: WorkerMessage) -> Callable[[str], str]:
    """What the worker reads of a reply, by the platform's own reading."""
    return lambda text: platform.read_reply(callback.seal(message, Reply(text)), message.openid)


@pytest.mark.parametrize("text", ["您好", "一行\n二行", "😀👨‍👩‍👧", "a < b & c > d \"'", "{braces} %s"])
def test_a_reply_reads_as_it_was_written(read: Callable[[str], str], text: str) -> None:
    assert read(text) == text


@pytest.mark.parametrize("text", CDATA_ATTACKS)
def test_a_reply_cannot_break_out_of_its_field(read: Callable[[str], str], text: str) -> None:
    assert read(text) == text.replace("\x00", "")


@pytest.mark.parametrize("text", ["半个\ud83d表情", "\udc00您好", "控\x00制\x0b字\x1f符\ufffe"])
def test_characters_that_xml_cannot_carry_are_left_out(read: Callable[[str], str], text: str) -> None:
    assert read(text) in ("半个表情", "您好", "控制字符")


@pytest.mark.parametrize("text", ["", "\x00", "\ud83d", " \n "])
def test_nothing_to_say_is_success_sent_raw(callback: WechatCallback, message: WorkerMessage, text: str) -> None:
    assert callback.seal(message, Reply(text)) == SUCCESS == b"success"


def test_2000_bytes_go_out_whole(read: Callable[[str], str]) -> None:
    text = "工" * 666 + "ab"
    assert len(text.encode()) == PASSIVE_REPLY_MAX_BYTES
    assert read(text) == text


def test_2001_bytes_are_cut_between_characters(read: Callable[[str], str]) -> None:
    text = "工" * 667
    assert len(text.encode()) == 2001
    assert read(text) == "工" * 666


def test_a_longer_text_goes_out_with_its_first_piece(read: Callable[[str], str]) -> None:
    text = "请带上身份证和劳动合同。" * 200
    assert read(text) == split_text(text)[0]


def test_every_reply_is_encrypted_anew(callback: WechatCallback, message: WorkerMessage) -> None:
    first, second = (callback.seal(message, Reply("您好")) for _ in range(2))
    assert first != second
    assert "您好".encode() not in first
    assert b"worker-1" not in first


def test_the_reply_carries_the_time_of_sealing(
    callback: WechatCallback, message: WorkerMessage, clock: FakeClock, platform: SimulatedPlatform
) -> None:
    outer = xmltodict.parse(callback.seal(message, Reply("您好")))["xml"]
    assert outer["TimeStamp"] == str(int(clock.now().timestamp()))
    credentials = platform.credentials
    xml = Envelope(credentials.token, credentials.aes_key, credentials.app_id).decrypt(outer["Encrypt"])
    inner = xmltodict.parse(xml)["xml"]
    assert inner["CreateTime"] == outer["TimeStamp"]
    assert (inner["FromUserName"], inner["ToUserName"], inner["MsgType"]) == ("gh_account", "worker-1", "text")


def test_a_hostile_address_cannot_break_out_either(
    callback: WechatCallback, platform: SimulatedPlatform, message: WorkerMessage
) -> None:
    openid = "w]]></ToUserName><Content>假的</Content>"
    sealed = callback.seal(replace(message, openid=openid), Reply("真的"))
    assert platform.read_reply(sealed, openid) == "真的"
