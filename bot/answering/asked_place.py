"""The place whose rules a question asks about, apart from those that it passes through on the way."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.region import PlaceMention, PlaceRole
from bot.language.asking_part import asking_part
from bot.regions.divisions import Divisions

_PASSING_BEFORE = re.compile(
    r"(?:从|到|去|往|回|返|来|离|跟|比|经过?|寄|嫁到?|是|过|飞|跑|[一两几]个|有个|那个|认识|在)(?:了|的)?[^，。,.！!？?\s]{0,2}$"
)
_PASSING_AFTER = re.compile(
    r"^(?:到|去|来|回|至|往|寄|飞|产|人|老乡|这趟|过来|那边的?(?:朋友|老乡|亲戚|工友|同学|老板)"
    r"|的?(?:[^，。,.！!？?\s]{0,2}(?:朋友|老乡|亲戚|工友|同事|同学|老板|老表|媳妇|老婆|姑娘|厂里|工地上|合租|房东|司机"
    r"|车票|火车|高铁|动车|大巴|飞机|机票|快递|天气|号码|电话卡)))"
)
_SPEAKER = re.compile(r"我|俺|咱|本人")
_SPEAKER_RIGHT_BEFORE = re.compile(r"(?:我们?|俺们?|咱们?|本人)(?:现在|目前|就|都|也)*$")
_CLAUSE_END = re.compile(r"[，,。；;！!？?\n]")
_BEING_THERE = re.compile(r"^(?:你好|您好|请问|想问一?下?|问一?下|问问|[，,。\s])*在$")
_DOING_THERE = re.compile(
    r"^(?:的|[^，。,.！!？?\s]{0,4}?(?:就业|创业|务工|打工|工作|租房|开店|上班|落户|买房|上学|读书|住|办|申请|交|参保))"
)


def asked_place(text: str, mentions: Sequence[PlaceMention], divisions: Divisions) -> str | None:
    """The code of the one place that a text asks about (三明的创业补贴); None where there is none, or several.

    Where people come from, go to or have friends is not what is asked about, nor is what a long story tells beside
    its question. Of a place and another one that lies in it the smaller one counts.

    Args:
        text: the worker's words.
        mentions: its places, in order.
        divisions: which place lies in which.
    """
    asking = asking_part(text)
    codes = {one.code for one in mentions if one.text in asking and _is_asked_about(text, one)}
    known = {code for code in codes if code is not None}
    smallest = [one for one in known if not any(one != other and divisions.covers(one, other) for other in known)]
    return smallest[0] if len(smallest) == 1 and None not in codes else None


def _is_asked_about(text: str, mention: PlaceMention) -> bool:
    before, after = text[: mention.start], text[mention.end :]
    if mention.role is PlaceRole.HOME or _PASSING_AFTER.match(after):
        return False
    if mention.role is PlaceRole.MENTIONED:
        return not _PASSING_BEFORE.search(before)
    if _BEING_THERE.match(before):
        return not _SPEAKER.search(after) and not _CLAUSE_END.search(after.rstrip("？?。 "))
    is_passed = _PASSING_BEFORE.search(before) or _SPEAKER_RIGHT_BEFORE.search(before)
    return not is_passed and _DOING_THERE.match(after) is not None
