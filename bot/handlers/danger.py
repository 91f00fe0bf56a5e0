"""Words of danger: somebody wants to harm themselves, is being beaten or held, or is hurt right now.

They come before everything else. Who asks about the rules (受伤算不算工伤), tells of long ago, or tells the lawyer's
office what it is about, is answered as usual.
"""

from __future__ import annotations

import logging
import re
from enum import StrEnum

from bot.desk.handoffs import Handoffs
from bot.domain.conversation import Turn
from bot.domain.errors import StoreError
from bot.domain.handoff import HandoffReason
from bot.domain.intent import Intent
from bot.domain.message import MessageKind, Reply
from bot.handlers import phrasing_person as phrasing

logger = logging.getLogger("gongyou.danger")

SPOKEN = frozenset({MessageKind.TEXT, MessageKind.VOICE})

_HIGH_PLACE = "楼|河|江|桥|塔吊|塔|海|崖|水库"
_GANG = "老板|包工头|工头|保安|他们?|一帮人|一伙人|好几个人|有人"


def _any_of(*words: str) -> re.Pattern[str]:
    return re.compile("|".join(words))


_SELF_HARM = _any_of(
    rf"(?:想|要|去|就|准备|真|只能|不如|逼[^，。]{{0,4}})[^，。]{{0,4}}跳(?:{_HIGH_PLACE})",
    rf"跳(?:{_HIGH_PLACE})(?:死|算了|给|讨|要)",
    "自杀|轻生|寻短见|不想活|活不下去|活着没(?:意思|劲|啥意思)",
    "死了算了|死给|去死(?:算|了|吧)|想死|割腕|上吊|喝(?:农药|敌敌畏|百草枯)",
    "跟他拼命|同归于尽",
)
_ATTACKED = _any_of(
    "(?:被|遭|挨)(?:[^，。,.]{0,8})?(?:殴打|毒打|暴打|群殴)",
    "(?:被|遭|挨)(?:[^，。,.]{0,8})?打(?:了|伤|我|人|成|得|进|的|到|一?顿|$|[，。,!！])",
    rf"(?:{_GANG})[^，。,.]{{0,8}}(?:打我|打人|打了人|动手打|拿刀|拿棍|围着我|堵着我|掐我|踢我|砍)",
    "(?:动手|还|又|乱|就)打(?:了)?(?:我|人)|要打死|要杀|砍(?:我|人)|持刀|绑架|非法拘禁",
    "(?:被|把我们?)[^，。]{0,4}(?:关起来|扣住|扣着|关在|锁在|囚禁)",
    "不让(?:我们?|俺们?)?(?:走|离开|出去|出门)|限制(?:人身)?自由|强奸|猥亵|骚扰我",
)
_NOT_ATTACKED = _any_of(
    "被打(?:折|扣|回|发|压|乱|断|印|开)",
    "打我们?(?:电话|微信|卡|账)",
    "打(?:欠条|白条|卡|电话|官司|工)",
)
_INJURED = _any_of(
    "受伤|受了(?:重)?伤|摔(?:伤|下来|断|了)|砸(?:伤|到|断|中)|压(?:伤|断|着了)|轧(?:伤|断)|烫伤|烧伤",
    "触电|电到|中毒|中暑|晕(?:倒|过去)|昏(?:倒|迷)|骨折|流(?:了)?(?:好多|很多)?血|出血",
    "断了(?:手|脚|腿|胳膊|指头|手指)|(?:手|脚|腿|胳膊|手指)[^，。]{0,3}断了",
)
_RIGHT_NOW = _any_of(
    "刚刚?|现在|正在|马上|赶?快|救命|救救|急|快来|流(?:了)?(?:好多|很多)?血|出血",
    "动不了|起不来|昏|晕|没人管|怎么办|咋办|咋整|送医院|120",
)
_ABOUT_RULES = _any_of(
    "工伤|认定|鉴定|赔|补偿|报销|报不报|算不算|律师|法律|援助|预约|条例|政策|规定|保险|条件|材料|手续|流程",
    "多少钱|怎么申请|投诉|仲裁|以前|去年|前年|上个?月|几个月前|那年",
)
_SHORT = 18


class Danger(StrEnum):
    """What kind of danger a message tells of."""

    SELF_HARM = "self_harm"
    ATTACK = "attack"
    INJURY = "injury"


def read_danger(text: str) -> Danger | None:
    """The danger that a message tells of; None for none."""
    if _SELF_HARM.search(text):
        return Danger.SELF_HARM
    if _ATTACKED.search(_NOT_ATTACKED.sub("", text)):
        return Danger.ATTACK
    if not _INJURED.search(text) or _ABOUT_RULES.search(text):
        return None
    return Danger.INJURY if _RIGHT_NOW.search(text) or len(text) <= _SHORT else None


class DangerAlarm:
    """Says whom to call and tells a person; see `bot.ports.Alarm`.

    Args:
        handoffs: the queue of those who wait for a person.
    """

    def __init__(self, handoffs: Handoffs) -> None:
        self._handoffs = handoffs

    def is_raised(self, turn: Turn) -> bool:
        """Whether a message tells of danger."""
        if turn.message.kind not in SPOKEN:
            return False
        danger = read_danger(turn.message.text)
        return danger is not None and not (danger is Danger.INJURY and _is_told_to_a_lawyer(turn))

    async def handle(self, turn: Turn) -> Reply:
        """110, 120, and a person is told at once."""
        text = turn.message.text
        danger = read_danger(text)
        reason = HandoffReason.INJURY if danger is Danger.INJURY else HandoffReason.DANGER
        is_told = await self._tell(turn, reason)
        if danger is Danger.INJURY:
            return Reply(phrasing.injury(is_told=is_told))
        is_injured = _INJURED.search(text) is not None
        is_to_oneself = danger is Danger.SELF_HARM
        return Reply(phrasing.danger(to_oneself=is_to_oneself, is_injured=is_injured, is_told=is_told))

    async def _tell(self, turn: Turn, reason: HandoffReason) -> bool:
        """Tell a person; whom to call is said in any case, also while the store is away."""
        try:
            await self._handoffs.ask(turn.message.openid, reason, turn.message.text)
        except StoreError as error:
            logger.error("nobody could be told of danger: %s", type(error).__name__)  # noqa: TRY400 - may quote a worker
            return False
        return True


def _is_told_to_a_lawyer(turn: Turn) -> bool:
    """Whether an injury is what legal aid is booked for: the story of it is asked for, and is no cry for help."""
    form = turn.conversation.form
    is_booked_for = form is not None and form.name == Intent.LEGAL_AID_BOOKING.value
    return is_booked_for and _RIGHT_NOW.search(turn.message.text) is None
