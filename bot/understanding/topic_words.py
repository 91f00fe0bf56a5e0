"""What a question is about, without what it asks: 创业补贴 of 我想问一下三明的创业补贴有多少."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.region import PlaceMention
from bot.understanding.asked_kinds import DOING
from bot.understanding.follow_up import PLACE_SIGN, opening_of, read_follow_up

LONGEST_ASKED_CHARS = 12
SHORTEST_CHARS = 2
_IN_PLACE = re.compile(
    rf"(?:^|(?<=[,，。;；\s]))(?:我们?|俺们?|咱们?|人|现在|就?是)*(?:在|来|住)?{PLACE_SIGN}(?:这边|那边|市里|城里)?(?:打工|务工|上班|工作|干活|做事|的)*[,，。;；\s]+"
    rf"|(?:我们?|俺们?|咱们?)?(?:的)?老家(?:是|在)?{PLACE_SIGN}(?:的)?[,，]?|(?:我们?|俺们?|咱们?)?[在来从去到]?{PLACE_SIGN}(?:这边|那边)?(?:打工|务工|上班|工作|干活)?的?"
)
_TELLS_WHO = re.compile(r"^(?:我们?|俺们?|咱们?|本人)(?=[\u4e00-\u9fff]{3})")
_MANNER = re.compile(r"(?:到底|究竟)?是?(?:怎么|咋|怎样|如何)个?[\u4e00-\u9fff]{0,3}$")
_WHETHER = re.compile(r"^(?:有没有|有冇|能不能|可不可以|是不是)")
_HANGS = re.compile(r"(?<![不没])[要能会可得满干落用到在给需]$")
_STARTS_WITH_DOING = re.compile(DOING)
_END = re.compile(r"(?:[吗呢啊呀哦嘛么吧哈哟咧噻]|(?<=[\u4e00-\u9fff]{3})[不没])*[?？!！。.…~,，\s]*$")


def without_places(question: str, places: Sequence[PlaceMention]) -> str:
    """A question without its places and the words that put somebody there.

    Args:
        question: the worker's words; given back as they are where nothing would be left.
        places: the places in them.
    """
    signed, position = "", 0
    for place in places:
        signed, position = signed + question[position : place.start] + PLACE_SIGN, place.end
    left = _IN_PLACE.sub("", signed + question[position:]).replace(PLACE_SIGN, "").strip(" ,，。")
    return left if len(left) >= SHORTEST_CHARS else question


def topic_words(question: str) -> str:
    """What a question is about, without courtesies and without what it asks.

    Args:
        question: the worker's words, without places; given back as they are where nothing would be left.
    """
    bare = _TELLS_WHO.sub("", question[opening_of(question) :].strip(" ,，"))
    said = _END.sub("", bare)
    told = _WHETHER.sub("", _END.sub("", _MANNER.sub("", _without_asked(bare))))
    while _HANGS.search(told):
        told = told[:-1]
    return next((words for words in (told, said) if len(words) >= SHORTEST_CHARS), question)


def _without_asked(question: str) -> str:
    """The question up to the words that ask, which alone would be a follow-up."""
    if read_follow_up(question, ()) is not None:
        return question
    for start in range(max(SHORTEST_CHARS, len(question) - LONGEST_ASKED_CHARS), len(question)):
        asking = question[start:]
        if not _STARTS_WITH_DOING.match(asking) and read_follow_up(asking, ()) is not None:
            return question[:start]
    return question
