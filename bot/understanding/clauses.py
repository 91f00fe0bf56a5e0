"""A message cut into what is said in one breath, so that a second wish in it is heard."""

from __future__ import annotations

import re

_PAUSE = re.compile(r"[,，。.!！?？;；\n~～…]+|\s{2,}")
_JOINT = re.compile(
    r"(?<=[^,，。])(?=(?:还有|另外|顺便|顺带|再帮|再给|再查|再问|再看|同时|然后再?(?:帮|给|问)|也(?:帮|给|要|想)|还想|还要))"
)
_GREETING = re.compile(
    r"^(?:喂+[,，]?)?(?:你们?好|您好|恁好|侬好|大家好|在吗|在不在|在不|在么|有人吗|有人在吗|哈[喽罗啰]|嗨|hello|hi|嘿|早上好|上午好|中午好|下午好|晚上好|早安"
    r"|早(?=[,，啊])|(?:师傅|同志|老师|大姐|大哥|大叔|阿姨|老乡|姐|哥|小妹|美女|帅哥|领导|客服|工友)(?:你|您)?好|(?:大姐|大哥|师傅|老师)(?=[,，])|打扰(?:一?下|了)|请问在吗)+(?:啊|呀|哈|哦|吗)?",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"^(?:好的?|行|嗯+|哦|ok)?(?:的|嘞|啊)?[,，]?(?:谢谢|多谢|感谢|谢了|谢啦|唔该|辛苦|麻烦)(?:晒|你们?|您|啊|了|啦|哈|哦|大哥|大姐|老师|帮忙)*(?=[,，。!！\s]|$|那|再|还|我|顺便)|^(?:好的|好嘞|行|知道了|明白了|晓得了)(?=[,，。])",
    re.IGNORECASE,
)
_THANKS_BEHIND = re.compile(r"[,，。\s](?:谢谢|多谢|感谢|谢了|唔该|拜拜)(?:晒|你们?|您|啊|了|啦|哈|先)*[。!！~]*$")
_INTRODUCTION = re.compile(
    r"\s*(?:(?:我叫|本人叫?|姓名|名字(?:是|叫)?)[:：]?\s*[\u4e00-\u9fff·]{2,12}"
    r"|(?:我的?)?(?:电话|手机号?|联系方式|身份证号?|微信号?)(?:号码)?(?:是|为)?[:：]?\s*[0-9A-Za-z_ -]{5,22})\s*"
)
_CUT = re.compile(r"[,，。;；!！\n]")


def clauses(text: str) -> list[str]:
    """The breaths of a message, in order, without pauses and without empty ones."""
    return [part.strip() for piece in _PAUSE.split(text) for part in _JOINT.split(piece) if part.strip()]


def without_introduction(text: str) -> str:
    """A message without the parts that only say who writes, by name or number; as it is where it says nothing else."""
    parts = [part for part in _CUT.split(text) if part.strip()]
    wishing = [part for part in parts if _INTRODUCTION.fullmatch(part) is None]
    return "，".join(wishing) if wishing and len(wishing) < len(parts) else text


def without_courtesy(text: str) -> tuple[str, bool, bool]:
    """A message without the greeting and the thanks around it.

    Returns:
        What is left (the message itself where nothing else is said), whether it greets, whether it thanks.
    """
    greeting = _GREETING.match(text)
    rest = text[greeting.end() :] if greeting else text
    rest = rest.lstrip(",，。.!！?？~ ")
    thanks = _THANKS.match(rest)
    rest = rest[thanks.end() :].lstrip(",，。.!！~ ") if thanks else rest
    behind = _THANKS_BEHIND.search(rest)
    rest = rest[: behind.start()] if behind else rest
    if not rest.strip():
        return text, False, False
    return rest, greeting is not None, thanks is not None or behind is not None
