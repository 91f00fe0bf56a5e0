"""From the platform's fields to a `WorkerMessage`: kinds, text and the duplicate key."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.domain.errors import MessageParseError
from bot.domain.message import MessageKind, WorkerMessage

_STANDARD = {
    kind.value: kind
    for kind in (
        MessageKind.TEXT,
        MessageKind.IMAGE,
        MessageKind.VOICE,
        MessageKind.VIDEO,
        MessageKind.SHORTVIDEO,
        MessageKind.LOCATION,
        MessageKind.LINK,
    )
}
_EVENTS = {
    "subscribe": MessageKind.EVENT_SUBSCRIBE,
    "unsubscribe": MessageKind.EVENT_UNSUBSCRIBE,
    "scan": MessageKind.EVENT_SCAN,
    "location": MessageKind.EVENT_LOCATION,
    "click": MessageKind.EVENT_CLICK,
    "view": MessageKind.EVENT_VIEW,
    "view_miniprogram": MessageKind.EVENT_VIEW,
    "scancode_push": MessageKind.EVENT_SCANCODE,
    "scancode_waitmsg": MessageKind.EVENT_SCANCODE,
    "pic_sysphoto": MessageKind.EVENT_PIC,
    "pic_photo_or_album": MessageKind.EVENT_PIC,
    "pic_weixin": MessageKind.EVENT_PIC,
    "location_select": MessageKind.EVENT_LOCATION_SELECT,
    "templatesendjobfinish": MessageKind.EVENT_TEMPLATE_SENT,
    "subscribe_msg_popup_event": MessageKind.EVENT_SUBSCRIBE_MSG,
    "subscribe_msg_change_event": MessageKind.EVENT_SUBSCRIBE_MSG,
    "subscribe_msg_sent_event": MessageKind.EVENT_SUBSCRIBE_MSG,
}
_TEXT_FIELD = {MessageKind.TEXT: "Content", MessageKind.VOICE: "Recognition"}
"""Voice recognition was withdrawn by the platform, but older setups still send it."""

_CARRIED_ELSEWHERE = frozenset({"ToUserName", "FromUserName", "Content", "Recognition"})


def worker_message(fields: Mapping[str, str], received_at: datetime) -> WorkerMessage:
    """What the platform's fields mean.

    Args:
        fields: the scalar fields of the decrypted XML.
        received_at: when the callback arrived, aware UTC.

    Raises:
        MessageParseError: a field that identifies the message is missing or empty.
    """
    message_type = _required(fields, "MsgType").strip().lower()
    kind = message_kind(message_type, fields.get("Event", ""))
    return WorkerMessage(
        key=_duplicate_key(fields, message_type, kind),
        openid=_required(fields, "FromUserName"),
        account_id=_required(fields, "ToUserName"),
        kind=kind,
        text=fields.get(_TEXT_FIELD.get(kind, ""), ""),
        received_at=received_at,
        fields={name: value for name, value in fields.items() if name not in _CARRIED_ELSEWHERE},
    )


def message_kind(message_type: str, event: str) -> MessageKind:
    """The kind of a message by its ``MsgType`` and, for events, its ``Event``, both in any letter case."""
    if message_type.lower() == "event":
        return _EVENTS.get(event.strip().lower(), MessageKind.UNKNOWN)
    return _STANDARD.get(message_type.lower(), MessageKind.UNKNOWN)


def _duplicate_key(fields: Mapping[str, str], message_type: str, kind: MessageKind) -> str:
    """What three posts of one message share and no other message has.

    The platform's guide on receiving messages: messages by ``MsgId`` (which repeats between workers), events by
    ``FromUserName`` and ``CreateTime``; a LOCATION and a CLICK of one second differ in ``Event``.
    """
    addresses = [_required(fields, "ToUserName"), _required(fields, "FromUserName")]
    if message_type == "event":
        marks = [_required(fields, "CreateTime"), _required(fields, "Event"), fields.get("EventKey", "")]
    elif kind is MessageKind.UNKNOWN and not fields.get("MsgId"):
        marks = [_required(fields, "CreateTime"), message_type]
    else:
        marks = [_required(fields, "MsgId")]
    return "|".join(addresses + marks)


def _required(fields: Mapping[str, str], name: str) -> str:
    value = fields.get(name, "")
    if not value.strip():
        msg = f"消息缺少字段 {name}"
        raise MessageParseError(msg)
    return value
