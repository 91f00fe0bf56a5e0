from collections.abc import Callable

import pytest

from bot.domain.errors import CallbackError, MessageParseError
from bot.domain.message import WorkerMessage
from bot.wechat.callback import WechatCallback
from bot.wechat.message_xml import MAX_DEPTH, MAX_ELEMENTS, read_fields
from bot.wechat.platform_simulator import SimulatedPlatform
from bot.wechat.simulated_messages import text_message

HOSTILE = {
    "entities": b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><xml><Encrypt>&b;</Encrypt></xml>',
    "external entity": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><Encrypt>&a;</Encrypt></xml>',
    "doctype": b"<!DOCTYPE xml><xml><Encrypt>x</Encrypt></xml>",
    "undeclared entity": b"<xml><Encrypt>&a;</Encrypt></xml>",
    "deep nesting": b"<xml>" + b"<a>" * 20_000,
    "62 KB of distinct tags": b"<xml>" + b"".join(b"<t%d/>" % n for n in range(7_800)) + b"</xml>",
    "duplicate tags": b"<xml><Encrypt>x</Encrypt><Encrypt>y</Encrypt></xml>",
    "nested field": b"<xml><Encrypt><a>x</a></Encrypt></xml>",
    "another root": b"<html><Encrypt>x</Encrypt></html>",
    "two roots": b"<xml/><xml/>",
    "not XML": b"\x00\x01\x02",
    "empty": b"",
    "UTF-16": '<?xml version="1.0" encoding="utf-16"?><xml><Encrypt>x</Encrypt></xml>'.encode("utf-16"),
    "control character": b"<xml><Encrypt>\x0b</Encrypt></xml>",
    "lone surrogate": b"<xml><Encrypt>\xed\xa0\x80</Encrypt></xml>",
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_body_is_refused_before_anything_is_decrypted(
    callback: WechatCallback, platform: SimulatedPlatform, body: bytes
) -> None:
    assert len(body) <= 64 * 1024
    request = platform.request(text_message("worker-1", "你好"))
    with pytest.raises(CallbackError):
        callback.open(request.query, body)


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_content_under_a_valid_signature_is_a_parse_error(
    opened: Callable[[str | bytes], WorkerMessage], content: bytes
) -> None:
    with pytest.raises(MessageParseError):
        opened(content[:45_000])  # Base64 must stay below the cap


def test_a_body_of_65_kb_is_refused_unread_and_64_kb_is_read(
    callback: WechatCallback, platform: SimulatedPlatform
) -> None:
    request = platform.request(text_message("worker-1", "你好"))
    padding = b" " * (64 * 1024 - len(request.body))
    assert callback.open(request.query, request.body + padding).text == "你好"
    with pytest.raises(CallbackError, match="65536"):
        callback.open(request.query, request.body + padding + b" ")


def test_reading_stops_at_the_first_tag_too_deep() -> None:
    deepest = "".join(f"<l{n}>" for n in range(MAX_DEPTH - 2)) + "".join(
        f"</l{n}>" for n in reversed(range(MAX_DEPTH - 2))
    )
    read_fields(f"<xml><SendPicsInfo>{deepest}</SendPicsInfo></xml>".encode())
    with pytest.raises(MessageParseError, match="层次"):
        read_fields(f"<xml><SendPicsInfo><l>{deepest}</l></SendPicsInfo></xml>".encode())


def test_reading_stops_at_the_first_element_too_many() -> None:
    def fields(count: int) -> bytes:
        return ("<xml>" + "".join(f"<t{n}/>" for n in range(count)) + "</xml>").encode()

    assert len(read_fields(fields(MAX_ELEMENTS - 1))) == MAX_ELEMENTS - 1
    with pytest.raises(MessageParseError, match="元素过多"):
        read_fields(fields(MAX_ELEMENTS))


def test_an_encoding_declaration_does_not_change_how_bytes_are_read() -> None:
    xml = '<?xml version="1.0" encoding="gb2312"?><xml><Content>你好</Content></xml>'
    assert read_fields(xml.encode()) == {"Content": "你好"}


def test_a_worker_may_write_about_xml(opened: Callable[[str | bytes], WorkerMessage]) -> None:
    typed = "<!DOCTYPE x> &lt; &#1; <xml><Content>a</Content>"
    xml = text_message("worker-1", typed).xml("gh_account", 1, 1)
    assert opened(xml).text == typed


def test_white_space_that_was_typed_is_kept(opened: Callable[[str | bytes], WorkerMessage]) -> None:
    xml = text_message("worker-1", "  一行\n\t二行 ").xml("gh_account", 1, 1)
    assert opened(xml).text == "  一行\n\t二行 "


def test_control_characters_that_a_phone_sends_raw_are_dropped(opened: Callable[[str | bytes], WorkerMessage]) -> None:
    xml = text_message("worker-1", "工\x00资\x08被\x0b拖\x1f欠\ufffe\uffff").xml("gh_account", 1, 1)
    assert opened(xml).text == "工资被拖欠"


def test_half_an_emoji_costs_itself_and_not_the_message(opened: Callable[[str | bytes], WorkerMessage]) -> None:
    xml = text_message("worker-1", "你好\ud83d！😀").xml("gh_account", 1, 1)
    assert opened(xml.encode("utf-8", "surrogatepass")).text == "你好！😀"


@pytest.mark.parametrize(
    ("xml", "said"),
    [
        ("<!DOCTYPE xml><xml><Content>a</Content></xml>", "DOCTYPE"),
        ('<!DOCTYPE xml [<!ENTITY a "b">]><xml><Content>&a;</Content></xml>', "DOCTYPE"),
        ("<xml><Content>a</Content><Content>b</Content></xml>", "重复"),
        ("<xml><ScanCodeInfo/><ScanCodeInfo/></xml>", "重复"),
        ("<xml><Content>a<b/></Content></xml>", "单个值"),
        ("<XML><Content>a</Content></XML>", "根元素"),
        ("<xml><Content>a</Content>", "完整"),
    ],
)
def test_what_is_wrong_with_the_xml_is_told_apart(xml: str, said: str) -> None:
    with pytest.raises(MessageParseError, match=said):
        read_fields(xml.encode())
