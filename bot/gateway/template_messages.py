"""Notices as template messages: outside the quota, and safe to repeat for ten minutes.

The platform drops a repeat with the same ``client_msg_id`` within 10 minutes, so that a call whose outcome is unknown
is made again meanwhile; later, or where the platform refuses the template for good, the notice goes on as a plain
message.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.gateway import late_answer
from bot.ports import Document, WechatPlatform
from bot.wechat.error_codes import RATE_EXCEEDED, ErrorAction, action_for

REPEATABLE_MS = 540_000
"""A minute less than the platform's ten, for a call under way."""
RETRY_AFTER_MS = (5_000, 30_000, 120_000)
REST_MS = 600_000
"""After the day's calls are used up; an admin may have them cleared."""
CLIENT_ID_LENGTH = 32
THING = "thing"
THING_LENGTH = 20
"""Keywords of this kind hold at most so many characters (the platform's page on the limits of parameters)."""
NOBODY_THERE = frozenset({40003, 40200})


@dataclass(frozen=True, slots=True)
class MessageTemplate:
    """What an account has for one kind of notice.

    Attributes:
        template_id: from the account's template library.
        keywords: the template's keyword for each field of the notice (``{"time": "time2"}``); fields without one are
            left out. Empty where the fields are the keywords.
    """

    template_id: str
    keywords: Mapping[str, str] = field(default_factory=dict)

    def data(self, fields: Mapping[str, str]) -> dict[str, str]:
        """The texts of the template's keywords."""
        names = self.keywords or {name: name for name in fields}
        texts = {names[name]: text for name, text in fields.items() if name in names}
        return {word: text[:THING_LENGTH] if word.startswith(THING) else text for word, text in texts.items()}


class TemplateMessages:
    """Sends notices for which the account has a template.

    Args:
        platform: sends.
        templates: by the name that notices give.
    """

    def __init__(self, platform: WechatPlatform, templates: Mapping[str, MessageTemplate]) -> None:
        self._platform = platform
        self._templates = dict(templates)

    def takes(self, entry: Document) -> bool:
        """Whether an opened entry of the outbox is to go out as a template message."""
        is_begun = bool(entry["sent"]) or entry.get("template_refused", False)
        return "notice" in entry and entry["notice"]["template"] in self._templates and not is_begun

    async def send(self, openid: str, entry: Document) -> None:
        """Send a whole notice.

        Raises:
            PlatformError: refused, or outcome unknown.
        """
        notice = entry["notice"]
        template = self._templates[notice["template"]]
        client_id = entry["_id"][:CLIENT_ID_LENGTH]
        await self._platform.send_template(
            openid, template.template_id, template.data(notice["fields"]), client_msg_id=client_id
        )


def tried(entry: Document, now_ms: int) -> Document:
    """An entry with the moment of its first try as a template message."""
    return entry | {"template_tried_ms": entry.get("template_tried_ms") or now_ms}


def may_repeat(entry: Document, now_ms: int) -> bool:
    """Whether the platform still drops a repeat of what may have arrived."""
    return "template_tried_ms" in entry and now_ms - entry["template_tried_ms"] < REPEATABLE_MS


def after_refusal(entry: Document, errcode: int | None, now_ms: int) -> Document | None:
    """What becomes of a notice that did not go out as a template message; None where it is as with any other message.

    Args:
        entry: as it was given to the platform.
        errcode: the platform's refusal; None where the outcome is unknown.
        now_ms: the time.
    """
    if errcode == RATE_EXCEEDED:
        return late_answer.returned(entry, not_before_ms=now_ms + REST_MS) | {"template_tried_ms": 0}
    if errcode is None:
        return _again(entry, now_ms)
    if action_for(errcode) is ErrorAction.GIVE_UP and errcode not in NOBODY_THERE:
        plain = late_answer.returned(entry) | {"template_refused": True, "failures": 0}
        return late_answer.refused(plain, errcode)
    return None


def _again(entry: Document, now_ms: int) -> Document | None:
    if entry["failures"] >= len(RETRY_AFTER_MS) or not may_repeat(entry, now_ms):
        return None
    later = late_answer.returned(entry, not_before_ms=now_ms + RETRY_AFTER_MS[entry["failures"]])
    return later | {"failures": entry["failures"] + 1}
