"""Whether a message leans on the question before it: 那要找哪个部门, 永安呢, 没交社保的呢.

It does when nothing in it names a thing of its own. Each word must have a known part: an opening (那, 请问), words that
point back (这个补贴), a place, what is asked, a closing particle. A message with anything else in it is a question by
itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.region import PlaceMention, PlaceRole
from bot.language.lexicon import fold
from bot.understanding.asked_kinds import ASKED, DOING, PROCESS, AskedKind

LONGEST_CHARS = 24
"""Whoever says more says about what."""
PLACE_SIGN = "\ue000"
"""Stands for the place, as in `bot.understanding.message_reading`."""

_OPENING = re.compile(
    r"(?:那么|那(?![个种些笔项边里样])|那个(?=,)|还有(?=,)|另外|再问(?:一?下|个)?|请问(?:一?下)?|我?[就还]?[想要]?再?问(?:一?[下问声]|句)"
    r"|[你您]?知道|对了|哦|噢|嗯+|啊|额|唉|好的?(?=,)|行(?=,)|ok|多谢|谢谢?[你您了]?|知道了|明白了|师傅|老师|同志|请(?=告诉|说|帮)|麻烦[你您]?|告诉我|说一?下"
    r"|[,\s])*"
)
_THING = r"贷款|培训|保险|房子?|证件?|奖励|补贴|补助"
_BACK = (
    r"(?:(?:[这那](?:[个种些笔项样类])?|上面说?的|刚才[说问讲]?的|[你您](?:刚才|上面)?说的)(?:[这那]个)?"
    r"(?:补贴|补助|钱|款|费用?|政策|贷款|待遇|好处|福利|事情?|情况|规定|项目|证件?|房子?|培训班?|班|保险|险|名额|业务|奖励?|东西|的话)?|它)"
)
_WHOSE = r"(?:我们?)?的?(?:老家|家里?|家乡)?(?:[在是])?"
_OF_PLACE = rf"{PLACE_SIGN}(?:那边|那里|那儿|这边|当地)?(?:的话)?[的,]?"
_FILLERS = (
    r"(?:我们?|俺们?|咱们?|钱(?=[找谁啥什几多怎咋去到在从])|自己|个人|本人|人家|他们|政府|公家|一般|大概|大约|到底|究竟|具体|现在|目前|想|还|都|也|又|就|得|该|应该?|应当|需要?|要"
    r"|必须|能|可以|可|会|是|主要|接着|首先|先|去|来|再|最)*?"
)
_THING_DONE = rf"(?:{DOING}(?:的话|时候?|的时候|下来|这个|它|一下|要)?)?"
_END = r"[吗呢啊呀哦嘛么吧的了哈呐咧哟噻不没咯捏诶?!.。…~]*"
_START = rf"(?:(?P<back>{_BACK})[的是,]?)?(?:{_WHOSE}{_OF_PLACE})?{_FILLERS}{_THING_DONE}{_FILLERS}"
_KINDS = tuple((kind, plainly) for kind, plainly, _ in ASKED)
_OF_KIND = re.compile(_START + "(?:" + "|".join(f"({pattern})" for _, _, pattern in ASKED) + ")" + _END)
_FIRST_KIND = 2
"""Of the groups of a match, behind the words that point back."""
_THING_AT_END = re.compile(rf"(?:{_THING})$")
_SAME_THERE = re.compile(
    rf"(?:{_BACK}[的是,]?)?{_WHOSE}{_OF_PLACE}(?P<asks>[也都还]?(?:有没有|有冇|有没得|有得没得|有|行不行|行|可不可以|可以|能不能|能|是不是一样|一样|是多少|多少"
    rf"|是?[怎咋]么?(?:规定|说|样)|什么规定|有规定|适用|给不给|给|算不算)?){_END}"
)
IS_THERE = "有没有"
_IS_THERE = re.compile(r"[也都还]?(?:有|行|可|能|适用|给|算)")
_CASE = re.compile(
    r"(?P<if>要是|如果|假如|万一|若是|换成|像)?(?P<case>[男女]|[^,?!]{2,10}?)"
    rf"(?:(?P<of>的(?:人|话|工人|情况)?|的?话)?呢|(?P<asks>(?:的人?|的话)?[也还]?(?:可以|能|行|有没有|算不算|能不能|可不可以|行不行)(?:{DOING})?[吗不么]*))"
    r"[啊呀?!.。…~]*"
)
_IS_CASE = re.compile(
    r"^(?:没|未|不|只|才|刚|已经|超|满|有|在|是)|没|不是|户口|户籍|岁|女|男|残疾|退伍|军人|学生|毕业|单亲|低保|贫困|脱贫|农村|城镇|外地|外省|本地|个体"
    r"|零工|退休|结婚|离婚|怀孕|年纪|灵活|夫妻|[年月]$"
)
_LACKS = re.compile(r"没|未|不|只|才|刚|超|已经|满")
_ASKS = re.compile(r"什么|啥|怎|咋|哪|谁|多少|几|有没有|能不能|可不可以|是不是|吗|么|呢")
_WHETHER = re.compile(
    rf"(?:{_BACK}[的是,]?)?(?P<about>{_FILLERS}(?:{PROCESS})(?:不办)?)(?P<end>[吗么不没嘛啊呀?!.。…~]*)"
)
_ASKS_WHETHER = re.compile(r"[吗么不没?]|(.)[不没]\1|不可以|不需要")
_REFERENCE = re.compile(
    rf"{_BACK}(?P<about>(?!是什么)(?:能|可|要|会|得|用|需|是|有|算|给|还|和|跟|与|怎|咋|什么|啥|多|几|归|去|在|对|除|必须|包|限|按|够|管|适用|过期|一年|一个|每|最)"
    rf"[^,]{{1,10}})"
)


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What a message adds to the question before it.

    Attributes:
        kind: what is asked.
        words: in which words: behind the thing that was spoken of they make a whole question. "" where the former
            question is asked again for another place, or where more is wanted.
        place: for which place; None for the same.
    """

    kind: AskedKind
    words: str = ""
    place: PlaceMention | None = None


