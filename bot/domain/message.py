"""What a worker sends and what goes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class MessageKind(StrEnum):
    """The platform's standard message types, and events by their own names (lower case).

    ``UNKNOWN`` stands for a type that the platform added later: counted, and answered with the menu.
    """

    TEXT = "text"
    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"
    SHORTVIDEO = "shortvideo"
    LOCATION = "location"
    LINK = "link"
    EVENT_SUBSCRIBE = "event.subscribe"
    EVENT_UNSUBSCRIBE = "event.unsubscribe"
    EVENT_SCAN = "event.scan"
    EVENT_LOCATION = "event.location"
    EVENT_CLICK = "event.click"
    EVENT_VIEW = "event.view"
    EVENT_SCANCODE = "event.scancode"
    EVENT_PIC = "event.pic"
    EVENT_LOCATION_SELECT = "event.location_select"
    EVENT_TEMPLATE_SENT = "event.templatesendjobfinish"
    EVENT_SUBSCRIBE_MSG = "event.subscribe_msg"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class WorkerMessage:
    """One message or event, decrypted and parsed.

    Attributes:
        key: the duplicate key (ToUserName + FromUserName + MsgId; for events + CreateTime + Event + EventKey).
        openid: the worker's openid. Personal data: never logged.
        account_id: the official account's original id (``ToUserName``), the sender of the reply.
        kind: what it is.
        text: what the worker typed, illegal control characters removed; "" where the kind has no text.
        received_at: when the gateway received it, aware UTC.
        fields: further scalar fields by the platform's names (``EventKey``, ``Location_X``, ``Label``, …).
    """

    key: str
    openid: str
    account_id: str
    kind: MessageKind
    text: str
    received_at: datetime
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    """What the worker reads: plain text, no Markdown.

    An empty text means that nothing is to be said (the platform is answered ``success``).
    """

    text: str

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing to say."""
        return not self.text
