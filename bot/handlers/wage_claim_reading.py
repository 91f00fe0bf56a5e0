"""What a worker's words say for a wage claim: who owes, where, how much, since when, how many people."""

from __future__ import annotations

import re
from typing import Any

from bot.handlers.form_commands import does_not_know, is_merely_seen, is_question, is_unknown, is_yes
from bot.language.numbers import find_counts, find_durations, find_numbers

_COMPANY = re.compile(
    r"[\u4e00-\u9fffA-Za-z0-9]{2,24}?(?:有限责任公司|有限公司|集团|建筑公司|劳务公司|公司|建筑队|工程队|加工厂|[电鞋服玩家印]\w?厂)"
)
_NOT_OF_NAME = re.compile(r"^.*(?:欠|在|是|给|叫|跟|和|找|那个|这个|我们?|俺们?|的|被|去|到|帮)")
_PROJECT = re.compile(r"[\u4e00-\u9fffA-Za-z0-9]{2,14}?(?:工地|项目部|项目|标段|小区|安置房)")
_MONEY_AFTER = re.compile(r"\s*(?:多|来|几)?(?:块|元|万|千|钱)")
_OWED_BEFORE = re.compile(r"(?:欠|差|拖|压|扣|少)[^，。,.]{0,8}$|(?:一共|总共|大概|大约|差不多|合计)[^，。,.\d]{0,4}$")
_UNITS_OF_OTHER_THINGS = re.compile(r"\s*(?:个月|天|年|月|号|日|点|人|个|岁|楼|层|平|公里|%)")
_CALLED = re.compile(
    r"(?:老板|老总|包工头|工头|班头|经理|带班的?|欠我?们?[工薪]?[资钱水]?的人?)(?:的?名字)?(?:就)?(?:叫做?|是个?姓|姓|名叫)"
    r"(?P<name>[\u4e00-\u9fff]{1,4}?)(?=[\s,，。.;；、]|$|的|在|欠|跑|电话|手机)"
)
_WHEN_OR_HOW_MUCH = re.compile(
    r"[\s\d,，.。:：~～\-—零〇一二三四五六七八九十两百千万亿几多半来左右大概约差不合共总"
    r"今去前本上下这那个年月日号天周期到至从起开始的了现在初底中旬过完春节后元块钱]+"
)
_NOT_COUNTED = re.compile(r"(?:我?也?)(?:算不清|没算过|没细算|没数过)[了吧呢啊。]*")
_ALONE = re.compile(r"(?:就|只有|只)?我?(?:自己|一个人|一个|1个人?)(?:吧|呢|啊)?[。.]?|就我|没别人")


def employer_in(text: str) -> str:
    """A company that a sentence names, else a person whom it calls the boss; "" where none."""
    found = _COMPANY.search(text)
    name = _NOT_OF_NAME.sub("", found[0]) if found else ""
    if len(name) > 3:  # noqa: PLR2004 - 公司, 建筑队 alone name nobody
        return name
    called = _CALLED.search(text)
    return called["name"] if called is not None and not is_question(called["name"]) else ""


def project_in(text: str) -> str:
    """A building site or project that a sentence names; "" where none."""
    found = _PROJECT.search(text)
    name = _NOT_OF_NAME.sub("", found[0]) if found else ""
    return name if len(name) > 3 else ""  # noqa: PLR2004 - 工地 alone names none


def amount_in(text: str, *, is_asked: bool) -> dict[str, Any] | None:
    """The amount that is owed, ``{"text", "fen"}``; of several, the largest.

    Args:
        text: the worker's words.
        is_asked: whether they answer the question for it, so that a bare number is meant.
    """
    amounts = [
        (mention.low, mention.text)
        for mention in find_numbers(text)
        if _is_money(text, mention.start, mention.end, is_asked=is_asked)
    ]
    if not amounts:
        return None
    low, said = max(amounts)
    return {"text": said, "fen": round(low * 100)}


def is_unclear(text: str) -> bool:
    """Whether a worker does not know."""
    return does_not_know(text) or _NOT_COUNTED.fullmatch(text.strip()) is not None


def names_nothing(text: str) -> bool:
    """Whether an answer to the question for a name is none: a question back, 没有, a mere 好, a time or a sum."""
    is_word_of_course = is_yes(text) or is_merely_seen(text) or is_unknown(text)
    return is_word_of_course or is_question(text) or _WHEN_OR_HOW_MUCH.fullmatch(text.strip()) is not None


def months_in(text: str) -> str:
    """For how long wages are owed, as said; "" where not told."""
    found = find_durations(text)
    return found[0].text if found else ""


def people_in(text: str, *, is_asked: bool) -> int | None:
    """How many people are owed; None where not told."""
    if is_asked and _ALONE.fullmatch(text.strip()):
        return 1
    counts = [mention for mention in find_counts(text) if mention.noun in ("人", "工友", "老乡", "兄弟", "")]
    named = [mention.low for mention in counts if mention.noun]
    bare = [one.low for one in counts if not _is_money(text, one.start, one.end, is_asked=False)]
    if named or bare:
        return max(named or bare)
    numbers = [mention.low for mention in find_numbers(text)] if is_asked else []
    return int(numbers[0]) if len(numbers) == 1 and 1 <= numbers[0] <= 10_000 else None  # noqa: PLR2004 - people


def _is_money(text: str, start: int, end: int, *, is_asked: bool) -> bool:
    before, after = text[:start], text[end:]
    if _MONEY_AFTER.match(after):
        return True
    return (is_asked or bool(_OWED_BEFORE.search(before))) and not _UNITS_OF_OTHER_THINGS.match(after)