def read_follow_up(text: str, places: Sequence[PlaceMention]) -> FollowUp | None:
    """What a message adds to the question before it; None where it stands by itself.

    Args:
        text: the worker's words.
        places: the places in them.
    """
    if len(text) > LONGEST_CHARS or len(places) > 1:
        return None
    place = places[0] if places else None
    if place is not None and place.role is PlaceRole.WORK:
        return None
    shape = fold(text)
    if place is not None:
        shape = shape[: place.start] + PLACE_SIGN + shape[place.end :]
    opened = opening_of(shape)
    said = shape[opened:].rstrip()
    if not said:
        return None
    return (
        _of_kinds(said, place)
        or _of_place(said, place, is_opened=opened > 0)
        or (_of_process(said) or _of_case(said) or _of_reference(said) if place is None else None)
    )


def opening_of(text: str) -> int:
    """How many characters at the beginning only open a message: 那, 请问, 谢谢."""
    opening = _OPENING.match(fold(text))
    return opening.end() if opening else 0


def _of_kinds(said: str, place: PlaceMention | None) -> FollowUp | None:
    """要啥材料; 找哪个部门,要带什么."""
    found = [_OF_KIND.fullmatch(breath) for breath in said.split(",") if breath]
    if not found or not all(found):
        return None
    asked = [_asked(match) for match in found if match is not None]
    kinds = {kind for kind, _ in asked}
    if AskedKind.MORE in kinds and (len(kinds) > 1 or place is not None):
        return None
    return FollowUp(asked[0][0], "，".join(dict.fromkeys(words for _, words in asked if words)), place)


def _asked(match: re.Match[str]) -> tuple[AskedKind, str]:
    """The kind and its words; 这个贷款 says which part of the thing is meant."""
    kind, plainly = _KINDS[(match.lastindex or _FIRST_KIND) - _FIRST_KIND]
    thing = _THING_AT_END.search(match["back"] or "")
    return kind, f"{thing[0]}{plainly}" if thing and plainly else plainly


def _of_place(said: str, place: PlaceMention | None, *, is_opened: bool) -> FollowUp | None:
    """永安呢, 那我老家四川利州有没有; a bare 永安 tells where its worker is."""
    match = _SAME_THERE.fullmatch(said) if place is not None else None
    if match is None:
        return None
    is_asked = bool(match["asks"]) or is_opened or said.rstrip("?!.。…~啊呀").endswith("呢")
    words = IS_THERE if _IS_THERE.match(match["asks"]) else ""
    return FollowUp(AskedKind.PLACE, words, place) if is_asked else None


def _of_process(said: str) -> FollowUp | None:
    """要还吗, 能不能代办."""
    match = _WHETHER.fullmatch(said)
    return FollowUp(AskedKind.REFERENCE, match["about"]) if match is not None and _ASKS_WHETHER.search(said) else None


def _of_case(said: str) -> FollowUp | None:
    """没交社保的呢, 要是没结婚呢, 外地户口的可以吗."""
    match = _CASE.fullmatch(said)
    case = match["case"] if match is not None else ""
    if match is None or "的" in case or _ASKS.search(case) or not _IS_CASE.search(case):
        return None
    is_told_as_case = match["if"] or match["of"] or (match["asks"] or "").startswith("的") or _LACKS.match(case)
    return FollowUp(AskedKind.CASE, f"{case}的{(match['asks'] or '').lstrip('的')}") if is_told_as_case else None


def _of_reference(said: str) -> FollowUp | None:
    """这个补贴能跟别的一起领吗."""
    match = _REFERENCE.fullmatch(said)
    return FollowUp(AskedKind.REFERENCE, match["about"]) if match is not None and _ASKS.search(match["about"]) else None
