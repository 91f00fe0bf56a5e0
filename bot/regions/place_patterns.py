"""How workers say which place is work and which is home, and what shows that an ordinary word is a place."""

from __future__ import annotations

import re

from bot.domain.region import PlaceRole

CONTEXT_LENGTH = 12
"""Characters before and after a name that are looked at."""

_KIN = "(?:娃|孩子|小孩|儿子|女儿|父母|爸妈|爸爸|妈妈|老人|老婆|媳妇|老公|爱人|对象)"
_DOING = (
    "(?:打工|务工|打零工|上班|干活|做事|做工|工作|就业|搞工程|搞装修|进厂|送外卖|跑外卖|送快递|跑滴滴|当保安|当保姆|工地|厂里"
    "|工厂|待了|呆了|干了|做了|找工|找活|创业|开店|开了|开个|做生意|做家政|做保洁|做木工|做小工|搬砖|讨生活|谋生|混)"
)
_HOME_BEFORE = re.compile(
    "(?:老家|家乡|籍贯|祖籍|户口|户籍|娘家|婆家|原籍|出生|来自|(?<![国大东专回搬厂商])家里?)(?:本|现)?[就都还也]?(?:是|在|为|属于|落在)?的?"
    r"[:：,，\s]*$"
)
_HOME_AFTER = re.compile(
    "^(?:那边)?(?:的?老家|的?户口|的?户籍|籍|(?:县城|城里|城)?人(?![社民力才事多少家口工员行均])|老乡|来的|过来的|出来的|的?农村户口|农村的|乡下的)"
)
_BELONGING = re.compile("(?:^|我|俺|咱|们|本人|家)[就也都老家本]*是$")
_BELONGING_AFTER = re.compile(r"^(?:(?:这边|那边)?的(?:$|农民工|人|外来|在|来|到|[，。,.!！?？\s])|[来到去在])")
_NOT = re.compile("(?:没有?|冇|不是|不在|未落)$")
_RETURNING = re.compile("(?:回|返|返回|回到|返回到)(?:老家|家乡|到)?$")
_LEAVING = re.compile("从$")
_LEFT = re.compile("^(?:来|过来|出来)")
_KIN_THERE = re.compile(f"{_KIN}[^，。,.我俺咱]{{0,4}}在$")
_WORK_BEFORE = re.compile("(?:(?<![不实存])在|来|来到|留在|住|住在|搬到|跑到)$")
_WORK_AFTER = re.compile(rf"^(?:[^，。,.、！!？?\s]{{0,4}}?{_DOING}|这边|这里|这儿|这块|本地|当地)")

_SPOKEN_AS_PLACE = re.compile(
    "(?:在|来|到|去|回|从|老家|老家是|户口|户口在|户口是|籍贯|家在|家住|来自|(?:我|俺|咱|们|本人)(?:就|也|都)?是)$"
)
_PLACE_AFTER = re.compile(
    rf"^(?:$|[，。,.!！?？；;\s]|{_DOING}|这边|那边|这里|那里|这儿|那儿|本地|当地|县城|农村|老家|人(?:$|[，。,.\s在])"
    "|的(?:$|[，。,.!！?？\\s])|买房|租房|落户|上学|读书|交社保|住|有没有|有啥|有什么|能|可以|怎么|办)"
)
_PLACE_SURELY_AFTER = re.compile("^(?:这边|那边|本地|当地|县城|老家|户口|打工|务工|的?农民工)")
_OTHER_THING = re.compile(
    "^(?:路(?![上边费途过])|街(?![头上])|大道|大街|胡同|镇(?!上)|乡(?![下村里])|村(?!里)|银行|小吃|拉面|菜|话(?!说)|牌|时间|保险|证券|流域|山脉)"
)


def role_of(before: str, after: str) -> PlaceRole:
    """What a place is to the worker, from what stands around its name.

    Args:
        before: the text up to the name, from the last place named before it.
        after: the text behind the name, up to the next place.
    """
    if _NOT.search(before):
        return PlaceRole.MENTIONED
    does_work = _WORK_AFTER.match(after) is not None
    if _is_home(before, after) or (_RETURNING.search(before) and not does_work):
        return PlaceRole.HOME
    if does_work or (_WORK_BEFORE.search(before) and not _KIN_THERE.search(before)):
        return PlaceRole.WORK
    return PlaceRole.MENTIONED


def _is_home(before: str, after: str) -> bool:
    return bool(
        _HOME_AFTER.match(after)
        or _HOME_BEFORE.search(before)
        or (_BELONGING.search(before) and _BELONGING_AFTER.match(after))
        or (_LEAVING.search(before) and _LEFT.match(after))
    )


def is_spoken_as_place(before: str, after: str) -> bool:
    """Whether a name that is an ordinary word too is used as a place here (在和平打工, 我是平安人)."""
    if _PLACE_SURELY_AFTER.match(after):
        return True
    return _SPOKEN_AS_PLACE.search(before) is not None and _PLACE_AFTER.match(after) is not None


def names_something_else(after: str) -> bool:
    """Whether a short name goes on as another thing's: 中山路, 新洲镇, 沙县小吃, 三明治."""
    return _OTHER_THING.match(after) is not None
