from collections.abc import Callable

import pytest

from bot.domain.errors import MessageParseError
from bot.domain.message import MessageKind, WorkerMessage
from bot.wechat import simulated_messages as sends
from bot.wechat.callback import WechatCallback
from bot.wechat.platform_simulator import SimulatedMessage, SimulatedPlatform

W = "worker-1"

KINDS = [
    (sends.text_message(W, "你好"), MessageKind.TEXT),
    (sends.image_message(W), MessageKind.IMAGE),
    (sends.voice_message(W), MessageKind.VOICE),
    (sends.video_message(W), MessageKind.VIDEO),
    (sends.video_message(W, short=True), MessageKind.SHORTVIDEO),
    (sends.location_message(W, 26.23, 117.6, "三元区"), MessageKind.LOCATION),
    (sends.link_message(W, "标题", "https://example.cn/?a=1&b=2"), MessageKind.LINK),
    (sends.subscribe_event(W), MessageKind.EVENT_SUBSCRIBE),
    (sends.subscribe_event(W, "123"), MessageKind.EVENT_SUBSCRIBE),
    (sends.event(W, "unsubscribe", ""), MessageKind.EVENT_UNSUBSCRIBE),
    (sends.event(W, "SCAN", "123", Ticket="t"), MessageKind.EVENT_SCAN),
    (sends.event(W, "LOCATION", Latitude=26.2, Longitude=117.6, Precision=30.0), MessageKind.EVENT_LOCATION),
    (sends.event(W, "CLICK", "MY_BOOKINGS"), MessageKind.EVENT_CLICK),
    (sends.event(W, "VIEW", "https://example.cn/"), MessageKind.EVENT_VIEW),
    (sends.event(W, "view_miniprogram", "pages/index"), MessageKind.EVENT_VIEW),
    (sends.scancode_event(W, "SCAN_KEY", "https://example.cn/q"), MessageKind.EVENT_SCANCODE),
    (sends.scancode_event(W, "SCAN_KEY", "12345", waits=False), MessageKind.EVENT_SCANCODE),
    (sends.picture_event(W, "PIC_KEY"), MessageKind.EVENT_PIC),
    (sends.picture_event(W, "PIC_KEY", "pic_photo_or_album", 9), MessageKind.EVENT_PIC),
    (sends.picture_event(W, "PIC_KEY", "pic_weixin", 2), MessageKind.EVENT_PIC),
    (sends.location_select_event(W, "PLACE", 26.23, 117.6, "三元区"), MessageKind.EVENT_LOCATION_SELECT),
    (sends.template_sent_event(W, 7), MessageKind.EVENT_TEMPLATE_SENT),
    (sends.subscribe_msg_event(W, ["t1", "t2"]), MessageKind.EVENT_SUBSCRIBE_MSG),
    (sends.event(W, "subscribe_msg_change_event"), MessageKind.EVENT_SUBSCRIBE_MSG),
    (sends.event(W, "subscribe_msg_sent_event"), MessageKind.EVENT_SUBSCRIBE_MSG),
    (sends.event(W, "brand_new_event"), MessageKind.UNKNOWN),
    (SimulatedMessage(W, "hologram", {"MediaId": "x"}), MessageKind.UNKNOWN),
]


@pytest.mark.parametrize(("sent", "kind"), KINDS, ids=[f"{m.message_type} {m.event}".strip() for m, _ in KINDS])
def test_every_message_and_event_opens_to_its_kind(
    callback: WechatCallback, platform: SimulatedPlatform, sent: SimulatedMessage, kind: MessageKind
) -> None:
    request = platform.request(sent)
    message = callback.open(request.query, request.body)
    assert message.kind is kind
    assert message.openid == W
    assert all(isinstance(value, str) for value in message.fields.values())


def test_every_kind_of_the_domain_is_tested_here() -> None:
    assert {kind for _, kind in KINDS} == set(MessageKind)


def open_sent(callback: WechatCallback, platform: SimulatedPlatform, sent: SimulatedMessage) -> WorkerMessage:
    request = platform.request(sent)
    return callback.open(request.query, request.body)


def test_the_fields_of_a_location_are_carried(callback: WechatCallback, platform: SimulatedPlatform) -> None:
    sent = sends.location_message(W, 26.234, 117.607, "福建省三明市三元区")
    fields = open_sent(callback, platform, sent).fields
    assert (fields["Location_X"], fields["Location_Y"], fields["Label"]) == ("26.234", "117.607", "福建省三明市三元区")


