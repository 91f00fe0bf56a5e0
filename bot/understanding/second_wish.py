"""Which of two wishes comes first, and whether there is a second one at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.intent import Intent

CLEAR = 0.6
"""A clause whose likeliest intent is less likely than this says no wish of its own."""

COURTESIES = frozenset({Intent.GREETING, Intent.THANKS_GOODBYE})

_ASKS = re.compile(
    r"[吗呢么不没咩?？]$|什么|怎么|怎样|咋|啥|多少|几|哪|规定|政策|是不是|要不要|能不能|有没有|标准|条件|点样|多久|多长|问问|问下|问一?下|想问|了解"
)
_WHERE = re.compile(
    r"(?:在|去|上|到)哪(?!里?都|儿都)|哪里(?!都|来)|哪儿(?!都)|地址|怎么走|咋走|点去|电话|边度|位置|什么地方|啥地方|么地方|多远|最近的"
)
_COMPLAINS = re.compile(r"投诉|投拆|举报|举保|反映|告他|告她|告它|告老板|查处|催|追[讨讨回]|登记|上报|曝光|维权")
_ASKS_FOR_LAWYER = re.compile(r"律师|法援|法律援助|法律元助")
_ASKS_FOR_PERSON = re.compile(r"人工|真人|活人|客服|工作人员|找个?人|来个?人|叫个?人|话务员")
_BOOKED = re.compile(r"预约|约[的过]|取消|改期|改约|我约")

_SIGNS = {
    Intent.POLICY_QA: _ASKS,
    Intent.SERVICE_POINT: _WHERE,
    Intent.WAGE_CLAIM: _COMPLAINS,
    Intent.LEGAL_AID_BOOKING: _ASKS_FOR_LAWYER,
    Intent.HUMAN_OPERATOR: _ASKS_FOR_PERSON,
    Intent.MY_BOOKINGS: _BOOKED,
    Intent.JOB_SEARCH: re.compile(r"找|招|活|工作|岗位|上班|厂|工"),
    Intent.SUBSCRIBE_JOBS: re.compile(r"以后|有新|新的|订阅|通知|提醒|推|发我|发给我|告诉我|留意|盯|叫我|喊我"),
    Intent.SUBSIDY_ELIGIBILITY: re.compile(r"我|俺|阮|能领|能申请|够不够|符合|补"),
}
"""What a clause must say to be that wish, and not only the story around another one."""

_JOINT = re.compile(
    r"^(?:还有|还想|还要|另外|顺便|顺带|再(?=帮|给|问|查|看|找|订|约|说|讲|发)|同时|然后|也(?=帮|给|想|要|请)|接着)"
)
_JOINING = re.compile(r"^(?:还有|另外|顺便|顺带|同时|然后)(?:就是|想)?")
_SAID_LAST = frozenset({Intent.SERVICE_POINT, Intent.SUBSCRIBE_JOBS})
"""公租房要啥条件,去哪里办; 找个焊工的活,有新的发我: what is said before it comes first."""
_SPOKEN_APART = frozenset({Intent.SERVICE_POINT, Intent.SUBSCRIBE_JOBS, Intent.WAGE_CLAIM, Intent.HUMAN_OPERATOR})
"""Wishes with words of their own (在哪, 以后发我, 投诉, 人工): heard as a second wish even without 还有 or 顺便."""
_KEPT_BESIDE_A_PERSON = frozenset(
    {Intent.WAGE_CLAIM, Intent.LEGAL_AID_BOOKING, Intent.JOB_SEARCH, Intent.MY_BOOKINGS, Intent.SUBSIDY_ELIGIBILITY}
)
"""Who asks for a person tells what it is about without asking for it."""


@dataclass(frozen=True, slots=True)
class ClauseIntent:
    """A clause with its likeliest intent."""

    text: str
    intent: Intent
    confidence: float


def wishes(whole: Intent, heard: Sequence[ClauseIntent]) -> list[Intent]:
    """The wishes of a message, the first one first.

    Args:
        whole: the likeliest intent of the message as a whole.
        heard: its clauses.

    Returns:
        One or two intents: a person before everything else, a lawyer before a complaint, else as they are said.
    """
    spoken = [one for one in heard if _is_wish(one)]
    first = _first(whole, spoken)
    others = [one.intent for one in spoken if one.intent is not first and _is_second(one, first, whole)]
    if first is Intent.HUMAN_OPERATOR and not others:
        others = [one.intent for one in heard if one.intent in _KEPT_BESIDE_A_PERSON and one.confidence >= CLEAR]
    return [first, *others[:1]]


def said_second(heard: Sequence[ClauseIntent], second: Intent) -> str:
    """The words of a second wish, without the 还有 that joins them to the first.

    Args:
        heard: the clauses of the message.
        second: its second wish.
    """
    return _JOINING.sub("", "，".join(one.text for one in heard if one.intent is second and _is_wish(one)))


def _first(whole: Intent, spoken: Sequence[ClauseIntent]) -> Intent:
    intents = [one.intent for one in spoken]
    if Intent.HUMAN_OPERATOR in intents:
        return Intent.HUMAN_OPERATOR
    if Intent.LEGAL_AID_BOOKING in intents and whole in {Intent.WAGE_CLAIM, Intent.LEGAL_AID_BOOKING}:
        return Intent.LEGAL_AID_BOOKING
    earlier = intents[: intents.index(whole)] if whole in intents else []
    is_added = any(one.intent is whole and _JOINT.match(one.text) for one in spoken)
    return earlier[0] if earlier and (is_added or whole in _SAID_LAST) else whole


def _is_second(one: ClauseIntent, first: Intent, whole: Intent) -> bool:
    """Whether a clause is a wish beside the first one and not its story."""
    return one.intent in _SPOKEN_APART or one.intent is whole is not first or _JOINT.match(one.text) is not None


def _is_wish(one: ClauseIntent) -> bool:
    sign = _SIGNS.get(one.intent)
    return sign is not None and one.confidence >= CLEAR and sign.search(one.text) is not None
