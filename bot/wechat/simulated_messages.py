"""Messages and events as the platform words them, for the simulator.

Source: the platform's pages "接收普通消息" and "接收事件推送". Nothing here is shared with the code that reads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

Fields = Mapping[str, "str | int | float | Fields | list[Fields]"]

_NUMBERS = frozenset(
    {"CreateTime", "MsgId", "MsgID", "Location_X", "Location_Y", "Latitude", "Longitude", "Precision", "Scale", "Count"}
)


@dataclass(frozen=True, slots=True)
class SimulatedMessage:
    """What a worker does, before it is addressed and numbered.

    Attributes:
        openid: the worker.
        message_type: ``MsgType``.
        fields: the other fields in the platform's order and names; nested ones as mappings, repeated ones as lists.
    """

    openid: str
    message_type: str
    fields: Fields = field(default_factory=dict)

    @property
    def event(self) -> str:
        """``Event`` in lower case; "" for a message."""
        return str(self.fields.get("Event", "")).lower() if self.message_type == "event" else ""

    def xml(self, account_id: str, created_at_s: int, message_id: int) -> str:
        """The XML that the platform encrypts; events carry no ``MsgId``."""
        head: dict[str, str | int] = {
            "ToUserName": account_id,
            "FromUserName": self.openid,
            "CreateTime": created_at_s,
            "MsgType": self.message_type,
        }
        tail = {} if self.message_type == "event" or "MsgId" in self.fields else {"MsgId": message_id}
        return f"<xml>{_elements({**head, **self.fields, **tail})}</xml>"


def text_message(openid: str, content: str) -> SimulatedMessage:
    """The worker types something."""
    return SimulatedMessage(openid, "text", {"Content": content})


def image_message(openid: str) -> SimulatedMessage:
    """The worker sends a photo."""
    return SimulatedMessage(openid, "image", {"PicUrl": "http://mmbiz.qpic.cn/simulated/0", "MediaId": "media-image"})


def voice_message(openid: str, recognition: str = "") -> SimulatedMessage:
    """The worker speaks; ``recognition`` only on older setups."""
    words = {"Recognition": recognition} if recognition else {}
    return SimulatedMessage(openid, "voice", {"MediaId": "media-voice", "Format": "amr", **words})


def video_message(openid: str, *, short: bool = False) -> SimulatedMessage:
    """The worker sends a film."""
    fields = {"MediaId": "media-video", "ThumbMediaId": "media-thumb"}
    return SimulatedMessage(openid, "shortvideo" if short else "video", fields)


def location_message(openid: str, latitude: float, longitude: float, label: str) -> SimulatedMessage:
    """The worker sends where they are; degrees, GCJ-02."""
    return SimulatedMessage(
        openid, "location", {"Location_X": latitude, "Location_Y": longitude, "Scale": 16, "Label": label}
    )


def link_message(openid: str, title: str, url: str) -> SimulatedMessage:
    """The worker forwards an article."""
    return SimulatedMessage(openid, "link", {"Title": title, "Description": "", "Url": url})


def event(openid: str, name: str, key: str | None = None, **fields: str | float) -> SimulatedMessage:
    """Any flat event by the platform's name, e.g. ``CLICK`` with its key."""
    keyed = {} if key is None else {"EventKey": key}
    return SimulatedMessage(openid, "event", {"Event": name, **keyed, **fields})


def subscribe_event(openid: str, scene: str = "") -> SimulatedMessage:
    """The worker follows the account, perhaps by a code with a scene."""
    if not scene:
        return event(openid, "subscribe", "")
    return event(openid, "subscribe", f"qrscene_{scene}", Ticket="simulated-ticket")


def scancode_event(openid: str, key: str, result: str, *, waits: bool = True) -> SimulatedMessage:
    """The worker scans something from the menu."""
    info = {"ScanType": "qrcode", "ScanResult": result}
    name = "scancode_waitmsg" if waits else "scancode_push"
    return SimulatedMessage(openid, "event", {"Event": name, "EventKey": key, "ScanCodeInfo": info})


def picture_event(openid: str, key: str, name: str = "pic_sysphoto", count: int = 1) -> SimulatedMessage:
    """The worker sends photos from the menu."""
    items: list[Fields] = [{"item": {"PicMd5Sum": f"{index:032x}"}} for index in range(count)]
    info: Fields = {"Count": count, "PicList": items}
    return SimulatedMessage(openid, "event", {"Event": name, "EventKey": key, "SendPicsInfo": info})


def location_select_event(openid: str, key: str, latitude: float, longitude: float, label: str) -> SimulatedMessage:
    """The worker picks a place from the menu."""
    info: Fields = {"Location_X": latitude, "Location_Y": longitude, "Scale": 15, "Label": label, "Poiname": ""}
    return SimulatedMessage(openid, "event", {"Event": "location_select", "EventKey": key, "SendLocationInfo": info})


def template_sent_event(openid: str, message_id: int, status: str = "success") -> SimulatedMessage:
    """The platform reports what became of a template message."""
    return SimulatedMessage(openid, "event", {"Event": "TEMPLATESENDJOBFINISH", "MsgID": message_id, "Status": status})


def subscribe_msg_event(openid: str, template_ids: list[str], status: str = "accept") -> SimulatedMessage:
    """The worker answers the question whether they want notices."""
    rows: list[Fields] = [
        {"List": {"TemplateId": template_id, "SubscribeStatusString": status, "PopupScene": "2"}}
        for template_id in template_ids
    ]
    return SimulatedMessage(openid, "event", {"Event": "subscribe_msg_popup_event", "SubscribeMsgPopupEvent": rows})


def _elements(fields: Fields) -> str:
    return "".join(f"<{name}>{_content(name, value)}</{name}>" for name, value in fields.items())


def _content(name: str, value: str | float | Fields | list[Fields]) -> str:
    if isinstance(value, list):
        return "".join(_elements(row) for row in value)
    if isinstance(value, Mapping):
        return _elements(value)
    if name in _NUMBERS:
        return escape(str(value))
    return "<![CDATA[" + str(value).replace("]]>", "]]]]><![CDATA[>") + "]]>"