def test_a_picked_place_has_the_same_fields_as_a_sent_one(
    callback: WechatCallback, platform: SimulatedPlatform
) -> None:
    fields = open_sent(callback, platform, sends.location_select_event(W, "PLACE", 26.234, 117.607, "三元区")).fields
    assert (fields["Location_X"], fields["Label"], fields["EventKey"]) == ("26.234", "三元区", "PLACE")


def test_a_scanned_result_is_a_field(callback: WechatCallback, platform: SimulatedPlatform) -> None:
    assert (
        open_sent(callback, platform, sends.scancode_event(W, "K", "二维码&内容")).fields["ScanResult"] == "二维码&内容"
    )


def test_repeated_leaves_of_an_event_are_joined_in_order(callback: WechatCallback, platform: SimulatedPlatform) -> None:
    fields = open_sent(callback, platform, sends.subscribe_msg_event(W, ["t1", "t2"], "reject")).fields
    assert (fields["TemplateId"], fields["SubscribeStatusString"]) == ("t1,t2", "reject,reject")


def test_a_recognised_voice_is_text_and_an_unrecognised_one_is_not(
    callback: WechatCallback, platform: SimulatedPlatform
) -> None:
    assert open_sent(callback, platform, sends.voice_message(W, "工资没发")).text == "工资没发"
    assert open_sent(callback, platform, sends.voice_message(W)).text == ""


def test_an_empty_text_opens(callback: WechatCallback, platform: SimulatedPlatform) -> None:
    assert open_sent(callback, platform, sends.text_message(W, "")).text == ""


def test_the_same_message_id_from_two_workers_has_two_keys(opened: Callable[[str], WorkerMessage]) -> None:
    first, second = (
        opened(sends.text_message(w, "你好").xml("gh_account", 1, 99)).key for w in ("worker-1", "worker-2")
    )
    assert first != second


def test_the_key_of_a_message_does_not_hang_on_its_time(opened: Callable[[str], WorkerMessage]) -> None:
    first, second = (opened(sends.text_message(W, "你好").xml("gh_account", at, 99)).key for at in (1, 2))
    assert first == second == "gh_account|worker-1|99"


def test_a_location_and_a_click_in_the_same_second_have_two_keys(opened: Callable[[str], WorkerMessage]) -> None:
    location = sends.event(W, "LOCATION", Latitude=26.2, Longitude=117.6, Precision=30.0)
    click = sends.event(W, "CLICK", "MENU")
    keys = {opened(sent.xml("gh_account", 5, 1)).key for sent in (location, click)}
    assert len(keys) == 2


def test_two_menu_entries_clicked_in_the_same_second_have_two_keys(opened: Callable[[str], WorkerMessage]) -> None:
    assert len({opened(sends.event(W, "CLICK", key).xml("gh_account", 5, 1)).key for key in ("A", "B")}) == 2


@pytest.mark.parametrize("missing", ["ToUserName", "FromUserName", "MsgType", "MsgId"])
def test_a_message_without_what_identifies_it_is_a_parse_error(
    opened: Callable[[str], WorkerMessage], missing: str
) -> None:
    fields = {"ToUserName": "gh", "FromUserName": W, "CreateTime": "1", "MsgType": "text", "MsgId": "1", "Content": "x"}
    for value in ("", f"<{missing}/>", f"<{missing}> </{missing}>"):
        rest = "".join(f"<{name}>{text}</{name}>" for name, text in fields.items() if name != missing)
        with pytest.raises(MessageParseError):
            opened(f"<xml>{rest}{value}</xml>")


@pytest.mark.parametrize("missing", ["CreateTime", "Event"])
def test_an_event_without_what_identifies_it_is_a_parse_error(
    opened: Callable[[str], WorkerMessage], missing: str
) -> None:
    fields = {"ToUserName": "gh", "FromUserName": W, "CreateTime": "1", "MsgType": "event", "Event": "CLICK"}
    rest = "".join(f"<{name}>{text}</{name}>" for name, text in fields.items() if name != missing)
    with pytest.raises(MessageParseError, match=missing):
        opened(f"<xml>{rest}</xml>")


def test_a_new_type_without_a_message_id_still_opens(opened: Callable[[str], WorkerMessage]) -> None:
    xml = f"<xml><ToUserName>gh</ToUserName><FromUserName>{W}</FromUserName><CreateTime>5</CreateTime>"
    message = opened(f"{xml}<MsgType>Hologram</MsgType></xml>")
    assert (message.kind, message.key) == (MessageKind.UNKNOWN, "gh|worker-1|5|hologram")
