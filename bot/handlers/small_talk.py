"""Greetings, thanks, the menu, hotlines, and what cannot be read yet."""

from __future__ import annotations

import re

from bot.domain.conversation import Turn
from bot.domain.intent import Intent, Understanding
from bot.domain.message import MessageKind, Reply, WorkerMessage
from bot.handlers import phrasing_small_talk as phrasing

_ENDING = r"[啊呀哦哈吧呢了嘛噻的\s,，。.!！?？~、]*"
_GREETING = "你好|您好|在吗|在不在|有人吗|有人在吗|哈喽|嗨|喂|hi|hello|早上好|上午好|中午好|下午好|晚上好|早"
_WHO = "是谁|叫啥|叫什么(?:名字)?|是不?是?(?:机器人|真人|人工|人|电脑|骗子)|是干(?:什么|啥|嘛)"
_ABILITIES = "能做什么|能干什么|能干啥|会什么|会干啥|有什么功能"
_PEOPLE = "人工|真人|客服|工作人员"
_SAYINGS = {
    re.compile(pattern + _ENDING, re.IGNORECASE): text
    for pattern, text in {
        f"(?:{_GREETING})+": phrasing.GREETING,
        r"(?:好的?)?[,，\s]*(?:谢谢你?您?|多谢|感谢|谢了|辛苦)+": phrasing.THANKS,
        "(?:再见|拜拜|88|bye)": phrasing.GOODBYE,
        f"[你您](?:{_WHO})(?:吗|么|不)?": phrasing.WHO_I_AM,
        "(?:好的?|行|呵呵|哈+|嘿嘿|嗯+|哦+|知道|明白|懂|收到|可以|ok)": phrasing.UNDERSTOOD,
        f"(?:帮助|菜单|功能|怎么用|咋用|help|menu|[你您](?:{_ABILITIES})|[能可]以?问(?:什么|啥))": phrasing.MENU,
        f"(?:我?要?[转找接]?(?:{_PEOPLE})(?:服务|客服)?|有没有(?:{_PEOPLE})|有(?:{_PEOPLE}))": phrasing.PERSON,
    }.items()
}
_NO_WORDS = re.compile(r"[\W\d_]*")

_BY_KIND = {
    MessageKind.VOICE: phrasing.VOICE,
    MessageKind.IMAGE: phrasing.PICTURE,
    MessageKind.VIDEO: phrasing.VIDEO,
    MessageKind.SHORTVIDEO: phrasing.VIDEO,
    MessageKind.LINK: phrasing.LINK,
    MessageKind.EVENT_SUBSCRIBE: phrasing.WELCOME,
    MessageKind.EVENT_SCAN: phrasing.GREETING,
    MessageKind.EVENT_SCANCODE: phrasing.SCAN_CODE,
    MessageKind.EVENT_LOCATION: "",
    MessageKind.EVENT_VIEW: "",
    MessageKind.EVENT_PIC: "",
    MessageKind.EVENT_LOCATION_SELECT: "",
    MessageKind.EVENT_TEMPLATE_SENT: "",
    MessageKind.EVENT_SUBSCRIBE_MSG: "",
}
"""Silent are those that the worker did not send to be answered, or that a message follows at once."""

MENU_QUESTION = "POLICY"
MENU_REGION = "REGION"
MENU_HELP = "HELP"
MENU_PERSON = "PERSON"
_BY_MENU_KEY = {MENU_QUESTION: phrasing.HOW_TO_ASK, MENU_HELP: phrasing.MENU, MENU_PERSON: phrasing.PERSON}

_BY_INTENT = {
    Intent.GREETING: phrasing.GREETING,
    Intent.THANKS_GOODBYE: phrasing.THANKS,
    Intent.HUMAN_OPERATOR: phrasing.PERSON,
    Intent.OUT_OF_SCOPE: phrasing.OUT_OF_SCOPE,
}


def is_small_talk(text: str) -> bool:
    """Whether a text is no question and tells no place: greetings, thanks, 菜单, 人工, digits or emoji alone."""
    return _saying(text) is not None


def is_saying(text: str) -> bool:
    """Whether a text is small talk in words: what is no answer to anything that was asked."""
    return _NO_WORDS.fullmatch(text.strip()) is None and _saying(text) is not None


def asks_for_person(text: str) -> bool:
    """Whether a text asks for a person and nothing else."""
    return _saying(text) == phrasing.PERSON


class SmallTalkHandler:
    """Answers what needs no documents; never more than a few lines."""

    async def handle(self, turn: Turn) -> Reply:
        """The fixed text for a saying, a menu key or a kind of message; the menu for everything else."""
        message = turn.message
        if message.kind is MessageKind.EVENT_CLICK:
            return Reply(_BY_MENU_KEY.get(_menu_key(message), phrasing.MENU))
        if message.text:
            return Reply(_saying(message.text) or _understood(turn.understanding))
        return Reply(_BY_KIND.get(message.kind, phrasing.MENU))


def _understood(understanding: Understanding | None) -> str:
    return _BY_INTENT.get(understanding.intent, phrasing.MENU) if understanding is not None else phrasing.MENU


def _menu_key(message: WorkerMessage) -> str:
    return message.fields.get("EventKey", "").strip().upper()


def is_region_click(message: WorkerMessage) -> bool:
    """Whether the worker pressed 我的地区 in the menu."""
    return message.kind is MessageKind.EVENT_CLICK and _menu_key(message) == MENU_REGION


def _saying(text: str) -> str | None:
    typed = text.strip()
    if _NO_WORDS.fullmatch(typed):
        return phrasing.MENU
    return next((reply for saying, reply in _SAYINGS.items() if saying.fullmatch(typed)), None)
